package names

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type zone struct {
	services []*corev1.Service
	pods     map[string][]Pod
}

func (z zone) Service(namespace, name string) *corev1.Service {
	for _, service := range z.services {
		if service.Namespace == namespace && service.Name == name {
			return service
		}
	}
	return nil
}

func (z zone) Pods(namespace string) []Pod { return z.pods[namespace] }

func service(namespace, name, clusterIP string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: corev1.ServiceSpec{
			ClusterIP: clusterIP,
			Selector:  map[string]string{"app": name},
			Ports:     []corev1.ServicePort{{Name: "client", Protocol: corev1.ProtocolTCP, Port: 4222}},
		},
	}
}

func pod(app, hostname, subdomain, address string, ready bool) Pod {
	return Pod{
		Labels:    map[string]string{"app": app},
		Hostname:  hostname,
		Subdomain: subdomain,
		Address:   netip.MustParseAddr(address),
		Ready:     ready,
	}
}

// cluster has in `one` a headless Service `nats` with a ready and an unready pod, and one that
// publishes both; in `two` a Service with a cluster IP, and one without any process.
func cluster() zone {
	early := service("one", "early", corev1.ClusterIPNone)
	early.Spec.Selector = map[string]string{"app": "nats"}
	early.Spec.PublishNotReadyAddresses = true
	return zone{
		services: []*corev1.Service{
			service("one", "nats", corev1.ClusterIPNone), early,
			service("two", "mongo", "10.96.0.7"), service("two", "idle", "10.96.0.8"),
		},
		pods: map[string][]Pod{
			"one": {
				pod("nats", "nats-1", "nats", "127.7.1.2", false),
				pod("nats", "nats-0", "nats", "127.7.1.1", true),
				pod("nats", "nats-2", "nats", "127.7.1.4", false),
			},
			"two": {pod("mongo", "", "", "127.7.1.3", true)},
		},
	}
}

var asker = Client{Namespace: "one", Hostname: "nats-1", Subdomain: "nats", Address: netip.MustParseAddr("127.7.1.2")}

func TestANameLeadsTo(t *testing.T) {
	for _, fact := range []struct {
		says   string
		name   string
		exists bool
		leads  []string
	}{
		{"a headless Service leads to its ready processes", "nats.", true, []string{"127.7.1.1"}},
		{"a Service may publish processes that are not ready", "early.", true, []string{"127.7.1.1", "127.7.1.2", "127.7.1.4"}},
		{"the namespace may be named", "nats.one.", true, []string{"127.7.1.1"}},
		{"so may that it is a Service", "nats.one.svc.", true, []string{"127.7.1.1"}},
		{"so may the cluster", "nats.one.svc.cluster.local.", true, []string{"127.7.1.1"}},
		{"case does not matter", "NATS.One.SVC.cluster.local.", true, []string{"127.7.1.1"}},
		{"a pod of the own namespace has a name below its Service", "nats-0.nats.", true, []string{"127.7.1.1"}},
		{"that name has a full form", "nats-0.nats.one.svc.cluster.local.", true, []string{"127.7.1.1"}},
		{"a pod that is not ready has no name for others", "nats-2.nats.one.", false, nil},
		{"unless its Service publishes it", "127-7-1-2.early.", true, []string{"127.7.1.2"}},
		{"but it knows its own name", "nats-1.", true, []string{"127.7.1.2"}},
		{"and its own full name", "nats-1.nats.one.svc.cluster.local.", true, []string{"127.7.1.2"}},
		{"a Service with a cluster IP leads to its processes", "mongo.two.", true, []string{"127.7.1.3"}},
		{"it has no names below it", "127-7-1-3.mongo.two.svc.cluster.local.", false, nil},
		{"a Service without processes exists and has no address", "idle.two.svc.", true, nil},
		{"a Service of another namespace needs that name", "mongo.", false, nil},
		{"`.svc` needs a namespace before it", "nats.svc.", false, nil},
		{"the cluster's domain needs `.svc` before it", "nats.one.cluster.local.", false, nil},
		{"a name of the world does not exist", "example.com.", false, nil},
		{"nor does a search list of the machine help", "nats.one.svc.example.com.", false, nil},
	} {
		t.Run(fact.says, func(t *testing.T) {
			targets, exists := Addresses(cluster(), asker, fact.name)
			var leads []string
			for _, target := range targets {
				leads = append(leads, target.Address.String())
			}
			if exists != fact.exists || !slices.Equal(leads, fact.leads) {
				t.Errorf("%s: exists %t, leads to %v", fact.name, exists, leads)
			}
		})
	}
}

func TestAnswersOverUDP(t *testing.T) {
	client := asker
	client.Address = netip.MustParseAddr("127.0.0.1")
	server, err := Listen(cluster(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "udp", server.Address())
	}}

	t.Run("Go's resolver finds a Service", func(t *testing.T) {
		found, err := resolver.LookupHost(t.Context(), "nats.one.svc.cluster.local")
		if err != nil || !slices.Equal(found, []string{"127.7.1.1"}) {
			t.Errorf("found %v, %v", found, err)
		}
	})
	t.Run("it is told that a foreign name does not exist", func(t *testing.T) {
		_, err := resolver.LookupHost(t.Context(), "example.com.")
		var dnsError *net.DNSError
		if !errors.As(err, &dnsError) || !dnsError.IsNotFound {
			t.Errorf("got %v", err)
		}
	})
	t.Run("it finds a port and the process behind it", func(t *testing.T) {
		_, found, err := resolver.LookupSRV(t.Context(), "client", "tcp", "nats.one.svc.cluster.local.")
		if err != nil || len(found) != 1 || found[0].Port != 4222 || found[0].Target != "nats-0.nats.one.svc.cluster.local." {
			t.Errorf("found %v, %v", found, err)
		}
	})
}

func TestAnAnswerFitsIntoADatagram(t *testing.T) {
	many := cluster()
	for i := range 250 {
		many.pods["one"] = append(many.pods["one"], pod("nats", "", "", netip.AddrFrom4([4]byte{127, 7, 2, byte(i)}).String(), true))
	}
	question := dnsmessage.Message{Questions: []dnsmessage.Question{{
		Name: dnsmessage.MustNewName("nats.one."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET,
	}}}
	message, err := question.Pack()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := Answer(many, asker, message)
	if err != nil || len(answer) > longestAnswer {
		t.Fatalf("%d bytes, %v", len(answer), err)
	}
	var reply dnsmessage.Message
	if err := reply.Unpack(answer); err != nil || len(reply.Answers) < 50 {
		t.Errorf("%d answers, %v", len(reply.Answers), err)
	}
}

func TestAMessageThatIsNoQuestionIsRefused(t *testing.T) {
	if _, err := Answer(cluster(), asker, []byte("hello")); err == nil {
		t.Error("it was answered")
	}
}
