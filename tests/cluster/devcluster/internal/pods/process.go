package pods

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// strayOutput is how long the output of a process may stay open after its end.
const strayOutput = 2 * time.Second

// exit is how a process ended.
type exit struct {
	code int32
	at   time.Time
}

// order is what is to be started.
type order struct {
	program        string
	arguments      []string
	environment    []string
	folder         string
	stdout, stderr io.Writer
}

// process is the main process of a container, and the leader of a group of its own.
type process struct {
	command *exec.Cmd
	lock    sync.Mutex
	reaped  bool
}

// startProcess starts a process; ended is called once, when it and its output have ended.
func (l *launcher) startProcess(order order, ended func(exit)) (*process, error) {
	command := &exec.Cmd{
		Path:      order.program,
		Args:      order.arguments,
		Env:       order.environment,
		Dir:       order.folder,
		Stdout:    order.stdout,
		Stderr:    order.stderr,
		WaitDelay: strayOutput,
		SysProcAttr: &syscall.SysProcAttr{
			Setpgid:   true,
			Pdeathsig: syscall.SIGKILL,
		},
	}
	if err := l.start(command); err != nil {
		return nil, fmt.Errorf("start %s: %w", order.program, err)
	}
	p := &process{command: command}
	go func() { ended(p.wait()) }()
	return p, nil
}

// wait ends the group with its leader, as a container ends with its first process. It does so
// before the leader is reaped: until then nobody else can have its number.
func (p *process) wait() exit {
	var info unix.Siginfo
	for {
		err := unix.Waitid(unix.P_PID, p.command.Process.Pid, &info, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	at := time.Now()
	p.lock.Lock()
	_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
	p.reaped = true
	p.lock.Unlock()
	// The error repeats what the state says.
	_ = p.command.Wait()
	return exit{code: exitCode(p.command), at: at}
}

// signal sends a signal to the whole group, unless the process has ended.
func (p *process) signal(signal syscall.Signal) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if !p.reaped {
		_ = syscall.Kill(-p.command.Process.Pid, signal)
	}
}

// exitCode is what a container runtime makes of the end of a process.
func exitCode(command *exec.Cmd) int32 {
	const signalled = 128
	if command.ProcessState == nil {
		return signalled
	}
	status, ok := command.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return signalled + int32(status.Signal())
	}
	return int32(command.ProcessState.ExitCode())
}
