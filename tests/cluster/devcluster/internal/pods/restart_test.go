package pods

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

func TestAContainerThatExitsStartsAgainMoreAndMoreSlowly(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	first := f.status("nats-0").ContainerID
	_ = f.ask("nats-0", "/exit?code=3")
	f.eventually("it runs again at once", func() bool {
		status := f.status("nats-0")
		return status.State.Running != nil && status.RestartCount == 1
	})
	status := f.status("nats-0")
	last := status.LastTerminationState.Terminated
	if last == nil || last.ExitCode != 3 || last.Reason != reasonError || last.ContainerID != first || status.ContainerID == first {
		t.Errorf("got %+v", status)
	}
	f.runs("nats-0")
	previous, err := os.ReadFile(filepath.Join(f.directory, "pods/uid-of-nats-0/nats.previous.log"))
	if err != nil || !strings.Contains(string(previous), "hello from") {
		t.Errorf("%s, %v", previous, err)
	}
	_ = f.ask("nats-0", "/exit?code=0")
	f.eventually("it has to wait", func() bool {
		waits := f.status("nats-0").State.Waiting
		return waits != nil && waits.Reason == reasonBackOff &&
			waits.Message == "back-off 10s restarting failed container=nats pod=nats-0_kre(uid-of-nats-0)"
	})
	pod := f.pod("nats-0")
	if last := f.status("nats-0").LastTerminationState.Terminated; last.ExitCode != 0 || last.Reason != reasonCompleted {
		t.Errorf("got %+v", last)
	}
	if pod.Status.Phase != corev1.PodRunning || podutil.IsPodReady(pod) {
		t.Errorf("got %s, ready %t", pod.Status.Phase, podutil.IsPodReady(pod))
	}
	f.eventually("that is told", func() bool {
		return f.says("BackOff: Back-off restarting failed container nats in pod nats-0_kre(uid-of-nats-0)")
	})
}

func TestARestartPolicyIsObeyed(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyNever
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "EXIT", Value: "4"})
	}))
	f.create(natsPod("nats-1", func(pod *corev1.Pod) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "EXIT", Value: "0"})
	}))
	f.eventually("one has failed", func() bool { return f.pod("nats-0").Status.Phase == corev1.PodFailed })
	f.eventually("one has succeeded", func() bool { return f.pod("nats-1").Status.Phase == corev1.PodSucceeded })
	f.delete("nats-0", 30)
	f.eventually("it can be deleted", func() bool { return f.pod("nats-0") == nil })
}

func TestAProgramThatIsNoneCannotStart(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyNever
		pod.Spec.Containers[0].Command = []string{"no-such-program"}
	}))
	f.eventually("it has failed", func() bool { return f.pod("nats-0").Status.Phase == corev1.PodFailed })
	f.eventually("it is told why", func() bool {
		return f.says("Failed: Error: failed to create containerd task") && f.says(`exec: "no-such-program": executable file not found in $PATH`)
	})
	if ended := f.status("nats-0").State.Terminated; ended == nil || ended.ExitCode != codeStartError || ended.Reason != reasonStart {
		t.Errorf("got %+v", f.status("nats-0"))
	}
}

func TestAPodIsPlayedOnAfterAFailureOfTheProgram(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	f.end()
	f.play()
	f.eventually("it has started again", func() bool { return f.status("nats-0").RestartCount == 1 })
	f.runs("nats-0")
	if last := f.status("nats-0").LastTerminationState.Terminated; last.ExitCode != codeLost || last.Reason != reasonUnknown {
		t.Errorf("got %+v", last)
	}
}
