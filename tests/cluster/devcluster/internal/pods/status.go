package pods

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
	kubestatus "k8s.io/kubernetes/pkg/kubelet/status"
)

// containerView is what the status says of one container.
type containerView struct {
	spec *corev1.Container
	// initial says that it is one of the init containers.
	initial bool
	// id is empty until the container was created once.
	id       string
	state    corev1.ContainerState
	last     *corev1.ContainerStateTerminated
	restarts int32
	started  bool
	ready    bool
}

// podView is what the status says of a pod.
type podView struct {
	containers []containerView
	// address is the one that the status shows; it is empty until the pod has one.
	address string
	hostIP  string
	// sandbox says that the pod has what containers need to start.
	sandbox bool
	// ended says that no container will be started again.
	ended bool
}

// ownConditions are those that a kubelet decides, in its order.
var ownConditions = []corev1.PodConditionType{
	corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled,
}

// status returns the status that a kubelet of version 1.34 would write, given the one before.
func (v podView) status(pod *corev1.Pod, old corev1.PodStatus, now metav1.Time) corev1.PodStatus {
	status := *old.DeepCopy()
	status.ObservedGeneration = podutil.CalculatePodStatusObservedGeneration(pod)
	status.InitContainerStatuses = v.statuses(true)
	status.ContainerStatuses = v.statuses(false)
	all := append(slices.Clone(status.InitContainerStatuses), status.ContainerStatuses...)
	if status.Phase != corev1.PodSucceeded && status.Phase != corev1.PodFailed {
		status.Phase = phase(pod, all, v.ended)
	}
	if status.QOSClass == "" {
		status.QOSClass = qos.GetPodQOS(pod)
	}
	if status.StartTime == nil {
		status.StartTime = &now
	}
	if v.hostIP != "" {
		status.HostIP, status.HostIPs = v.hostIP, []corev1.HostIP{{IP: v.hostIP}}
	}
	status.PodIP, status.PodIPs = "", nil
	if v.address != "" {
		status.PodIP, status.PodIPs = v.address, []corev1.PodIP{{IP: v.address}}
	}
	status.Conditions = v.conditions(pod, old, status.Phase, all, now)
	return status
}

func (v podView) conditions(pod *corev1.Pod, old corev1.PodStatus, phase corev1.PodPhase, all []corev1.ContainerStatus, now metav1.Time) []corev1.PodCondition {
	conditions := slices.DeleteFunc(slices.Clone(old.Conditions), func(condition corev1.PodCondition) bool {
		return slices.Contains(ownConditions, condition.Type)
	})
	own := []corev1.PodCondition{
		{Type: corev1.PodReadyToStartContainers, Status: truth(v.sandbox)},
		kubestatus.GeneratePodInitializedCondition(pod, &old, all, phase),
		kubestatus.GeneratePodReadyCondition(pod, &old, conditions, all, phase),
		kubestatus.GenerateContainersReadyCondition(pod, &old, all, phase),
		{Type: corev1.PodScheduled, Status: corev1.ConditionTrue},
	}
	for _, condition := range own {
		condition.ObservedGeneration = podutil.CalculatePodConditionObservedGeneration(&old, pod.Generation, condition.Type)
		condition.LastTransitionTime = now
		_, before := podutil.GetPodCondition(&old, condition.Type)
		if before != nil && before.Status == condition.Status {
			condition.LastTransitionTime = before.LastTransitionTime
		}
		conditions = append(conditions, condition)
	}
	return conditions
}

func (v podView) statuses(initial bool) []corev1.ContainerStatus {
	var statuses []corev1.ContainerStatus
	for _, container := range v.containers {
		if container.initial == initial {
			statuses = append(statuses, container.status())
		}
	}
	return statuses
}

func (v containerView) status() corev1.ContainerStatus {
	status := corev1.ContainerStatus{
		Name:         v.spec.Name,
		Image:        v.spec.Image,
		State:        v.state,
		RestartCount: v.restarts,
		Started:      &v.started,
		Ready:        v.ready,
	}
	if v.last != nil {
		status.LastTerminationState.Terminated = v.last
	}
	for _, mount := range v.spec.VolumeMounts {
		volume := corev1.VolumeMountStatus{Name: mount.Name, MountPath: mount.MountPath, ReadOnly: mount.ReadOnly}
		if mount.ReadOnly {
			disabled := corev1.RecursiveReadOnlyDisabled
			volume.RecursiveReadOnly = &disabled
		}
		status.VolumeMounts = append(status.VolumeMounts, volume)
	}
	if v.id != "" {
		status.ContainerID = v.id
		status.Image = fullName(v.spec.Image)
		status.ImageID = imageID(v.spec.Image)
		status.Resources = v.spec.Resources.DeepCopy()
		status.AllocatedResources = v.spec.Resources.DeepCopy().Requests
	}
	return status
}

// imageID is made up from the name, so that the same image has the same one everywhere.
func imageID(name string) string {
	digest := sha256.Sum256([]byte(fullName(name)))
	return repositoryOf(name) + "@sha256:" + hex.EncodeToString(digest[:])
}

func truth(value bool) corev1.ConditionStatus {
	if value {
		return corev1.ConditionTrue
	}
	return corev1.ConditionFalse
}
