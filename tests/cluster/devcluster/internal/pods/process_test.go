package pods

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parentVariable makes the test binary play a parent that is killed.

const parentVariable = "PLAY_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentVariable) != "" {
		playParent()
		return
	}
	code := m.Run()
	if program, err := service(); err == nil {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

// playParent starts a process, says its number and stays.

func playParent() {
	child, err := newLauncher().startProcess(order{program: "/bin/sleep", arguments: []string{"sleep", "600"}}, func(exit) {})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(child.command.Process.Pid)
	select {}
}

func TestAProcessDiesWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"=1")
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(line)
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	eventually(t, "the child is gone", func() bool { return !isAlive(child) })
}

func isAlive(pid int) bool {
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(state), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("it did not come true that %s", what)
}

func TestAProcessEnds(t *testing.T) {
	launcher := newLauncher()
	defer launcher.close()
	for _, fact := range []struct {
		says, script string
		signal       syscall.Signal
		want         int32
	}{
		{"with its exit code", "exit 7", 0, 7},
		{"with 128 and the signal that ended it", "exec sleep 600", syscall.SIGTERM, 143},
		{"with what it makes of a signal", "trap 'exit 0' TERM; while :; do sleep 0.05; done", syscall.SIGTERM, 0},
	} {
		t.Run(fact.says, func(t *testing.T) {
			done := make(chan exit, 1)
			child, err := launcher.startProcess(order{program: "/bin/sh", arguments: []string{"sh", "-c", fact.script}}, func(how exit) { done <- how })
			if err != nil {
				t.Fatal(err)
			}
			if fact.signal != 0 {
				time.Sleep(200 * time.Millisecond)
				child.signal(fact.signal)
			}
			if how := <-done; how.code != fact.want {
				t.Errorf("it ended with %d", how.code)
			}
		})
	}
}

func TestAGroupEndsWithItsLeader(t *testing.T) {
	launcher := newLauncher()
	defer launcher.close()
	var output bytes.Buffer
	done := make(chan exit, 1)
	_, err := launcher.startProcess(order{
		program: "/bin/sh", arguments: []string{"sh", "-c", "sleep 600 & echo $!"}, stdout: &output,
	}, func(how exit) { done <- how })
	if err != nil {
		t.Fatal(err)
	}
	<-done
	straggler, err := strconv.Atoi(strings.TrimSpace(output.String()))
	if err != nil {
		t.Fatal(output.String())
	}
	eventually(t, "the straggler is gone", func() bool { return !isAlive(straggler) })
}

func TestAProgramThatIsNoneIsAnError(t *testing.T) {
	launcher := newLauncher()
	defer launcher.close()
	if _, err := launcher.startProcess(order{program: "/does/not/exist"}, func(exit) {}); err == nil {
		t.Error("it started")
	}
}

func TestALauncherThatEndedStartsNothing(t *testing.T) {
	launcher := newLauncher()
	launcher.close()
	if _, err := launcher.startProcess(order{program: "/bin/true"}, func(exit) {}); err == nil {
		t.Error("it started")
	}
}
