package realnode

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	proxyv1 "k8s.io/kube-proxy/config/v1alpha1"
	kubeletv1 "k8s.io/kubelet/config/v1beta1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/images"
)

// Where a node keeps what does not outlive it; paths of sockets must be short.
const (
	socket        = "/run/containerd/containerd.sock"
	configuration = "/run/node"
	networks      = "/run/cni/net.d"
)

// resolver is what the node itself asks for names: an image from elsewhere cannot be found, at once.
func (p Plan) resolver() string { return hub.Address.String() }

// configure writes what the programs of the node read, and returns their arguments.
func (p Plan) configure() error {
	for _, folder := range []string{configuration, networks} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	kubelet, err := yaml.Marshal(p.kubelet())
	if err != nil {
		return err
	}
	proxy, err := yaml.Marshal(p.proxy())
	if err != nil {
		return err
	}
	network, err := json.MarshalIndent(p.network(), "", "  ")
	if err != nil {
		return err
	}
	for path, content := range map[string][]byte{
		filepath.Join(configuration, "containerd.toml"): p.containerd(),
		filepath.Join(configuration, "kubelet.yaml"):    kubelet,
		filepath.Join(configuration, "kube-proxy.yaml"): proxy,
		filepath.Join(networks, "10-pods.conflist"):     network,
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// containerd is the configuration of containerd. Its folders are those of the node, and it asks for
// nothing that a machine may lack.
func (p Plan) containerd() []byte {
	return fmt.Appendf(nil, `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
  address = %q

[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  # Without the right to raise a priority, no sandbox would start.
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  max_concurrent_downloads = 1

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = %q
  conf_dir = %q
`, socket, images.Pause, p.Networking, networks)
}

// network is the configuration of CNI. Packets between two pods of a node pass the node itself, so that
// Services work between them whatever the kernel does on bridges.
func (p Plan) network() any {
	type values map[string]any
	return values{
		"cniVersion": "0.4.0",
		"name":       "pods",
		"plugins": []values{
			{
				"type":   "ptp",
				"ipMasq": false,
				"ipam": values{
					"type":    "host-local",
					"dataDir": "/run/cni/addresses",
					"ranges":  [][]values{{{"subnet": hub.Pods(p.Number).String()}}},
					"routes":  []values{{"dst": "0.0.0.0/0"}},
				},
			},
			{"type": "portmap", "capabilities": values{"portMappings": true}},
		},
	}
}

func (p Plan) kubelet() *kubeletv1.KubeletConfiguration {
	return &kubeletv1.KubeletConfiguration{
		TypeMeta:                 metav1.TypeMeta{APIVersion: "kubelet.config.k8s.io/v1beta1", Kind: "KubeletConfiguration"},
		Address:                  p.Address().String(),
		TLSCertFile:              p.Serving + ".crt",
		TLSPrivateKeyFile:        p.Serving + ".key",
		Authentication:           kubeletv1.KubeletAuthentication{X509: kubeletv1.KubeletX509Authentication{ClientCAFile: p.Authority + ".crt"}},
		ClusterDomain:            "cluster.local",
		ClusterDNS:               []string{p.DNS.String()},
		ResolverConfig:           ptr.To(""),
		ContainerRuntimeEndpoint: "unix://" + socket,
		CgroupDriver:             "cgroupfs",
		CgroupRoot:               "/" + p.group(),
		FailCgroupV1:             ptr.To(false),
		FailSwapOn:               ptr.To(false),
		OOMScoreAdj:              ptr.To[int32](0),
		MaxPods:                  250,
		VolumePluginDir:          "/var/lib/kubelet/plugins-of-volumes",
		// A full disk of the machine is no reason to throw pods and images out.
		EvictionHard: map[string]string{
			"memory.available": "16Mi", "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%", "imagefs.inodesFree": "0%",
		},
		ImageGCHighThresholdPercent: ptr.To[int32](100),
		SerializeImagePulls:         ptr.To(false),
		RegistryPullQPS:             ptr.To[int32](0),
		KubeAPIQPS:                  ptr.To[int32](200),
		KubeAPIBurst:                400,
		EventRecordQPS:              ptr.To[int32](0),
	}
}

func (p Plan) proxy() *proxyv1.KubeProxyConfiguration {
	never := ptr.To[int32](0)
	return &proxyv1.KubeProxyConfiguration{
		TypeMeta:         metav1.TypeMeta{APIVersion: "kubeproxy.config.k8s.io/v1alpha1", Kind: "KubeProxyConfiguration"},
		BindAddress:      "0.0.0.0",
		HostnameOverride: p.Name(),
		ClientConnection: kubeClient(p.Proxy),
		ClusterCIDR:      components.Pods,
		Mode:             "iptables",
		OOMScoreAdj:      never,
		// Tables of connections are the machine's: zero leaves them as they are.
		Conntrack: proxyv1.KubeProxyConntrackConfiguration{
			MaxPerCore:            never,
			Min:                   never,
			TCPEstablishedTimeout: &metav1.Duration{},
			TCPCloseWaitTimeout:   &metav1.Duration{},
		},
	}
}
