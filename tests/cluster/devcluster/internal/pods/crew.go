package pods

import (
	"context"
	"path/filepath"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// fateAnnotation marks pods that KWOK's stages make fail.
const fateAnnotation = "devcluster.kre.konstellation.io/fate"

func isFated(pod *corev1.Pod) bool {
	_, fated := pod.Annotations[fateAnnotation]
	return fated
}

// crew has a worker for each pod that processes play.
type crew struct {
	*site
	ctx        context.Context
	failureLog func(*corev1.Pod) (container, text string, ok bool)
	all        sync.WaitGroup
	// lock guards the maps; only the informer's goroutine starts workers.
	lock    sync.Mutex
	workers map[types.UID]*worker
	// ending has for each name the end of its last worker.
	ending map[string]chan struct{}
	// failed has for each pod that is made to fail when its log has been published.
	failed map[types.UID]chan struct{}
	// companions has for each pod with a process beside it what ends that process.
	companions map[types.UID]context.CancelFunc
	// closed says that nothing is to be begun any more.
	closed bool
}

func newCrew(ctx context.Context, site *site, failureLog func(*corev1.Pod) (container, text string, ok bool)) *crew {
	return &crew{
		site: site, ctx: ctx, failureLog: failureLog,
		workers: map[types.UID]*worker{}, ending: map[string]chan struct{}{}, failed: map[types.UID]chan struct{}{},
		companions: map[types.UID]context.CancelFunc{},
	}
}

// wait waits for all workers: they end by themselves with the context.
func (c *crew) wait() {
	c.lock.Lock()
	c.closed = true
	c.lock.Unlock()
	c.all.Wait()
}

func (c *crew) handler() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) {
			if pod, ok := object.(*corev1.Pod); ok {
				c.changed(pod)
			}
		},
		UpdateFunc: func(before, object any) {
			old, _ := before.(*corev1.Pod)
			pod, ok := object.(*corev1.Pod)
			if !ok {
				return
			}
			if old != nil && old.UID != pod.UID {
				c.gone(old)
			}
			c.changed(pod)
		},
		DeleteFunc: func(object any) {
			if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = tombstone.Obj
			}
			if pod, ok := object.(*corev1.Pod); ok {
				c.gone(pod)
			}
		},
	}
}

// isOurs tells whether processes play a pod: on a node of KWOK, with a service image, and neither
// meant to fail nor with an image that no node could pull.
func (c *crew) isOurs(pod *corev1.Pod) bool {
	if isFated(pod) || !c.playedByKwok(pod.Spec.NodeName) {
		return false
	}
	known := false
	for _, container := range pod.Spec.Containers {
		service, isService := imageOf(container.Image)
		known = known || isService && !service.initial
	}
	for _, container := range append(append([]corev1.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		known = known && !unreachable(container.Image)
	}
	return known
}

func (c *crew) changed(pod *corev1.Pod) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if present, found := c.workers[pod.UID]; found {
		present.inbox.put(podChanged{pod})
		return
	}
	if c.closed {
		return
	}
	switch {
	case pod.Spec.NodeName == "":
	case c.isOurs(pod):
		c.engage(pod)
	default:
		c.publishFailure(pod)
		c.attend(pod)
	}
}

// engage starts a worker.
func (c *crew) engage(pod *corev1.Pod) {
	engaged := newWorker(c.site, pod)
	c.workers[pod.UID] = engaged
	c.inTurn(pod, func() { engaged.run(c.ctx) })
}

// attend starts a companion for a pod of a node that has become ready, and ends it when it is ready
// no more.
func (c *crew) attend(pod *corev1.Pod) {
	end, attended := c.companions[pod.UID]
	node := nodeContainer(pod)
	wanted := node != nil && podutil.IsPodReady(pod) && c.playedByKwok(pod.Spec.NodeName)
	switch {
	case wanted && !attended:
		ctx, end := context.WithCancel(c.ctx)
		c.companions[pod.UID] = end
		added := newCompanion(c.site, pod, node)
		c.inTurn(pod, func() { added.run(ctx, c.ctx) })
	case attended && !wanted:
		delete(c.companions, pod.UID)
		end()
	}
}

// inTurn runs what plays a pod, after what played the one before it of that name: two processes
// must not have the same volume.
func (c *crew) inTurn(pod *corev1.Pod, run func()) {
	name := pod.Namespace + "/" + pod.Name
	before, done := c.ending[name], make(chan struct{})
	c.ending[name] = done
	c.all.Add(1)
	go func() {
		defer c.all.Done()
		defer c.dismiss(name, done)
		if before != nil {
			<-before
		}
		run()
	}()
}

// dismiss forgets what nobody can wait for any more. The worker itself is remembered until its pod
// is gone, so that a pod which only lingers is not played again.
func (c *crew) dismiss(name string, done chan struct{}) {
	close(done)
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.ending[name] == done {
		delete(c.ending, name)
	}
}

func (c *crew) gone(pod *corev1.Pod) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if present, found := c.workers[pod.UID]; found {
		delete(c.workers, pod.UID)
		present.inbox.put(podGone{})
	}
	if end, attended := c.companions[pod.UID]; attended {
		delete(c.companions, pod.UID)
		end()
	}
	if published := c.failed[pod.UID]; published != nil && !c.closed {
		delete(c.failed, pod.UID)
		c.withdrawFailure(pod, published)
	}
}

// podFolder is where everything of a pod is but its volumes.
func (s *site) podFolder(pod types.UID) string {
	return filepath.Join(s.directory, "pods", string(pod))
}
