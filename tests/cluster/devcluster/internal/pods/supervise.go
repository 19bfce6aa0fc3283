package pods

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/probe"
)

// supervise starts the probes of a container that runs. Without a process there is nothing to
// probe: such a container is ready.
func (w *worker) supervise(c *container) {
	if c.image == nil {
		c.started, c.ready = true, true
		return
	}
	if c.initial && !c.sidecar() {
		// Its end is what counts.
		return
	}
	all, endAll := context.WithCancel(context.Background())
	ending, endProbes := context.WithCancel(all)
	c.endAll, c.endProbes = endAll, endProbes
	c.probes = probeContexts{all: all, ending: ending}
	if c.spec.StartupProbe != nil {
		w.watch(ending, c, startup, c.spec.StartupProbe)
		return
	}
	w.beginService(c)
}

// probeContexts end with the container; the one for probes that could end it ends when something
// else does so.
type probeContexts struct{ all, ending context.Context }

// beginService is for a container that has started up: now others are told when it is ready.
func (w *worker) beginService(c *container) {
	c.started = true
	c.ready = c.spec.ReadinessProbe == nil
	if c.spec.ReadinessProbe != nil {
		w.watch(c.probes.all, c, readiness, c.spec.ReadinessProbe)
	}
	if c.spec.LivenessProbe != nil {
		w.watch(c.probes.ending, c, liveness, c.spec.LivenessProbe)
	}
}

// watch repeats a probe and brings its verdicts to the worker.
func (w *worker) watch(ctx context.Context, c *container, kind probeKind, spec *corev1.Probe) {
	// Its goroutine must not look at what the worker may change.
	run, container, ports := c.run, c.spec, c.ports()
	address, shown := w.address.String(), twin(w.address).String()
	pod, recorder, inbox := w.pod, w.recorder, w.inbox
	endless := prober{
		spec:  spec,
		check: func() (probe.Result, string, error) { return examine(spec, container, address, ports) },
		report: func(result verdict) bool {
			inbox.put(probed{container: c, run: run, kind: kind, verdict: result})
			return kind == readiness || kind == liveness && result == succeeded
		},
		complain: func(failure string) {
			message := string(kind) + " " + strings.ReplaceAll(failure, address, shown)
			tell(recorder, pod, container, corev1.EventTypeWarning, events.ContainerUnhealthy, message)
		},
	}
	go endless.repeat(ctx)
}

// probed takes notice of a verdict about a container that runs.
func (w *worker) probed(what probed) {
	c := what.container
	switch {
	case what.kind == readiness:
		c.ready = bool(what.verdict)
	case c.stop != nil:
		// It is being ended as it is.
	case what.kind == startup && what.verdict == succeeded:
		w.beginService(c)
	case what.verdict == failed && what.kind == startup:
		w.condemn(c, c.spec.StartupProbe, "failed startup probe")
	case what.verdict == failed && what.kind == liveness:
		w.condemn(c, c.spec.LivenessProbe, "failed liveness probe")
	}
}

// condemn ends a container that a probe has given up.
func (w *worker) condemn(c *container, spec *corev1.Probe, why string) {
	message := fmt.Sprintf("Container %s %s", c.spec.Name, why)
	if w.pod.Spec.RestartPolicy != corev1.RestartPolicyNever {
		message += ", will be restarted"
	}
	w.tell(c, corev1.EventTypeNormal, events.KillingContainer, message)
	grace := w.pod.Spec.TerminationGracePeriodSeconds
	if spec.TerminationGracePeriodSeconds != nil {
		grace = spec.TerminationGracePeriodSeconds
	}
	c.beginStop(time.Now(), graceOf(grace))
}
