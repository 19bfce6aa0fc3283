package kwok

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// form says what of a pod people look at first: phase, and per container its state and readiness.
func form(pod *corev1.Pod) string {
	parts := []string{string(pod.Status.Phase)}
	for _, status := range append(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses...) {
		parts = append(parts, status.Name+" "+state(status))
	}
	return strings.Join(parts, ", ")
}

func state(status corev1.ContainerStatus) string {
	switch {
	case status.State.Waiting != nil:
		return status.State.Waiting.Reason
	case status.State.Terminated != nil:
		return status.State.Terminated.Reason
	case status.State.Running != nil && status.Ready:
		return "ready"
	case status.State.Running != nil:
		return "running"
	}
	return "nothing"
}

func condition(pod *corev1.Pod, wanted corev1.PodConditionType) corev1.PodCondition {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == wanted {
			return condition
		}
	}
	return corev1.PodCondition{}
}

func TestPodsThatNothingBefalls(t *testing.T) {
	job := `metadata: {ownerReferences: [{kind: Job, apiVersion: batch/v1, name: once, uid: "1"}]}
spec: {restartPolicy: Never, `
	delayed := `metadata: {annotations: {devcluster.kre.konstellation.io/delay: 3s}}
spec: {`
	for fact, this := range map[string]struct {
		pod   string
		forms []string
	}{
		"a pod is ready at once": {
			`spec: {containers: [{name: app, image: web}]}`,
			[]string{"Running, app ready"},
		},
		"init containers have ended, and sidecars run": {
			`spec: {initContainers: [{name: one, image: a}, {name: two, image: b, restartPolicy: Always}], containers: [{name: app, image: web}]}`,
			[]string{"Running, one Completed, two ready, app ready"},
		},
		"a Job completes": {
			job + `containers: [{name: app, image: web}, {name: other, image: web}]}`,
			[]string{"Running, app ready, other ready", "Succeeded, app Completed, other Completed"},
		},
		"the sidecar of a Job ends with it": {
			job + `initContainers: [{name: side, image: a, restartPolicy: Always}], containers: [{name: app, image: web}]}`,
			[]string{"Running, side ready, app ready", "Succeeded, side Completed, app Completed"},
		},
		"a pod without probes is created only after its delay": {
			delayed + `containers: [{name: app, image: web}]}`,
			[]string{"Pending, app ContainerCreating", "Running, app ready"},
		},
		"a pod with init containers says so while it waits": {
			delayed + `initContainers: [{name: one, image: a}], containers: [{name: app, image: web}]}`,
			[]string{"Pending, one PodInitializing, app PodInitializing", "Running, one Completed, app ready"},
		},
		"a pod with a probe runs unready until its delay is over": {
			delayed + `containers: [{name: app, image: web, startupProbe: {}}, {name: other, image: web}, {name: third, image: web, readinessProbe: {}}]}`,
			[]string{"Running, app running, other ready, third running", "Running, app ready, other ready, third ready"},
		},
	} {
		t.Run(fact, func(t *testing.T) {
			player := play(t, this.pod)
			for _, wanted := range this.forms {
				if got := form(player.steps(1).pod); got != wanted {
					t.Fatalf("got  %s\nwant %s", got, wanted)
				}
			}
			player.rests()
		})
	}
}

func TestADelayIsAsLongAsThePodSays(t *testing.T) {
	player := play(t, `metadata: {annotations: {devcluster.kre.konstellation.io/delay: 1m30s}}
spec: {containers: [{name: app, image: web}]}`).steps(2)
	if player.delay != 90*time.Second {
		t.Errorf("got %s", player.delay)
	}
}

func TestTheStatusOfAReadyPodIsComplete(t *testing.T) {
	pod := play(t, `spec:
  containers:
  - name: app
    image: shop/web
    resources: {requests: {cpu: 100m}, limits: {cpu: "1"}}
    volumeMounts: [{name: data, mountPath: /data}, {name: secret, mountPath: /secret, readOnly: true}]`).steps(1).pod
	status := pod.Status
	if status.ObservedGeneration != 1 || status.StartTime == nil || status.HostIP == "" || len(status.HostIPs) != 1 ||
		status.PodIP == "" || len(status.PodIPs) != 1 || status.QOSClass != corev1.PodQOSBestEffort {
		t.Errorf("something is missing in %+v", status)
	}
	var types []string
	for _, condition := range status.Conditions {
		types = append(types, string(condition.Type))
		if condition.Status != corev1.ConditionTrue || condition.ObservedGeneration != 1 || condition.Reason != "" || condition.LastTransitionTime.IsZero() {
			t.Errorf("condition %+v", condition)
		}
	}
	if got := strings.Join(types, " "); got != "PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled" {
		t.Errorf("conditions %s", got)
	}
	if condition(pod, corev1.PodScheduled).LastTransitionTime.Year() != 2026 {
		t.Error("what the scheduler wrote has a new time")
	}
	container := status.ContainerStatuses[0]
	if container.Image != "docker.io/shop/web:latest" ||
		!strings.HasPrefix(container.ImageID, "docker.io/shop/web@sha256:") ||
		!strings.HasPrefix(container.ContainerID, "containerd://") ||
		container.Started == nil || !*container.Started ||
		container.Resources.Limits.Cpu().String() != "1" || container.AllocatedResources.Cpu().String() != "100m" {
		t.Errorf("container %+v", container)
	}
	mounts := container.VolumeMounts
	if len(mounts) != 2 || mounts[0].RecursiveReadOnly != nil || *mounts[1].RecursiveReadOnly != corev1.RecursiveReadOnlyDisabled {
		t.Errorf("mounts %+v", mounts)
	}
}

func TestImagesAreNamedAsARuntimeNamesThem(t *testing.T) {
	for image, wanted := range map[string][2]string{
		"web":                      {"docker.io/library/web:latest", "docker.io/library/web@sha256:"},
		"shop/web:1":               {"docker.io/shop/web:1", "docker.io/shop/web@sha256:"},
		"localhost:5000/web":       {"localhost:5000/web:latest", "localhost:5000/web@sha256:"},
		"ghcr.io/a/b/c:2":          {"ghcr.io/a/b/c:2", "ghcr.io/a/b/c@sha256:"},
		"ghcr.io/a@sha256:0123abc": {"ghcr.io/a@sha256:0123abc", "ghcr.io/a@sha256:0123abc"},
	} {
		status := play(t, `spec: {containers: [{name: app, image: "`+image+`"}]}`).steps(1).pod.Status.ContainerStatuses[0]
		if status.Image != wanted[0] || !strings.HasPrefix(status.ImageID, wanted[1]) {
			t.Errorf("%s became %s and %s", image, status.Image, status.ImageID)
		}
	}
}

func TestReadinessGatesAreAwaited(t *testing.T) {
	player := play(t, `spec: {readinessGates: [{conditionType: shop/open}], containers: [{name: app, image: web}]}`).steps(1)
	ready := condition(player.pod, corev1.PodReady)
	if ready.Reason != "ReadinessGatesNotReady" || ready.Message != `corresponding condition of pod readiness gate "shop/open" does not exist.` {
		t.Errorf("without the condition: %+v", ready)
	}
	if condition(player.pod, corev1.ContainersReady).Status != corev1.ConditionTrue {
		t.Error("the containers are not ready")
	}
	player.rests()
	gate := corev1.PodCondition{Type: "shop/open", Status: corev1.ConditionFalse, LastTransitionTime: metav1.Now()}
	player.pod.Status.Conditions = append(player.pod.Status.Conditions, gate)
	ready = condition(player.steps(1).pod, corev1.PodReady)
	if ready.Message != `the status of pod readiness gate "shop/open" is not "True", but False` {
		t.Errorf("with the condition: %+v", ready)
	}
	for index := range player.pod.Status.Conditions {
		player.pod.Status.Conditions[index].Status = corev1.ConditionTrue
	}
	ready = condition(player.steps(1).pod, corev1.PodReady)
	if ready.Status != corev1.ConditionTrue || ready.Reason != "" || ready.Message != "" {
		t.Errorf("in the end: %+v", ready)
	}
}

func TestAChangedSpecificationIsObserved(t *testing.T) {
	player := play(t, `spec: {containers: [{name: app, image: web}]}`).steps(1).rests()
	started := player.pod.Status.ContainerStatuses[0].State.Running.StartedAt
	player.pod.Generation = 2
	player.steps(1).rests()
	status := player.pod.Status
	if status.ObservedGeneration != 2 || !status.ContainerStatuses[0].State.Running.StartedAt.Equal(&started) {
		t.Errorf("%+v", status)
	}
}

func TestADeletedPodGoesAtOnce(t *testing.T) {
	for _, fate := range []string{"", "crash-loop", "stuck", "nonsense"} {
		player := play(t, `metadata: {annotations: {devcluster.kre.konstellation.io/fate: "`+fate+`"}}
spec: {containers: [{name: app, image: web}]}`)
		player.isDeleted()
		if player.steps(1); !player.deleted || player.delay != 0 {
			t.Errorf("fate %q: deleted %t after %s", fate, player.deleted, player.delay)
		}
	}
}

func TestAPodIsDeletedOnlyOnce(t *testing.T) {
	for _, finalizers := range []string{"", "shop/counted"} {
		player := play(t, `metadata: {finalizers: [`+finalizers+`]}
spec: {containers: [{name: app, image: web}]}`)
		over := int64(0)
		player.isDeleted().pod.DeletionGracePeriodSeconds = &over
		if stage := player.step(); stage != "" {
			t.Errorf("finalizer %q: stage %s", finalizers, stage)
		}
	}
}

func TestADeletedPodThatIsHeldBackFails(t *testing.T) {
	player := play(t, `metadata: {finalizers: [batch.kubernetes.io/job-tracking], ownerReferences: [{kind: Job, apiVersion: batch/v1, name: once, uid: "1"}]}
spec: {restartPolicy: Never, containers: [{name: app, image: web}]}`).steps(1)
	player.isDeleted().steps(1)
	ended := player.pod.Status.ContainerStatuses[0].State.Terminated
	if !player.deleted || player.pod.Status.Phase != corev1.PodFailed || ended == nil || ended.ExitCode != 137 {
		t.Errorf("deleted %t, %+v", player.deleted, player.pod.Status)
	}
}

func TestPodsOfServicesAreLeftAlone(t *testing.T) {
	for image, left := range map[string]bool{
		"nats": true, "nats:2.10-alpine": true, "docker.io/library/mongo:7": true, "quay.io/minio/minio@sha256:00": true,
		"localhost:5000/versitygw:1": true, "influxdb:2": true,
		"natsio/nats-box": false, "mongo-express": false, "minio/mc": false, "reg.invalid/nats:2": false,
	} {
		player := play(t, `spec: {containers: [{name: app, image: web}, {name: service, image: "`+image+`"}]}`)
		if stage := player.step(); (stage == "") != left {
			t.Errorf("%s: stage %q", image, stage)
		}
		player.isDeleted()
		if player.step(); player.deleted == left {
			t.Errorf("%s: deleted %t", image, player.deleted)
		}
	}
}

func TestAServiceAsInitContainerMakesNoService(t *testing.T) {
	play(t, `spec: {initContainers: [{name: wait, image: mongo}], containers: [{name: app, image: web}]}`).steps(1)
}

func TestAServiceWithAFateIsPlayed(t *testing.T) {
	play(t, `metadata: {annotations: {devcluster.kre.konstellation.io/fate: crash-loop}}
spec: {containers: [{name: app, image: nats}]}`).steps(5)
}
