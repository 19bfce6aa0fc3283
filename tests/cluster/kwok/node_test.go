package kwok

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// next plays the next stage of a node, and returns the node with what KWOK would have waited.
func next(t *testing.T, node *corev1.Node) (*corev1.Node, time.Duration) {
	t.Helper()
	event := &lifecycle.Event{Labels: node.Labels, Data: node}
	stage, err := lifecycleOf(t, "Node").Match(context.Background(), event)
	if err != nil || stage == nil {
		t.Fatalf("there is no stage: %v", err)
	}
	delay, _, err := stage.Delay(context.Background(), event, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	// For nodes, KWOK offers these functions and no others.
	renderer := gotpl.NewRenderer(gotpl.FuncMap{
		"NodeIP":   func() string { return "127.1.0.1" },
		"NodeName": func() string { return "" },
		"NodePort": func() int { return 10247 },
	})
	changed := &corev1.Node{}
	_, err = stage.DoSteps(0, nil, node, renderer, nil, nil, func(patch *lifecycle.Patch) error {
		before, err := json.Marshal(node)
		if err != nil {
			return err
		}
		after, err := strategicpatch.StrategicMergePatch(before, patch.Data, node)
		if err != nil {
			return err
		}
		return json.Unmarshal(after, changed)
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return changed, delay
}

func TestANodeBecomesReadyAtOnceAndStaysSo(t *testing.T) {
	node, delay := next(t, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node-1"}})
	if delay != 0 || len(node.Status.Conditions) != 4 {
		t.Errorf("after %s: %+v", delay, node.Status.Conditions)
	}
	for _, condition := range node.Status.Conditions {
		if (condition.Status == corev1.ConditionTrue) != (condition.Type == corev1.NodeReady) {
			t.Errorf("%+v", condition)
		}
	}
	if node.Status.DaemonEndpoints.KubeletEndpoint.Port != 10247 || len(node.Status.Addresses) != 2 ||
		node.Status.Addresses[0].Address != "127.1.0.1" || node.Status.Addresses[1].Address != "node-1" {
		t.Errorf("%+v", node.Status)
	}
	for index := range node.Status.Conditions {
		node.Status.Conditions[index].LastTransitionTime = metav1.NewTime(time.Unix(0, 0))
	}
	later, delay := next(t, node)
	if delay < 4*time.Minute || later.Status.Conditions[0].LastTransitionTime.Unix() != 0 {
		t.Errorf("after %s: %+v", delay, later.Status.Conditions)
	}
}

// Without a value there is none: a configuration takes the defaults away.
func TestEverySettingHasAValue(t *testing.T) {
	objects, err := stages()
	if err != nil {
		t.Fatal(err)
	}
	settings := config.FilterWithType[*internalversion.KwokConfiguration](objects)
	if len(settings) != 1 {
		t.Fatalf("%d configurations", len(settings))
	}
	options := settings[0].Options
	if options.PodPlayStageParallelism == 0 || options.NodePlayStageParallelism == 0 || options.NodeLeaseParallelism == 0 ||
		options.PodsOnNodeSyncParallelism == 0 || !options.EnableDebuggingHandlers {
		t.Errorf("%+v", options)
	}
}
