package pods

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	fakedynamic "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	kubetesting "k8s.io/client-go/testing"
)

// service builds testdata/service once and returns its path.
var service = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "pods-test-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(folder, "service")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", program, "./testdata/service")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return program, nil
})

// slots gives each cluster a slot of its own.
var slots atomic.Uint32

// fixture is a cluster of one node without an API server, and its pods.
type fixture struct {
	*testing.T
	slot      byte
	client    *fake.Clientset
	dynamic   *fakedynamic.FakeDynamicClient
	directory string
	programs  string
	watching  chan struct{}
	end       func()
}

// newFixture starts to play the pods of a cluster, which has some objects already.
func newFixture(t *testing.T, objects ...runtime.Object) *fixture {
	t.Helper()
	t.Parallel()
	const firstSlot = 200
	f := &fixture{T: t, slot: byte(firstSlot + slots.Add(1)), directory: t.TempDir(), programs: t.TempDir()}
	f.provide("nats-server")
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "node-1", Labels: map[string]string{"type": "kwok"}},
		Status:     corev1.NodeStatus{Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "127.210.0.1"}}},
	}
	f.client = fake.NewClientset(append([]runtime.Object{node}, objects...)...)
	f.dynamic = fakedynamic.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		kwokLogs: "LogsList",
	})
	// A fake forgets what happens between a list and the watch after it.
	f.watching = make(chan struct{}, 8)
	f.client.PrependWatchReactor("pods", func(action kubetesting.Action) (bool, watch.Interface, error) {
		opened, err := f.client.Tracker().Watch(action.GetResource(), action.GetNamespace())
		f.watching <- struct{}{}
		return true, opened, err
	})
	f.play()
	t.Cleanup(func() { f.end() })
	return f
}

// provide puts a program into the folder of programs.
func (f *fixture) provide(name string) {
	f.Helper()
	program, err := service()
	if err == nil {
		err = os.Symlink(program, filepath.Join(f.programs, name))
	}
	if err != nil {
		f.Fatal(err)
	}
}

// play starts to play, as if the program had just been started.
func (f *fixture) play() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	config := Config{
		Slot: f.slot, Directory: f.directory, Programs: f.programs,
		Log: slog.New(slog.NewTextHandler(f.Output(), nil)),
		FailureLog: func(pod *corev1.Pod) (string, string, bool) {
			return "web", pod.Annotations["log"], pod.Annotations["log"] != ""
		},
	}
	go func() { done <- run(ctx, config, f.client, f.dynamic) }()
	f.end = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			f.Error(err)
		}
	})
	<-f.watching
}

// natsPod is a pod as the API server would have it, bound to the node.
func natsPod(name string, change func(*corev1.Pod)) *corev1.Pod {
	thirty := int64(30)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: name, UID: types.UID("uid-of-" + name), Generation: 1},
		Spec: corev1.PodSpec{
			NodeName: "node-1", RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: &thirty,
			Containers: []corev1.Container{{
				Name: "nats", Image: "nats:2.10", Args: []string{"-js"},
				Env:   []corev1.EnvVar{{Name: "PORT", Value: "4222"}},
				Ports: []corev1.ContainerPort{{ContainerPort: 4333}},
			}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}}},
	}
	if change != nil {
		change(pod)
	}
	return pod
}

func (f *fixture) create(pod *corev1.Pod) {
	f.Helper()
	if _, err := f.client.CoreV1().Pods(pod.Namespace).Create(f.Context(), pod, metav1.CreateOptions{}); err != nil {
		f.Fatal(err)
	}
}

// pod returns a pod, or nil if it is gone.
func (f *fixture) pod(name string) *corev1.Pod {
	found, err := f.client.CoreV1().Pods("kre").Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return nil
	}
	return found
}

// status returns the status of the first container of a pod.
func (f *fixture) status(name string) corev1.ContainerStatus {
	pod := f.pod(name)
	if pod == nil || len(pod.Status.ContainerStatuses) == 0 {
		return corev1.ContainerStatus{}
	}
	return pod.Status.ContainerStatuses[0]
}

func (f *fixture) eventually(what string, is func() bool) {
	f.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if is() {
			return
		}
	}
	for _, name := range []string{"nats-0", "nats-1"} {
		if pod := f.pod(name); pod != nil {
			status, _ := json.MarshalIndent(pod.Status, "", " ")
			f.Logf("%s: %s", name, status)
		}
	}
	f.Logf("events: %q", f.events())
	f.Fatalf("it did not come true that %s", what)
}

func (f *fixture) runs(name string) {
	f.Helper()
	f.eventually(name+" runs and answers", func() bool {
		pod := f.pod(name)
		return pod != nil && pod.Status.Phase == corev1.PodRunning && f.status(name).State.Running != nil && f.ask(name, "/health") == nil
	})
}

// delete asks for the deletion of a pod as the API server would: it stays until nothing runs.
func (f *fixture) delete(name string, grace int64) {
	f.Helper()
	pod := f.pod(name)
	now := metav1.Now()
	pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &now, &grace
	if err := f.client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("pods"), pod, pod.Namespace); err != nil {
		f.Fatal(err)
	}
}

// events returns what has been said of pods, as `reason: message`.
func (f *fixture) events() []string {
	list, err := f.client.CoreV1().Events("kre").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		f.Fatal(err)
	}
	var said []string
	for _, event := range list.Items {
		said = append(said, event.Reason+": "+event.Message)
	}
	return said
}

func (f *fixture) says(event string) bool {
	for _, said := range f.events() {
		if strings.Contains(said, event) {
			return true
		}
	}
	return false
}
