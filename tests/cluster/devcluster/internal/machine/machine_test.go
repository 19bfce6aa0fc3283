package machine

import (
	"slices"
	"testing"
)

func TestAPackageIsNamedOnceForAllItsPrograms(t *testing.T) {
	none := func(string) bool { return false }
	want := []string{"containerd", "runc", "iptables", "conntrack", "ethtool", "mount", "nginx", "busybox-static", networkingPack}
	if got := missing(none, ""); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAMachineWithAllProgramsMissesNothing(t *testing.T) {
	all := func(string) bool { return true }
	if got := missing(all, "/usr/lib/cni"); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestRemovalsAreFoundInASimulation(t *testing.T) {
	simulated := "The following packages will be REMOVED:\n  docker.io\nRemv docker.io [20.10]\nPurg old [1]\nInst containerd (1.6)\nConf containerd (1.6)\n"
	if got, want := removals(simulated), []string{"docker.io", "old"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheReasonIsTheFirstErrorOfApt(t *testing.T) {
	output := "Reading package lists...\nE: Unable to locate package runc\nE: Broken\n"
	if got := reason(output); got != "Unable to locate package runc" {
		t.Errorf("got `%s`", got)
	}
	if got := reason("nothing"); got != "apt-get does not say why" {
		t.Errorf("got `%s`", got)
	}
}
