package pods

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// KWOK answers for the nodes. What it answers for a pod is what these objects say of it.
var (
	clusterLogs         = schema.GroupVersionResource{Group: "kwok.x-k8s.io", Version: "v1alpha1", Resource: "clusterlogs"}
	clusterPortForwards = schema.GroupVersionResource{Group: "kwok.x-k8s.io", Version: "v1alpha1", Resource: "clusterportforwards"}
)

// managedBy marks the objects that this package made.
const (
	managedBy = "app.kubernetes.io/managed-by"
	manager   = "devcluster-pods"
)

func kwokObject(pod *corev1.Pod, kind, field string, value []any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": clusterLogs.GroupVersion().String(),
		"kind":       kind,
		"metadata": map[string]any{
			"name":   string(pod.UID),
			"labels": map[string]any{managedBy: manager},
		},
		"spec": map[string]any{
			"selector": map[string]any{
				"matchNamespaces": []any{pod.Namespace},
				"matchNames":      []any{pod.Name},
			},
			field: value,
		},
	}}
}

// logsObject says where the logs of containers are.
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
	return kwokObject(pod, "ClusterLogs", "logs", logs)
}

// portForwardObject leads the ports of a pod to its process.
func portForwardObject(pod *corev1.Pod, address string, ports []int32) *unstructured.Unstructured {
	var forwards []any
	for _, port := range ports {
		forwards = append(forwards, map[string]any{
			"ports":  []any{int64(port)},
			"target": map[string]any{"address": address, "port": int64(port)},
		})
	}
	return kwokObject(pod, "ClusterPortForward", "forwards", forwards)
}

// publish creates an object, or brings one of an earlier run up to date.
func publish(ctx context.Context, client dynamic.Interface, resource schema.GroupVersionResource, object *unstructured.Unstructured) error {
	_, err := client.Resource(resource).Create(ctx, object, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	present, err := client.Resource(resource).Get(ctx, object.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	present.Object["spec"] = object.Object["spec"]
	_, err = client.Resource(resource).Update(ctx, present, metav1.UpdateOptions{})
	return err
}

// withdraw deletes what KWOK was told of a pod.
func withdraw(ctx context.Context, client dynamic.Interface, pod types.UID) error {
	for _, resource := range []schema.GroupVersionResource{clusterLogs, clusterPortForwards} {
		err := client.Resource(resource).Delete(ctx, string(pod), metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("delete %s %s: %w", resource.Resource, pod, err)
		}
	}
	return nil
}

// sweepObjects deletes what an earlier run told KWOK of pods that are gone. It looks at the pods
// after the objects: a pod is known before there are objects for it.
func sweepObjects(ctx context.Context, client dynamic.Interface, pods corelisters.PodLister) error {
	for _, resource := range []schema.GroupVersionResource{clusterLogs, clusterPortForwards} {
		list, err := client.Resource(resource).List(ctx, metav1.ListOptions{LabelSelector: managedBy + "=" + manager})
		if err != nil {
			return fmt.Errorf("list %s: %w", resource.Resource, err)
		}
		exists := isPresent(pods)
		for _, object := range list.Items {
			if exists(types.UID(object.GetName())) {
				continue
			}
			err := client.Resource(resource).Delete(ctx, object.GetName(), metav1.DeleteOptions{})
			if err != nil && !apierrors.IsNotFound(err) {
				return fmt.Errorf("delete %s %s: %w", resource.Resource, object.GetName(), err)
			}
		}
	}
	return nil
}
