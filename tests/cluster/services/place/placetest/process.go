package placetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything of a service may take on a busy machine.
const patience = 60 * time.Second

// programVariable makes the binary of a test run the program instead.
const programVariable = "PLACETEST_PROGRAM"

// Main runs the tests of a program, or the program itself when Start has called the test binary.
func Main(m *testing.M, program func()) {
	if os.Getenv(programVariable) != "" {
		program()
		return
	}
	os.Exit(m.Run())
}

// Address returns a loopback address that most likely nobody uses: no cluster has slot 255.
func Address() string {
	return fmt.Sprintf("127.255.%d.%d", 1+rand.IntN(254), 1+rand.IntN(254))
}

// Process is a program under test.
type Process struct {
	t       testing.TB
	command *exec.Cmd
	output  *buffer
	ended   chan struct{}
}

// Start runs the program under test in a folder, with nothing of the test's own environment but
// what is needed to find programs. It is killed when the test ends.
func Start(t testing.TB, folder string, environment []string, arguments ...string) *Process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatalf("find the binary of the test: %v", err)
	}
	process := &Process{
		t:       t,
		command: exec.Command(executable, arguments...),
		output:  &buffer{},
		ended:   make(chan struct{}),
	}
	process.command.Dir = folder
	process.command.Env = append([]string{
		programVariable + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + folder,
	}, environment...)
	process.command.Stdout, process.command.Stderr = process.output, process.output
	process.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := process.command.Start(); err != nil {
		t.Fatalf("start the program: %v", err)
	}
	go func() {
		_ = process.command.Wait()
		close(process.ended)
	}()
	t.Cleanup(func() {
		process.Kill()
		if t.Failed() {
			t.Logf("output of the program:\n%s", process.Output())
		}
	})
	return process
}

// Output returns what the program has written so far.
func (p *Process) Output() string { return p.output.String() }

// Wait returns the exit code of a program that ends on its own.
func (p *Process) Wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("the program does not end; its output:\n%s", p.Output())
	}
	return p.command.ProcessState.ExitCode()
}

// Signal sends a signal to the program.
func (p *Process) Signal(signal syscall.Signal) {
	p.t.Helper()
	if err := p.command.Process.Signal(signal); err != nil {
		p.t.Fatalf("send %v: %v", signal, err)
	}
}

// Terminate asks the program to end and returns its exit code.
func (p *Process) Terminate() int {
	p.t.Helper()
	p.Signal(syscall.SIGTERM)
	return p.Wait()
}

// Kill ends the program at once, as SIGKILL does.
func (p *Process) Kill() {
	_ = p.command.Process.Kill()
	<-p.ended
}

// Listening waits until somebody accepts connections at an endpoint, and fails when the program
// ends before.
func (p *Process) Listening(endpoint string) {
	p.t.Helper()
	p.Until("connect to "+endpoint, func() error {
		connection, err := net.DialTimeout("tcp", endpoint, time.Second)
		if err != nil {
			return err
		}
		return connection.Close()
	})
}

// Until repeats a step until it works, and fails when the program ends before.
func (p *Process) Until(what string, step func() error) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := step()
		if err == nil {
			return
		}
		select {
		case <-p.ended:
			err = errors.Join(err, fmt.Errorf("the program ended with %v", p.command.ProcessState))
		case <-time.After(20 * time.Millisecond):
			if time.Now().Before(deadline) {
				continue
			}
		}
		p.t.Fatalf("%s: %v; output of the program:\n%s", what, err, p.Output())
	}
}

// buffer collects what several writers write.
type buffer struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(text []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.Write(text)
}

func (b *buffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.String()
}
