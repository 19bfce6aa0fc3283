// Package components knows how each part of the control plane is started here.
package components

import (
	"context"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/pki"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/stages"
)

// Ports of the control plane, where upstream has them.
const (
	EtcdPort              = 2379
	EtcdPeerPort          = 2380
	APIServerPort         = 6443
	ControllerManagerPort = 10257
	SchedulerPort         = 10259
	KwokPort              = 10247
	NodePort              = 10250
)

// Ports lists them all: a cluster can only be where all of them are free.
var Ports = []int{EtcdPort, EtcdPeerPort, APIServerPort, ControllerManagerPort, SchedulerPort, KwokPort, NodePort}

// Networks of Services and of pods. Nothing is ever sent to them where KWOK plays the pods.
const (
	services = "10.96.0.0/16"
	Pods     = "10.244.0.0/16"
)

// RealNodeBits is the size of a real node's part of the network of pods.
const RealNodeBits = 24

// MostNodes is how many the network of pods has room for.
const MostNodes = 16

// KubernetesService is the address of Service `kubernetes`: the first of the network of Services.
var KubernetesService = net.IPv4(10, 96, 0, 1)

// Component is a process of the control plane.
type Component struct {
	Name string
	// Program is the path of the binary.
	Program string
	// Arguments follow the path.
	Arguments []string
	// Namespaces are the kernel's that it has of its own.
	Namespaces uintptr
	// Before is done before each start; nil for nothing.
	Before func(context.Context) error
}

// Setting is what the components of one cluster have in common.
type Setting struct {
	Cluster home.Cluster
	Address net.IP
	// Slot is the second number of the address, which tells clusters apart.
	Slot     byte
	Files    pki.Files
	Programs string
	// Fairness keeps priority and fairness on: without it nobody is ever told to come back later.
	Fairness bool
	// Inside is where real nodes reach the API server; nil where KWOK plays the nodes.
	Inside net.IP
}

// InsideServer is the URL of the API server for real nodes.
func (s Setting) InsideServer() string {
	return "https://" + net.JoinHostPort(s.Inside.String(), strconv.Itoa(APIServerPort))
}

// At is where something of the control plane listens, `host:port`.
func (s Setting) At(port int) string {
	return net.JoinHostPort(s.Address.String(), strconv.Itoa(port))
}

// Server is the URL of the API server.
func (s Setting) Server() string { return "https://" + s.At(APIServerPort) }

// own makes a component that is linked into this very program.
func (s Setting) own(name string, flags ...string) Component {
	return Component{
		Name:      name,
		Program:   "/proc/self/exe",
		Arguments: append([]string{"component", name}, flags...),
	}
}

// Etcd keeps its promises only as long as the machine runs: nothing is synced to a disk.
func (s Setting) Etcd() Component {
	client, peer := "https://"+s.At(EtcdPort), "http://"+s.At(EtcdPeerPort)
	return s.own("etcd",
		"--name=default",
		"--data-dir="+s.Cluster.Path("etcd"),
		"--listen-client-urls="+client,
		"--advertise-client-urls="+client,
		"--listen-peer-urls="+peer,
		"--initial-advertise-peer-urls="+peer,
		"--initial-cluster=default="+peer,
		"--cert-file="+s.Files.Server+".crt",
		"--key-file="+s.Files.Server+".key",
		"--client-cert-auth",
		"--trusted-ca-file="+s.Files.Authority+".crt",
		"--unsafe-no-fsync",
		"--log-level=warn",
	)
}

// APIServer is the API server.
func (s Setting) APIServer() Component {
	flags := slices.Concat(s.serving(APIServerPort), s.published(), []string{
		"--etcd-servers=https://" + s.At(EtcdPort),
		"--etcd-cafile=" + s.Files.Authority + ".crt",
		"--etcd-certfile=" + s.Files.EtcdClient + ".crt",
		"--etcd-keyfile=" + s.Files.EtcdClient + ".key",
		"--client-ca-file=" + s.Files.Authority + ".crt",
		"--kubelet-certificate-authority=" + s.Files.Authority + ".crt",
		// Names of nodes mean nothing to this machine.
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-client-certificate=" + s.Files.KubeletClient + ".crt",
		"--kubelet-client-key=" + s.Files.KubeletClient + ".key",
		// Nobody resolves the names of nodes.
		"--kubelet-preferred-address-types=InternalIP",
		"--proxy-client-cert-file=" + s.Files.FrontClient + ".crt",
		"--proxy-client-key-file=" + s.Files.FrontClient + ".key",
		"--requestheader-client-ca-file=" + s.Files.FrontAuthority + ".crt",
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-username-headers=X-Remote-User",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + s.Files.ServiceAccountKey + ".pub",
		"--service-account-signing-key-file=" + s.Files.ServiceAccountKey,
		"--service-cluster-ip-range=" + services,
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		// Some clusters rewrite images; their policies are to be tried without a webhook to run.
		"--feature-gates=MutatingAdmissionPolicy=true",
		"--runtime-config=admissionregistration.k8s.io/v1beta1=true",
		"--allow-privileged=true",
	})
	if !s.Fairness {
		flags = append(flags, "--enable-priority-and-fairness=false", "--max-requests-inflight=0", "--max-mutating-requests-inflight=0")
	}
	return s.own("kube-apiserver", flags...)
}

// published says where pods find the API server.
func (s Setting) published() []string {
	if s.Inside != nil {
		return []string{
			"--advertise-address=" + s.Inside.String(),
			// No kube-proxy is here: webhooks and the like are reached at their pods.
			"--enable-aggregator-routing",
		}
	}
	return []string{
		"--advertise-address=" + s.Address.String(),
		// It refuses to publish a loopback address for Service `kubernetes`, and says so every ten seconds.
		"--endpoint-reconciler-type=none",
	}
}

// ControllerManager runs the controllers of Kubernetes, quicker than by default: tests wait for it.
func (s Setting) ControllerManager() Component {
	return s.own("kube-controller-manager", slices.Concat(s.serving(ControllerManagerPort), asking(s.Files.ControllerManager), []string{
		"--root-ca-file=" + s.Files.Authority + ".crt",
		"--cluster-signing-cert-file=" + s.Files.Authority + ".crt",
		"--cluster-signing-key-file=" + s.Files.Authority + ".key",
		"--service-account-private-key-file=" + s.Files.ServiceAccountKey,
		"--use-service-account-credentials",
		"--allocate-node-cidrs",
		"--cluster-cidr=" + Pods,
		"--node-cidr-mask-size=" + strconv.Itoa(s.nodeBits()),
		"--service-cluster-ip-range=" + services,
		"--concurrent-deployment-syncs=20",
		"--concurrent-replicaset-syncs=20",
		"--concurrent-statefulset-syncs=20",
		"--concurrent-namespace-syncs=20",
	})...)
}

// nodeBits is the size of a node's network. KWOK runs past its end, which is why each node that it
// plays has room for all its pods.
func (s Setting) nodeBits() int {
	if s.Inside != nil {
		return RealNodeBits
	}
	return 20
}

// Scheduler is the scheduler.
func (s Setting) Scheduler() Component {
	return s.own("kube-scheduler", slices.Concat(s.serving(SchedulerPort), asking(s.Files.Scheduler))...)
}

// serving makes a component serve at a port, with the certificate of the control plane.
func (s Setting) serving(port int) []string {
	address := s.Address
	if s.Inside != nil {
		// Nodes come from the other side; the network is the cluster's own.
		address = net.IPv4zero
	}
	return []string{
		"--bind-address=" + address.String(),
		"--secure-port=" + strconv.Itoa(port),
		"--tls-cert-file=" + s.Files.Server + ".crt",
		"--tls-private-key-file=" + s.Files.Server + ".key",
		"--profiling=false",
	}
}

// asking makes a component a client of the API server that has no rival and does not hold itself back.
func asking(kubeconfig string) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
	}
}

// CoreDNS answers pods, and real nodes, for the names of the cluster.
func (s Setting) CoreDNS(corefile string) Component {
	return Component{
		Name:      "coredns",
		Program:   filepath.Join(s.Programs, "coredns"),
		Arguments: []string{"-conf", corefile},
	}
}

// Kwok plays nodes and their pods, as its configuration says.
func (s Setting) Kwok(configuration string) Component {
	return Component{
		Name:    "kwok",
		Program: filepath.Join(s.Programs, "kwok"),
		Arguments: []string{
			"--kubeconfig=" + s.Files.Admin,
			"--config=" + configuration,
			"--manage-nodes-with-label-selector=" + stages.NodeSelector,
			"--enable-crds=" + strings.Join(stages.Kinds, ","),
			"--node-ip=" + s.Address.String(),
			"--node-port=" + strconv.Itoa(NodePort),
			"--server-address=" + s.At(KwokPort),
			"--tls-cert-file=" + s.Files.Server + ".crt",
			"--tls-private-key-file=" + s.Files.Server + ".key",
			"--cidr=" + Pods,
			"--node-lease-duration-seconds=40",
		},
	}
}
