// Command configuration prints what `kwok --config` is given, for tests and for curious people.
package main

import (
	"fmt"
	"os"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/stages"
)

func main() {
	configuration, err := stages.Configuration("/dev/null")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(configuration)
}
