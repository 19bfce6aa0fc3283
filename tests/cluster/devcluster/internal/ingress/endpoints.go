package ingress

import (
	"net"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// endpoints returns the addresses of whatever is ready behind backends, sorted; none for a Service or a
// port that is not there.
func endpoints(backends []backend, seen snapshot) map[backend][]string {
	found := map[backend][]string{}
	for _, behind := range backends {
		found[behind] = nil
		name, exists := portName(behind, seen.services)
		if !exists {
			continue
		}
		for _, slice := range seen.slices {
			if slice.Namespace == behind.namespace && slice.Labels[discoveryv1.LabelServiceName] == behind.service {
				found[behind] = append(found[behind], ready(slice, name)...)
			}
		}
		// One may be in two slices while it moves from one to the other.
		slices.Sort(found[behind])
		found[behind] = slices.Compact(found[behind])
	}
	return found
}

// portName returns the name that a port has in EndpointSlices, which may be empty.
func portName(behind backend, services []*corev1.Service) (string, bool) {
	for _, service := range services {
		if service.Namespace != behind.namespace || service.Name != behind.service {
			continue
		}
		for _, port := range service.Spec.Ports {
			if port.Name == behind.port || strconv.Itoa(int(port.Port)) == behind.port {
				return port.Name, true
			}
		}
	}
	return "", false
}

func ready(slice *discoveryv1.EndpointSlice, name string) []string {
	var found []string
	for _, port := range slice.Ports {
		if port.Port == nil || port.Name == nil || *port.Name != name {
			continue
		}
		for _, endpoint := range slice.Endpoints {
			// Unknown means ready.
			if endpoint.Conditions.Ready != nil && !*endpoint.Conditions.Ready {
				continue
			}
			for _, address := range endpoint.Addresses {
				found = append(found, net.JoinHostPort(address, strconv.Itoa(int(*port.Port))))
			}
		}
	}
	return found
}
