package realnode

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/clusterdns"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

func plan(t *testing.T) Plan {
	t.Helper()
	return Plan{
		Cluster:    home.Cluster{Name: "one", Directory: t.TempDir()},
		Number:     2,
		Nodes:      3,
		Kubelet:    "/pki/node-2.kubeconfig",
		Networking: "/usr/lib/cni",
		DNS:        clusterdns.Service,
	}
}

func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	written := plan(t)
	path, err := written.Write()
	if err != nil {
		t.Fatal(err)
	}
	found, err := read(path)
	if err != nil || fmt.Sprint(found) != fmt.Sprint(written) {
		t.Errorf("got %+v, want %+v: %v", found, written, err)
	}
}

func TestControlGroupsTellClustersOfTwoHomesApart(t *testing.T) {
	here := home.Cluster{Name: "dev", Directory: "/here/dev"}
	there := home.Cluster{Name: "dev", Directory: "/there/dev"}
	if groups(here) == groups(there) {
		t.Errorf("both have %s", groups(here))
	}
}

func TestControllersAreReadFromTheOptionsOfAMount(t *testing.T) {
	for options, want := range map[string][]string{
		"rw,memory":      {"memory"},
		"rw,cpu,cpuacct": {"cpu", "cpuacct"},
		"rw,xattr,release_agent=/lib/agent,name=systemd": {"xattr", "systemd"},
	} {
		if got := controllers(options); !slices.Equal(got, want) {
			t.Errorf("`%s`: got %v, want %v", options, got, want)
		}
	}
}

func TestPodsOfANodeGetAddressesOfItsNetwork(t *testing.T) {
	text, err := yaml.Marshal(plan(t).network())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "subnet: 10.244.2.0/24") {
		t.Errorf("got %s", text)
	}
}

func TestAKubeletKeepsToTheGroupOfItsNode(t *testing.T) {
	plan := plan(t)
	if root := plan.kubelet().CgroupRoot; root != "/"+plan.group() {
		t.Errorf("got %s", root)
	}
}

func TestKubeProxyLeavesTheTableOfConnectionsAlone(t *testing.T) {
	text, err := yaml.Marshal(plan(t).proxy())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"maxPerCore: 0", "min: 0", "tcpCloseWaitTimeout: 0s", "tcpEstablishedTimeout: 0s"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no `%s` in %s", line, text)
		}
	}
}
