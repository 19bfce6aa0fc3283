package pods

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// stage is where a container is in its life, which begins anew with every run.
type stage int

const (
	// waiting for its turn, for something that is missing, or for the end of a back-off.
	waiting stage = iota
	running
	// exited, and perhaps to be started again.
	exited
)

// Reasons of container states, as a kubelet and containerd give them.
const (
	reasonCreating    = "ContainerCreating"
	reasonInitializes = "PodInitializing"
	reasonConfig      = "CreateContainerConfigError"
	reasonCreate      = "CreateContainerError"
	reasonRun         = "RunContainerError"
	reasonPull        = "ErrImagePull"
	reasonBackOff     = "CrashLoopBackOff"
	reasonStart       = "StartError"
	reasonCompleted   = "Completed"
	reasonError       = "Error"
	reasonUnknown     = "Unknown"
)

// Exit codes that no process chose.
const (
	codeStartError = 128
	codeLost       = 255
)

// container is one container of a pod: a process if its image is known for containers of its kind,
// else a pretence that runs without one.
type container struct {
	spec    *corev1.Container
	initial bool
	// image is that of a process, nil without one.
	image *image

	stage stage
	// reason and message say why it is not running although it should.
	reason, message string
	// attempt is when to try again.
	attempt time.Time
	// run counts the starts: what is heard of an earlier run does not count.
	run      int
	restarts int32
	id       string
	since    metav1.Time
	// finished is when it exited: the status knows seconds only.
	finished time.Time
	exit     *corev1.ContainerStateTerminated
	last     *corev1.ContainerStateTerminated
	started  bool
	ready    bool
	process  *process
	stop     *stop
	probes   probeContexts
	// endProbes ends those that could end the container, endAll the others too.
	endProbes, endAll context.CancelFunc
}

// stop is how a container is being ended.
type stop struct {
	signalAt, killAt  time.Time
	signalled, killed bool
}

// newContainers returns the containers of a pod in the order in which they are started.
func newContainers(pod *corev1.Pod) []*container {
	var containers []*container
	for i := range pod.Spec.InitContainers {
		containers = append(containers, newContainer(&pod.Spec.InitContainers[i], true))
	}
	for i := range pod.Spec.Containers {
		containers = append(containers, newContainer(&pod.Spec.Containers[i], false))
	}
	for _, c := range containers {
		c.adopt(pod.Status)
	}
	return containers
}

func newContainer(spec *corev1.Container, initial bool) *container {
	added := &container{spec: spec, initial: initial}
	if known, ok := imageOf(spec.Image); ok && known.initial == initial {
		added.image = &known
	}
	return added
}

// adopt takes over what the status says of an earlier life of this program: what ran then was
// killed with it, as by a node that failed.
func (c *container) adopt(status corev1.PodStatus) {
	all := append(append([]corev1.ContainerStatus{}, status.InitContainerStatuses...), status.ContainerStatuses...)
	old, known := podutil.GetContainerStatus(all, c.spec.Name)
	if !known {
		return
	}
	c.restarts, c.id = old.RestartCount, old.ContainerID
	c.last = old.LastTerminationState.Terminated
	switch {
	case old.State.Running != nil:
		c.exit = &corev1.ContainerStateTerminated{
			ExitCode: codeLost, Reason: reasonUnknown, ContainerID: old.ContainerID,
			StartedAt: old.State.Running.StartedAt, FinishedAt: metav1.Now().Rfc3339Copy(),
		}
	case old.State.Terminated != nil:
		c.exit = old.State.Terminated
	default:
		c.exit = old.LastTerminationState.Terminated
	}
	if c.exit != nil {
		c.stage = exited
	}
}

// begin makes the container run, with a new identity.
func (c *container) begin() {
	if c.exit != nil {
		c.last, c.exit = c.exit, nil
		c.restarts++
	}
	c.run++
	c.id = newContainerID()
	c.stage, c.since = running, metav1.Now().Rfc3339Copy()
	c.reason, c.message = "", ""
	c.started, c.ready, c.stop = false, false, nil
}

// end makes the container a terminated one.
func (c *container) end(code int32, reason, message string, at time.Time) {
	c.cancelProbes()
	c.stage, c.process, c.stop = exited, nil, nil
	c.started, c.ready = false, false
	c.finished = at
	c.exit = &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, Message: message, ContainerID: c.id,
		StartedAt: c.since, FinishedAt: metav1.NewTime(at).Rfc3339Copy(),
	}
}

func (c *container) cancelProbes() {
	if c.endAll != nil {
		c.endAll()
		c.endProbes, c.endAll = nil, nil
	}
}

// wait says why the container cannot run, and when to try again.
func (c *container) wait(reason, message string, attempt time.Time) {
	c.reason, c.message, c.attempt = reason, message, attempt
}

func (c *container) sidecar() bool { return c.initial && podutil.IsRestartableInitContainer(c.spec) }

// done tells whether the containers after this init container may start.
func (c *container) done() bool {
	if c.sidecar() {
		return c.started
	}
	return c.stage == exited && c.exit.ExitCode == 0
}

// restartable tells whether a container that exited is to be started again.
func (c *container) restartable(pod *corev1.Pod) bool {
	if c.initial && !c.sidecar() && c.exit.ExitCode == 0 {
		return false
	}
	return podutil.ContainerShouldRestart(*c.spec, pod.Spec, c.exit.ExitCode)
}

// view is what the status says of the container.
func (c *container) view(usual string) containerView {
	view := containerView{
		spec: c.spec, initial: c.initial, id: c.id, restarts: c.restarts,
		last: c.last, started: c.started, ready: c.ready,
	}
	switch {
	case c.stage == running:
		view.state.Running = &corev1.ContainerStateRunning{StartedAt: c.since}
	case c.stage == exited && c.reason == "":
		view.state.Terminated = c.exit
		view.ready = c.initial && !c.sidecar() && c.exit.ExitCode == 0
	default:
		if c.exit != nil {
			view.last = c.exit
		}
		reason := c.reason
		if reason == "" {
			reason = usual
		}
		view.state.Waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: c.message}
	}
	return view
}

func newContainerID() string {
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return "containerd://" + hex.EncodeToString(id)
}
