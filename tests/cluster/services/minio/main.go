// Command minio is the MinIO of the module, for a process that stands for a container.
//
// It takes exactly the arguments and variables of minio. With DEVCLUSTER_ADDRESS every listener is
// bound to that address, whatever they say. The console and the search for updates are off unless
// the environment says otherwise: nobody looks at the one, and the other leaves the machine. A
// deployment of several nodes does not find itself among 127.0.0.0/8, so there is only one.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/minio/minio-go/v7/pkg/set"
	minio "github.com/minio/minio/cmd"
)

func main() {
	arguments, err := prepare(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "minio: %s\n", err)
		os.Exit(1)
	}
	// As upstream's own program does.
	time.Local = time.UTC
	minio.Main(append([]string{"minio"}, arguments...))
}

// prepare returns the arguments for upstream and sets the variables that go with them.
func prepare(arguments []string) ([]string, error) {
	address, err := place.Address()
	if err != nil {
		return nil, err
	}
	if err := place.InstallResolver(); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"MINIO_BROWSER": "off", "MINIO_UPDATE": "off"} {
		if os.Getenv(name) != "" {
			continue
		}
		if err := os.Setenv(name, value); err != nil {
			return nil, fmt.Errorf("set %s: %w", name, err)
		}
	}
	if address == "" {
		return arguments, nil
	}
	localLoopbacks = set.NewStringSet()
	if len(arguments) == 0 || arguments[0] != "server" {
		return arguments, nil
	}
	arguments, err = bind(address, arguments[1:], os.Getenv)
	if err != nil {
		return nil, err
	}
	return append([]string{"server"}, arguments...), nil
}
