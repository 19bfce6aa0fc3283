package supervisor

import (
	"context"
	"log/slog"
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/klog/v2"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/volumes"
)

// startActors starts what plays the machine's part in the cluster, until the context ends.
func startActors(ctx context.Context, setting components.Setting, client kubernetes.Interface, log *slog.Logger) *sync.WaitGroup {
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
	return &actors
}
