// Package realnode is a node with a kubelet and containers: a process that is the first of namespaces
// of its own, runs what a node runs, and takes all of it along when it ends.
package realnode

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
)

// Plan is all that a node has to know when it starts.
type Plan struct {
	Cluster home.Cluster
	// Number tells nodes apart, from 1 to Nodes.
	Number, Nodes int
	// Kubelet and Proxy are the kubeconfigs.
	Kubelet, Proxy string
	// Authority and Serving are paths of certificates, without their endings.
	Authority, Serving string
	// Networking is the folder with the programs of CNI.
	Networking string
	// DNS is the address of the resolver of pods.
	DNS net.IP
}

// Name returns the name of a node.
func Name(number int) string { return "node-" + strconv.Itoa(number) }

// Name returns the name of the node.
func (p Plan) Name() string { return Name(p.Number) }

// Address returns the address of the node on the hub.
func (p Plan) Address() net.IP { return hub.Node(p.Number) }

// Path returns a path in the node's folder, which stays when the node restarts.
func (p Plan) Path(elements ...string) string {
	return Folder(p.Cluster, p.Name(), elements...)
}

// Folder returns a path in the folder of a node.
func Folder(cluster home.Cluster, node string, elements ...string) string {
	return cluster.Path(append([]string{"nodes", node}, elements...)...)
}

// Stopped is the path of a file that is there while a node is meant to be off.
func Stopped(cluster home.Cluster, node string) string { return Folder(cluster, node, "stopped") }

// group is the name of the node's control group in each hierarchy; it says which cluster's.
func (p Plan) group() string { return groups(p.Cluster) + p.Name() }

// groups is how the control groups of a cluster's nodes begin. Names of clusters may be the same in
// two homes, so the directory tells them apart.
func groups(cluster home.Cluster) string {
	hash := fnv.New32a()
	hash.Write([]byte(cluster.Directory))
	return fmt.Sprintf("devcluster-%s-%08x-", cluster.Name, hash.Sum32())
}

// Write makes the folder of the node with the plan in it, and returns the plan's path.
func (p Plan) Write() (string, error) {
	for _, folder := range []string{"lib", "log", "settings"} {
		if err := os.MkdirAll(p.Path(folder), 0o755); err != nil {
			return "", err
		}
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return "", err
	}
	path := p.Path("plan.json")
	return path, os.WriteFile(path, append(text, '\n'), 0o600)
}

func read(path string) (Plan, error) {
	var plan Plan
	text, err := os.ReadFile(path)
	if err != nil {
		return plan, err
	}
	if err := json.Unmarshal(text, &plan); err != nil {
		return plan, fmt.Errorf("`%s` is no plan of a node: %w", filepath.Base(path), err)
	}
	return plan, nil
}

// Socket returns the path of containerd on a node, seen from the machine, by the number of the node's
// first process.
func Socket(process int) string { return fmt.Sprintf("/proc/%d/root%s", process, socket) }
