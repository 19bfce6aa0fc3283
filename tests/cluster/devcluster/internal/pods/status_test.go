package pods

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

func waits(reason string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}
}

func runs() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
}

func terminated(code int32) *corev1.ContainerStateTerminated {
	return &corev1.ContainerStateTerminated{ExitCode: code}
}

func hasEnded(code int32) corev1.ContainerState {
	return corev1.ContainerState{Terminated: terminated(code)}
}

func TestAPodIsInAPhase(t *testing.T) {
	type views = []containerView
	for _, fact := range []struct {
		says       string
		policy     corev1.RestartPolicy
		containers views
		ended      bool
		want       corev1.PodPhase
	}{
		{"pending while a container has not started", "Always", views{{state: runs()}, {state: waits(reasonCreating)}}, false, corev1.PodPending},
		{"running once all have", "Always", views{{state: runs()}, {state: runs()}}, false, corev1.PodRunning},
		{"running while one waits to start again", "Always", views{{state: waits(reasonBackOff), last: terminated(1)}}, false, corev1.PodRunning},
		{"running when one that ended will start again", "OnFailure", views{{state: hasEnded(1)}}, false, corev1.PodRunning},
		{"succeeded when none will", "OnFailure", views{{state: hasEnded(0)}}, false, corev1.PodSucceeded},
		{"failed when one failed for good", "Never", views{{state: hasEnded(0)}, {state: hasEnded(3)}}, false, corev1.PodFailed},
		{"running while another still runs", "Never", views{{state: runs()}, {state: hasEnded(3)}}, false, corev1.PodRunning},
		{"succeeded when it is stopped and all obeyed", "Always", views{{state: hasEnded(0)}}, true, corev1.PodSucceeded},
		{"failed when it is stopped and one did not", "Always", views{{state: hasEnded(143)}}, true, corev1.PodFailed},
		{"pending before init containers are done", "Always", views{{initial: true, state: runs()}, {state: waits(reasonInitializes)}}, false, corev1.PodPending},
		{"failed when an init container failed for good", "Never", views{{initial: true, state: hasEnded(1)}, {state: waits(reasonInitializes)}}, false, corev1.PodFailed},
		{"pending when an init container will be tried again", "Always", views{{initial: true, state: waits(reasonBackOff), last: terminated(1)}, {state: waits(reasonInitializes)}}, false, corev1.PodPending},
	} {
		t.Run(fact.says, func(t *testing.T) {
			pod := podOf(fact.policy, fact.containers)
			got := podView{containers: fact.containers, ended: fact.ended}.status(pod, corev1.PodStatus{}, metav1.Now())
			if got.Phase != fact.want {
				t.Errorf("got %s", got.Phase)
			}
		})
	}
}

// podOf makes the pod that views are of, and gives them their containers.
func podOf(policy corev1.RestartPolicy, views []containerView) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Generation: 2}, Spec: corev1.PodSpec{RestartPolicy: policy}}
	for i := range views {
		views[i].spec = &corev1.Container{Name: string(rune('a' + i)), Image: "nats"}
		if views[i].initial {
			pod.Spec.InitContainers = append(pod.Spec.InitContainers, *views[i].spec)
		} else {
			pod.Spec.Containers = append(pod.Spec.Containers, *views[i].spec)
		}
	}
	return pod
}

func TestConditionsSayWhyAPodIsNotReady(t *testing.T) {
	views := []containerView{{state: runs(), ready: true}, {state: runs()}}
	got := podView{containers: views, sandbox: true}.status(podOf("Always", views), corev1.PodStatus{}, metav1.Now())
	_, ready := podutil.GetPodCondition(&got, corev1.PodReady)
	if ready.Status != corev1.ConditionFalse || ready.Reason != "ContainersNotReady" || ready.Message != "containers with unready status: [b]" {
		t.Errorf("got %+v", ready)
	}
	for _, kind := range []corev1.PodConditionType{corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodScheduled} {
		if _, condition := podutil.GetPodCondition(&got, kind); condition.Status != corev1.ConditionTrue || condition.ObservedGeneration != 2 {
			t.Errorf("got %+v", condition)
		}
	}
}

func TestAConditionKeepsItsTimeUntilItChanges(t *testing.T) {
	views := []containerView{{state: runs()}}
	pod := podOf("Always", views)
	early, late := metav1.NewTime(time.Unix(100, 0)), metav1.NewTime(time.Unix(200, 0))
	first := podView{containers: views}.status(pod, corev1.PodStatus{}, early)
	views[0].ready = true
	second := podView{containers: views}.status(pod, first, late)
	_, ready := podutil.GetPodCondition(&second, corev1.PodReady)
	_, scheduled := podutil.GetPodCondition(&second, corev1.PodScheduled)
	if !ready.LastTransitionTime.Equal(&late) || !scheduled.LastTransitionTime.Equal(&early) {
		t.Errorf("ready %s, scheduled %s", ready.LastTransitionTime, scheduled.LastTransitionTime)
	}
	if !second.StartTime.Equal(&early) {
		t.Errorf("started at %s", second.StartTime)
	}
}

func TestConditionsOfOthersStay(t *testing.T) {
	views := []containerView{{state: runs(), ready: true}}
	pod := podOf("Always", views)
	pod.Spec.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: "example.com/gate"}}
	old := corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: "example.com/gate", Status: corev1.ConditionFalse}}}
	got := podView{containers: views}.status(pod, old, metav1.Now())
	_, ready := podutil.GetPodCondition(&got, corev1.PodReady)
	if len(got.Conditions) != 6 || ready.Reason != "ReadinessGatesNotReady" {
		t.Errorf("got %+v", got.Conditions)
	}
}

func TestAPhaseThatIsFinalStays(t *testing.T) {
	views := []containerView{{state: runs()}}
	got := podView{containers: views}.status(podOf("Always", views), corev1.PodStatus{Phase: corev1.PodFailed}, metav1.Now())
	if got.Phase != corev1.PodFailed {
		t.Errorf("got %s", got.Phase)
	}
}

func TestAContainerThatWasCreatedHasAnIdentity(t *testing.T) {
	spec := &corev1.Container{Name: "nats", Image: "nats:2", VolumeMounts: []corev1.VolumeMount{{Name: "a", MountPath: "/a", ReadOnly: true}}}
	before := containerView{spec: spec, state: waits(reasonCreating)}.status()
	if before.Image != "nats:2" || before.ImageID != "" || before.ContainerID != "" {
		t.Errorf("before: %+v", before)
	}
	after := containerView{spec: spec, state: runs(), id: newContainerID()}.status()
	if after.Image != "docker.io/library/nats:2" || len(after.ContainerID) != len("containerd://")+64 ||
		len(after.ImageID) != len("docker.io/library/nats@sha256:")+64 {
		t.Errorf("after: %+v", after)
	}
	if len(after.VolumeMounts) != 1 || *after.VolumeMounts[0].RecursiveReadOnly != corev1.RecursiveReadOnlyDisabled {
		t.Errorf("mounts: %+v", after.VolumeMounts)
	}
}
