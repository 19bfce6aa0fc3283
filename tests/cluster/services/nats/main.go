// Command nats-server is the NATS server of the module, for a process that stands for a container.
//
// It takes exactly the arguments and configuration files of nats-server. With DEVCLUSTER_ADDRESS
// every listener is bound to that address, whatever they say, and with DEVCLUSTER_RESOLVER names
// of other servers are the cluster's.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/nats-io/nats-server/v2/server"
)

const program = "nats-server"

func main() {
	if err := run(os.Args[1:]); err != nil {
		server.PrintAndDie(fmt.Sprintf("%s: %s", program, err))
	}
}

func run(arguments []string) error {
	address, err := place.Address()
	if err != nil {
		return err
	}
	if err := place.InstallResolver(); err != nil {
		return err
	}
	if err := ownTemporaryFolder(address); err != nil {
		return err
	}
	options, err := configure(address, arguments)
	if err != nil {
		return err
	}
	if options.CheckConfig {
		fmt.Fprintf(os.Stderr, "%s: configuration file %s is valid (%s)\n",
			program, options.ConfigFile, options.ConfigDigest())
		return nil
	}
	server.RedactArgs(os.Args)
	return serve(address, options)
}

// configure reads arguments and configuration as upstream does, and binds the result to an address.
func configure(address string, arguments []string) (*server.Options, error) {
	// Upstream answers an unknown flag with its usage and exit code 0.
	flags := flag.NewFlagSet(program, flag.ExitOnError)
	flags.Usage = func() {
		fmt.Printf("Usage: %s [options]\n", program)
		flags.SetOutput(os.Stdout)
		flags.PrintDefaults()
		os.Exit(0)
	}
	options, err := server.ConfigureOptions(flags, arguments,
		server.PrintServerAndExit, flags.Usage, server.PrintTLSHelpAndDie)
	if err != nil {
		return nil, err
	}
	if err := bind(address, options); err != nil {
		return nil, err
	}
	if address != "" {
		// Flags win over the file that is read again for a reload.
		server.FlagSnapshot.Host = address
	}
	return options, nil
}

// ownTemporaryFolder makes the working directory hold what a container keeps in its own /tmp:
// JetStream's store, when nobody names another.
func ownTemporaryFolder(address string) error {
	if address == "" || os.Getenv("TMPDIR") != "" {
		return nil
	}
	folder, err := filepath.Abs("tmp")
	if err != nil {
		return fmt.Errorf("find the working directory: %w", err)
	}
	return os.Setenv("TMPDIR", folder)
}
