package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/nats-io/nats-server/v2/server"
)

// serve runs a server until a signal ends it.
func serve(address string, options *server.Options) error {
	// Upstream's handler would bring back the addresses of the file when it reads that again.
	handle := !options.NoSigs
	options.NoSigs = true
	nats, err := server.NewServer(options)
	if err != nil {
		return err
	}
	nats.ConfigureLogger()
	if handle {
		go handleSignals(address, options.ConfigFile, nats)
	}
	if err := server.Run(nats); err != nil {
		return err
	}
	nats.WaitForShutdown()
	return nil
}

// handleSignals does what nats-server does.
func handleSignals(address, file string, nats *server.Server) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGHUP)
	retiring := false
	for received := range signals {
		nats.Noticef("Trapped %q signal", received)
		switch received {
		case syscall.SIGINT:
			stop(nats)
		case syscall.SIGTERM:
			// Retirement ends the server when its clients have gone.
			if !retiring {
				stop(nats)
			}
		case syscall.SIGUSR1:
			nats.ReOpenLogFile()
		case syscall.SIGUSR2:
			retiring = true
			go nats.LameDuckShutdown()
		case syscall.SIGHUP:
			if err := reload(address, file, nats); err != nil {
				nats.Errorf("Failed to reload server configuration: %s", err)
			}
		}
	}
}

func stop(nats *server.Server) {
	nats.Shutdown()
	nats.WaitForShutdown()
	os.Exit(0)
}

// reload reads the configuration file again and keeps the address.
func reload(address, file string, nats *server.Server) error {
	if file == "" {
		return errors.New("can only reload config when a file is provided using -c or --config")
	}
	options, err := server.ProcessConfigFile(file)
	if err != nil {
		return err
	}
	if err := bind(address, options); err != nil {
		return err
	}
	options.NoSigs = true
	return nats.ReloadOptions(options)
}
