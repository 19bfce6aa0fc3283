package ingress

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
)

// rendered renders Ingresses for a folder of the test.
func rendered(t *testing.T, ingresses ...*networkingv1.Ingress) (*Controller, string) {
	t.Helper()
	site := site{t.TempDir(), net.IPv4(127, 0, 0, 1).To4(), 21080, 21081, 21443, 21082}
	made, err := fallback()
	if err != nil {
		t.Fatal(err)
	}
	c := &Controller{nginx: &nginx{site: site}, fallback: made}
	if err := c.furnish(); err != nil {
		t.Fatal(err)
	}
	servers, _ := route(snapshot{ingresses: ingresses})
	ports := map[backend]int{}
	for index, behind := range backends(servers) {
		ports[behind] = 22000 + index
	}
	text, _ := c.front(servers, ports).render()
	return c, text
}

// with gives an Ingress an annotation.
func with(ingress *networkingv1.Ingress, name, value string) *networkingv1.Ingress {
	ingress.Annotations[prefix+name] = value
	return ingress
}

func TestConfigurationsSayWhatIngressesDo(t *testing.T) {
	web := func() *networkingv1.Ingress { return leading("ingress", "Prefix / web:http") }
	for _, test := range []struct {
		about   string
		ingress *networkingv1.Ingress
		lines   []string
	}{
		{"plain", web(), []string{"server_name a.local;", `location "/" {`, "proxy_pass http://127.0.0.1:22000;", "client_max_body_size 1m;"}},
		{"nothing ready", web(), []string{`one_web_http") { return 503; }`}},
		{"gRPC", with(web(), "backend-protocol", "GRPC"), []string{"grpc_pass grpc://127.0.0.1:22000;", "grpc_read_timeout 60s;"}},
		{"encrypted gRPC", with(web(), "backend-protocol", "grpcs"), []string{"grpc_pass grpcs://127.0.0.1:22000;"}},
		{"large requests", with(web(), "proxy-body-size", "16m"), []string{"client_max_body_size 16m;"}},
		{"lines for the server", with(web(), "server-snippet", "error_page 404 = /x;"), []string{"\n\t\terror_page 404 = /x;"}},
		{"lines for the path", with(web(), "configuration-snippet", "add_header a b;"), []string{"\n\t\t\tadd_header a b;"}},
		{"redirected", with(web(), "force-ssl-redirect", "true"), []string{"return 308 https://$host$request_uri;"}},
		{"exact", leading("ingress", "Exact /a web:http"), []string{`location = "/a" {`, "return 404;"}},
		{"quoted", leading("ingress", `ImplementationSpecific /";}\ web:http`), []string{`location "/\";}\\" {`}},
	} {
		_, text := rendered(t, test.ingress)
		for _, line := range test.lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s: no `%s` in\n%s", test.about, line, text)
			}
		}
	}
}

func TestAStarStandsForOneLabel(t *testing.T) {
	if got, want := serverName("*.a.local"), `"~^[^.]+\\.a\\.local$"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTheSameIsWrittenTheSame(t *testing.T) {
	servers, _ := route(snapshot{ingresses: []*networkingv1.Ingress{leading("b", "Prefix /b web:http", "Exact /a web:http"), leading("a", "Prefix / web:http")}})
	made, err := fallback()
	if err != nil {
		t.Fatal(err)
	}
	one, generation := front{servers: servers, fallback: made}.render()
	other, same := front{servers: servers, fallback: made}.render()
	if one != other || generation != same {
		t.Error("they differ")
	}
}

func TestNginxAcceptsConfigurations(t *testing.T) {
	if _, err := exec.LookPath(program); err != nil {
		t.Skip("there is no nginx")
	}
	star := leading("star", "Prefix / web:http")
	star.Spec.Rules[0].Host = "*.a.local"
	encrypted := leading("encrypted", "Prefix / web:http")
	encrypted.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{"a.local"}}}
	for about, ingresses := range map[string][]*networkingv1.Ingress{
		"none":        nil,
		"every path":  {leading("ingress", "Prefix /a web:http", "Exact /a web:grpc", "ImplementationSpecific /a/ other:http", `ImplementationSpecific /";}\ web:http`)},
		"a star":      {star},
		"encrypted":   {encrypted},
		"gRPC":        {with(leading("ingress", "Prefix / web:http"), "backend-protocol", "GRPC")},
		"HTTPS":       {with(leading("ingress", "Prefix / web:http"), "backend-protocol", "HTTPS")},
		"KRE's lines": {with(leading("ingress", "Prefix / web:http"), "server-snippet", "error_page 404 = /unimplemented;\nlocation = /unimplemented { internal; return 204; }")},
	} {
		c, text := rendered(t, ingresses...)
		if err := c.nginx.check(context.Background(), text); err != nil {
			t.Errorf("%s: %v in\n%s", about, err, text)
		}
	}
	c, text := rendered(t, with(leading("ingress", "Prefix / web:http"), "server-snippet", "no_such_line on;"))
	if err := c.nginx.check(context.Background(), text); err == nil || !strings.Contains(err.Error(), `unknown directive "no_such_line"`) {
		t.Errorf("a line that nginx does not know: %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(c.nginx.site.folder, "ready")); err != nil || len(left) > 0 {
		t.Errorf("trying has left %v, %v", left, err)
	}
}
