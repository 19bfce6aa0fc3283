// Package cli is the command line of devcluster.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/upstream"
)

// Exit codes besides 0.
const (
	failed = 1
	misuse = 2
)

// misused is an error of whoever typed the command.
type misused struct{ error }

// Main runs one command and returns the exit code of the process.
func Main(arguments []string) int {
	// A component reads its flags itself, in its own way.
	if len(arguments) > 1 && arguments[0] == "component" {
		return upstream.Run(arguments[1], arguments[2:])
	}
	root := command()
	root.SetArgs(arguments)
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return 0
	}
	line := strings.Join(strings.Fields(err.Error()), " ")
	fmt.Fprintf(os.Stderr, "devcluster: %s\n", line)
	if errors.As(err, &misused{}) {
		return misuse
	}
	return failed
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "devcluster",
		Short:         "A Kubernetes for tests on this machine",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				return nil
			}
			return misused{fmt.Errorf("there is no command `%s`; `devcluster help` lists them", arguments[0])}
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return misused{fmt.Errorf("%w; `%s --help` lists the flags", err, command.CommandPath())}
	})
	root.PersistentFlags().String("name", "dev", "the name of the cluster; several can live side by side")
	root.AddCommand(up(), supervise(), node(), down(), status(), kubeconfig(), logs(), nodes(), imagesCommand(), tier())
	return root
}

// exactly wants as many arguments as have names.
func exactly(names ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, arguments []string) error {
		if len(arguments) == len(names) {
			return nil
		}
		wanted := "no argument"
		if len(names) > 0 {
			wanted = strings.Join(names, " ")
		}
		return misused{fmt.Errorf("`%s` takes %s, not %d arguments", command.CommandPath(), wanted, len(arguments))}
	}
}

// cluster returns the place of the cluster that the command is about.
func cluster(command *cobra.Command) (home.Cluster, error) {
	name, err := command.Flags().GetString("name")
	if err != nil {
		return home.Cluster{}, err
	}
	found, err := home.At(name)
	if err != nil {
		return found, misused{err}
	}
	return found, nil
}

// running returns the place of the cluster and what is recorded of it, when it is up.
func running(command *cobra.Command) (home.Cluster, home.Record, error) {
	found, err := cluster(command)
	if err != nil {
		return found, home.Record{}, err
	}
	record, err := found.Read()
	if errors.Is(err, os.ErrNotExist) {
		return found, record, fmt.Errorf("there is no cluster `%s`; start it with `devcluster up --name %s`", found.Name, found.Name)
	}
	if err == nil && !record.Supervisor.Alive() {
		err = killed(found)
	}
	return found, record, err
}

// killed tells of a cluster whose supervisor ended without clearing up.
func killed(cluster home.Cluster) error {
	return fmt.Errorf("cluster `%s` was killed and left its files in `%s`; clear up with `devcluster down --name %s`",
		cluster.Name, cluster.Directory, cluster.Name)
}
