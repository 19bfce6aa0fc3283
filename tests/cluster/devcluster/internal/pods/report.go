package pods

import (
	"context"
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/tools/record"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
)

// report writes the status if it has changed.
func (w *worker) report(ctx context.Context) {
	if w.forced || w.final || w.life == gone {
		return
	}
	next := w.view().status(w.pod, w.written, metav1.Now().Rfc3339Copy())
	if apiequality.Semantic.DeepEqual(next, w.written) {
		return
	}
	updated, err := w.write(ctx, next)
	switch {
	case apierrors.IsNotFound(err) || apierrors.IsConflict(err):
		// The pod is gone or another one: the informer is about to say so.
	case err != nil:
		w.log.Warn("the status of a pod could not be written; trying again", "error", err)
		w.wakeAt(time.Now().Add(retryInterval))
	default:
		w.written = updated.Status
	}
}

// write changes what has changed. The uid keeps it from another pod of the same name.
func (w *worker) write(ctx context.Context, next corev1.PodStatus) (*corev1.Pod, error) {
	before, err := json.Marshal(corev1.Pod{Status: w.written})
	if err != nil {
		return nil, err
	}
	after, err := json.Marshal(corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: w.pod.UID}, Status: next})
	if err != nil {
		return nil, err
	}
	patch, err := strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Pod{})
	if err != nil {
		return nil, err
	}
	return w.client.CoreV1().Pods(w.pod.Namespace).Patch(ctx, w.pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
}

func (w *worker) view() podView {
	view := podView{hostIP: w.hostIP(w.pod.Spec.NodeName), ended: w.life >= stopping}
	usual := reasonCreating
	if len(w.pod.Spec.InitContainers) > 0 {
		usual = reasonInitializes
	}
	live := false
	for _, c := range w.containers {
		view.containers = append(view.containers, c.view(usual))
		live = live || c.stage != exited || c.restartable(w.pod)
	}
	if w.address.IsValid() {
		view.address = twin(w.address).String()
		view.sandbox = live && w.life <= stopping
	}
	return view
}

// tell records an event of a container, or with nil of the pod.
func (w *worker) tell(c *container, kind, reason, message string) {
	if c == nil {
		w.recorder.Event(w.pod, kind, reason, message)
		return
	}
	tell(w.recorder, w.pod, c.spec, kind, reason, message)
}

func tell(recorder record.EventRecorder, pod *corev1.Pod, container *corev1.Container, kind, reason, message string) {
	if reference, err := kubecontainer.GenerateContainerRef(pod, container); err == nil {
		recorder.Event(reference, kind, reason, message)
	}
}
