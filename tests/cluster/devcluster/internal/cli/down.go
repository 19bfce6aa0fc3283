package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/realnode"
)

// grace is how long a supervisor may take to clear up before it is killed.
const grace = 30 * time.Second

func down() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "End a cluster and remove everything that belongs to it",
		Args:  exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			cluster, err := cluster(command)
			if err != nil {
				return err
			}
			record, err := cluster.Read()
			if errors.Is(err, os.ErrNotExist) {
				if _, err := os.Stat(cluster.Directory); err != nil {
					fmt.Fprintf(os.Stderr, "there is no cluster %s\n", cluster.Name)
					return nil
				}
			}
			if err := end(command.Context(), record.Supervisor); err != nil {
				return err
			}
			if err := sweep(command.Context(), cluster); err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "cluster %s is gone\n", cluster.Name)
			return nil
		},
	}
}

// end asks the supervisor to take the cluster down, and waits for it.
func end(ctx context.Context, supervisor home.Process) error {
	if supervisor.ID == 0 || !supervisor.Alive() {
		return nil
	}
	if err := syscall.Kill(supervisor.ID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("cannot end process %d: %w", supervisor.ID, err)
	}
	patient, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	if supervisor.Ended(patient) == nil {
		return nil
	}
	if err := syscall.Kill(supervisor.ID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("cannot end process %d: %w", supervisor.ID, err)
	}
	return supervisor.Ended(ctx)
}

// sweep ends and removes what a supervisor could not: it was killed.
func sweep(ctx context.Context, cluster home.Cluster) error {
	members, err := cluster.Members()
	if err != nil {
		return err
	}
	for _, member := range members {
		if err := syscall.Kill(member.ID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("cannot end %s, process %d: %w", member.Component, member.ID, err)
		}
		if err := member.Ended(ctx); err != nil {
			return err
		}
	}
	// Only nodes with containers have control groups; those of a killed cluster outlive it.
	if err := realnode.Sweep(ctx, cluster, realnode.Everyone); err != nil {
		return err
	}
	return cluster.Remove()
}
