package supervisor

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
)

// interval is how often one looks whether something is ready.
const interval = 50 * time.Millisecond

// until asks again and again, and ends early when a component has ended; `what` names what is awaited.
func (k *keeper) until(ctx context.Context, what string, ready func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case err := <-k.ended:
			cancel(err)
		case <-ctx.Done():
		}
	}()
	var last error
	err := wait.PollUntilContextCancel(ctx, interval, true, func(ctx context.Context) (bool, error) {
		last = ready(ctx)
		return last == nil, nil
	})
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != context.DeadlineExceeded && cause != context.Canceled {
		return cause
	}
	return fmt.Errorf("waiting for %s: %w; last answer: %v", what, context.Cause(ctx), last)
}

// healthy asks a component's own endpoint. All of them show the certificate of the control plane.
func healthy(config *rest.Config, address net.IP, port int, path string) func(context.Context) error {
	return func(ctx context.Context) error {
		client, err := rest.HTTPClientFor(config)
		if err != nil {
			return err
		}
		url := "https://" + net.JoinHostPort(address.String(), strconv.Itoa(port)) + path
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s says %s", url, response.Status)
		}
		return nil
	}
}

// nodesReady tells whether all nodes are.
func nodesReady(client kubernetes.Interface, count int) func(context.Context) error {
	return func(ctx context.Context) error {
		nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
		if err != nil {
			return err
		}
		ready := 0
		for _, node := range nodes.Items {
			for _, condition := range node.Status.Conditions {
				if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
					ready++
				}
			}
		}
		if ready < count {
			return fmt.Errorf("%d of %d nodes are ready", ready, count)
		}
		return nil
	}
}

// answering tells whether the API server takes requests.
func answering(config *rest.Config, address net.IP) func(context.Context) error {
	return healthy(config, address, components.APIServerPort, "/readyz")
}
