package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/realnode"
)

// node is the first process of a node; people have no use for it.
func node() *cobra.Command {
	var plan, hub string
	command := &cobra.Command{
		Use:    "node",
		Hidden: true,
		Args:   exactly(),
		RunE:   func(*cobra.Command, []string) error { return realnode.Main(plan, hub) },
	}
	command.Flags().StringVar(&plan, "plan", "", "what the node has to know")
	command.Flags().StringVar(&hub, "hub", "", "the network namespace that it joins")
	return command
}

// first returns the first process of a node, nil while it is off.
func first(cluster home.Cluster, node string) (*home.Process, error) {
	members, err := cluster.Members()
	if err != nil {
		return nil, err
	}
	for _, member := range members {
		if member.Component == node {
			return &member.Process, nil
		}
	}
	return nil, nil
}

func nodes() *cobra.Command {
	command := &cobra.Command{Use: "nodes", Short: "Switch nodes off and on", Args: exactly()}
	for _, verb := range []struct {
		name, short string
		run         func(context.Context, home.Cluster, string) error
	}{
		{"stop", "Switch a node off, as a failing power supply would", switchOff},
		{"start", "Switch a node on, and wait until it is ready", switchOn},
		{"restart", "Switch a node off and on, and wait until it is ready", func(ctx context.Context, cluster home.Cluster, node string) error {
			return errors.Join(switchOff(ctx, cluster, node), switchOn(ctx, cluster, node))
		}},
	} {
		command.AddCommand(&cobra.Command{
			Use:   verb.name + " NODE",
			Short: verb.short,
			Args:  exactly("NODE"),
			RunE: func(command *cobra.Command, arguments []string) error {
				cluster, record, err := running(command)
				if err != nil {
					return err
				}
				node := arguments[0]
				if !slices.Contains(record.Nodes, node) {
					return fmt.Errorf("cluster `%s` has no node `%s` that can be switched; there are: %s", cluster.Name, node, strings.Join(record.Nodes, ", "))
				}
				return verb.run(command.Context(), cluster, node)
			},
		})
	}
	return command
}

// switchOff ends a node with all that runs on it, and keeps it off.
func switchOff(ctx context.Context, cluster home.Cluster, node string) error {
	if err := os.WriteFile(realnode.Stopped(cluster, node), nil, 0o600); err != nil {
		return err
	}
	process, err := first(cluster, node)
	if err != nil || process == nil {
		return err
	}
	if err := syscall.Kill(process.ID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("cannot end node `%s`, process %d: %w", node, process.ID, err)
	}
	return process.Ended(ctx)
}

// readyAfter is how long a node may take until it is.
const readyAfter = time.Minute

// switchOn lets a node start, and waits until its kubelet says that it is ready.
func switchOn(ctx context.Context, cluster home.Cluster, node string) error {
	if _, err := os.Stat(realnode.Stopped(cluster, node)); os.IsNotExist(err) {
		fmt.Fprintf(os.Stderr, "node %s is on already\n", node)
		return nil
	}
	config, err := clientcmd.BuildConfigFromFlags("", cluster.Kubeconfig())
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readyAfter)
	defer cancel()
	before, err := heartbeat(ctx, client, node)
	if err != nil {
		return err
	}
	// Until its kubelet speaks, a node is what it was before; it counts time in seconds.
	time.Sleep(time.Until(before.Add(time.Second)))
	if err := os.Remove(realnode.Stopped(cluster, node)); err != nil && !os.IsNotExist(err) {
		return err
	}
	for {
		now, err := heartbeat(ctx, client, node)
		if err == nil && now.After(before) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("node `%s` is not ready after %s; see `devcluster logs %s`", node, readyAfter, node)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// heartbeat returns when a node last said that it is ready; the beginning of time if it says otherwise.
func heartbeat(ctx context.Context, client kubernetes.Interface, node string) (time.Time, error) {
	found, err := client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
	if err != nil {
		return time.Time{}, err
	}
	for _, condition := range found.Status.Conditions {
		if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
			return condition.LastHeartbeatTime.Time, nil
		}
	}
	return time.Time{}, nil
}
