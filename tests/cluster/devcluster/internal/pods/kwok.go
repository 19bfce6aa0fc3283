package pods

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// kwokLogs are objects that say where the logs of pods are: KWOK shows them, by the name of the pod.
var kwokLogs = schema.GroupVersionResource{Group: "kwok.x-k8s.io", Version: "v1alpha1", Resource: "logs"}

// podLabel says of which pod of that name an object is.
const podLabel = "devcluster.kre.konstellation.io/pod"

// logsObject says where the logs of containers are. It belongs to the pod, so that it goes with it even
// if nobody withdraws it, and nobody takes it for something that a user made.
func logsObject(pod *corev1.Pod, folder string, containers []string) *unstructured.Unstructured {
	var logs []any
	for _, container := range containers {
		current, previous := logPaths(folder, container)
		logs = append(logs, map[string]any{
			"containers":       []any{container},
			"logsFile":         current,
			"previousLogsFile": previous,
			"follow":           true,
		})
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": kwokLogs.GroupVersion().String(),
		"kind":       "Logs",
		"metadata": map[string]any{
			"namespace": pod.Namespace,
			"name":      pod.Name,
			"labels":    map[string]any{podLabel: string(pod.UID)},
			"ownerReferences": []any{map[string]any{
				"apiVersion": "v1",
				"kind":       "Pod",
				"name":       pod.Name,
				"uid":        string(pod.UID),
			}},
		},
		"spec": map[string]any{"logs": logs},
	}}
}

// publish creates an object, or takes over the one of an earlier pod of that name.
func publish(ctx context.Context, client dynamic.Interface, object *unstructured.Unstructured) error {
	objects := client.Resource(kwokLogs).Namespace(object.GetNamespace())
	_, err := objects.Create(ctx, object, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	present, err := objects.Get(ctx, object.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	present.SetLabels(object.GetLabels())
	present.SetOwnerReferences(object.GetOwnerReferences())
	present.Object["spec"] = object.Object["spec"]
	_, err = objects.Update(ctx, present, metav1.UpdateOptions{})
	return err
}

// withdraw deletes what KWOK was told of a pod, and nothing that it was told of a later one of that name.
func withdraw(ctx context.Context, client dynamic.Interface, pod *corev1.Pod) error {
	objects := client.Resource(kwokLogs).Namespace(pod.Namespace)
	present, err := objects.Get(ctx, pod.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || err == nil && present.GetLabels()[podLabel] != string(pod.UID) {
		return nil
	}
	if err == nil {
		version := present.GetResourceVersion()
		err = objects.Delete(ctx, pod.Name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{ResourceVersion: &version},
		})
	}
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete what KWOK knows of pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	return nil
}
