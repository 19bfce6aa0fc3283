package home

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Process names one process for good: numbers are used again, numbers with a start time are not.
type Process struct {
	ID int `json:"pid"`
	// Started is when it started, in clock ticks since the machine did.
	Started uint64 `json:"started"`
}

// Lookup names the process that has a number now.
func Lookup(id int) (Process, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		return Process{}, err
	}
	// The second field is the program's name in parentheses, and may hold anything.
	_, rest, _ := bytes.Cut(stat[max(0, bytes.LastIndexByte(stat, ')')):], []byte(" "))
	fields := bytes.Fields(rest)
	const startTime = 19
	if len(fields) <= startTime {
		return Process{}, fmt.Errorf("`/proc/%d/stat` has %d fields", id, len(fields))
	}
	if state := fields[0]; state[0] == 'Z' || state[0] == 'X' {
		return Process{}, os.ErrProcessDone
	}
	started, err := strconv.ParseUint(string(fields[startTime]), 10, 64)
	return Process{ID: id, Started: started}, err
}

// Alive tells whether the process still runs.
func (p Process) Alive() bool {
	now, err := Lookup(p.ID)
	return err == nil && now == p
}

// Ended returns when the process has ended, or the context's error.
func (p Process) Ended(ctx context.Context) error {
	descriptor, err := unix.PidfdOpen(p.ID, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot watch process %d: %w", p.ID, err)
	}
	defer unix.Close(descriptor)
	// Between naming and opening, the number may have gone to another process.
	for p.Alive() {
		if err := ctx.Err(); err != nil {
			return err
		}
		events := []unix.PollFd{{Fd: int32(descriptor), Events: unix.POLLIN}}
		if _, err := unix.Poll(events, int((100 * time.Millisecond).Milliseconds())); err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("cannot watch process %d: %w", p.ID, err)
		}
	}
	return nil
}

// Member is a process of a cluster.
type Member struct {
	Process
	// Component is the name that the cluster gave it.
	Component string
	// Memory is its share of the machine's memory in bytes; pages used by n processes count 1/n.
	Memory uint64
}

// Variables by which a process of a cluster is known from outside, also when its starter is gone.
const (
	DirectoryVariable = "DEVCLUSTER_DIRECTORY"
	ComponentVariable = "DEVCLUSTER_COMPONENT"
)

// Members returns the processes that the cluster has started and that still run.
func (c Cluster) Members() ([]Member, error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var members []Member
	for _, folder := range folders {
		// Processes end while one looks, and those of other users cannot be read: neither is ours.
		environment, err := os.ReadFile(filepath.Join(folder, "environ"))
		if err != nil {
			continue
		}
		if variable(environment, DirectoryVariable) != c.Directory {
			continue
		}
		id, err := strconv.Atoi(filepath.Base(folder))
		if err != nil || id == os.Getpid() {
			continue
		}
		process, err := Lookup(id)
		if err != nil {
			continue
		}
		members = append(members, Member{
			Process:   process,
			Component: variable(environment, ComponentVariable),
			Memory:    Memory(process),
		})
	}
	return members, nil
}

func variable(environment []byte, name string) string {
	for _, entry := range bytes.Split(environment, []byte{0}) {
		if value, found := bytes.CutPrefix(entry, []byte(name+"=")); found {
			return string(value)
		}
	}
	return ""
}

// Memory returns a process's share of the machine's memory in bytes, 0 when it cannot be told.
func Memory(process Process) uint64 {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", process.ID))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(rollup)) {
		if value, found := strings.CutPrefix(line, "Pss:"); found {
			kibibytes, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kibibytes << 10
		}
	}
	return 0
}
