package ingress

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
)

// begun runs nginx for a test, without a cluster; skipped where this machine cannot.
func begun(t *testing.T) *Controller {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil || os.Geteuid() != 0 {
		t.Skip("there is no nginx, or it may not have processes of its own")
	}
	c, _ := rendered(t)
	for _, port := range []*int{&c.nginx.site.plain, &c.nginx.site.prior, &c.nginx.site.encrypted, &c.nginx.site.asked} {
		*port = free(t)
	}
	c.config.Log = slog.New(slog.DiscardHandler)
	c.nginx.log, c.nginx.logs, c.nginx.start = c.config.Log, filepath.Join(t.TempDir(), "log"), (*exec.Cmd).Start
	c.balancer, c.said, c.refused = newBalancer(c.nginx.site), map[string]bool{}, map[string]error{}
	servers, _ := route(snapshot{})
	text, generation := c.front(servers, nil).render()
	if err := c.nginx.write(text); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() {
		cancel()
		c.open.Wait()
		c.balancer.open.Wait()
	})
	c.open.Go(func() { c.nginx.keep(ctx) })
	if err := c.nginx.uses(ctx, generation); err != nil {
		t.Fatal(err)
	}
	return c
}

func free(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// serve brings nginx up to date with Ingresses whose every backend is the one that is given.
func (c *Controller) serve(t *testing.T, address []string, ingresses ...*networkingv1.Ingress) int {
	t.Helper()
	for _, ingress := range ingresses {
		ingress.UID = types.UID(ingress.Name)
	}
	seen := snapshot{ingresses: ingresses}
	servers, _ := route(seen)
	led := map[backend][]string{}
	for _, behind := range backends(servers) {
		led[behind] = address
	}
	ports, err := c.balancer.lead(t.Context(), led)
	if err != nil {
		t.Fatal(err)
	}
	served, err := c.bring(context.Background(), order{seen, ports})
	if err != nil {
		t.Fatal(err)
	}
	return len(served)
}

// answering is a server of a test, which says its name and what was spoken to it.
func answering(t *testing.T, name string) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		response.Header().Set("Trailer", "Grpc-Status")
		fmt.Fprintf(response, "%s by HTTP/%d for %s", name, request.ProtoMajor, request.Host)
		response.Header().Set("Grpc-Status", "0")
	})}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}

// client speaks HTTP/2 only, with and without encryption.
func client() *http.Client {
	transport := &http.Transport{
		Protocols:       new(http.Protocols),
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	transport.Protocols.SetHTTP2(true)
	transport.Protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: transport}
}

// ask asks for a.local, and returns the answer with its body.
func ask(t *testing.T, client *http.Client, scheme string, port int) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s://127.0.0.1:%d/", scheme, port), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "a.local"
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// snippet is what KRE's charts have, in substance.
const snippet = `location @unimplemented { internal; add_header grpc-status 12; return 204; }
location @unavailable { internal; add_header grpc-status 14; return 204; }
error_page 404 = @unimplemented;
error_page 502 503 = @unavailable;`

func TestBackendsOfGRPCAreSpokenToInHTTP2AndAnswerWithTrailers(t *testing.T) {
	c := begun(t)
	c.serve(t, []string{answering(t, "web")}, with(leading("grpc", "Prefix / web:http"), "backend-protocol", "GRPC"))
	for scheme, port := range map[string]int{"http": c.nginx.site.prior, "https": c.nginx.site.encrypted} {
		response, text := ask(t, client(), scheme, port)
		if text != "web by HTTP/2 for a.local" || response.ProtoMajor != 2 || response.Trailer.Get("grpc-status") != "0" {
			t.Errorf("%s: got `%s`, %+v", scheme, text, response)
		}
	}
}

func TestOtherBackendsAreSpokenToInHTTP1(t *testing.T) {
	c := begun(t)
	c.serve(t, []string{answering(t, "web")}, leading("web", "Prefix / web:http"))
	if _, text := ask(t, http.DefaultClient, "http", c.nginx.site.plain); text != "web by HTTP/1 for a.local" {
		t.Errorf("got `%s`", text)
	}
}

func TestNobodyReadyIsUnavailableAlsoInTheWordsOfGRPC(t *testing.T) {
	c := begun(t)
	c.serve(t, nil, leading("web", "Prefix / web:http"))
	if response, _ := ask(t, client(), "http", c.nginx.site.prior); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %s", response.Status)
	}
	translated := with(with(leading("web", "Prefix / web:http"), "backend-protocol", "GRPC"), "server-snippet", snippet)
	c.serve(t, nil, translated)
	response, _ := ask(t, client(), "http", c.nginx.site.prior)
	if response.Header.Get("grpc-status") != "14" {
		t.Errorf("got %+v", response)
	}
}

func TestWhatNginxRefusesHarmsNobodyElse(t *testing.T) {
	c := begun(t)
	bad := with(leading("bad", "Exact /bad web:http"), "server-snippet", "no_such_line on;")
	if served := c.serve(t, []string{answering(t, "web")}, bad, leading("web", "Prefix / web:http")); served != 1 {
		t.Errorf("%d are served", served)
	}
	if _, text := ask(t, http.DefaultClient, "http", c.nginx.site.plain); !strings.HasPrefix(text, "web ") {
		t.Errorf("got `%s`", text)
	}
	if err := c.refused[version(bad)]; err == nil || !strings.Contains(err.Error(), "no_such_line") {
		t.Errorf("the reason is %v", err)
	}
}

func TestAConnectionOutlivesAServiceThatLeadsElsewhere(t *testing.T) {
	c := begun(t)
	ingress := with(leading("grpc", "Prefix / web:http"), "backend-protocol", "GRPC")
	client := client()
	used := ""
	for _, name := range []string{"blue", "green", "blue"} {
		c.serve(t, []string{answering(t, name)}, ingress)
		for range 20 {
			if _, text := ask(t, client, "http", c.nginx.site.prior); !strings.HasPrefix(text, name+" ") {
				t.Fatalf("got `%s`, want it from %s", text, name)
			}
		}
		if used != "" && used != c.used {
			t.Error("nginx has read its configuration again")
		}
		used = c.used
	}
}

func TestWorkersEndWithNginx(t *testing.T) {
	c := begun(t)
	c.nginx.mutex.Lock()
	process := c.nginx.process
	c.nginx.mutex.Unlock()
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	servers, _ := route(snapshot{})
	_, generation := c.front(servers, nil).render()
	// The next one could not listen if anything were left of this one.
	if err := c.nginx.uses(t.Context(), generation); err != nil {
		t.Error(err)
	}
	c.serve(t, []string{answering(t, "web")}, leading("web", "Prefix / web:http"))
	if _, text := ask(t, http.DefaultClient, "http", c.nginx.site.plain); !strings.HasPrefix(text, "web ") {
		t.Errorf("got `%s`", text)
	}
}
