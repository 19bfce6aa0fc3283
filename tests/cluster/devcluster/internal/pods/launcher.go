package pods

import (
	"errors"
	"os/exec"
	"runtime"
)

var errLauncherClosed = errors.New("the launcher has ended, and starts no more processes")

// launcher starts processes that the kernel kills when this program is gone.
//
// On Linux the parent whose death kills a process is the *thread* that started it, and Go ends
// threads as it likes. So all processes are started by one thread that does nothing else and
// lives as long as the launcher.
type launcher struct {
	requests chan launch
	closing  chan struct{}
	ended    chan struct{}
}

type launch struct {
	command *exec.Cmd
	result  chan error
}

func newLauncher() *launcher {
	l := &launcher{requests: make(chan launch), closing: make(chan struct{}), ended: make(chan struct{})}
	go l.run()
	return l
}

// run never unlocks its thread, which therefore ends with it and takes along what still runs.
func (l *launcher) run() {
	runtime.LockOSThread()
	defer close(l.ended)
	for {
		select {
		case request := <-l.requests:
			request.result <- request.command.Start()
		case <-l.closing:
			return
		}
	}
}

// start starts a command, of which SysProcAttr asks for a death signal.
func (l *launcher) start(command *exec.Cmd) error {
	request := launch{command: command, result: make(chan error, 1)}
	select {
	case l.requests <- request:
		return <-request.result
	case <-l.ended:
		return errLauncherClosed
	}
}

// close ends the launcher, and every process that it started and that still runs.
func (l *launcher) close() {
	close(l.closing)
	<-l.ended
}
