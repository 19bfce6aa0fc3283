// Package supervisor brings a cluster up, keeps it up, and takes it down.
package supervisor

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"slices"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/pki"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/realnode"
)

// patience is how long a cluster may take to come up; on an idle machine it takes three seconds.
const patience = 2 * time.Minute

// Options say what kind of cluster is wanted.
type Options struct {
	Cluster  home.Cluster
	Programs string
	// Address is empty for any that is free.
	Address string
	Nodes   int
	// Real nodes run containers; the others are played.
	Real bool
	// Inherited is what this process took along into the network of real nodes; empty before that.
	Inherited string
	// Fairness leaves the API server's priority and fairness on.
	Fairness bool
	// Starter is the process with which the cluster ends; nil for a cluster that stays.
	Starter *home.Process
	// Progress is told what happens, one line at a time.
	Progress func(format string, arguments ...any)
	// Ready is called once, when everything is.
	Ready func()
}

// Supervise brings a cluster up and stays until the context or the starter ends; then nothing is left
// of it. Its directory must have been claimed.
func Supervise(ctx context.Context, options Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if starter := options.Starter; starter != nil {
		go func() {
			if starter.Ended(ctx) == nil {
				cancel()
			}
		}()
	}
	err := run(ctx, options)
	if options.Real {
		err = errors.Join(err, realnode.Sweep(context.Background(), options.Cluster, realnode.Everyone))
	}
	return errors.Join(err, options.Cluster.Remove())
}

func run(ctx context.Context, options Options) error {
	claimed, err := enter(options)
	if err != nil {
		return err
	}
	defer claimed.lock.Close()
	setting, err := settle(claimed, options)
	if err != nil {
		return err
	}
	log, file, err := logger(options.Cluster)
	if err != nil {
		return err
	}
	defer file.Close()
	keeper := newKeeper(options.Cluster, log)
	lasting, stop := context.WithCancel(context.Background())
	defer keeper.all.Wait()
	defer stop()
	claimed.relay(lasting, &keeper.all)

	starting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	config, err := controlPlane(starting, lasting, keeper, setting, options)
	if err != nil {
		return err
	}
	options.Progress("starting %d nodes", options.Nodes)
	begin := nodes
	if options.Real {
		begin = realNodes
	}
	if err := begin(starting, lasting, keeper, setting, config, options.Nodes); err != nil {
		return err
	}
	// What acts in the cluster is ended before the cluster itself.
	acting, quiet := context.WithCancel(context.Background())
	actors, err := startActors(acting, setting, config, log)
	if err != nil {
		quiet()
		return err
	}
	defer actors.Wait()
	defer quiet()
	keeper.steady.Store(true)
	options.Ready()
	<-ctx.Done()
	return nil
}

// settle writes down where the cluster is, and makes what components need before they start.
func settle(claimed claim, options Options) (components.Setting, error) {
	setting := components.Setting{
		Cluster:  options.Cluster,
		Address:  claimed.address(),
		Slot:     claimed.slot,
		Programs: options.Programs,
		Fairness: options.Fairness,
	}
	self, err := home.Lookup(os.Getpid())
	if err != nil {
		return setting, err
	}
	record := home.Record{Name: options.Cluster.Name, Address: setting.Address.String(), Supervisor: self}
	if options.Real {
		record.Nodes = slices.Sorted(maps.Keys(realAddresses(options.Nodes)))
	}
	if err := options.Cluster.Write(record); err != nil {
		return setting, err
	}
	place := pki.Place{
		Cluster:    options.Cluster.Name,
		Address:    setting.Address,
		Server:     setting.Server(),
		Service:    components.KubernetesService,
		Kubeconfig: options.Cluster.Kubeconfig(),
	}
	if options.Real {
		setting.Inside = hub.Address
		place.Inside, place.InsideServer, place.Nodes = hub.Address, setting.InsideServer(), realAddresses(options.Nodes)
	}
	setting.Files, err = pki.Make(options.Cluster.Path("pki"), place)
	return setting, err
}

func logger(cluster home.Cluster) (*slog.Logger, *os.File, error) {
	file, err := os.OpenFile(cluster.Log("devcluster"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewTextHandler(file, nil)), file, nil
}

// controlPlane starts etcd and the API server, and then those who would only fail without it.
func controlPlane(ctx, lasting context.Context, keeper *keeper, setting components.Setting, options Options) (*rest.Config, error) {
	options.Progress("starting etcd and the API server at %s", setting.Server())
	keeper.keep(lasting, setting.Etcd())
	keeper.keep(lasting, setting.APIServer())
	config, err := clientcmd.BuildConfigFromFlags("", setting.Files.Admin)
	if err != nil {
		return nil, err
	}
	// Our own requests are few; a client that holds itself back would only make the start slower.
	config.QPS = -1
	// The program is started by way of /proc/self/exe, and would be known by that name.
	config.UserAgent = "devcluster"
	if err := keeper.until(ctx, "the API server", answering(config, setting.Address)); err != nil {
		return nil, err
	}
	options.Progress("starting the controller manager and the scheduler")
	keeper.keep(lasting, setting.ControllerManager())
	keeper.keep(lasting, setting.Scheduler())
	return config, nil
}
