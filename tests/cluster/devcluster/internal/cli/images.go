package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/images"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/realnode"
)

func imagesCommand() *cobra.Command {
	command := &cobra.Command{Use: "images", Short: "Images of the nodes", Args: exactly()}
	command.AddCommand(&cobra.Command{
		Use:   "load FILE...",
		Short: "Bring the images of archives to every node, as nodes pull nothing from elsewhere",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, files []string) error {
			cluster, record, err := running(command)
			if err != nil {
				return err
			}
			nodes, err := realNodes(cluster, record)
			if err != nil {
				return err
			}
			return images.Load(command.Context(), nodes, files)
		},
	})
	return command
}

// realNodes returns the sockets of containerd on the nodes, by the names of the nodes.
func realNodes(cluster home.Cluster, record home.Record) (map[string]string, error) {
	if len(record.Nodes) == 0 {
		return nil, fmt.Errorf("the nodes of cluster `%s` are played and run no images; start one with `devcluster up --tier 2`", cluster.Name)
	}
	sockets := map[string]string{}
	for _, name := range record.Nodes {
		process, err := first(cluster, name)
		if err != nil {
			return nil, err
		}
		if process == nil {
			return nil, fmt.Errorf("node `%s` is off; start it with `devcluster nodes start %s`", name, name)
		}
		sockets[name] = realnode.Socket(process.ID)
	}
	return sockets, nil
}
