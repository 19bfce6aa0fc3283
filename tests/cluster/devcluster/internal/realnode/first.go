package realnode

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/images"
)

// Namespaces are what the first process of a node has of its own.
const Namespaces = unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC

// Tools is where the programs of a node and what they call are looked for.
const Tools = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// starting is how long containerd may take to listen.
const starting = 30 * time.Second

// Main is the first process of a node: it makes a machine of its namespaces, and runs what a node runs
// until it is killed. `namespace` is the path of the hub's network namespace.
func Main(path, namespace string) error {
	plan, err := read(path)
	if err != nil {
		return err
	}
	if os.Getpid() != 1 {
		return errors.New("a node is started by its cluster, as the first process of its namespaces")
	}
	// Once the node has a /proc of its own, nothing outside can be found there.
	outside, err := os.Open(namespace)
	if err != nil {
		return err
	}
	defer outside.Close()
	for _, step := range []func() error{
		func() error { return unix.Sethostname([]byte(plan.Name())) },
		plan.furnish,
		func() error { return hub.Join(outside, plan.Number, plan.Nodes) },
		plan.gather,
		plan.configure,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	first := newFirst(plan)
	if err := first.start(plan.runtime()); err != nil {
		return err
	}
	if err := listening(socket); err != nil {
		return err
	}
	if err := plan.bringPause(); err != nil {
		return err
	}
	for _, service := range plan.services() {
		if err := first.start(service); err != nil {
			return err
		}
	}
	return first.run()
}

// listening waits until somebody listens at a socket.
func listening(path string) error {
	deadline := time.Now().Add(starting)
	for {
		connection, err := net.Dial("unix", path)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("containerd does not listen: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// bringPause gives containerd the image without which no pod starts.
func (p Plan) bringPause() error {
	archive, err := images.PauseArchive()
	if err != nil {
		return err
	}
	path := "/run/tmp/pause.tar"
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		return err
	}
	return images.Import(context.Background(), socket, path)
}

// service is a program that a node cannot do without.
type service struct {
	name      string
	program   string
	arguments []string
}

func (p Plan) runtime() service {
	return service{"containerd", "containerd", []string{"--config", filepath.Join(configuration, "containerd.toml")}}
}

func (p Plan) services() []service {
	own := func(name string, flags ...string) service {
		return service{name, "/proc/self/exe", append([]string{"component", name}, flags...)}
	}
	return []service{
		own("kubelet",
			"--config="+filepath.Join(configuration, "kubelet.yaml"),
			"--kubeconfig="+p.Kubelet,
			"--hostname-override="+p.Name(),
			"--node-ip="+p.Address().String(),
			// One would be gone before anybody asked for the log of the previous container.
			"--maximum-dead-containers-per-container=2",
		),
		own("kube-proxy", "--config="+filepath.Join(configuration, "kube-proxy.yaml")),
	}
}

// first is what the first process does for all others: it starts services again that end, and takes
// note of every end, as nobody else can for processes whose parents are gone.
type first struct {
	plan    Plan
	running map[int]service
	ends    chan os.Signal
}

func newFirst(plan Plan) *first {
	found := &first{plan, map[int]service{}, make(chan os.Signal, 1)}
	signal.Notify(found.ends, syscall.SIGCHLD)
	return found
}

// start starts a service that writes to a log of its own.
func (f *first) start(service service) error {
	component := f.plan.Name() + "-" + service.name
	log, err := os.OpenFile(f.plan.Cluster.Log(component), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(service.program, service.arguments...)
	command.Stdout, command.Stderr = log, log
	command.Env = f.environment(component)
	if err := command.Start(); err != nil {
		return fmt.Errorf("cannot start %s: %w", service.name, err)
	}
	f.running[command.Process.Pid] = service
	return command.Process.Release()
}

// environment leaves out what people have set for themselves: proxies, above all.
func (f *first) environment(component string) []string {
	return []string{
		"PATH=" + Tools,
		"HOME=/root",
		"TMPDIR=/run/tmp",
		home.DirectoryVariable + "=" + f.plan.Cluster.Directory,
		home.ComponentVariable + "=" + component,
	}
}

// again is how long a service stays away that has ended.
const again = time.Second

func (f *first) run() error {
	due := make(chan service)
	// Some may have ended before anybody took note.
	f.reap(due)
	for {
		select {
		case <-f.ends:
			f.reap(due)
		case service := <-due:
			if err := f.start(service); err != nil {
				return err
			}
		}
	}
}

// reap takes note of everything that has ended.
func (f *first) reap(due chan<- service) {
	for {
		var status unix.WaitStatus
		process, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || process <= 0 {
			return
		}
		service, known := f.running[process]
		if !known {
			continue
		}
		delete(f.running, process)
		fmt.Fprintf(os.Stderr, "%s ended (%s), starting it again\n", service.name, ending(status))
		time.AfterFunc(again, func() { due <- service })
	}
}

func ending(status unix.WaitStatus) string {
	if status.Signaled() {
		return strings.ToLower(status.Signal().String())
	}
	return fmt.Sprintf("exit code %d", status.ExitStatus())
}
