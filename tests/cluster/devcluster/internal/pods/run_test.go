package pods

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

func TestAPodOfAServiceIsAProcess(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	pod := f.pod("nats-0")

	t.Run("it is ready, with an address of the cluster", func(t *testing.T) {
		if !podutil.IsPodReady(pod) || pod.Status.PodIP != fmt.Sprintf("10.%d.1.1", f.slot) || pod.Status.HostIP != "127.210.0.1" {
			t.Errorf("got %+v", pod.Status)
		}
	})
	t.Run("it has the arguments and variables of its container", func(t *testing.T) {
		got := f.started("nats-0")
		if !slices.Equal(got.Arguments, []string{"nats-server", "-js"}) || got.variable("PORT") != "4222" || got.variable("HOSTNAME") != "nats-0" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("it has an address and a resolver of its own", func(t *testing.T) {
		got := f.started("nats-0")
		if got.variable("DEVCLUSTER_ADDRESS") != "127"+strings.TrimPrefix(pod.Status.PodIP, "10") ||
			!strings.HasPrefix(got.variable("DEVCLUSTER_RESOLVER"), got.variable("DEVCLUSTER_ADDRESS")+":") {
			t.Errorf("got %+v", got.Environment)
		}
	})
	t.Run("it is known as the cluster's, whoever its parent is", func(t *testing.T) {
		got := f.started("nats-0")
		if got.variable(home.DirectoryVariable) != f.directory || got.variable(home.ComponentVariable) != "kre/nats-0/nats" {
			t.Errorf("got %+v", got.Environment)
		}
	})
	t.Run("its folders are its own", func(t *testing.T) {
		got := f.started("nats-0")
		for _, folder := range []string{got.Folder, got.variable("HOME"), got.variable("TMPDIR")} {
			if !strings.HasPrefix(folder, filepath.Join(f.directory, "pods", string(pod.UID))+"/") {
				t.Errorf("%s is elsewhere", folder)
			}
		}
	})
	t.Run("KWOK knows its logs", func(t *testing.T) {
		object, err := f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !belongsTo(object, pod.UID) {
			t.Errorf("it belongs to %v", object.GetOwnerReferences())
		}
		logs, _, _ := unstructured.NestedSlice(object.Object, "spec", "logs")
		content, err := os.ReadFile(logs[0].(map[string]any)["logsFile"].(string))
		if err != nil || !strings.Contains(string(content), "stdout F hello from nats-server") || !strings.Contains(string(content), "stderr F it listens on") {
			t.Errorf("%s, %v", content, err)
		}
	})
}

func TestThePodOfAServiceHasALifeAndAnEnd(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	pod := f.pod("nats-0")

	t.Run("its life is told as by a kubelet", func(t *testing.T) {
		for _, said := range []string{`Pulled: Container image "nats:2.10" already present on machine`, "Created: Created container: nats", "Started: Started container nats"} {
			f.eventually(said, func() bool { return f.says(said) })
		}
	})
	t.Run("its end leaves nothing", func(t *testing.T) {
		process := f.started("nats-0").Pid
		f.delete("nats-0", 30)
		f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
		if isAlive(process) {
			t.Error("the process is alive")
		}
		left, err := os.ReadDir(filepath.Join(f.directory, "pods"))
		if err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
		_, err = f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
		if !apierrors.IsNotFound(err) {
			t.Errorf("KWOK still knows: %v", err)
		}
		f.eventually("that is told", func() bool { return f.says("Killing: Stopping container nats") })
	})
}

func TestOtherPodsAreNotTouched(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("fated", func(pod *corev1.Pod) { pod.Annotations = map[string]string{fateAnnotation: "oom-killed"} }))
	f.create(natsPod("foreign", func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "nginx" }))
	f.create(natsPod("unreachable", func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "registry.invalid/nats" }))
	f.create(natsPod("unbound", func(pod *corev1.Pod) { pod.Spec.NodeName = "" }))
	f.create(natsPod("elsewhere", func(pod *corev1.Pod) { pod.Spec.NodeName = "node-2" }))
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	for _, name := range []string{"fated", "foreign", "unreachable", "unbound", "elsewhere"} {
		if pod := f.pod(name); len(pod.Status.ContainerStatuses) > 0 {
			t.Errorf("%s was played", name)
		}
	}
}

func TestTheLogOfAPodThatIsMadeToFailIsServed(t *testing.T) {
	f := newFixture(t)
	pod := natsPod("fated", func(pod *corev1.Pod) {
		pod.Annotations = map[string]string{fateAnnotation: "crash-loop", "log": "cannot open /data\nbye"}
	})
	f.create(pod)
	get := func() (*unstructured.Unstructured, error) {
		return f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
	}
	f.eventually("KWOK knows the log", func() bool {
		told, err := get()
		return err == nil && belongsTo(told, pod.UID)
	})
	for _, name := range []string{"web.log", "web.previous.log"} {
		content, err := os.ReadFile(filepath.Join(f.directory, "pods", string(pod.UID), name))
		if err != nil || !strings.Contains(string(content), " stderr F cannot open /data\n") {
			t.Errorf("%s: %s, %v", name, content, err)
		}
	}
	if err := f.client.CoreV1().Pods("kre").Delete(t.Context(), "fated", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	f.eventually("KWOK has forgotten it", func() bool {
		_, err := get()
		return apierrors.IsNotFound(err)
	})
}

// belongsTo tells whether an object goes with a pod.
func belongsTo(object *unstructured.Unstructured, pod types.UID) bool {
	owners := object.GetOwnerReferences()
	return len(owners) == 1 && owners[0].Kind == "Pod" && owners[0].Name == object.GetName() && owners[0].UID == pod
}

func TestOtherContainersArePretended(t *testing.T) {
	f := newFixture(t)
	always := corev1.ContainerRestartPolicyAlways
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "busybox"}, {Name: "sidecar", Image: "proxy", RestartPolicy: &always}}
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "reloader", Image: "natsio/reloader"})
	}))
	f.eventually("the pod is ready", func() bool { return podutil.IsPodReady(f.pod("nats-0")) })
	status := f.pod("nats-0").Status
	if init := status.InitContainerStatuses[0]; init.State.Terminated == nil || init.State.Terminated.Reason != reasonCompleted || !init.Ready {
		t.Errorf("init: %+v", init)
	}
	if sidecar := status.InitContainerStatuses[1]; sidecar.State.Running == nil || !sidecar.Ready {
		t.Errorf("sidecar: %+v", sidecar)
	}
	if reloader := status.ContainerStatuses[1]; reloader.State.Running == nil || !reloader.Ready {
		t.Errorf("reloader: %+v", reloader)
	}
	f.delete("nats-0", 30)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
}
