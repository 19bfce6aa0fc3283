package pods

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// entrypointPod makes a pod that of an entrypoint of KRE, whose files are fetched with an exit code.
func entrypointPod(code string) func(*corev1.Pod) {
	emptyDir := corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
	return func(pod *corev1.Pod) {
		files := corev1.VolumeMount{Name: "krt-base-path", MountPath: "/krt-files"}
		pod.Spec.InitContainers = []corev1.Container{{
			Name: "krt-files-downloader", Image: "konstellation/krt-files-downloader:2.3.0",
			Env:          []corev1.EnvVar{{Name: "EXIT", Value: code}, {Name: "KRT_BASE_PATH", Value: "/krt-files"}},
			VolumeMounts: []corev1.VolumeMount{files},
		}}
		pod.Spec.Containers = []corev1.Container{
			{
				Name: "v1", Image: "konstellation/kre-entrypoint:3.3.6",
				Env: []corev1.EnvVar{{Name: "PORT", Value: "4222"}, {Name: "KRT_NATS_SUBJECTS_FILE", Value: "/src/conf/nats_subject.json"}},
				VolumeMounts: []corev1.VolumeMount{
					files, {Name: "app-log-volume", MountPath: "/var/log/app"},
					{Name: "version-conf-files", MountPath: "/src/conf/nats_subject.json", SubPath: "nats_subject.json"},
				},
			},
			{Name: "fluent-bit", Image: "fluent/fluent-bit:1.3"},
			{Name: "v1-web", Image: "nginxinc/nginx-unprivileged:stable-alpine"},
		}
		pod.Spec.Volumes = []corev1.Volume{
			{Name: "krt-base-path", VolumeSource: emptyDir}, {Name: "app-log-volume", VolumeSource: emptyDir}, *configMapVolume("conf"),
		}
		pod.Spec.Volumes[2].Name = "version-conf-files"
	}
}

func subjects() *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "conf"}, Data: map[string]string{"nats_subject.json": "{}"},
	}
}

func TestAnEntrypointIsAProcessAfterItsFilesWereFetched(t *testing.T) {
	f := newFixture(t, subjects())
	f.provide(standIn)
	f.create(natsPod("nats-0", entrypointPod("0")))
	f.runs("nats-0")
	pod := f.pod("nats-0")
	folder := filepath.Join(f.directory, "pods/uid-of-nats-0")

	t.Run("it is told where its files are", func(t *testing.T) {
		got := f.started("nats-0")
		want := []string{
			"stand-in", "kre-entrypoint", "--proto", folder + "/volumes/krt-base-path/public_input.proto",
			"--log", folder + "/volumes/app-log-volume/app.log",
		}
		if !slices.Equal(got.Arguments, want) {
			t.Errorf("got %q", got.Arguments)
		}
		if content := f.file("nats-0", got.variable("KRT_NATS_SUBJECTS_FILE")); content != "{}" {
			t.Errorf("the subjects are %q", content)
		}
	})
	t.Run("its files were fetched by a process", func(t *testing.T) {
		init := pod.Status.InitContainerStatuses[0]
		if init.State.Terminated == nil || init.State.Terminated.Reason != reasonCompleted || !init.Ready {
			t.Errorf("got %+v", init)
		}
		content, err := os.ReadFile(filepath.Join(folder, "krt-files-downloader.log"))
		if err != nil || !strings.Contains(string(content), "hello from stand-in") {
			t.Errorf("%s, %v", content, err)
		}
	})
	t.Run("the containers beside it are ready without one", func(t *testing.T) {
		if !podutil.IsPodReady(pod) || len(pod.Status.ContainerStatuses) != 3 {
			t.Errorf("got %+v", pod.Status)
		}
	})
}

func TestFilesThatCannotBeFetchedHoldAnEntrypointUp(t *testing.T) {
	f := newFixture(t, subjects())
	f.provide(standIn)
	f.create(natsPod("nats-0", entrypointPod("1")))
	f.eventually("it has to wait", func() bool {
		statuses := f.pod("nats-0").Status.InitContainerStatuses
		return len(statuses) == 1 && statuses[0].State.Waiting != nil && statuses[0].State.Waiting.Reason == reasonBackOff
	})
	pod := f.pod("nats-0")
	if waits := pod.Status.ContainerStatuses[0].State.Waiting; waits == nil || waits.Reason != reasonInitializes || pod.Status.Phase != corev1.PodPending {
		t.Errorf("got %+v", pod.Status)
	}
	f.delete("nats-0", 1)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
}
