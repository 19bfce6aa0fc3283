package pods

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"
	grpcprobe "k8s.io/kubernetes/pkg/probe/grpc"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"
	tcpprobe "k8s.io/kubernetes/pkg/probe/tcp"
)

// probeKind says what a probe is for, in the words of a kubelet's events.
type probeKind string

const (
	startup   probeKind = "Startup"
	readiness probeKind = "Readiness"
	liveness  probeKind = "Liveness"
)

// verdict is what consecutive results of a probe have come to.
type verdict bool

const (
	failed    verdict = false
	succeeded verdict = true
)

// counter turns results into verdicts: a result counts when it has come often enough in a row.
type counter struct {
	last verdict
	row  int32
}

// add returns whether the threshold of the result is reached.
func (c *counter) add(result verdict, spec *corev1.Probe) bool {
	if c.row == 0 || c.last != result {
		c.last, c.row = result, 0
	}
	c.row++
	if result == succeeded {
		return c.row >= max(spec.SuccessThreshold, 1)
	}
	return c.row >= max(spec.FailureThreshold, 1)
}

// examine does one check of a container whose process is at an address.
func examine(spec *corev1.Probe, container *corev1.Container, address string, ports []int32) (probe.Result, string, error) {
	timeout := seconds(max(spec.TimeoutSeconds, 1))
	switch {
	case spec.HTTPGet != nil:
		request, err := httpprobe.NewRequestForHTTPGetAction(spec.HTTPGet, container, address, "probe")
		if err != nil {
			return probe.Unknown, "", err
		}
		return httpprobe.New(false).Probe(request, timeout)
	case spec.TCPSocket != nil:
		port, err := probe.ResolveContainerPort(spec.TCPSocket.Port, container)
		if err != nil {
			return probe.Unknown, "", err
		}
		host := address
		if spec.TCPSocket.Host != "" {
			host = spec.TCPSocket.Host
		}
		return tcpprobe.New().Probe(host, port, timeout)
	case spec.GRPC != nil:
		service := ""
		if spec.GRPC.Service != nil {
			service = *spec.GRPC.Service
		}
		return grpcprobe.New().Probe(address, service, int(spec.GRPC.Port), timeout)
	case len(ports) > 0:
		// Nothing can be executed in a container that is none; a port that is open is the next best.
		return tcpprobe.New().Probe(address, int(ports[0]), timeout)
	default:
		return probe.Unknown, "", fmt.Errorf("container %s has no port to check", container.Name)
	}
}

// firstProbe is the time until the first probe of a container that asks for no delay. A kubelet
// takes any time up to the period.
const firstProbe = time.Second

// prober repeats one probe of one run of a container.
type prober struct {
	spec  *corev1.Probe
	check func() (probe.Result, string, error)
	// report is called for each verdict that is new, and says whether to go on.
	report func(verdict) bool
	// complain is called for each failure.
	complain func(string)
}

// repeat probes until the context ends or nobody wants to know any more.
func (p prober) repeat(ctx context.Context) {
	period := seconds(max(p.spec.PeriodSeconds, 1))
	timer := time.NewTimer(max(seconds(p.spec.InitialDelaySeconds), firstProbe))
	defer timer.Stop()
	var results counter
	var known *verdict
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		timer.Reset(period)
		result, output, err := p.check()
		if ctx.Err() != nil {
			return
		}
		outcome := verdict(err == nil && (result == probe.Success || result == probe.Warning))
		switch {
		case err != nil:
			p.complain(fmt.Sprintf("probe errored and resulted in %s state: %s", result, err))
		case outcome == failed:
			p.complain("probe failed: " + output)
		}
		if results.add(outcome, p.spec) && (known == nil || *known != outcome) {
			known = &outcome
			if !p.report(outcome) {
				return
			}
		}
	}
}

func seconds(count int32) time.Duration { return time.Duration(count) * time.Second }
