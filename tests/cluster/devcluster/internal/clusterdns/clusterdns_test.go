package clusterdns

import (
	"context"
	"net"
	"strings"
	"testing"

	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

var place = net.IPv4(198, 51, 100, 1)

func TestTheServiceLeadsToWhereCoreDNSListens(t *testing.T) {
	ctx, client := context.Background(), fake.NewClientset()
	if err := Define(ctx, client, place); err != nil {
		t.Fatal(err)
	}
	service, err := client.CoreV1().Services(metav1.NamespaceSystem).Get(ctx, "kube-dns", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	slice, err := client.DiscoveryV1().EndpointSlices(metav1.NamespaceSystem).Get(ctx, "kube-dns", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if service.Spec.ClusterIP != Service.String() || slice.Endpoints[0].Addresses[0] != place.String() ||
		slice.Labels[discoveryv1.LabelServiceName] != service.Name {
		t.Errorf("%v leads to %v", service.Spec, slice.Endpoints)
	}
	// A port of a Service is joined to one of a slice by its name.
	for index, port := range service.Spec.Ports {
		if other := slice.Ports[index]; port.Name != *other.Name || port.Protocol != *other.Protocol {
			t.Errorf("%v is not %v", port, other)
		}
	}
}

func TestNamesFromElsewhereDoNotExist(t *testing.T) {
	text := string(Corefile(place, "/kubeconfig"))
	_, others, found := strings.Cut(text, "\n.:53 {")
	if !found || !strings.Contains(others, "rcode NXDOMAIN") || strings.Contains(text, "forward") {
		t.Errorf("got %s", text)
	}
}
