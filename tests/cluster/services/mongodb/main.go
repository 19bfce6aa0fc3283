// Command mongod speaks the MongoDB protocol and stores in SQLite, for a process that stands for a
// container of the image `mongo`.
//
// It is FerretDB 1, the last that needs no PostgreSQL, behind mongod's arguments and behind what
// the entrypoint of the image does with its environment. It is for tests only: who has logged in
// may do everything, a replica set has one member and needs no initiation, and scripts are not run
// for want of a shell. Repairs of what clients need and FerretDB lacks have files of their own,
// named repair_….
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// Exit codes of mongod.
const (
	exitFailure    = 1
	exitBadOptions = 2
	exitNetwork    = 48
	exitData       = 100
)

// exit is an error with the exit code that mongod has for it.
type exit struct {
	code  int
	cause error
}

func (e exit) Error() string { return e.cause.Error() }

func (e exit) Unwrap() error { return e.cause }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code := exitFailure
		if known, ok := errors.AsType[exit](err); ok {
			code = known.code
		}
		os.Exit(code)
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
	settings, err := parse(address, arguments)
	if err != nil {
		return exit{exitBadOptions, err}
	}
	if settings.question != nil {
		settings.question()
		return nil
	}
	root, err := rootUser(os.Getenv)
	if err != nil {
		return err
	}
	settings.root = root
	settings.authorization = settings.authorization || root != nil
	if err := prepareFolder(settings); err != nil {
		return exit{exitData, err}
	}
	context, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return serve(context, settings)
}
