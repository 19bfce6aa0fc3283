// Package machine knows whether this machine can run nodes with containers, and what it lacks.
package machine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/realnode"
)

// Lack is why the machine cannot run nodes with containers, in one line that says what to do.
type Lack struct{ text string }

func (l Lack) Error() string { return l.text }

func lack(format string, arguments ...any) error { return Lack{fmt.Sprintf(format, arguments...)} }

// program is something that a node calls, and the Debian package that has it.
type program struct{ name, pack string }

var programs = []program{
	{"containerd", "containerd"},
	{"ctr", "containerd"},
	{"containerd-shim-runc-v2", "containerd"},
	{"runc", "runc"},
	{"iptables", "iptables"},
	{"iptables-restore", "iptables"},
	{"conntrack", "conntrack"},
	{"ethtool", "ethtool"},
	{"mount", "mount"},
	{"nginx", "nginx"},
	// Tests make images of it, for pods that they look into.
	{"busybox", "busybox-static"},
}

// networking are the folders where distributions have the programs of CNI, and those that a node calls.
var (
	networking        = []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"}
	networkingPack    = "containernetworking-plugins"
	networkingMembers = []string{"ptp", "host-local", "portmap", "loopback"}
)

// Networking returns the folder with the programs of CNI; empty if there is none.
func Networking() string {
	complete := func(folder string) bool {
		return !slices.ContainsFunc(networkingMembers, func(name string) bool {
			return unix.Access(filepath.Join(folder, name), unix.X_OK) != nil
		})
	}
	if index := slices.IndexFunc(networking, complete); index >= 0 {
		return networking[index]
	}
	return ""
}

// missing returns the packages whose programs are not there.
func missing(find func(string) bool, networking string) []string {
	var packs []string
	for _, program := range programs {
		if !find(program.name) && !slices.Contains(packs, program.pack) {
			packs = append(packs, program.pack)
		}
	}
	if networking == "" {
		packs = append(packs, networkingPack)
	}
	return packs
}

// installed tells whether a program is where nodes look for it.
func installed(name string) bool {
	return slices.ContainsFunc(strings.Split(realnode.Tools, ":"), func(folder string) bool {
		path, err := exec.LookPath(filepath.Join(folder, name))
		return err == nil && path != ""
	})
}

// Check returns a Lack if the machine cannot run nodes with containers, and could not after Prepare.
func Check(ctx context.Context) error {
	if err := able(); err != nil {
		return err
	}
	packs := missing(installed, Networking())
	if len(packs) == 0 {
		return nil
	}
	return installable(ctx, packs)
}

// Prepare installs what is missing, if the machine lets it; it tells so before.
func Prepare(ctx context.Context, progress func(format string, arguments ...any)) error {
	if err := able(); err != nil {
		return err
	}
	packs := missing(installed, Networking())
	if len(packs) == 0 {
		return nil
	}
	if err := installable(ctx, packs); err != nil {
		return err
	}
	progress("installing the packages %s", strings.Join(packs, " "))
	if err := install(ctx, packs); err != nil {
		return err
	}
	if still := missing(installed, Networking()); len(still) > 0 {
		return lack("the packages %s are installed and lack programs; install others", strings.Join(still, " "))
	}
	return nil
}

// controllers are those of the control groups that a kubelet cannot do without.
var controllers = []string{"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "pids"}

// able tells what no package would change.
func able() error {
	if os.Geteuid() != 0 {
		return lack("nodes with containers need root; become root, or use tier 1")
	}
	hierarchies, err := realnode.Hierarchies()
	if err != nil {
		return err
	}
	for _, controller := range controllers {
		mount, found := hierarchies[controller]
		if !found {
			return lack("nodes with containers need control groups of version 1, and `%s` is not mounted; boot with systemd.unified_cgroup_hierarchy=0, or use tier 1", controller)
		}
		if err := unix.Access(mount, unix.W_OK); err != nil {
			return lack("nodes with containers need control groups, and `%s` cannot be written; use tier 1", mount)
		}
	}
	return kernel()
}
