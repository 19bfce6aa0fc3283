package home

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func cluster(t *testing.T) Cluster {
	t.Helper()
	t.Setenv("DEVCLUSTER_HOME", filepath.Join(t.TempDir(), "clusters"))
	found, err := At("one")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAClusterIsClaimedOnce(t *testing.T) {
	cluster := cluster(t)
	if err := cluster.Claim(Record{Name: "one"}, Needed); err != nil {
		t.Fatal(err)
	}
	if err := cluster.Claim(Record{Name: "two"}, Needed); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("the second claim says %v", err)
	}
	record, err := cluster.Read()
	if err != nil || record.Name != "one" {
		t.Fatalf("read %v, %v", record, err)
	}
}

func TestARemovedClusterLeavesNothing(t *testing.T) {
	cluster := cluster(t)
	if err := cluster.Claim(Record{}, Needed); err != nil {
		t.Fatal(err)
	}
	if err := cluster.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(cluster.Directory)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the folder of all clusters: %v", err)
	}
}

func TestARemovedClusterLeavesItsNeighbours(t *testing.T) {
	first := cluster(t)
	second, err := At("two")
	if err != nil {
		t.Fatal(err)
	}
	for _, cluster := range []Cluster{first, second} {
		if err := cluster.Claim(Record{Name: cluster.Name}, Needed); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Read(); err != nil {
		t.Fatal(err)
	}
}

func TestNamesThatCannotBeFoldersAreRefused(t *testing.T) {
	for _, name := range []string{"", "..", "a/b", "A", "-a", "a-", ".hidden"} {
		if _, err := At(name); err == nil {
			t.Errorf("`%s` is accepted", name)
		}
	}
}

func TestAProcessIsKnownByItsStart(t *testing.T) {
	self, err := Lookup(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if !self.Alive() {
		t.Error("this process is not alive")
	}
	other := Process{ID: self.ID, Started: self.Started + 1}
	if other.Alive() {
		t.Error("a process of another start with the same number is alive")
	}
}

func TestTheEndOfAProcessIsSeen(t *testing.T) {
	command := exec.Command("sleep", "60")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	process, err := Lookup(command.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := process.Ended(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a living process ended: %v", err)
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := process.Ended(context.Background()); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
}

func TestMembersAreKnownByTheirEnvironment(t *testing.T) {
	cluster := cluster(t)
	command := exec.Command("sleep", "60")
	command.Env = []string{DirectoryVariable + "=" + cluster.Directory, ComponentVariable + "=sleeper"}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	// The environment is there once the program is.
	var members []Member
	for range 100 {
		var err error
		if members, err = cluster.Members(); err != nil {
			t.Fatal(err)
		}
		if len(members) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if len(members) != 1 || members[0].ID != command.Process.Pid || members[0].Component != "sleeper" {
		t.Fatalf("members are %v", members)
	}
}
