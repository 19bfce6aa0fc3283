package pods

import (
	"context"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// publishFailure lets KWOK answer for the log of a container that is made to fail.
func (c *crew) publishFailure(pod *corev1.Pod) {
	if !isFated(pod) || c.failureLog == nil || c.failed[pod.UID] != nil || !c.playedByKwok(pod.Spec.NodeName) {
		return
	}
	container, text, ok := c.failureLog(pod)
	if !ok {
		return
	}
	published := make(chan struct{})
	c.failed[pod.UID] = published
	folder := c.podFolder(pod.UID)
	c.inBackground("the log of a pod that fails could not be published", func(ctx context.Context) error {
		if err := writeJournal(folder, container, text); err != nil {
			return err
		}
		if err := publish(ctx, c.dynamic, logsObject(pod, folder, []string{container})); err != nil {
			return err
		}
		close(published)
		return nil
	})
}

// withdrawFailure undoes what has been published.
func (c *crew) withdrawFailure(pod *corev1.Pod, published <-chan struct{}) {
	c.inBackground("the log of a pod that failed could not be withdrawn", func(ctx context.Context) error {
		select {
		case <-published:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := withdraw(ctx, c.dynamic, pod); err != nil {
			return err
		}
		return os.RemoveAll(c.podFolder(pod.UID))
	})
}

// inBackground tries until it succeeds or the program ends. Nothing is begun once that has ended.
func (c *crew) inBackground(failure string, attempt func(context.Context) error) {
	c.all.Add(1)
	go func() {
		defer c.all.Done()
		_ = wait.PollUntilContextCancel(c.ctx, retryInterval, true, func(ctx context.Context) (bool, error) {
			err := attempt(ctx)
			if err != nil && ctx.Err() == nil {
				c.log.Warn(failure+"; trying again", "error", err)
			}
			return err == nil, nil
		})
	}()
}
