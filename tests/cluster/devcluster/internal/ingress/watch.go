package ingress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// resync is after how long one looks again, in case something failed.
const resync = 15 * time.Second

// watch keeps what the cluster has.
type watch struct {
	factory informers.SharedInformerFactory
	// changed says that something did since it was last read.
	changed chan struct{}
}

// observe begins to watch, and returns when everything was read once.
func observe(ctx context.Context, client kubernetes.Interface) (*watch, error) {
	w := &watch{
		factory: informers.NewSharedInformerFactory(client, resync),
		changed: make(chan struct{}, 1),
	}
	tell := func() {
		select {
		case w.changed <- struct{}{}:
		default:
		}
	}
	for _, informer := range []cache.SharedIndexInformer{
		w.factory.Networking().V1().IngressClasses().Informer(),
		w.factory.Networking().V1().Ingresses().Informer(),
		w.factory.Core().V1().Services().Informer(),
		w.factory.Core().V1().Secrets().Informer(),
		w.factory.Discovery().V1().EndpointSlices().Informer(),
	} {
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { tell() },
			UpdateFunc: func(any, any) { tell() },
			DeleteFunc: func(any) { tell() },
		})
		if err != nil {
			return nil, fmt.Errorf("cannot watch for Ingresses: %w", err)
		}
	}
	w.factory.Start(ctx.Done())
	for kind, done := range w.factory.WaitForCacheSync(ctx.Done()) {
		if !done {
			return nil, fmt.Errorf("cannot watch %s: %w", kind, context.Cause(ctx))
		}
	}
	tell()
	return w, nil
}

// see returns what is there now, of the Ingresses only those that are served here.
func (w *watch) see() (snapshot, error) {
	var seen snapshot
	var failed [5]error
	everything := labels.Everything()
	seen.classes, failed[0] = w.factory.Networking().V1().IngressClasses().Lister().List(everything)
	all, err := w.factory.Networking().V1().Ingresses().Lister().List(everything)
	failed[1] = err
	seen.services, failed[2] = w.factory.Core().V1().Services().Lister().List(everything)
	seen.slices, failed[3] = w.factory.Discovery().V1().EndpointSlices().Lister().List(everything)
	seen.secrets, failed[4] = w.factory.Core().V1().Secrets().Lister().List(everything)
	for _, ingress := range all {
		if ours(ingress, seen.classes) {
			seen.ingresses = append(seen.ingresses, ingress)
		}
	}
	return seen, errors.Join(failed[:]...)
}

// report says in the status of an Ingress where it is served.
func report(ctx context.Context, client kubernetes.Interface, ingress *networkingv1.Ingress, address net.IP) error {
	if balanced := ingress.Status.LoadBalancer.Ingress; len(balanced) == 1 && balanced[0].IP == address.String() {
		return nil
	}
	changed := ingress.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{IP: address.String()}}
	_, err := client.NetworkingV1().Ingresses(ingress.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		// It is another by now, and will be heard of.
		return nil
	}
	return err
}
