package pods

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/names"
)

// inputsVariable is what a container of a node of KRE has and no other.
const inputsVariable = "KRT_NATS_INPUTS"

// companion runs a process beside a pod that KWOK plays: it makes the consumers in NATS by which a
// node of KRE is known to have started. The pod does not notice.
type companion struct {
	*site
	pod  *corev1.Pod
	node *corev1.Container
}

func newCompanion(site *site, pod *corev1.Pod, node *corev1.Container) *companion {
	return &companion{site: site, pod: pod, node: node}
}

// nodeContainer returns the container that runs a node of KRE, if the pod has one.
func nodeContainer(pod *corev1.Pod) *corev1.Container {
	for i := range pod.Spec.Containers {
		for _, variable := range pod.Spec.Containers[i].Env {
			if variable.Name == inputsVariable {
				return &pod.Spec.Containers[i]
			}
		}
	}
	return nil
}

// run has a process run until the context ends. Unless the program ends as well, nothing is left
// of it.
func (c *companion) run(ctx, program context.Context) {
	for ctx.Err() == nil {
		interval := retryInterval
		if err := c.accompany(ctx); err != nil && ctx.Err() == nil {
			interval = pullInterval
			tell(c.recorders.of(c.pod.Spec.NodeName), c.pod, c.node, corev1.EventTypeWarning,
				events.FailedToStartContainer, "Error: the node has no consumers: "+err.Error())
		}
		select {
		case <-ctx.Done():
		case <-time.After(interval):
		}
	}
	if program.Err() == nil {
		c.clear(program)
	}
}

// accompany runs the process once. It does not end by itself.
func (c *companion) accompany(ctx context.Context) error {
	if !c.hasProgram(standIn) {
		return errors.New(withoutProgram(standIn))
	}
	address, err := c.addresses.take(nil)
	if err != nil {
		return err
	}
	defer c.addresses.giveBack(address)
	client := names.Client{Namespace: c.pod.Namespace, Hostname: hostname(c.pod), Subdomain: c.pod.Spec.Subdomain, Address: address}
	resolver, err := names.Listen(c.zone, client)
	if err != nil {
		return err
	}
	defer resolver.Close()
	order, err := c.order(ctx, address, resolver)
	if err != nil {
		return err
	}
	// The log of a pod that is made to fail is another one.
	if !isFated(c.pod) {
		log, err := c.openLog(ctx)
		if err != nil {
			return err
		}
		defer log.close()
		stdout, stderr := log.stream("stdout"), log.stream("stderr")
		defer func() { _ = errors.Join(stdout.Close(), stderr.Close()) }()
		order.stdout, order.stderr = stdout, stderr
	}
	return c.stay(ctx, order)
}

// stay returns when the process has ended. It takes no notice of gentler signals.
func (c *companion) stay(ctx context.Context, order order) error {
	ended := make(chan struct{})
	started, err := c.launcher.startProcess(order, func(exit) { close(ended) })
	if err != nil {
		return err
	}
	select {
	case <-ended:
	case <-ctx.Done():
		started.signal(syscall.SIGKILL)
		<-ended
	}
	return nil
}

// order gives the process what the container would have in its environment.
func (c *companion) order(ctx context.Context, address netip.Addr, resolver *names.Server) (order, error) {
	variables, err := c.sceneOf(ctx, c.pod, address).environment(c.node)
	if err != nil {
		return order{}, err
	}
	environment := []string{"HOSTNAME=" + hostname(c.pod)}
	for _, variable := range variables {
		environment = append(environment, variable.Name+"="+variable.Value)
	}
	return order{
		program:     filepath.Join(c.programs, standIn),
		arguments:   []string{standIn, "durables"},
		environment: append(environment, c.whereabouts(c.pod, c.node.Name, address, resolver)...),
		folder:      c.directory,
	}, nil
}

// openLog begins the log of the container, and has KWOK show it.
func (c *companion) openLog(ctx context.Context) (*journal, error) {
	folder := c.podFolder(c.pod.UID)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the pod: %w", err)
	}
	if err := publish(ctx, c.dynamic, logsObject(c.pod, folder, []string{c.node.Name})); err != nil {
		return nil, fmt.Errorf("tell KWOK of the log: %w", err)
	}
	return openJournal(folder, c.node.Name)
}

// clear removes the log. What KWOK knows of it goes with the pod, even if this fails.
func (c *companion) clear(program context.Context) {
	if isFated(c.pod) {
		return
	}
	ctx, cancel := context.WithTimeout(program, apiTimeout)
	defer cancel()
	if err := errors.Join(withdraw(ctx, c.dynamic, c.pod), os.RemoveAll(c.podFolder(c.pod.UID))); err != nil {
		c.log.Warn("the log of a node could not be removed", "pod", c.pod.Namespace+"/"+c.pod.Name, "error", err)
	}
}
