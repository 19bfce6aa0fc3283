package supervisor

import (
	"context"
	"log/slog"
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/ingress"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/node"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/pods"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/stages"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/volumes"
)

// startActors starts what plays the machine's part in the cluster, until the context ends.
func startActors(ctx context.Context, setting components.Setting, config *rest.Config, log *slog.Logger) (*sync.WaitGroup, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	if err := volumes.Define(ctx, client); err != nil {
		return nil, err
	}
	var actors sync.WaitGroup
	act := func(name string, run func(context.Context) error) {
		actors.Go(func() {
			own := log.With("actor", name)
			ctx := klog.NewContext(ctx, logr.FromSlogHandler(own.Handler()))
			if err := run(ctx); err != nil && ctx.Err() == nil {
				own.Error("gave up", "error", err)
			}
		})
	}
	act("volumes", func(ctx context.Context) error {
		return volumes.Run(ctx, client, setting.Cluster.Path("volumes"))
	})
	if setting.Inside != nil {
		// Real nodes need nobody who plays them.
		served, err := ingress.Begin(ctx, ingress.Config{
			Client:  client,
			Address: setting.Address,
			Folder:  setting.Cluster.Path("ingress"),
			Logs:    setting.Cluster.Log("ingress"),
			Start:   Start,
			Log:     log.With("actor", "ingress"),
		})
		if err != nil {
			return &actors, err
		}
		act("ingress", served.Run)
		return &actors, nil
	}
	nodes, err := node.Listen(node.Config{
		Client:    client,
		Slot:      setting.Slot,
		Address:   setting.At(components.NodePort),
		Kwok:      setting.At(components.KwokPort),
		Server:    setting.Files.Server,
		Authority: setting.Files.Authority,
	})
	if err != nil {
		return &actors, err
	}
	act("nodes", nodes.Run)
	act("pods", func(ctx context.Context) error {
		return pods.Run(ctx, pods.Config{
			Client:     config,
			Slot:       setting.Slot,
			Directory:  setting.Cluster.Directory,
			Programs:   setting.Programs,
			Log:        log.With("actor", "pods"),
			FailureLog: stages.FailureLog,
		})
	})
	return &actors, nil
}
