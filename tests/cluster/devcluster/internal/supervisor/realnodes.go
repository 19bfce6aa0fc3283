package supervisor

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/clusterdns"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/machine"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/realnode"
)

// realAddresses returns where real nodes are, by their names.
func realAddresses(count int) map[string]net.IP {
	addresses := map[string]net.IP{}
	for number := 1; number <= count; number++ {
		addresses[realnode.Name(number)] = hub.Node(number)
	}
	return addresses
}

// realNodes starts nodes with containers and what they need, and waits until everything works.
func realNodes(ctx, lasting context.Context, keeper *keeper, setting components.Setting, config *rest.Config, count int) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	corefile := setting.Cluster.Path("Corefile")
	if err := os.WriteFile(corefile, clusterdns.Corefile(setting.Inside, setting.Files.Admin), 0o600); err != nil {
		return err
	}
	keeper.keep(lasting, setting.CoreDNS(corefile))
	for number := 1; number <= count; number++ {
		if _, err := client.CoreV1().Nodes().Create(ctx, registered(number), metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("cannot make %s: %w", realnode.Name(number), err)
		}
		node, err := realNode(setting, number, count)
		if err != nil {
			return err
		}
		keeper.keep(lasting, node)
	}
	err = keeper.until(ctx, "namespace "+metav1.NamespaceSystem, func(ctx context.Context) error {
		_, err := client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
		return err
	})
	if err != nil {
		return err
	}
	if err := clusterdns.Define(ctx, client, setting.Inside); err != nil {
		return err
	}
	awaited := map[string]func(context.Context) error{
		"the controller manager": healthy(config, setting.Address, components.ControllerManagerPort, "/healthz"),
		"the scheduler":          healthy(config, setting.Address, components.SchedulerPort, "/healthz"),
		"the nodes":              nodesReady(client, count),
		"CoreDNS":                answers(clusterdns.Ready(setting.Inside)),
	}
	for name, address := range realAddresses(count) {
		awaited["kube-proxy on "+name] = answers(fmt.Sprintf("http://%s:10256/healthz", address))
	}
	for what, ready := range awaited {
		if err := keeper.until(ctx, what, ready); err != nil {
			return err
		}
	}
	return nil
}

// registered is what is known of a node before its kubelet says more: its part of the network of pods
// has to be the one to which the hub leads.
func registered(number int) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:   realnode.Name(number),
			Labels: map[string]string{corev1.LabelTopologyZone: "local"},
		},
		Spec: corev1.NodeSpec{PodCIDR: hub.Pods(number).String(), PodCIDRs: []string{hub.Pods(number).String()}},
	}
}

// realNode is the process of a node.
func realNode(setting components.Setting, number, count int) (components.Component, error) {
	name := realnode.Name(number)
	plan := realnode.Plan{
		Cluster:    setting.Cluster,
		Number:     number,
		Nodes:      count,
		Kubelet:    setting.Files.Kubelet(name),
		Proxy:      setting.Files.Proxy,
		Authority:  setting.Files.Authority,
		Serving:    setting.Files.Serving(name),
		Networking: machine.Networking(),
		DNS:        clusterdns.Service,
	}
	path, err := plan.Write()
	return components.Component{
		Name:       name,
		Program:    "/proc/self/exe",
		Arguments:  []string{"node", "--plan", path, "--hub", fmt.Sprintf("/proc/%d/ns/net", os.Getpid())},
		Namespaces: realnode.Namespaces,
		Before: func(ctx context.Context) error {
			if err := switchedOn(ctx, realnode.Stopped(setting.Cluster, name)); err != nil {
				return err
			}
			return realnode.Sweep(ctx, setting.Cluster, name)
		},
	}, err
}

// switchedOn returns when the file is not there that keeps a node off.
func switchedOn(ctx context.Context, stopped string) error {
	for {
		if _, err := os.Stat(stopped); err != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(interval):
		}
	}
}

// answers asks what needs no certificate.
func answers(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s says %s", url, response.Status)
		}
		return nil
	}
}
