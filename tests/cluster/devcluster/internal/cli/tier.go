package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/machine"
)

func tier() *cobra.Command {
	return &cobra.Command{
		Use:   "tier",
		Short: "Print 2 if this machine can run nodes with containers, otherwise say what is missing",
		Args:  exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			if err := machine.Check(command.Context()); err != nil {
				return err
			}
			fmt.Println("2")
			return nil
		},
	}
}
