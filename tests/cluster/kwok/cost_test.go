package kwok

import (
	"context"
	"testing"

	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// KWOK chooses stages one event after the other, so this bounds how many pods it can play.
func BenchmarkChoosingAStage(b *testing.B) {
	pod := play(b, `spec: {containers: [{name: app, image: web}]}`).steps(1)
	for b.Loop() {
		event := &lifecycle.Event{Data: pod.pod}
		if _, err := pod.stages.Match(context.Background(), event); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStartingAPod(b *testing.B) {
	fresh := play(b, `spec: {containers: [{name: app, image: web}]}`)
	for b.Loop() {
		pod := *fresh
		pod.steps(1)
	}
}
