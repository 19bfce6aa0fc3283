// Package clusterdns makes the names of a cluster known to its pods: CoreDNS beside the control plane,
// behind the Service by which pods ask for it.
package clusterdns

import (
	"context"
	"fmt"
	"net"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"
)

// Service is the address at which pods ask.
var Service = net.IPv4(10, 96, 0, 10).To4()

const (
	port = 53
	name = "kube-dns"
)

// Corefile is the configuration: names of the cluster are known, and no other name exists. That has to
// be a block of its own, since the order of plugins is fixed.
func Corefile(address net.IP, kubeconfig string) []byte {
	return fmt.Appendf(nil, `cluster.local:%[1]d in-addr.arpa:%[1]d ip6.arpa:%[1]d {
	bind %[2]s
	errors
	ready %[2]s:8181
	loadbalance
	cache 5 {
		denial 0
	}
	kubernetes cluster.local in-addr.arpa ip6.arpa {
		kubeconfig %[3]s
		pods insecure
		ttl 5
	}
}
.:%[1]d {
	bind %[2]s
	template ANY ANY {
		rcode NXDOMAIN
	}
}
`, port, address, kubeconfig)
}

// Ready is the URL that tells whether the names are known.
func Ready(address net.IP) string { return fmt.Sprintf("http://%s:8181/ready", address) }

// Define leads the Service to where CoreDNS listens.
func Define(ctx context.Context, client kubernetes.Interface, address net.IP) error {
	protocols := []corev1.Protocol{corev1.ProtocolUDP, corev1.ProtocolTCP}
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: metav1.NamespaceSystem, Labels: map[string]string{"k8s-app": name}},
		Spec:       corev1.ServiceSpec{ClusterIP: Service.String()},
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: metav1.NamespaceSystem,
			Labels: map[string]string{discoveryv1.LabelServiceName: name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{address.String()}}},
	}
	for _, protocol := range protocols {
		called := map[corev1.Protocol]string{corev1.ProtocolUDP: "dns", corev1.ProtocolTCP: "dns-tcp"}[protocol]
		service.Spec.Ports = append(service.Spec.Ports, corev1.ServicePort{
			Name: called, Protocol: protocol, Port: port, TargetPort: intstr.FromInt32(port),
		})
		slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{
			Name: ptr.To(called), Protocol: ptr.To(protocol), Port: ptr.To[int32](port),
		})
	}
	if _, err := client.CoreV1().Services(metav1.NamespaceSystem).Create(ctx, service, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("cannot make Service %s: %w", name, err)
	}
	if _, err := client.DiscoveryV1().EndpointSlices(metav1.NamespaceSystem).Create(ctx, slice, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("cannot lead Service %s to CoreDNS: %w", name, err)
	}
	return nil
}
