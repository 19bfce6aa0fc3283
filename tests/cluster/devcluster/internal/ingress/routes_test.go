package ingress

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// leading makes an Ingress for host `a.local` by paths written as `type path service:port`.
func leading(name string, paths ...string) *networkingv1.Ingress {
	rule := networkingv1.IngressRule{Host: "a.local"}
	rule.HTTP = &networkingv1.HTTPIngressRuleValue{}
	for _, text := range paths {
		fields := strings.Fields(text)
		service, port, _ := strings.Cut(fields[2], ":")
		rule.HTTP.Paths = append(rule.HTTP.Paths, networkingv1.HTTPIngressPath{
			Path:     fields[1],
			PathType: ptr.To(networkingv1.PathType(fields[0])),
			Backend:  *behind(service, port),
		})
	}
	return &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: name, Annotations: map[string]string{}},
		Spec:       networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{rule}},
	}
}

func behind(service, port string) *networkingv1.IngressBackend {
	return &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
		Name: service, Port: networkingv1.ServiceBackendPort{Name: port},
	}}
}

// paths writes the locations of a host as `path service`, with `=` before exact paths.
func paths(t *testing.T, host string, ingresses ...*networkingv1.Ingress) []string {
	t.Helper()
	servers, complaints := route(snapshot{ingresses: ingresses})
	if len(complaints) > 0 {
		t.Errorf("complaints: %v", complaints)
	}
	var found []string
	for _, location := range only(t, servers, host).locations {
		text := location.path
		if location.exact {
			text = "=" + text
		}
		if location.backend != nil {
			text += " " + location.backend.service
		}
		found = append(found, text)
	}
	return found
}

func only(t *testing.T, servers []server, host string) server {
	t.Helper()
	index := slices.IndexFunc(servers, func(server server) bool { return server.host == host })
	if index < 0 {
		t.Fatalf("no server for `%s`", host)
	}
	return servers[index]
}

func TestPathsMeanWhatTheirTypesSay(t *testing.T) {
	for _, test := range []struct {
		about string
		paths []string
		want  []string
	}{
		{"all of a host", []string{"Prefix / web:http"}, []string{"/ web"}},
		{"nothing else", []string{"Exact /a web:http"}, []string{"/", "=/a web"}},
		{"elements of a path", []string{"Prefix /a web:http"}, []string{"/", "=/a web", "/a/ web"}},
		{"a slash at the end says nothing", []string{"Prefix /a/ web:http"}, []string{"/", "=/a web", "/a/ web"}},
		{"characters of a path", []string{"ImplementationSpecific /a web:http"}, []string{"/", "/a web"}},
		{"an exact path before a prefix", []string{"Prefix /a web:http", "Exact /a other:http"}, []string{"/", "=/a other", "/a/ web"}},
	} {
		if got := paths(t, "a.local", leading("ingress", test.paths...)); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.about, got, test.want)
		}
	}
}

func TestTheEldestIngressIsRightAboutAPath(t *testing.T) {
	elder, younger := leading("z", "Prefix / elder:http"), leading("a", "Prefix / younger:http", "Exact /own younger:http")
	elder.CreationTimestamp = metav1.NewTime(time.Unix(1, 0))
	younger.CreationTimestamp = metav1.NewTime(time.Unix(2, 0))
	want := []string{"/ elder", "=/own younger"}
	if got := paths(t, "a.local", younger, elder); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestADefaultBackendIsForWhatNoPathHas(t *testing.T) {
	with := leading("ingress", "Exact /a web:http")
	with.Spec.DefaultBackend = behind("rest", "http")
	if got, want := paths(t, "a.local", with), []string{"/ rest", "=/a web"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	alone := leading("ingress")
	alone.Spec.Rules, alone.Spec.DefaultBackend = nil, behind("rest", "http")
	if got, want := paths(t, "", alone), []string{"/ rest"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestIngressesBelongToTheirClass(t *testing.T) {
	mine := func(standard string) *networkingv1.IngressClass {
		return &networkingv1.IngressClass{
			ObjectMeta: metav1.ObjectMeta{Name: "nginx", Annotations: map[string]string{networkingv1.AnnotationIsDefaultIngressClass: standard}},
			Spec:       networkingv1.IngressClassSpec{Controller: controller},
		}
	}
	other := &networkingv1.IngressClass{
		ObjectMeta: metav1.ObjectMeta{Name: "other", Annotations: map[string]string{networkingv1.AnnotationIsDefaultIngressClass: "true"}},
		Spec:       networkingv1.IngressClassSpec{Controller: "else"},
	}
	for _, test := range []struct {
		about, class, annotation string
		standard                 string
		want                     bool
	}{
		{"named", "nginx", "", "false", true},
		{"named otherwise", "other", "", "true", false},
		{"named as it used to be", "", "nginx", "false", true},
		{"named otherwise as it used to be", "", "other", "true", false},
		{"not named, and it is the default", "", "", "true", true},
		{"not named, and another is", "", "", "false", false},
	} {
		ingress := leading("ingress")
		if test.class != "" {
			ingress.Spec.IngressClassName = &test.class
		}
		if test.annotation != "" {
			ingress.Annotations[classAnnotation] = test.annotation
		}
		if got := ours(ingress, []*networkingv1.IngressClass{other, mine(test.standard)}); got != test.want {
			t.Errorf("%s: got %t", test.about, got)
		}
	}
}

func TestAnnotationsAreReadOrComplainedOf(t *testing.T) {
	ingress := leading("ingress")
	ingress.Annotations = map[string]string{
		prefix + "backend-protocol":       "GRPC",
		prefix + "proxy-body-size":        "16m",
		prefix + "proxy-read-timeout":     "3600",
		prefix + "proxy-send-timeout":     "soon",
		prefix + "ssl-redirect":           "false",
		prefix + "auth-type":              "basic",
		"cert-manager.io/cluster-issuer":  "somebody",
		"kubernetes.io/ingress.class":     "nginx",
		"nginx.ingress.kubernetes.io.not": "ours",
	}
	got, complaints := understand(ingress)
	want := usual()
	want.protocol, want.bodySize, want.read, want.redirects = "grpc", "16m", 3600, false
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	expected := []string{
		"annotation `nginx.ingress.kubernetes.io/auth-type` of Ingress one/ingress is not known here and does nothing",
		"annotation `nginx.ingress.kubernetes.io/proxy-send-timeout` of Ingress one/ingress does nothing: `soon` is no number of seconds",
	}
	if !slices.Equal(complaints, expected) {
		t.Errorf("got %q", complaints)
	}
}

func TestOnlyAHostWithACertificateLeadsToTheEncryptedPort(t *testing.T) {
	for _, test := range []struct {
		about       string
		encrypted   bool
		annotations map[string]string
		want        bool
	}{
		{"without", false, nil, false},
		{"with one", true, nil, true},
		{"with one, and told not to", true, map[string]string{prefix + "ssl-redirect": "false"}, false},
		{"without, and told to", false, map[string]string{prefix + "force-ssl-redirect": "true"}, true},
	} {
		ingress := leading("ingress", "Prefix / web:http")
		ingress.Annotations = test.annotations
		if test.encrypted {
			ingress.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{"a.local"}}}
		}
		servers, _ := route(snapshot{ingresses: []*networkingv1.Ingress{ingress}})
		if got := only(t, servers, "a.local").locations[0].redirects; got != test.want {
			t.Errorf("%s: got %t", test.about, got)
		}
	}
}

func TestACertificateIsUsedByTheHostsThatItNames(t *testing.T) {
	made, err := fallback()
	if err != nil {
		t.Fatal(err)
	}
	chain, key, _ := strings.Cut(string(made.text), "\n\n")
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: "tls"},
		Data:       map[string][]byte{"tls.crt": []byte(chain), "tls.key": []byte(key)},
	}
	for _, test := range []struct{ host, named, secret, want string }{
		{"ingress.local", "ingress.local", "tls", ""},
		{"ingress.local", "", "tls", ""},
		{"a.local", "a.local", "tls", "for others"},
		{"ingress.local", "ingress.local", "gone", "there is no Secret gone"},
		{"ingress.local", "ingress.local", "", "no Secret is named"},
	} {
		ingress := leading("ingress", "Prefix / web:http")
		ingress.Spec.Rules[0].Host = test.host
		entry := networkingv1.IngressTLS{SecretName: test.secret}
		if test.named != "" {
			entry.Hosts = []string{test.named}
		}
		ingress.Spec.TLS = []networkingv1.IngressTLS{entry}
		servers, complaints := route(snapshot{ingresses: []*networkingv1.Ingress{ingress}, secrets: []*corev1.Secret{secret}})
		has := only(t, servers, test.host).certificate != nil
		if has != (test.want == "") || !strings.Contains(strings.Join(complaints, "\n"), test.want) {
			t.Errorf("%+v: has %t, %q", test, has, complaints)
		}
	}
}

func TestEndpointsAreThoseThatAreReady(t *testing.T) {
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: "web"},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "http", Port: 80}, {Name: "grpc", Port: 9000}}},
	}
	endpoint := func(address string, ready *bool) discoveryv1.Endpoint {
		return discoveryv1.Endpoint{Addresses: []string{address}, Conditions: discoveryv1.EndpointConditions{Ready: ready}}
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "one", Labels: map[string]string{discoveryv1.LabelServiceName: "web"}},
		Ports:      []discoveryv1.EndpointPort{{Name: ptr.To("http"), Port: ptr.To[int32](8080)}, {Name: ptr.To("grpc"), Port: ptr.To[int32](9001)}},
		Endpoints:  []discoveryv1.Endpoint{endpoint("10.0.0.2", nil), endpoint("10.0.0.1", ptr.To(true)), endpoint("10.0.0.3", ptr.To(false))},
	}
	seen := snapshot{services: []*corev1.Service{service}, slices: []*discoveryv1.EndpointSlice{slice, slice}}
	for port, want := range map[string][]string{
		"http": {"10.0.0.1:8080", "10.0.0.2:8080"},
		"9000": {"10.0.0.1:9001", "10.0.0.2:9001"},
		"else": nil,
	} {
		asked := backend{"one", "web", port}
		if got := endpoints([]backend{asked}, seen)[asked]; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", port, got, want)
		}
	}
	for _, none := range []backend{{"one", "gone", "http"}, {"two", "web", "http"}} {
		if got := fmt.Sprint(endpoints([]backend{none}, seen)[none]); got != "[]" {
			t.Errorf("%s: got %s", none, got)
		}
	}
}
