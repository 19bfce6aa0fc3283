package pods

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nodePod is a pod of a node of KRE, as KWOK leaves it.
func nodePod(name string, ready corev1.ConditionStatus) *corev1.Pod {
	return natsPod(name, func(pod *corev1.Pod) {
		pod.Spec.Containers = []corev1.Container{
			{Name: "other", Image: "other"},
			{Name: "node", Image: "konstellation/kre-py:3.4.1", Env: []corev1.EnvVar{
				{Name: inputsVariable, Value: "s.entrypoint"}, {Name: "PORT", Value: "4222"}, {Name: "NAME", ValueFrom: fieldOf("metadata.name")},
			}},
		}
		pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}}
	})
}

func (f *fixture) becomes(name string, ready corev1.ConditionStatus) {
	f.Helper()
	pod := f.pod(name)
	pod.Status.Conditions[0].Status = ready
	if err := f.client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("pods"), pod, pod.Namespace); err != nil {
		f.Fatal(err)
	}
}

// beside returns the process beside a pod, once there is another one than those that are known.
func (f *fixture) beside(name string, not ...int) started {
	f.Helper()
	var found started
	f.eventually("a process is beside "+name, func() bool {
		log, _ := os.ReadFile(filepath.Join(f.directory, "pods/uid-of-"+name, "node.log"))
		_, rest, _ := strings.Cut(string(log), "it listens on ")
		address, _, complete := strings.Cut(rest, "\n")
		url := "http://" + address + ":4222"
		if !complete || f.askAt(url+"/health") != nil {
			return false
		}
		found = f.startedAt(url + "/started")
		return !slices.Contains(not, found.Pid)
	})
	return found
}

func TestANodeThatIsReadyHasAProcessBesideIt(t *testing.T) {
	f := newFixture(t)
	f.provide(standIn)
	f.create(nodePod("node-0", corev1.ConditionFalse))
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	if _, err := os.Stat(filepath.Join(f.directory, "pods/uid-of-node-0")); err == nil {
		t.Error("it has one before it is ready")
	}
	f.becomes("node-0", corev1.ConditionTrue)
	first := f.beside("node-0")

	t.Run("with the environment of its container", func(t *testing.T) {
		if !slices.Equal(first.Arguments, []string{"stand-in", "durables"}) || first.variable(inputsVariable) != "s.entrypoint" ||
			first.variable("NAME") != "node-0" || first.variable("DEVCLUSTER_RESOLVER") == "" {
			t.Errorf("got %+v", first)
		}
	})
	t.Run("which starts again when it ends", func(t *testing.T) {
		if err := syscall.Kill(first.Pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		f.beside("node-0", first.Pid)
	})
	t.Run("and ends when the node is ready no more", func(t *testing.T) {
		second := f.beside("node-0", first.Pid)
		f.becomes("node-0", corev1.ConditionFalse)
		f.eventually("it is gone", func() bool { return !isAlive(second.Pid) })
		f.becomes("node-0", corev1.ConditionTrue)
		f.beside("node-0", first.Pid, second.Pid)
	})
	t.Run("or gone, without anything left", func(t *testing.T) {
		last := f.beside("node-0", first.Pid)
		if err := f.client.CoreV1().Pods("kre").Delete(context.Background(), "node-0", metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		f.eventually("it is gone", func() bool { return !isAlive(last.Pid) })
		f.eventually("and its log", func() bool {
			_, known := f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), "node-0", metav1.GetOptions{})
			_, present := os.Stat(filepath.Join(f.directory, "pods/uid-of-node-0"))
			return apierrors.IsNotFound(known) && os.IsNotExist(present)
		})
	})
}

func TestTheEndOfTheProgramEndsWhatIsBesidePods(t *testing.T) {
	f := newFixture(t)
	f.provide(standIn)
	f.create(nodePod("node-0", corev1.ConditionTrue))
	process := f.beside("node-0").Pid
	f.end()
	if isAlive(process) {
		t.Error("it is alive")
	}
}

func TestANodeWithoutTheProgramIsTold(t *testing.T) {
	f := newFixture(t)
	f.create(nodePod("node-0", corev1.ConditionTrue))
	f.eventually("that is told", func() bool {
		return f.says("Failed: Error: the node has no consumers: devcluster was started without the program stand-in")
	})
}
