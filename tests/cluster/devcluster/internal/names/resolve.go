package names

import (
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// domain is the cluster's.
const domain = "cluster.local"

// Client is the pod that asks.
type Client struct {
	Namespace string
	Hostname  string
	Subdomain string
	Address   netip.Addr
}

// Target is where a name leads: a port is only there for a question for services.
type Target struct {
	// Host is the full name of the process, without the last dot.
	Host    string
	Address netip.Addr
	Port    uint16
}

// Addresses returns where a name leads, and whether it exists at all.
func Addresses(zone Zone, client Client, name string) ([]Target, bool) {
	name = normalize(name)
	if client.is(name) {
		return []Target{{Host: name, Address: client.Address}}, true
	}
	exists := false
	for _, reading := range readings(name, client.Namespace) {
		targets, known := reading.addresses(zone)
		if len(targets) > 0 {
			return targets, true
		}
		exists = exists || known
	}
	return nil, exists
}

// Services answers `_port._protocol.<service>`.
func Services(zone Zone, client Client, name string) ([]Target, bool) {
	port, rest, ok := cutLabel(normalize(name), "_")
	if !ok {
		return nil, false
	}
	protocol, rest, ok := cutLabel(rest, "_")
	if !ok {
		return nil, false
	}
	exists := false
	for _, reading := range readings(rest, client.Namespace) {
		service := zone.Service(reading.namespace, reading.service)
		if service == nil || reading.host != "" {
			continue
		}
		exists = true
		for _, declared := range service.Spec.Ports {
			if declared.Name != port || !strings.EqualFold(string(declared.Protocol), protocol) {
				continue
			}
			return withPort(zone, service, uint16(declared.TargetPort.IntValue()), uint16(declared.Port)), true
		}
	}
	return nil, exists
}

// withPort prefers the port of the process: a question for services asks where to connect to.
func withPort(zone Zone, service *corev1.Service, target, port uint16) []Target {
	if target == 0 {
		target = port
	}
	var targets []Target
	for _, pod := range endpoints(zone, service) {
		host := strings.Join([]string{pod.below(service.Name), service.Name, service.Namespace, "svc", domain}, ".")
		targets = append(targets, Target{Host: host, Address: pod.Address, Port: target})
	}
	return targets
}

// is tells whether a name is the client's own, which its /etc/hosts would know.
func (c Client) is(name string) bool {
	if c.Hostname == "" {
		return false
	}
	if name == c.Hostname {
		return true
	}
	return c.Subdomain != "" &&
		name == strings.Join([]string{c.Hostname, c.Subdomain, c.Namespace, "svc", domain}, ".")
}

// reading is one meaning that a name may have.
type reading struct {
	host, service, namespace string
}

func (r reading) addresses(zone Zone) ([]Target, bool) {
	service := zone.Service(r.namespace, r.service)
	if service == nil {
		return nil, false
	}
	headless := service.Spec.ClusterIP == corev1.ClusterIPNone
	if r.host != "" && !headless {
		return nil, false
	}
	var targets []Target
	for _, pod := range endpoints(zone, service) {
		label := pod.below(service.Name)
		if r.host != "" && r.host != label {
			continue
		}
		targets = append(targets, Target{Host: label, Address: pod.Address})
	}
	return targets, r.host == "" || len(targets) > 0
}

// readings returns the meanings of a name in the order of the search list of a pod.
func readings(name, namespace string) []reading {
	local := strings.TrimSuffix(name, "."+domain)
	parts := strings.Split(strings.TrimSuffix(local, ".svc"), ".")
	full := strings.HasSuffix(local, ".svc")
	if !full && local != name {
		return nil
	}
	switch {
	case len(parts) == 1 && !full:
		return []reading{{service: parts[0], namespace: namespace}}
	case len(parts) == 2 && full:
		return []reading{{service: parts[0], namespace: parts[1]}}
	case len(parts) == 2:
		return []reading{
			{host: parts[0], service: parts[1], namespace: namespace},
			{service: parts[0], namespace: parts[1]},
		}
	case len(parts) == 3:
		return []reading{{host: parts[0], service: parts[1], namespace: parts[2]}}
	default:
		return nil
	}
}

func normalize(name string) string {
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

func cutLabel(name, prefix string) (label, rest string, ok bool) {
	label, rest, ok = strings.Cut(name, ".")
	if !ok || !strings.HasPrefix(label, prefix) {
		return "", "", false
	}
	return strings.TrimPrefix(label, prefix), rest, true
}
