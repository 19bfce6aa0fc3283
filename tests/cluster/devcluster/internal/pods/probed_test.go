package pods

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

func healthProbe() *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/health"}},
		PeriodSeconds: 1, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1,
	}
}

func withPort(probe *corev1.Probe) *corev1.Probe {
	probe.HTTPGet.Port.IntVal = 4222
	return probe
}

func TestAReadinessProbeDecidesWhoIsReady(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].ReadinessProbe = withPort(healthProbe())
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "SICK", Value: "1"})
	}))
	f.runs("nats-0")
	f.eventually("it is not ready, and it is told why", func() bool {
		return !f.status("nats-0").Ready && f.says("Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503")
	})
	_ = f.ask("nats-0", "/well")
	f.eventually("it is ready when it is well", func() bool { return podutil.IsPodReady(f.pod("nats-0")) })
	_ = f.ask("nats-0", "/sick")
	f.eventually("it is no more when it is not", func() bool { return !podutil.IsPodReady(f.pod("nats-0")) })
}

func TestALivenessProbeEndsWhatIsSick(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].LivenessProbe = withPort(healthProbe())
	}))
	f.runs("nats-0")
	_ = f.ask("nats-0", "/sick")
	f.eventually("it runs again", func() bool { return f.status("nats-0").RestartCount == 1 && f.status("nats-0").State.Running != nil })
	if last := f.status("nats-0").LastTerminationState.Terminated; last.ExitCode != 143 {
		t.Errorf("got %+v", last)
	}
	f.eventually("that is told", func() bool { return f.says("Killing: Container nats failed liveness probe, will be restarted") })
}

func TestAStartupProbeComesBeforeTheOthers(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].StartupProbe = withPort(healthProbe())
		pod.Spec.Containers[0].StartupProbe.FailureThreshold = 60
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "SICK", Value: "1"})
	}))
	f.runs("nats-0")
	f.eventually("it has not started up", func() bool { return f.says("Unhealthy: Startup probe failed") })
	if status := f.status("nats-0"); *status.Started || status.Ready {
		t.Errorf("got %+v", status)
	}
	_ = f.ask("nats-0", "/well")
	f.eventually("it has, and is ready", func() bool { return *f.status("nats-0").Started && f.status("nats-0").Ready })
}

func TestAProbeThatExecutesChecksAPort(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 4222}}
		pod.Spec.Containers[0].ReadinessProbe = &corev1.Probe{
			ProbeHandler:  corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"false"}}},
			PeriodSeconds: 1, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1,
		}
	}))
	f.eventually("it is ready", func() bool { return f.status("nats-0").Ready })
}
