package pods

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/netip"
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
	os.Exit(m.Run())
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

func TestAJournalIsOneOfAContainerRuntime(t *testing.T) {
	folder := t.TempDir()
	log, err := openJournal(folder, "nats")
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := log.stream("stdout"), log.stream("stderr")
	for _, part := range []string{"one\ntw", "o\n", "three"} {
		if _, err := stdout.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = stderr.Write([]byte(strings.Repeat("x", longestLine+1) + "\n"))
	_ = stdout.Close()
	log.close()
	content, err := os.ReadFile(filepath.Join(folder, "nats.log"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"stdout F one", "stdout F two", "stderr P " + strings.Repeat("x", longestLine), "stderr F x", "stdout P three"}
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		at, rest, _ := strings.Cut(line, " ")
		if _, err := time.Parse(time.RFC3339Nano, at); err != nil || rest != want[i] {
			t.Errorf("line %d: %.60s", i, line)
		}
	}
}

func TestTheJournalOfTheRunBeforeIsKept(t *testing.T) {
	folder := t.TempDir()
	for _, text := range []string{"first", "second"} {
		log, err := openJournal(folder, "nats")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = log.stream("stdout").Write([]byte(text + "\n"))
		log.close()
	}
	for name, want := range map[string]string{"nats.log": "second", "nats.previous.log": "first"} {
		if content, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !strings.Contains(string(content), want) {
			t.Errorf("%s: %s, %v", name, content, err)
		}
	}
}

func TestAJournalThatIsFullStartsAnew(t *testing.T) {
	folder := t.TempDir()
	log, err := openJournal(folder, "nats")
	if err != nil {
		t.Fatal(err)
	}
	defer log.close()
	output := log.stream("stdout")
	line := []byte(strings.Repeat("x", longestLine) + "\n")
	for range largestJournal/len(line) + 2 {
		_, _ = output.Write(line)
	}
	if found, err := os.Stat(filepath.Join(folder, "nats.log")); err != nil || found.Size() > 2*int64(len(line))+200 {
		t.Errorf("%d bytes, %v", found.Size(), err)
	}
}

func TestAnAddressIsTakenOnce(t *testing.T) {
	all := newAddresses(201)
	all.free = func(netip.Addr, []int32) bool { return true }
	first, _ := all.take(nil)
	second, _ := all.take(nil)
	all.giveBack(first)
	third, _ := all.take(nil)
	if first.String() != "127.201.1.1" || second.String() != "127.201.1.2" || third.String() != "127.201.1.3" {
		t.Errorf("got %s, %s, %s", first, second, third)
	}
	if twin(first).String() != "10.201.1.1" {
		t.Errorf("its twin is %s", twin(first))
	}
}

func TestAddressesComeAgainAtTheEnd(t *testing.T) {
	all := newAddresses(201)
	all.free = func(netip.Addr, []int32) bool { return true }
	all.last = perNetwork*networks - 1
	all.used[netip.MustParseAddr("127.201.1.1")] = true
	if got, err := all.take(nil); err != nil || got.String() != "127.201.1.2" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAnAddressWhosePortIsTakenIsSkipped(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.202.1.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := int32(listener.Addr().(*net.TCPAddr).Port)
	if got, err := newAddresses(202).take([]int32{port}); err != nil || got.String() != "127.202.1.2" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAPortThatIsTakenEverywhereIsAnError(t *testing.T) {
	all := newAddresses(203)
	all.free = func(netip.Addr, []int32) bool { return false }
	if got, err := all.take([]int32{4222}); err == nil || !strings.Contains(err.Error(), "4222") {
		t.Errorf("got %s, %v", got, err)
	}
}
