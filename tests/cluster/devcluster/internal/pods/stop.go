package pods

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"
)

// graceOf is at least what a kubelet grants.
func graceOf(seconds *int64) time.Duration {
	if seconds == nil {
		return minimumGrace
	}
	return time.Duration(*seconds) * time.Second
}

// beginStop plans the end of a container that runs: its hook may sleep, then it gets a signal, and
// what is left of its grace to obey.
func (c *container) beginStop(now time.Time, grace time.Duration) {
	if c.endProbes != nil {
		c.endProbes()
	}
	var pause time.Duration
	if lifecycle := c.spec.Lifecycle; lifecycle != nil && lifecycle.PreStop != nil && lifecycle.PreStop.Sleep != nil {
		pause = min(time.Duration(lifecycle.PreStop.Sleep.Seconds)*time.Second, grace)
	}
	c.stop = &stop{signalAt: now.Add(pause), killAt: now.Add(pause + max(grace-pause, minimumGrace))}
}

// shorten makes a stop that has begun end sooner, if the grace has become shorter.
func (c *container) shorten(now time.Time, grace time.Duration) {
	latest := now.Add(max(grace, minimumGrace))
	if c.stop.killAt.After(latest) {
		c.stop.killAt = latest
	}
	if c.stop.signalAt.After(c.stop.killAt) {
		c.stop.signalAt = c.stop.killAt
	}
}

// proceedStop does what is due for a container that is being ended.
func (w *worker) proceedStop(c *container, now time.Time) {
	if c.stop == nil {
		return
	}
	switch {
	case now.Before(c.stop.signalAt):
		w.wakeAt(c.stop.signalAt)
	case c.process == nil:
		c.end(0, reasonCompleted, "", now)
	case !now.Before(c.stop.killAt):
		if !c.stop.killed {
			c.stop.killed = true
			c.process.signal(syscall.SIGKILL)
		}
	default:
		if !c.stop.signalled {
			c.stop.signalled = true
			c.process.signal(syscall.SIGTERM)
		}
		w.wakeAt(c.stop.killAt)
	}
}

// beginStopping ends the containers of a pod that is deleted, or hurries if that has begun.
func (w *worker) beginStopping() {
	grace := graceOf(w.pod.DeletionGracePeriodSeconds)
	now := time.Now()
	first := w.life < stopping
	w.life = max(w.life, stopping)
	for _, c := range w.containers {
		switch {
		case c.stage == exited:
			// It does not wait to be started again any more.
			c.reason, c.message = "", ""
		case c.stage == waiting:
		case grace == 0:
			c.kill()
		case c.stop != nil:
			c.shorten(now, grace)
		default:
			c.beginStop(now, grace)
		}
		if first && c.stage == running {
			w.tell(c, corev1.EventTypeNormal, events.KillingContainer, "Stopping container "+c.spec.Name)
		}
	}
}

// proceedStopping waits until nothing runs any more.
func (w *worker) proceedStopping() {
	alive := false
	for _, c := range w.containers {
		if c.stage == running {
			w.proceedStop(c, time.Now())
		}
		alive = alive || c.stage == running
	}
	if !alive {
		w.life = leaving
	}
}

// kill ends everything at once.
func (w *worker) kill() {
	for _, c := range w.containers {
		if c.stage == running {
			c.kill()
		}
	}
}

func (c *container) kill() {
	if c.endProbes != nil {
		c.endProbes()
	}
	now := time.Now()
	c.stop = &stop{signalAt: now, killAt: now, killed: c.process != nil, signalled: true}
	if c.process != nil {
		c.process.signal(syscall.SIGKILL)
	}
}

// leave gives everything back, and then lets the API server forget the pod. KWOK forgets it first:
// the next pod may have the same name.
func (w *worker) leave(ctx context.Context) {
	if w.isTooEarly() {
		return
	}
	if err := w.clear(ctx); err != nil {
		w.log.Warn("a pod could not be cleared; trying again", "error", err)
		w.later()
		return
	}
	if w.forced {
		w.life = gone
		return
	}
	none := int64(0)
	err := w.client.CoreV1().Pods(w.pod.Namespace).Delete(ctx, w.pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &none,
		Preconditions:      &metav1.Preconditions{UID: &w.pod.UID},
	})
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
		w.log.Warn("a pod that has ended could not be deleted; trying again", "error", err)
		w.later()
		return
	}
	w.life = gone
}

// clear may be repeated.
func (w *worker) clear(ctx context.Context) error {
	w.zone.remove(w.pod.UID)
	if w.names != nil {
		w.names.Close()
		w.names = nil
	}
	if err := withdraw(ctx, w.dynamic, w.pod); err != nil {
		return err
	}
	if err := os.RemoveAll(w.folder); err != nil {
		return fmt.Errorf("remove the folder of the pod: %w", err)
	}
	return nil
}

// abandon ends all processes because the program ends. The API server is not told: a node that
// fails says nothing either.
func (w *worker) abandon() {
	for _, c := range w.containers {
		c.cancelProbes()
		if c.process != nil {
			c.process.signal(syscall.SIGTERM)
		}
	}
	deadline := time.NewTimer(stopTimeout)
	defer deadline.Stop()
	for w.hasProcesses() {
		select {
		case <-w.inbox.filled:
			for _, happened := range w.inbox.take() {
				if how, ok := happened.(ended); ok && how.container.run == how.run {
					w.exited(how.container, how.exit)
				}
			}
		case <-deadline.C:
			w.kill()
		}
	}
	if w.names != nil {
		w.names.Close()
		w.names = nil
	}
}

func (w *worker) hasProcesses() bool {
	for _, c := range w.containers {
		if c.process != nil {
			return true
		}
	}
	return false
}
