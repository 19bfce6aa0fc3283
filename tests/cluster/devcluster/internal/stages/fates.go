package stages

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Prefix of the annotations by which a pod chooses its fate.
const Prefix = "devcluster.kre.konstellation.io/"

// Annotations of pods.
const (
	FateAnnotation      = Prefix + "fate"
	ContainerAnnotation = Prefix + "container"
	DelayAnnotation     = Prefix + "delay"
	LogAnnotation       = Prefix + "log"
)

// serviceImages are images whose pods are processes.
var serviceImages = []string{"nats", "mongo", "minio", "versitygw", "influxdb", "kre-entrypoint"}

// running are the fates whose container runs, if only for a moment, and so can log something.
var running = []string{"crash-loop", "exits-zero", "oom-killed", "never-ready", "breaks"}

// Service tells whether no stage touches the pod, not even its deletion, because of the image of a
// service. It is what definitions/pod/plight.jq says.
func Service(pod *corev1.Pod) bool {
	return pod.Annotations[FateAnnotation] == "" && firstUnpullable(pod) == nil &&
		slices.ContainsFunc(pod.Spec.Containers, func(container corev1.Container) bool {
			return slices.Contains(serviceImages, imageName(container.Image))
		})
}

// FailureLog returns what the container that the fate befalls has logged, now and the time before.
// It is false for pods that no log is given for, and for containers that never run.
func FailureLog(pod *corev1.Pod) (container, text string, ok bool) {
	text = pod.Annotations[LogAnnotation]
	if text == "" || firstUnpullable(pod) != nil || !slices.Contains(running, pod.Annotations[FateAnnotation]) {
		return "", "", false
	}
	return failing(pod), text, true
}

func failing(pod *corev1.Pod) string {
	named := pod.Annotations[ContainerAnnotation]
	for _, container := range everyContainer(pod) {
		if container.Name == named {
			return named
		}
	}
	if len(pod.Spec.Containers) == 0 {
		return ""
	}
	return pod.Spec.Containers[0].Name
}

func everyContainer(pod *corev1.Pod) []corev1.Container {
	return slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
}

// firstUnpullable is the first container whose image comes from a domain that does not exist.
func firstUnpullable(pod *corev1.Pod) *corev1.Container {
	for _, container := range everyContainer(pod) {
		registry, _, found := strings.Cut(container.Image, "/")
		host, _, _ := strings.Cut(registry, ":")
		if found && strings.HasSuffix(host, ".invalid") {
			return &container
		}
	}
	return nil
}

// imageName is the last element of the image's path, without tag and digest.
func imageName(image string) string {
	path, _, _ := strings.Cut(image, "@")
	name, _, _ := strings.Cut(path[strings.LastIndex(path, "/")+1:], ":")
	return name
}
