// Package names answers DNS questions of processes that stand for pods.
//
// Each pod has a server of its own, which knows the pod's namespace: what a container gets from
// its resolv.conf, /etc/hosts and CoreDNS together. A Service has the addresses of its ready
// processes, even one with a cluster IP: nothing plays kube-proxy, so ports are not translated
// and a Service without a ready process has no address. Nothing is ever asked elsewhere: a name
// that is not the cluster's does not exist.
package names

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Zone tells what a cluster looks like at the moment of a question.
type Zone interface {
	// Service returns nothing if there is no such Service.
	Service(namespace, name string) *corev1.Service
	// Pods returns the processes that stand for pods of a namespace.
	Pods(namespace string) []Pod
}

// Pod is a pod that a process stands for.
type Pod struct {
	Labels    map[string]string
	Hostname  string
	Subdomain string
	Address   netip.Addr
	// Ready says that a Service may send something to it.
	Ready bool
}

// below returns the label that the pod has below a Service: only a pod that names the Service as
// its subdomain has one of its own, others are called by their address.
func (p Pod) below(service string) string {
	if p.Hostname != "" && p.Subdomain == service {
		return p.Hostname
	}
	return strings.ReplaceAll(p.Address.String(), ".", "-")
}

// endpoints returns the pods that a Service leads to.
func endpoints(zone Zone, service *corev1.Service) []Pod {
	if len(service.Spec.Selector) == 0 {
		return nil
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	found := slices.DeleteFunc(slices.Clone(zone.Pods(service.Namespace)), func(pod Pod) bool {
		reachable := pod.Ready || service.Spec.PublishNotReadyAddresses
		return !reachable || !selector.Matches(labels.Set(pod.Labels))
	})
	slices.SortFunc(found, func(a, b Pod) int { return a.Address.Compare(b.Address) })
	return found
}
