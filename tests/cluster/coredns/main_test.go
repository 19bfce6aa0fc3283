package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coredns/coredns/core/dnsserver"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
)

func TestMain(m *testing.M) { placetest.Main(m, main) }

func TestPluginsHaveUpstreamsOrder(t *testing.T) {
	upstream := slices.DeleteFunc(slices.Clone(dnsserver.Directives), func(name string) bool {
		return !slices.Contains(plugins, name)
	})
	if !slices.Equal(upstream, plugins) {
		t.Errorf("got %v, want %v", plugins, upstream)
	}
}

// corefile is that of a cluster: names of Services, names that are given, and no others.
const corefile = `
cluster.local:5353 {
	bind %[1]s
	errors
	log
	ready %[1]s:8181
	health %[1]s:8080
	loadbalance
	cache 5
	kubernetes {
		endpoint %[2]s
		pods insecure
		ttl 5
	}
	reload 2s
}
given.test:5353 {
	bind %[1]s
	hosts {
		192.0.2.7 node-1.given.test
		fallthrough
	}
	forward . %[3]s
}
.:5353 {
	bind %[1]s
	template ANY ANY {
		rcode NXDOMAIN
	}
}
`

// lists are what the API server of the test has, by path.
var lists = map[string]string{
	"/api/v1/namespaces": `{"kind":"NamespaceList","apiVersion":"v1",
		"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"shop"}}]}`,
	"/api/v1/services": `{"kind":"ServiceList","apiVersion":"v1",
		"metadata":{"resourceVersion":"1"},"items":[
		{"metadata":{"name":"nats","namespace":"shop"},"spec":{"type":"ClusterIP",
		"clusterIP":"10.96.0.9","clusterIPs":["10.96.0.9"],"ports":[{"port":4222}]}},
		{"metadata":{"name":"peers","namespace":"shop"},"spec":{"type":"ClusterIP",
		"clusterIP":"None","clusterIPs":["None"],"ports":[{"port":6222}]}}]}`,
	"/apis/discovery.k8s.io/v1/endpointslices": `{"kind":"EndpointSliceList",
		"apiVersion":"discovery.k8s.io/v1","metadata":{"resourceVersion":"1"},"items":[
		{"metadata":{"name":"peers-1","namespace":"shop",
		"labels":{"kubernetes.io/service-name":"peers"}},"addressType":"IPv4",
		"endpoints":[{"addresses":["10.3.1.1"],"hostname":"a-0","conditions":{"ready":true}}],
		"ports":[{"name":"","port":6222,"protocol":"TCP"}]}]}`,
}

// apiServer answers lists, and leaves those who watch without news.
func apiServer(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		list, known := lists[r.URL.Path]
		query := r.URL.Query()
		switch {
		case !known:
			http.NotFound(w, r)
		case query.Has("sendInitialEvents"):
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","reason":"Invalid","code":422}`)
		case query.Get("watch") != "":
			w.Header().Set("Content-Type", "application/json")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, list)
		}
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server
}

func TestNamesOfTheClusterAndGivenNamesAreAnsweredAndNoOthers(t *testing.T) {
	address, folder := placetest.Address(), t.TempDir()
	outside := placetest.Serve(t, map[string]netip.Addr{
		"far.given.test": netip.MustParseAddr("192.0.2.8"),
	})
	text := fmt.Sprintf(corefile, address, apiServer(t).URL, outside)
	path := filepath.Join(folder, "Corefile")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	process := placetest.Start(t, folder, nil, "-conf", path)
	process.Until("be ready", func() error {
		response, err := http.Get("http://" + address + ":8181/ready")
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s", response.Status)
		}
		return err
	})
	resolver := place.Resolver(netip.MustParseAddrPort(address + ":5353"))
	context, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	// It is ready a moment before it listens.
	process.Until("answer", func() error {
		_, err := resolver.LookupNetIP(context, "ip4", "nats.shop.svc.cluster.local.")
		return err
	})
	process.ListensOnlyAt(address)

	for name, want := range map[string]string{
		"nats.shop.svc.cluster.local.":      "10.96.0.9",
		"peers.shop.svc.cluster.local.":     "10.3.1.1",
		"a-0.peers.shop.svc.cluster.local.": "10.3.1.1",
		"10-3-1-9.shop.pod.cluster.local.":  "10.3.1.9",
		"node-1.given.test.":                "192.0.2.7",
		"far.given.test.":                   "192.0.2.8",
	} {
		got, err := resolver.LookupNetIP(context, "ip4", name)
		if err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	for _, name := range []string{
		"mongo.shop.svc.cluster.local.", "nats.other.svc.cluster.local.", "nobody.given.test.",
		"registry.example.",
	} {
		got, err := resolver.LookupNetIP(context, "ip4", name)
		failure, ok := err.(*net.DNSError)
		if !ok || !failure.IsNotFound {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	if code := process.Terminate(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}

func TestAPluginThatIsNotThereIsNamed(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "Corefile")
	text := ".:5353 {\n\tbind " + placetest.Address() + "\n\tetcd\n}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	process := placetest.Start(t, folder, nil, "-conf", path)
	if code := process.Wait(); code == 0 || !strings.Contains(process.Output(), "'etcd'") {
		t.Errorf("code %d: %s", code, process.Output())
	}
}
