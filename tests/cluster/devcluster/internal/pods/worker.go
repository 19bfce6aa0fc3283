package pods

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/flowcontrol"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/names"
)

// life is the state of a worker. It only ever goes forward.
type life int

const (
	// preparing what containers need: volumes, an address, and that KWOK knows of it.
	preparing life = iota
	// playing the containers: starting, probing and restarting them.
	playing
	// stopping what runs, because the pod is deleted.
	stopping
	// leaving: nothing runs any more, and the API server has to be told.
	leaving
	// gone: there is nothing left to do.
	gone
)

// Times of a worker.
const (
	// retryInterval is how long it waits for something that is missing. A kubelet waits 10 s and more.
	retryInterval = 2 * time.Second
	// apiTimeout limits one round of requests.
	apiTimeout = 20 * time.Second
	// stopTimeout is what processes have to end by themselves when the program ends.
	stopTimeout = 5 * time.Second
	// minimumGrace is what a container has to end after its signal, at least.
	minimumGrace = 2 * time.Second
	// The back-off of a kubelet.
	initialBackOff, longestBackOff = 10 * time.Second, 300 * time.Second
)

// worker plays one pod. Everything it knows changes in its own goroutine.
type worker struct {
	*site
	pod      *corev1.Pod
	folder   string
	inbox    *inbox
	recorder record.EventRecorder
	log      *slog.Logger
	life     life
	// forced says that the API server has forgotten the pod already.
	forced bool
	// final says that the pod had ended before: it is only waiting to be deleted.
	final      bool
	containers []*container
	backOff    *flowcontrol.Backoff
	storage    storage
	address    netip.Addr
	names      *names.Server
	// written is the status that the API server has from here.
	written corev1.PodStatus
	// attempt is when to try again what failed for the pod as a whole.
	attempt time.Time
	// wake is when the worker has something to do even if nothing happens.
	wake time.Time
}

func newWorker(site *site, pod *corev1.Pod) *worker {
	return &worker{
		site:       site,
		pod:        pod,
		folder:     site.podFolder(pod.UID),
		inbox:      newInbox(),
		recorder:   site.recorders.of(pod.Spec.NodeName),
		log:        site.log.With("pod", pod.Namespace+"/"+pod.Name),
		containers: newContainers(pod),
		backOff:    flowcontrol.NewBackOff(initialBackOff, longestBackOff),
		written:    pod.Status,
		final:      podutil.IsPodPhaseTerminal(pod.Status.Phase),
	}
}

// run plays the pod until it is gone or the context ends.
func (w *worker) run(ctx context.Context) {
	defer w.giveAddressBack()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for w.life != gone {
		select {
		case <-ctx.Done():
			w.abandon()
			return
		case <-w.inbox.filled:
			for _, happened := range w.inbox.take() {
				w.handle(happened)
			}
		case <-timer.C:
		}
		w.step(ctx)
		timer.Reset(time.Until(w.wake))
	}
}

func (w *worker) giveAddressBack() {
	if w.address.IsValid() {
		w.addresses.giveBack(w.address)
	}
}

// scene is what the containers refer to, as it is now.
func (w *worker) scene(ctx context.Context) scene {
	return w.sceneOf(ctx, w.pod, w.address)
}

// handle takes notice of an event. What follows from it is for step to do.
func (w *worker) handle(happened event) {
	switch happened := happened.(type) {
	case podChanged:
		w.pod = happened.pod
		w.adoptConditions()
		if w.pod.DeletionTimestamp != nil {
			w.beginStopping()
		}
	case podGone:
		w.forced = true
		w.life = max(w.life, stopping)
		w.kill()
	case ended:
		if happened.container.run == happened.run {
			w.exited(happened.container, happened.exit)
		}
	case probed:
		if happened.container.run == happened.run && happened.container.stage == running {
			w.probed(happened)
		}
	}
}

// adoptConditions takes over what others say in the status, such as readiness gates.
func (w *worker) adoptConditions() {
	foreign := func(condition corev1.PodCondition) bool { return !slices.Contains(ownConditions, condition.Type) }
	own := slices.DeleteFunc(slices.Clone(w.written.Conditions), foreign)
	for _, condition := range w.pod.Status.Conditions {
		if foreign(condition) {
			own = append(own, condition)
		}
	}
	w.written.Conditions = own
}

// step does what is to be done now, and finds out when there is more.
func (w *worker) step(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, apiTimeout)
	defer cancel()
	const idle = 10 * time.Minute
	w.wake = time.Now().Add(idle)
	for before := life(-1); before != w.life; {
		before = w.life
		switch w.life {
		case preparing:
			w.prepare(ctx)
		case playing:
			w.play(ctx)
		case stopping:
			w.proceedStopping()
		case leaving:
			w.leave(ctx)
		case gone:
			return
		}
		w.report(ctx)
	}
}

// wakeAt makes the worker wake up no later than at a time.
func (w *worker) wakeAt(at time.Time) {
	if at.Before(w.wake) {
		w.wake = at
	}
}

// later has the pod as a whole tried again after a while.
func (w *worker) later() {
	w.attempt = time.Now().Add(retryInterval)
	w.wakeAt(w.attempt)
}

// isTooEarly tells whether something failed only just now.
func (w *worker) isTooEarly() bool {
	early := time.Now().Before(w.attempt)
	if early {
		w.wakeAt(w.attempt)
	}
	return early
}
