// Package kwok tests what KWOK makes of the stages, without a cluster: pods are played in memory.
package kwok

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
	"sigs.k8s.io/yaml"
)

const prefix = "devcluster.kre.konstellation.io/"

// stages are those of the module beside this one, which nothing else can be asked for: it needs
// older libraries than KWOK.
var stages = sync.OnceValues(func() ([]config.InternalObject, error) {
	command := exec.Command("go", "run", "-trimpath", "-buildvcs=false", "-mod=readonly", "./internal/stages/configuration")
	command.Dir = filepath.Join("..", "devcluster")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "stages-*.yaml")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(text); err != nil {
		return nil, err
	}
	return config.Load(context.Background(), file.Name())
})

// player does to one pod what KWOK would do, as soon as it may.
type player struct {
	t        testing.TB
	stages   lifecycle.Lifecycle
	renderer gotpl.Renderer
	pod      *corev1.Pod
	events   []corev1.Event
	// delay is how long KWOK would have waited before the last step.
	delay   time.Duration
	deleted bool
}

func play(t testing.TB, text string) *player {
	t.Helper()
	pod := &corev1.Pod{}
	if err := yaml.Unmarshal([]byte(text), pod); err != nil {
		t.Fatal(err)
	}
	complete(pod)
	return &player{t: t, stages: lifecycleOf(t, "Pod"), renderer: renderer(), pod: pod}
}

func lifecycleOf(t testing.TB, kind string) lifecycle.Lifecycle {
	t.Helper()
	objects, err := stages()
	if err != nil {
		t.Fatal(err)
	}
	var chosen []*internalversion.Stage
	for _, stage := range config.FilterWithType[*internalversion.Stage](objects) {
		if stage.Spec.ResourceRef.Kind == kind {
			chosen = append(chosen, stage)
		}
	}
	all, err := lifecycle.NewLifecycle(chosen)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func renderer() gotpl.Renderer {
	return gotpl.NewRenderer(gotpl.FuncMap{
		"NodeIP":     func() string { return "127.1.0.1" },
		"NodePort":   func() int { return 10247 },
		"NodeIPWith": func(string) string { return "127.1.0.1" },
		"PodIPWith": func(_ string, hostNetwork bool, _, _, _ string) (string, error) {
			if hostNetwork {
				return "127.1.0.1", nil
			}
			return "10.244.0.7", nil
		},
	})
}

// complete adds what the API server and the scheduler have written before a kubelet looks.
func complete(pod *corev1.Pod) {
	pod.Name, pod.Namespace, pod.UID, pod.Generation = "web", "shop", "1f2e", 1
	pod.Spec.NodeName = "node-1"
	if pod.Spec.RestartPolicy == "" {
		pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	}
	pod.Status.Phase = corev1.PodPending
	pod.Status.QOSClass = corev1.PodQOSBestEffort
	pod.Status.Conditions = []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionTrue, ObservedGeneration: 1,
		LastTransitionTime: metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
	}}
}

// step plays the next stage and returns its name, or nothing when none is left.
func (p *player) step() string {
	p.t.Helper()
	event := &lifecycle.Event{Labels: p.pod.Labels, Annotations: p.pod.Annotations, Data: p.pod}
	possible, err := p.stages.ListAllPossible(context.Background(), event)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(possible) == 0 || p.deleted {
		return ""
	}
	if len(possible) > 1 {
		p.t.Fatalf("KWOK would have to choose between %s and %s", possible[0].Name(), possible[1].Name())
	}
	stage := possible[0]
	if p.delay, _, err = stage.Delay(context.Background(), event, time.Now()); err != nil {
		p.t.Fatal(err)
	}
	seen := p.pod.DeepCopy()
	_, err = stage.DoSteps(0, seen.Finalizers, seen, p.renderer,
		func(*internalversion.StageEvent) error { return nil },
		func() error { p.deleted = true; return nil }, p.patch, p.apply)
	if err != nil {
		p.t.Fatal(err)
	}
	return stage.Name()
}

func (p *player) patch(patch *lifecycle.Patch) error {
	before, err := json.Marshal(p.pod)
	if err != nil {
		return err
	}
	after, err := strategicpatch.StrategicMergePatch(before, patch.Data, p.pod)
	if err != nil {
		return err
	}
	// The API server keeps whole seconds, which is what an object is written with.
	merged := &corev1.Pod{}
	if err := json.Unmarshal(after, merged); err != nil {
		return err
	}
	if after, err = json.Marshal(merged); err != nil {
		return err
	}
	p.pod = &corev1.Pod{}
	return json.Unmarshal(after, p.pod)
}

func (p *player) apply(apply *lifecycle.Apply) error {
	var event corev1.Event
	if err := json.Unmarshal(apply.Data, &event); err != nil {
		return err
	}
	p.events = append(p.events, event)
	return nil
}

// steps plays as many stages, all of which have to be there.
func (p *player) steps(count int) *player {
	p.t.Helper()
	for range count {
		if p.step() == "" {
			p.t.Fatalf("no stage is left for %+v", p.pod.Status)
		}
	}
	return p
}

// isDeleted does what somebody who deletes the pod does.
func (p *player) isDeleted() *player {
	now, grace := metav1.Now(), int64(30)
	p.pod.DeletionTimestamp, p.pod.DeletionGracePeriodSeconds = &now, &grace
	return p
}

// rests asserts that nothing happens any more.
func (p *player) rests() *player {
	p.t.Helper()
	before := p.pod.DeepCopy()
	if stage := p.step(); stage != "" && !same(before, p.pod) {
		p.t.Fatalf("stage %s comes after what should be the end", stage)
	}
	return p
}

func same(one, other *corev1.Pod) bool {
	first, _ := json.Marshal(one)
	second, _ := json.Marshal(other)
	return string(first) == string(second)
}
