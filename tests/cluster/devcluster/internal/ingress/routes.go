package ingress

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/utils/ptr"
)

// snapshot is what the cluster has, as far as it matters here.
type snapshot struct {
	classes   []*networkingv1.IngressClass
	ingresses []*networkingv1.Ingress
	services  []*corev1.Service
	slices    []*discoveryv1.EndpointSlice
	secrets   []*corev1.Secret
}

// backend is a port of a Service, by its name or number as an Ingress has it.
type backend struct{ namespace, service, port string }

// String returns what no other backend is called, and can be a name of a file.
func (b backend) String() string { return b.namespace + "_" + b.service + "_" + b.port }

// server is what is served by one name.
type server struct {
	// host is empty for all names that no other server has.
	host string
	// certificate is nil for the one that everybody has without one.
	certificate *certificate
	snippet     string
	// locations are sorted.
	locations []location
}

// location is a part of a server.
type location struct {
	path  string
	exact bool
	// whole says that the path ends with a slash, and is meant without it too.
	whole bool
	// backend is nil where nothing is.
	backend *backend
	settings
}

// builder makes a server of what several Ingresses say; whoever says something first is right.
type builder struct {
	server
	encrypted bool
	found     map[place]location
}

// place is where a location is: an exact one and others may have the same path.
type place struct {
	path  string
	exact bool
}

// route returns the servers for Ingresses, sorted by host, and complaints about what cannot be served.
func route(seen snapshot) ([]server, []string) {
	builders := map[string]*builder{"": begin("")}
	var complaints []string
	for _, ingress := range eldestFirst(seen.ingresses) {
		settings, wrong := understand(ingress)
		complaints = append(complaints, wrong...)
		for host, locations := range locations(ingress, settings) {
			if builders[host] == nil {
				builders[host] = begin(host)
			}
			builder := builders[host]
			builder.add(locations)
			if builder.snippet == "" {
				builder.snippet = settings.serverSnippet
			}
			if len(ingress.Spec.TLS) > 0 && host != "" && !builder.encrypted {
				builder.encrypted = true
				var err error
				if builder.certificate, err = certify(host, ingress, seen.secrets); err != nil {
					complaints = append(complaints, fmt.Sprintf("`%s` of %s has the certificate of all hosts: %v", host, called(ingress), err))
				}
			}
		}
	}
	var servers []server
	for _, host := range slices.Sorted(maps.Keys(builders)) {
		servers = append(servers, builders[host].end())
	}
	return servers, complaints
}

func eldestFirst(ingresses []*networkingv1.Ingress) []*networkingv1.Ingress {
	return slices.SortedFunc(slices.Values(ingresses), func(one, other *networkingv1.Ingress) int {
		return cmp.Or(
			one.CreationTimestamp.Compare(other.CreationTimestamp.Time),
			cmp.Compare(one.Namespace, other.Namespace),
			cmp.Compare(one.Name, other.Name),
		)
	})
}

// locations returns what an Ingress has, by host.
func locations(ingress *networkingv1.Ingress, settings settings) map[string][]location {
	found := map[string][]location{}
	add := func(host string, made location, behind *networkingv1.IngressBackend) {
		made.backend, made.settings = backendOf(ingress, behind), settings
		found[host] = append(found[host], made)
	}
	for _, rule := range ingress.Spec.Rules {
		if found[rule.Host] == nil {
			// A host without paths is known all the same.
			found[rule.Host] = []location{}
		}
		if rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			made := location{path: cmp.Or(path.Path, "/")}
			switch kind := ptr.Deref(path.PathType, networkingv1.PathTypeImplementationSpecific); {
			case kind == networkingv1.PathTypeExact:
				made.exact = true
			case kind == networkingv1.PathTypePrefix && made.path != "/":
				// Elements of paths are compared as a whole: /a has /a/b, and has not /ab.
				made.path, made.whole = strings.TrimSuffix(made.path, "/")+"/", true
			}
			add(rule.Host, made, &path.Backend)
		}
	}
	if behind := ingress.Spec.DefaultBackend; behind != nil {
		if len(found) == 0 {
			found[""] = nil
		}
		for host := range found {
			add(host, location{path: "/"}, behind)
		}
	}
	return found
}

// backendOf returns nil where an Ingress leads to something that is no Service.
func backendOf(ingress *networkingv1.Ingress, behind *networkingv1.IngressBackend) *backend {
	service := behind.Service
	if service == nil {
		return nil
	}
	port := service.Port.Name
	if port == "" {
		port = strconv.Itoa(int(service.Port.Number))
	}
	return &backend{ingress.Namespace, service.Name, port}
}

func begin(host string) *builder {
	return &builder{server: server{host: host}, found: map[place]location{}}
}

func (b *builder) add(locations []location) {
	for _, location := range locations {
		where := place{location.path, location.exact}
		if _, taken := b.found[where]; !taken {
			b.found[where] = location
		}
	}
}

// end completes the server; what nobody has said anything about is nothing.
func (b *builder) end() server {
	b.add([]location{{path: "/", settings: usual()}})
	for _, where := range slices.SortedFunc(maps.Keys(b.found), before) {
		same := b.found[where]
		if same.whole {
			same.path, same.exact = strings.TrimSuffix(where.path, "/"), true
			b.add([]location{same})
		}
	}
	for _, where := range slices.SortedFunc(maps.Keys(b.found), before) {
		location := b.found[where]
		location.redirects = location.always || location.redirects && b.encrypted
		b.locations = append(b.locations, location)
	}
	return b.server
}

func before(one, other place) int {
	if order := cmp.Compare(one.path, other.path); order != 0 || one.exact == other.exact {
		return order
	}
	if one.exact {
		return -1
	}
	return 1
}
