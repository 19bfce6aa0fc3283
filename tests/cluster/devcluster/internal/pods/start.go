package pods

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/util/format"
	"k8s.io/kubernetes/pkg/securitycontext"
)

// pullInterval is the time between two looks for a program that is missing.
const pullInterval = 10 * time.Second

// systemPath is where programs of the machine are looked for, after the services.
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// start makes a container run, or says why it cannot.
func (w *worker) start(ctx context.Context, c *container) {
	if c.image != nil && !w.hasProgram(c.image.program) {
		message := withoutProgram(c.image.program)
		w.tell(c, corev1.EventTypeWarning, events.FailedToPullImage, fmt.Sprintf("Failed to pull image %q: %s", c.spec.Image, message))
		w.refuse(c, reasonPull, message, reasonPull, pullInterval)
		return
	}
	w.tell(c, corev1.EventTypeNormal, events.PulledImage, fmt.Sprintf("Container image %q already present on machine", c.spec.Image))
	variables, err := w.scene(ctx).environment(c.spec)
	if err == nil {
		err = w.checkUser(c)
	}
	if err != nil {
		w.refuse(c, reasonConfig, err.Error(), err.Error(), retryInterval)
		return
	}
	if c.image == nil {
		w.pretend(c)
		return
	}
	order, places, err := w.order(c, variables)
	if err == nil {
		err = w.refresh(ctx, c, places)
	}
	if err != nil {
		w.refuse(c, reasonCreate, err.Error(), err.Error(), retryInterval)
		return
	}
	w.begin(c)
	w.launch(c, order)
}

// refuse has a container wait: the status shows reason and message, the event what went wrong.
func (w *worker) refuse(c *container, reason, message, event string, interval time.Duration) {
	w.tell(c, corev1.EventTypeWarning, events.FailedToCreateContainer, "Error: "+event)
	c.wait(reason, message, time.Now().Add(interval))
	w.wakeAt(c.attempt)
}

// checkUser refuses what a kubelet refuses: all of the service images run as root.
func (w *worker) checkUser(c *container) error {
	context := securitycontext.DetermineEffectiveSecurityContext(w.pod, c.spec)
	if c.image == nil || context == nil || !isTrue(context.RunAsNonRoot) {
		return nil
	}
	switch {
	case context.RunAsUser == nil:
		return fmt.Errorf("container has runAsNonRoot and image will run as root (pod: %q, container: %s)", format.Pod(w.pod), c.spec.Name)
	case *context.RunAsUser == 0:
		return fmt.Errorf("container's runAsUser breaks non-root policy (pod: %q, container: %s)", format.Pod(w.pod), c.spec.Name)
	default:
		return nil
	}
}

// begin tells that a container has been created, and runs as far as the worker is concerned.
func (w *worker) begin(c *container) {
	c.begin()
	w.tell(c, corev1.EventTypeNormal, events.CreatedContainer, "Created container: "+c.spec.Name)
}

// pretend starts a container that no process stands for: an init container has done its part at
// once, any other is ready.
func (w *worker) pretend(c *container) {
	w.begin(c)
	w.tell(c, corev1.EventTypeNormal, events.StartedContainer, "Started container "+c.spec.Name)
	if log, err := openJournal(w.folder, c.spec.Name); err == nil {
		log.close()
	}
	if c.initial && !c.sidecar() {
		c.end(0, reasonCompleted, "", time.Now())
		return
	}
	w.supervise(c)
}

// launch starts the process of a container.
func (w *worker) launch(c *container, order order) {
	log, err := openJournal(w.folder, c.spec.Name)
	if err != nil {
		w.cannotRun(c, err)
		return
	}
	stdout, stderr := log.stream("stdout"), log.stream("stderr")
	order.stdout, order.stderr = stdout, stderr
	if order.program, err = w.find(order.arguments[0]); err != nil {
		log.close()
		w.cannotRun(c, err)
		return
	}
	run := c.run
	started, err := w.launcher.startProcess(order, func(how exit) {
		_ = errors.Join(stdout.Close(), stderr.Close())
		log.close()
		w.inbox.put(ended{container: c, run: run, exit: how})
	})
	if err != nil {
		log.close()
		w.cannotRun(c, err)
		return
	}
	c.process = started
	w.tell(c, corev1.EventTypeNormal, events.StartedContainer, "Started container "+c.spec.Name)
	w.supervise(c)
}

// cannotRun is what containerd and kubelet make of a program that cannot be executed.
func (w *worker) cannotRun(c *container, err error) {
	message := "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
		"unable to start container process: error during container init: " + err.Error()
	w.tell(c, corev1.EventTypeWarning, events.FailedToStartContainer, "Error: "+message)
	c.end(codeStartError, reasonStart, message, time.Now())
	if c.restartable(w.pod) {
		c.wait(reasonRun, message, time.Now().Add(time.Second))
		w.wakeAt(c.attempt)
	}
}

// order returns what is to be started for a container, and where its folders are.
func (w *worker) order(c *container, variables []kubecontainer.EnvVar) (order, paths, error) {
	layout := w.layout(c.spec.Name)
	places, err := layout.paths(c.spec, c.image, w.storage, variables)
	if err != nil {
		return order{}, nil, err
	}
	command, args := kubecontainer.ExpandContainerCommandAndArgs(c.spec, variables)
	arguments := places.rewriteAll(c.image.arguments(command, args))
	result := order{
		arguments:   arguments,
		environment: w.variables(c, layout, places, variables),
		folder:      layout.root,
	}
	if inside := c.spec.WorkingDir; inside != "" {
		if outside, known := places.outside(inside); known {
			result.folder = outside
		}
	}
	return result, places, nil
}

// find returns the path of a program: one of the services, wherever the image has it, before those
// of the machine. A program that there is not is called as by a runtime.
func (w *worker) find(name string) (string, error) {
	if service := filepath.Base(name); w.hasProgram(service) {
		return filepath.Join(w.programs, service), nil
	}
	if strings.Contains(name, "/") {
		if _, err := os.Stat(name); err != nil {
			return "", fmt.Errorf("exec: %q: %w: unknown", name, err)
		}
		return name, nil
	}
	for _, folder := range filepath.SplitList(systemPath) {
		candidate := filepath.Join(folder, name)
		if found, err := os.Stat(candidate); err == nil && !found.IsDir() && found.Mode()&0o111 != 0 {
			return candidate, nil
		}
	}
	return "", fmt.Errorf("exec: %q: executable file not found in $PATH: unknown", name)
}

// variables returns the environment of a process: that of the container, with paths of the host,
// and what a process needs to be kept apart from others.
func (w *worker) variables(c *container, layout layout, places paths, variables []kubecontainer.EnvVar) []string {
	environment := []string{
		"HOME=" + filepath.Join(layout.root, "root"),
		"TMPDIR=" + filepath.Join(layout.root, "tmp"),
		"HOSTNAME=" + hostname(w.pod),
	}
	path := systemPath
	for _, variable := range variables {
		if variable.Name == "PATH" {
			path = variable.Value
			continue
		}
		environment = append(environment, variable.Name+"="+places.rewrite(variable.Value))
	}
	environment = append(environment,
		"PATH="+w.programs+":"+path,
		"DEVCLUSTER_INITDB="+places.rewrite(initFolder),
	)
	environment = append(environment, w.whereabouts(w.pod, c.spec.Name, w.address, w.names)...)
	if c.image.data != "" {
		environment = append(environment, "DEVCLUSTER_DATA="+places.rewrite(c.image.data))
	}
	return environment
}

// refresh writes the folders of a container, with its volumes as they are now: what is missing of
// them since the pod was made stays as it was.
func (w *worker) refresh(ctx context.Context, c *container, places paths) error {
	if c.run > 0 {
		if found, err := w.findStorage(ctx, w.scene(ctx)); err == nil {
			w.storage = found
		}
	}
	if err := w.layout(c.spec.Name).make(c.spec, c.image, w.storage, places); err != nil {
		return err
	}
	for _, inside := range []string{c.image.data, c.spec.WorkingDir} {
		if outside, known := places.outside(inside); inside != "" && known {
			if err := os.MkdirAll(outside, 0o777); err != nil {
				return fmt.Errorf("make the folder %s of container %s: %w", inside, c.spec.Name, err)
			}
		}
	}
	return nil
}
