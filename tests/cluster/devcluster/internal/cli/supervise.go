package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/supervisor"
)

// supervise is what `up` leaves behind; people have no use for it.
func supervise() *cobra.Command {
	var options supervisor.Options
	var starter string
	var unfair bool
	command := &cobra.Command{
		Use:    "supervise",
		Hidden: true,
		Args:   exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			var err error
			if options.Cluster, err = cluster(command); err != nil {
				return err
			}
			if starter != "" {
				options.Starter = new(home.Process)
				if _, err := fmt.Sscanf(starter, "%d/%d", &options.Starter.ID, &options.Starter.Started); err != nil {
					return misused{fmt.Errorf("`%s` names no process", starter)}
				}
			}
			options.Fairness = !unfair
			runSupervise(options)
			return nil
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.Programs, "programs", "", "the folder of kwok and the services")
	flags.StringVar(&options.Address, "address", "", "the address of the control plane")
	flags.IntVar(&options.Nodes, "nodes", 0, "how many nodes are played")
	flags.BoolVar(&options.Real, "real", false, "the nodes run containers")
	flags.StringVar(&options.Inherited, strings.TrimPrefix(supervisor.InheritedFlag, "--"), "", "what it took along")
	flags.StringVar(&starter, "starter", "", "the process to end with, as number and start time")
	flags.BoolVar(&unfair, "no-fairness", false, "never tell a client to come back later")
	return command
}

// runSupervise talks to `up` over its standard input and output until the cluster is ready.
func runSupervise(options supervisor.Options) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	// Whoever waited may be gone; a closed pipe must not end the cluster.
	signal.Ignore(syscall.SIGPIPE, syscall.SIGHUP)
	var ready atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		if !ready.Load() {
			cancel()
		}
	}()
	options.Progress = func(format string, arguments ...any) {
		fmt.Printf(progressLine+format+"\n", arguments...)
	}
	options.Ready = func() {
		ready.Store(true)
		fmt.Println(readyLine)
		detach(options.Cluster)
	}
	err := supervisor.Supervise(ctx, options)
	if err != nil && !ready.Load() {
		fmt.Println(failureLine + strings.Join(strings.Fields(err.Error()), " "))
	}
}

// detach lets go of the streams of whoever started the cluster; what libraries write goes to the log.
func detach(cluster home.Cluster) {
	log, err := os.OpenFile(cluster.Log("devcluster"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer log.Close()
	for _, stream := range []int{1, 2} {
		_ = unix.Dup3(int(log.Fd()), stream, 0)
	}
}
