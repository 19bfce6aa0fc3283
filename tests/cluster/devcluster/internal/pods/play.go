package pods

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/util/format"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/names"
)

// prepare gets what all containers need.
func (w *worker) prepare(ctx context.Context) {
	if w.pod.DeletionTimestamp != nil {
		w.beginStopping()
		return
	}
	if w.final {
		w.life = playing
		return
	}
	if w.isTooEarly() {
		return
	}
	if err := w.equip(ctx); err != nil {
		reason := events.FailedCreatePodSandBox
		var mount mountError
		if errors.As(err, &mount) || errors.Is(err, errUnmountable) {
			reason = events.FailedMountVolume
		}
		w.tell(nil, corev1.EventTypeWarning, reason, err.Error())
		w.later()
		return
	}
	w.life = playing
}

// equip is done in order, and may begin anew after any failure.
func (w *worker) equip(ctx context.Context) error {
	if err := os.MkdirAll(w.folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the pod: %w", err)
	}
	found, err := w.findStorage(ctx, w.scene(ctx))
	if err != nil {
		return err
	}
	w.storage = found
	if !w.address.IsValid() {
		if w.address, err = w.addresses.take(w.ports()); err != nil {
			return err
		}
	}
	if w.names == nil {
		client := names.Client{
			Namespace: w.pod.Namespace, Hostname: hostname(w.pod), Subdomain: w.pod.Spec.Subdomain, Address: w.address,
		}
		if w.names, err = names.Listen(w.zone, client); err != nil {
			return err
		}
	}
	if err := publish(ctx, w.dynamic, logsObject(w.pod, w.folder, w.containerNames())); err != nil {
		return fmt.Errorf("tell KWOK of the logs: %w", err)
	}
	w.zone.add(w.pod.UID, w.address)
	return nil
}

func (w *worker) containerNames() []string {
	var names []string
	for _, c := range w.containers {
		names = append(names, c.spec.Name)
	}
	return names
}

// ports are those that the pod declares and those that its images are known for.
func (w *worker) ports() []int32 {
	var ports []int32
	for _, c := range w.containers {
		ports = append(ports, c.ports()...)
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// ports has the declared ones first.
func (c *container) ports() []int32 {
	var ports []int32
	for _, declared := range c.spec.Ports {
		if declared.Protocol == "" || declared.Protocol == corev1.ProtocolTCP {
			ports = append(ports, declared.ContainerPort)
		}
	}
	if c.image != nil {
		ports = append(ports, c.image.ports...)
	}
	return ports
}

// play brings every container forward whose turn it is.
func (w *worker) play(ctx context.Context) {
	if podutil.IsPodPhaseTerminal(w.written.Phase) {
		return
	}
	for _, c := range w.containers {
		w.proceed(ctx, c)
		if c.initial && !c.done() {
			return
		}
	}
}

func (w *worker) proceed(ctx context.Context, c *container) {
	now := time.Now()
	switch {
	case c.stage == running:
		w.proceedStop(c, now)
	case now.Before(c.attempt):
		w.wakeAt(c.attempt)
	case c.stage == waiting:
		w.start(ctx, c)
	case c.restartable(w.pod):
		w.restart(ctx, c, now)
	}
}

// restart starts a container again, unless it exited too often.
func (w *worker) restart(ctx context.Context, c *container, now time.Time) {
	finished := c.finished
	if !w.backOff.IsInBackOffSince(c.spec.Name, finished) {
		w.backOff.Next(c.spec.Name, finished)
		w.start(ctx, c)
		return
	}
	delay := w.backOff.Get(c.spec.Name)
	w.tell(c, corev1.EventTypeWarning, events.BackOffStartContainer,
		fmt.Sprintf("Back-off restarting failed container %s in pod %s", c.spec.Name, format.Pod(w.pod)))
	c.wait(reasonBackOff, fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", delay, c.spec.Name, format.Pod(w.pod)), finished.Add(delay))
	w.wakeAt(c.attempt)
}

// exited takes notice of the end of a process.
func (w *worker) exited(c *container, how exit) {
	reason := reasonError
	if how.code == 0 {
		reason = reasonCompleted
	}
	c.end(how.code, reason, "", how.at)
}
