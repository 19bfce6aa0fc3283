package realnode

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

// Hierarchies returns where control groups of the first version are mounted, by controller.
func Hierarchies() (map[string]string, error) {
	found := map[string]string{}
	err := mounts(func(kind, path, options string) {
		if kind != "cgroup" {
			return
		}
		for _, controller := range controllers(options) {
			found[controller] = path
		}
	})
	return found, err
}

// mounts calls a function for each place where control groups of either version are mounted.
func mounts(see func(kind, path, options string)) error {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		place, about, _ := strings.Cut(line, " - ")
		before, after := strings.Fields(place), strings.Fields(about)
		if len(before) < 5 || len(after) < 3 || !strings.HasPrefix(after[0], "cgroup") {
			continue
		}
		see(after[0], before[4], after[2])
	}
	return nil
}

// controllers returns those among the options of a mount.
func controllers(options string) []string {
	var named []string
	for option := range strings.SplitSeq(options, ",") {
		if option != "rw" && option != "ro" && !strings.HasPrefix(option, "release_agent=") {
			named = append(named, strings.TrimPrefix(option, "name="))
		}
	}
	return named
}

// gather makes the control groups in which those of the node's pods are made.
func (p Plan) gather() error {
	hierarchies, err := Hierarchies()
	if err != nil {
		return err
	}
	for controller, mount := range hierarchies {
		group := filepath.Join(mount, p.group())
		if err := os.MkdirAll(group, 0o755); err != nil {
			return fmt.Errorf("cannot make a control group: %w", err)
		}
		if controller != "cpuset" {
			continue
		}
		// Nothing can be in a group that may run nowhere, which is how groups begin.
		for _, name := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(mount, name))
			if err == nil {
				err = os.WriteFile(filepath.Join(group, name), value, 0)
			}
			if err != nil {
				return fmt.Errorf("cannot fill `%s` in: %w", name, err)
			}
		}
	}
	return nil
}

// patience is how long the kernel may take to let go of a control group.
const patience = 10 * time.Second

// Everyone stands for all nodes of a cluster.
const Everyone = "*"

// Sweep removes the control groups of a node of a cluster, whose processes have ended.
func Sweep(ctx context.Context, cluster home.Cluster, node string) error {
	var places []string
	// Runtimes make groups of the second version too where it is there beside the first.
	if err := mounts(func(_, path, _ string) { places = append(places, path) }); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, mount := range places {
		found, err := filepath.Glob(filepath.Join(mount, groups(cluster)+node))
		if err != nil {
			return err
		}
		for _, group := range found {
			if err := remove(ctx, group); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove deletes a control group with those in it: the innermost first, again while it is still busy.
func remove(ctx context.Context, group string) error {
	for {
		var inner []string
		err := filepath.WalkDir(group, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				inner = append(inner, path)
			}
			return nil
		})
		for index := len(inner) - 1; index >= 0 && err == nil; index-- {
			err = os.Remove(inner[index])
		}
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot remove control group `%s`: %w", group, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
