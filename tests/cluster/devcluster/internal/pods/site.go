package pods

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/record"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/names"
)

// site is what all workers share.
type site struct {
	client    kubernetes.Interface
	dynamic   dynamic.Interface
	directory string
	programs  string
	log       *slog.Logger
	nodes     corelisters.NodeLister
	services  corelisters.ServiceLister
	zone      *zone
	launcher  *launcher
	addresses *addresses
	recorders *recorders
}

// playedByKwok tells whether a node is one of those that KWOK plays.
func (s *site) playedByKwok(name string) bool {
	node, err := s.nodes.Get(name)
	return err == nil && node.Labels["type"] == "kwok"
}

func (s *site) hostIP(name string) string {
	node, err := s.nodes.Get(name)
	if err != nil {
		return ""
	}
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			return address.Address
		}
	}
	return ""
}

func (s *site) allocatable(name string) corev1.ResourceList {
	node, err := s.nodes.Get(name)
	if err != nil {
		return nil
	}
	return node.Status.Allocatable
}

func (s *site) allServices() []*corev1.Service {
	// A lister that reads its cache has no other error than none.
	found, _ := s.services.List(labels.Everything())
	return found
}

// sceneOf is what the containers of a pod refer to, as it is now.
func (s *site) sceneOf(ctx context.Context, pod *corev1.Pod, address netip.Addr) scene {
	return scene{
		pod:         pod,
		address:     address.String(),
		hostIP:      s.hostIP(pod.Spec.NodeName),
		allocatable: s.allocatable(pod.Spec.NodeName),
		services:    s.allServices(),
		objects:     liveObjects{ctx: ctx, client: s.client, namespace: pod.Namespace},
	}
}

// whereabouts are the variables that tell a process where it lives, and others whose it is.
func (s *site) whereabouts(pod *corev1.Pod, container string, address netip.Addr, resolver *names.Server) []string {
	return []string{
		"DEVCLUSTER_ADDRESS=" + address.String(),
		"DEVCLUSTER_RESOLVER=" + resolver.Address(),
		home.DirectoryVariable + "=" + s.directory,
		home.ComponentVariable + "=" + pod.Namespace + "/" + pod.Name + "/" + container,
	}
}

func (s *site) hasProgram(name string) bool {
	found, err := os.Stat(filepath.Join(s.programs, name))
	return err == nil && found.Mode().IsRegular()
}

// withoutProgram says that a program is missing.
func withoutProgram(name string) string {
	return "devcluster was started without the program " + name
}

// zone tells the resolvers of pods which processes there are.
type zone struct {
	services corelisters.ServiceLister
	pods     corelisters.PodLister
	lock     sync.RWMutex
	address  map[types.UID]netip.Addr
}

func newZone(services corelisters.ServiceLister, pods corelisters.PodLister) *zone {
	return &zone{services: services, pods: pods, address: map[types.UID]netip.Addr{}}
}

func (z *zone) add(pod types.UID, address netip.Addr) {
	z.lock.Lock()
	defer z.lock.Unlock()
	z.address[pod] = address
}

func (z *zone) remove(pod types.UID) {
	z.lock.Lock()
	defer z.lock.Unlock()
	delete(z.address, pod)
}

// Service implements names.Zone.
func (z *zone) Service(namespace, name string) *corev1.Service {
	found, err := z.services.Services(namespace).Get(name)
	if err != nil {
		return nil
	}
	return found
}

// Pods implements names.Zone.
func (z *zone) Pods(namespace string) []names.Pod {
	found, _ := z.pods.Pods(namespace).List(labels.Everything())
	z.lock.RLock()
	defer z.lock.RUnlock()
	var processes []names.Pod
	for _, pod := range found {
		address, known := z.address[pod.UID]
		if !known || podutil.IsPodPhaseTerminal(pod.Status.Phase) {
			continue
		}
		processes = append(processes, names.Pod{
			Labels:    pod.Labels,
			Hostname:  pod.Spec.Hostname,
			Subdomain: pod.Spec.Subdomain,
			Address:   address,
			Ready:     podutil.IsPodReady(pod) && pod.DeletionTimestamp == nil,
		})
	}
	return processes
}

// recorders record events as the kubelet of each node.
type recorders struct {
	broadcaster record.EventBroadcaster
	lock        sync.Mutex
	byNode      map[string]record.EventRecorder
}

func newRecorders(client kubernetes.Interface) *recorders {
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	return &recorders{broadcaster: broadcaster, byNode: map[string]record.EventRecorder{}}
}

func (r *recorders) of(node string) record.EventRecorder {
	r.lock.Lock()
	defer r.lock.Unlock()
	known, found := r.byNode[node]
	if !found {
		known = r.broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kubelet", Host: node})
		r.byNode[node] = known
	}
	return known
}

func (r *recorders) close() { r.broadcaster.Shutdown() }
