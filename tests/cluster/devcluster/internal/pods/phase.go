package pods

import (
	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// phase returns the phase of a pod with such containers. A pod has ended if none will be started
// again, whatever its restart policy says.
func phase(pod *corev1.Pod, statuses []corev1.ContainerStatus, ended bool) corev1.PodPhase {
	if pending, failed := initialization(pod, statuses); failed {
		return corev1.PodFailed
	} else if pending {
		return corev1.PodPending
	}
	var running, stopped, succeeded, final int
	for i := range pod.Spec.Containers {
		container := pod.Spec.Containers[i]
		status, known := podutil.GetContainerStatus(statuses, container.Name)
		if !known {
			return corev1.PodPending
		}
		code, hasEnded := exitOf(status)
		switch {
		case status.State.Running != nil:
			running++
		case !hasEnded:
			return corev1.PodPending
		default:
			stopped++
			if code == 0 && status.State.Terminated != nil {
				succeeded++
			}
			if ended || !podutil.ContainerShouldRestart(container, pod.Spec, code) {
				final++
			}
		}
	}
	switch {
	case running > 0 || final < stopped:
		return corev1.PodRunning
	case succeeded == stopped:
		return corev1.PodSucceeded
	default:
		return corev1.PodFailed
	}
}

// initialization tells whether some init container has still to do its part, and whether one has
// failed for good. Once a container has started, a sidecar that starts again holds nothing up.
func initialization(pod *corev1.Pod, statuses []corev1.ContainerStatus) (pending, failed bool) {
	for i := range pod.Spec.InitContainers {
		container := pod.Spec.InitContainers[i]
		status, known := podutil.GetContainerStatus(statuses, container.Name)
		if podutil.IsRestartableInitContainer(&container) {
			pending = pending || !known || !isTrue(status.Started) && !anyStarted(pod, statuses)
			continue
		}
		code, hasEnded := exitOf(status)
		pending = pending || !known || !hasEnded
		failed = failed || hasEnded && code != 0 && !podutil.ContainerShouldRestart(container, pod.Spec, code)
	}
	return pending, failed
}

func anyStarted(pod *corev1.Pod, statuses []corev1.ContainerStatus) bool {
	for i := range pod.Spec.Containers {
		status, known := podutil.GetContainerStatus(statuses, pod.Spec.Containers[i].Name)
		if known && (status.State.Running != nil || status.State.Terminated != nil || status.LastTerminationState.Terminated != nil) {
			return true
		}
	}
	return false
}

// exitOf returns how a container ended that runs no more.
func exitOf(status corev1.ContainerStatus) (int32, bool) {
	switch {
	case status.State.Running != nil:
		return 0, false
	case status.State.Terminated != nil:
		return status.State.Terminated.ExitCode, true
	case status.LastTerminationState.Terminated != nil:
		return status.LastTerminationState.Terminated.ExitCode, true
	default:
		return 0, false
	}
}
