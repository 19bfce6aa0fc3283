// Command versitygw is the S3 gateway of the module over a folder, for a process that stands for a
// container.
//
// It takes the flags and variables of versitygw that are about S3 over a folder, and refuses all
// others: other stores, other places for accounts, messages about events, and the web pages are
// left out. With DEVCLUSTER_ADDRESS every listener is bound to that address, whatever they say.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/urfave/cli/v2"
)

func main() {
	if err := start(); err != nil {
		fmt.Fprintf(os.Stderr, "versitygw: %s\n", err)
		os.Exit(1)
	}
}

func start() error {
	address, err := place.Address()
	if err != nil {
		return err
	}
	if err := place.InstallResolver(); err != nil {
		return err
	}
	arguments := os.Args[1:]
	if len(arguments) == 0 {
		if arguments, err = argumentsOfImage(os.Getenv); err != nil {
			return err
		}
	}
	context, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return application(&gateway{address: address}).RunContext(context,
		append([]string{"versitygw"}, arguments...))
}

// application describes the command line.
func application(gateway *gateway) *cli.App {
	return &cli.App{
		Name:            "versitygw",
		Usage:           "Versity S3 Gateway",
		Version:         version(),
		Flags:           gateway.flags(),
		HideHelpCommand: true,
		// Errors are for main to print, in one line.
		OnUsageError:   func(_ *cli.Context, err error, _ bool) error { return err },
		ExitErrHandler: func(*cli.Context, error) {},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return fmt.Errorf("no backend %q in this stand-in, only posix", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: []*cli.Command{{
			Name:         "posix",
			Usage:        "posix filesystem storage backend",
			ArgsUsage:    "DIRECTORY",
			Flags:        gateway.posixFlags(),
			Action:       gateway.serve,
			OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		}},
	}
}

// version returns the version of the gateway that this program is built from.
func version() string {
	if info, known := debug.ReadBuildInfo(); known {
		for _, module := range info.Deps {
			if module.Path == "github.com/versity/versitygw" {
				return module.Version
			}
		}
	}
	return "unknown"
}
