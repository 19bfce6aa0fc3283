package pods

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// Config says which cluster's pods are played, and where.
type Config struct {
	// Client may do everything.
	Client *rest.Config
	// Slot is the second number of all addresses of the cluster.
	Slot byte
	// Directory is the cluster's: the scratch of pods is below `pods`, volumes are below `volumes`.
	Directory string
	// Programs is the folder of the service programs.
	Programs string
	Log      *slog.Logger
	// FailureLog returns what a container of a pod that is made to fail has logged. It may be nil.
	FailureLog func(*corev1.Pod) (container, text string, ok bool)
}

// resyncPeriod is the time between two looks at all pods.
const resyncPeriod = 15 * time.Second

// Requests per second, as much as a node with many pods may need.
const (
	requestRate  = 200
	requestBurst = 400
)

// Run plays pods until the context ends, and then ends their processes: when it returns, none is
// left. It returns an error only if it cannot begin.
func Run(ctx context.Context, config Config) error {
	own := rest.CopyConfig(config.Client)
	own.QPS, own.Burst = requestRate, requestBurst
	client, err := kubernetes.NewForConfig(own)
	if err != nil {
		return fmt.Errorf("make a client for pods: %w", err)
	}
	untyped, err := dynamic.NewForConfig(own)
	if err != nil {
		return fmt.Errorf("make a client for the objects of KWOK: %w", err)
	}
	return run(ctx, config, client, untyped)
}

func run(ctx context.Context, config Config, client kubernetes.Interface, untyped dynamic.Interface) error {
	// Informers have to outlive workers, and events the informers.
	informing, endInforming := context.WithCancel(context.WithoutCancel(ctx))
	defer endInforming()
	everything := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(withoutManagers))
	bound := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(withoutManagers),
		informers.WithTweakListOptions(onlyBound))
	pods := bound.Core().V1().Pods()
	services := everything.Core().V1().Services().Lister()
	recorders := newRecorders(client)
	defer recorders.close()
	launcher := newLauncher()
	defer launcher.close()
	shared := &site{
		client:    client,
		dynamic:   untyped,
		directory: config.Directory,
		programs:  config.Programs,
		log:       config.Log,
		nodes:     everything.Core().V1().Nodes().Lister(),
		services:  services,
		zone:      newZone(services, pods.Lister()),
		launcher:  launcher,
		addresses: newAddresses(config.Slot),
		recorders: recorders,
	}
	crew := newCrew(ctx, shared, config.FailureLog)
	defer crew.wait()
	podInformer := pods.Informer()
	for _, factory := range []informers.SharedInformerFactory{everything, bound} {
		factory.Start(informing.Done())
	}
	if !cache.WaitForCacheSync(ctx.Done(), everything.Core().V1().Nodes().Informer().HasSynced,
		everything.Core().V1().Services().Informer().HasSynced, podInformer.HasSynced) {
		return nil
	}
	// A pod may be heard of before its node: it is looked at again.
	if _, err := podInformer.AddEventHandlerWithResyncPeriod(crew.handler(), resyncPeriod); err != nil {
		return fmt.Errorf("watch pods: %w", err)
	}
	<-ctx.Done()
	return nil
}
