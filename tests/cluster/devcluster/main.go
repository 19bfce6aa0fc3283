// Devcluster is a Kubernetes for tests on one machine: real etcd, API server, controller manager
// and scheduler, nodes played by KWOK, and real servers in place of the pods of well-known images.
package main

import (
	"os"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:]))
}
