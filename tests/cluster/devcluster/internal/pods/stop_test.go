package pods

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestAProcessHasItsGraceToEnd(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	}))
	f.runs("nats-0")
	begin := time.Now()
	f.delete("nats-0", 3)
	time.Sleep(time.Second)
	if f.pod("nats-0") == nil || f.ask("nats-0", "/health") != nil {
		t.Error("it was killed before its time")
	}
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if took := time.Since(begin); took < 3*time.Second || took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAGraceCanBeShortened(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	}))
	f.runs("nats-0")
	begin := time.Now()
	f.delete("nats-0", 600)
	f.delete("nats-0", 1)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if took := time.Since(begin); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAHookMaySleepBeforeTheSignal(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 2}}}
	}))
	f.runs("nats-0")
	begin := time.Now()
	f.delete("nats-0", 30)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if took := time.Since(begin); took < 2*time.Second || took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAPodThatIsForgottenIsKilledAtOnce(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	}))
	f.runs("nats-0")
	process := f.started("nats-0").Pid
	if err := f.client.CoreV1().Pods("kre").Delete(context.Background(), "nats-0", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	f.create(natsPod("nats-0", func(pod *corev1.Pod) { pod.UID = "another" }))
	f.eventually("the process is gone", func() bool { return !isAlive(process) })
	f.runs("nats-0")
	told, err := f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), "nats-0", metav1.GetOptions{})
	if err != nil || told.GetLabels()[podLabel] != "another" || !belongsTo(told, "another") {
		t.Errorf("KWOK knows %v, %v", told, err)
	}
	f.eventually("and its folder", func() bool {
		_, err := os.Stat(filepath.Join(f.directory, "pods/uid-of-nats-0"))
		return os.IsNotExist(err)
	})
}

func TestTheEndOfTheProgramEndsAllProcesses(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"nats-0", "nats-1"} {
		f.create(natsPod(name, func(pod *corev1.Pod) {
			if name == "nats-1" {
				pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
			}
		}))
		f.runs(name)
	}
	processes := []int{f.started("nats-0").Pid, f.started("nats-1").Pid}
	begin := time.Now()
	f.end()
	for _, process := range processes {
		if isAlive(process) {
			t.Errorf("%d is alive", process)
		}
	}
	if took := time.Since(begin); took > stopTimeout+2*time.Second {
		t.Errorf("it took %s", took)
	}
}
