// Command influxd is the InfluxDB of the module, for a process that stands for a container of the
// image `influxdb:1.8`.
//
// It takes exactly the arguments, configuration files and variables of influxd, and with a folder
// that was never used it does what the entrypoint of the image does: it makes the database and the
// users of the environment and runs the queries of the folder for scripts. Shell scripts there are
// refused, because what they call is not here. With DEVCLUSTER_ADDRESS every listener is bound to
// that address, whatever the configuration says. Usage is never reported.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/influxdata/influxdb/cmd"
	"github.com/influxdata/influxdb/cmd/influxd/backup"
	"github.com/influxdata/influxdb/cmd/influxd/help"
	"github.com/influxdata/influxdb/cmd/influxd/restore"
	"github.com/influxdata/influxdb/cmd/influxd/run"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// farewell is how long upstream waits for a clean end.
const farewell = 30 * time.Second

func main() {
	if err := dispatch(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dispatch(arguments []string) error {
	name, arguments := cmd.ParseCommandName(arguments)
	var err error
	switch name {
	case "", "run":
		name, err = "run", serve(arguments)
	case "backup":
		err = backup.NewCommand().Run(arguments...)
	case "config":
		err = run.NewPrintConfigCommand().Run(arguments...)
	case "help":
		err = help.NewCommand().Run(arguments...)
	case "restore":
		err = restore.NewCommand().Run(arguments...)
	case "version":
		fmt.Printf("InfluxDB v%s (git: unknown unknown)\n", version())
	default:
		return fmt.Errorf(`unknown command "%s"`+"\nRun 'influxd help' for usage", name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// serve runs the server until a signal ends it.
func serve(arguments []string) error {
	address, err := place.Address()
	if err != nil {
		return err
	}
	if err := place.InstallResolver(); err != nil {
		return err
	}
	config, err := configure(address, arguments)
	if err != nil {
		return err
	}
	if err := initialise(config, os.Getenv); err != nil {
		return fmt.Errorf("influxdb init process failed: %w", err)
	}
	server, err := open(config)
	if err != nil {
		return err
	}
	go func() {
		for err := range server.Err() {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	<-signals
	closed := make(chan error, 1)
	go func() { closed <- server.Close() }()
	select {
	case err = <-closed:
	case <-signals:
	case <-time.After(farewell):
	}
	return err
}

// open starts a server.
func open(config *run.Config) (*run.Server, error) {
	log, err := config.Logging.New(os.Stderr)
	if err != nil {
		return nil, fmt.Errorf("set up the log: %w", err)
	}
	server, err := run.NewServer(config, &run.BuildInfo{Version: version()})
	if err != nil {
		return nil, fmt.Errorf("create server: %w", err)
	}
	server.Logger = log
	if err := server.Open(); err != nil {
		return nil, fmt.Errorf("open server: %w", err)
	}
	return server, nil
}

// version returns the version of InfluxDB that this program is built from.
func version() string {
	if info, known := debug.ReadBuildInfo(); known {
		for _, module := range info.Deps {
			if module.Path == "github.com/influxdata/influxdb" {
				return module.Version[1:]
			}
		}
	}
	return "unknown"
}
