package supervisor

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

// pause is how long a component that ended stays away, as a static pod would.
const pause = time.Second

// keeper starts components, starts them again when they end, and ends them.
type keeper struct {
	cluster home.Cluster
	log     *slog.Logger
	// steady is set when the cluster is up: from then on an end is mended, until then it is fatal.
	steady atomic.Bool
	// ended carries the first component that ended too early.
	ended chan error
	all   sync.WaitGroup
}

func newKeeper(cluster home.Cluster, log *slog.Logger) *keeper {
	return &keeper{cluster: cluster, log: log, ended: make(chan error, 1)}
}

// keep starts a component and sees to it until the context ends; then it is killed.
func (k *keeper) keep(ctx context.Context, component components.Component) {
	k.all.Go(func() {
		for ctx.Err() == nil {
			err := k.run(ctx, component)
			if ctx.Err() != nil {
				return
			}
			if !k.steady.Load() {
				select {
				case k.ended <- k.explain(component.Name, err):
				default:
				}
				return
			}
			k.log.Warn("component ended, starting it again", "component", component.Name, "error", err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
		}
	})
}

func (k *keeper) run(ctx context.Context, component components.Component) error {
	log, err := os.OpenFile(k.cluster.Log(component.Name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	if component.Before != nil {
		if err := component.Before(ctx); err != nil {
			return err
		}
	}
	command := exec.CommandContext(ctx, component.Program, component.Arguments...)
	command.Stdout, command.Stderr = log, log
	command.Dir = k.cluster.Directory
	command.Env = append(os.Environ(),
		home.DirectoryVariable+"="+k.cluster.Directory,
		home.ComponentVariable+"="+component.Name,
	)
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: component.Namespaces}
	if err := Start(command); err != nil {
		return err
	}
	return command.Wait()
}

// explain tells why a component ended, with the last line that it wrote.
func (k *keeper) explain(component string, err error) error {
	text, _ := os.ReadFile(k.cluster.Log(component))
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return fmt.Errorf("%s ended before it was ready (%v): %s", component, err, lines[len(lines)-1])
}

// Start starts a command that is killed when this process ends, however it ends.
//
// The kernel sends that signal when the thread ends that started the child, and the runtime of Go
// ends threads as it likes: so one thread that never ends starts them all.
func Start(command *exec.Cmd) error {
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	starter() <- func() { started <- command.Start() }
	return <-started
}

var starter = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for start := range work {
			start()
		}
	}()
	return work
})
