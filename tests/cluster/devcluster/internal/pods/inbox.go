package pods

import (
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// event is something that a worker has to know.
type event interface{ isEvent() }

type (
	// podChanged brings the pod as the API server has it.
	podChanged struct{ pod *corev1.Pod }
	// podGone says that the API server has the pod no more.
	podGone struct{}
	// ended says that the process of a container has.
	ended struct {
		container *container
		run       int
		exit      exit
	}
	// probed brings the verdict of a probe.
	probed struct {
		container *container
		run       int
		kind      probeKind
		verdict   verdict
	}
)

func (podChanged) isEvent() {}
func (podGone) isEvent()    {}
func (ended) isEvent()      {}
func (probed) isEvent()     {}

// inbox keeps the events of a worker in order. Nobody waits to put one in.
type inbox struct {
	lock   sync.Mutex
	events []event
	// filled has an element while there are events.
	filled chan struct{}
}

func newInbox() *inbox { return &inbox{filled: make(chan struct{}, 1)} }

func (i *inbox) put(added event) {
	i.lock.Lock()
	defer i.lock.Unlock()
	i.events = append(i.events, added)
	select {
	case i.filled <- struct{}{}:
	default:
	}
}

func (i *inbox) take() []event {
	i.lock.Lock()
	defer i.lock.Unlock()
	taken := i.events
	i.events = nil
	return taken
}
