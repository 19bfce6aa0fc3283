package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

func kubeconfig() *cobra.Command {
	return &cobra.Command{
		Use:   "kubeconfig",
		Short: "Print the path of the administrator's kubeconfig",
		Args:  exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			cluster, _, err := running(command)
			if err != nil {
				return err
			}
			fmt.Println(cluster.Kubeconfig())
			return nil
		},
	}
}

// row is what `status` tells of a process.
type row struct {
	Component string `json:"component"`
	ID        int    `json:"pid"`
	Memory    uint64 `json:"memory_bytes"`
}

func status() *cobra.Command {
	command := &cobra.Command{
		Use:   "status",
		Short: "List the processes of a cluster and their share of the memory",
		Args:  exactly(),
		RunE: func(command *cobra.Command, _ []string) error {
			cluster, record, err := running(command)
			if err != nil {
				return err
			}
			rows, err := processes(cluster, record)
			if err != nil {
				return err
			}
			if plain, _ := command.Flags().GetBool("json"); plain {
				return json.NewEncoder(os.Stdout).Encode(rows)
			}
			return table(record, rows)
		},
	}
	command.Flags().Bool("json", false, "print JSON")
	return command
}

func processes(cluster home.Cluster, record home.Record) ([]row, error) {
	members, err := cluster.Members()
	if err != nil {
		return nil, err
	}
	supervisor := home.Member{Process: record.Supervisor, Component: "devcluster", Memory: home.Memory(record.Supervisor)}
	var rows []row
	for _, member := range append([]home.Member{supervisor}, members...) {
		rows = append(rows, row{member.Component, member.ID, member.Memory})
	}
	slices.SortStableFunc(rows[1:], func(a, b row) int { return strings.Compare(a.Component, b.Component) })
	return rows, nil
}

func table(record home.Record, rows []row) error {
	fmt.Printf("cluster %s at %s\n", record.Name, record.Address)
	writer := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(writer, "COMPONENT\tPID\tMEMORY")
	var sum uint64
	for _, row := range rows {
		fmt.Fprintf(writer, "%s\t%d\t%d MiB\n", row.Component, row.ID, row.Memory>>20)
		sum += row.Memory
	}
	fmt.Fprintf(writer, "together\t\t%d MiB\n", sum>>20)
	return writer.Flush()
}

func logs() *cobra.Command {
	command := &cobra.Command{
		Use:   "logs COMPONENT",
		Short: "Print what a component has written",
		Args:  exactly("COMPONENT"),
		RunE: func(command *cobra.Command, arguments []string) error {
			cluster, _, err := running(command)
			if err != nil {
				return err
			}
			log, err := os.Open(cluster.Log(filepath.Base(arguments[0])))
			if errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("there is no log of `%s`; there are those of %s", arguments[0], strings.Join(written(cluster), ", "))
			}
			if err != nil {
				return err
			}
			defer log.Close()
			follow, _ := command.Flags().GetBool("follow")
			return show(command, log, follow)
		},
	}
	command.Flags().BoolP("follow", "f", false, "go on until the cluster ends")
	return command
}

// written lists the components that have a log.
func written(cluster home.Cluster) []string {
	paths, _ := filepath.Glob(cluster.Log("*"))
	for index, path := range paths {
		paths[index] = strings.TrimSuffix(filepath.Base(path), ".log")
	}
	return paths
}

func show(command *cobra.Command, log *os.File, follow bool) error {
	for {
		if _, err := io.Copy(os.Stdout, log); err != nil {
			return err
		}
		if _, _, err := running(command); !follow || err != nil {
			return nil
		}
		time.Sleep(200 * time.Millisecond)
	}
}
