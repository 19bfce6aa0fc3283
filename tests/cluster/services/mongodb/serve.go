package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/internal/backends"
	"github.com/FerretDB/FerretDB/internal/backends/sqlite"
	"github.com/FerretDB/FerretDB/internal/clientconn"
	"github.com/FerretDB/FerretDB/internal/clientconn/conninfo"
	"github.com/FerretDB/FerretDB/internal/clientconn/connmetrics"
	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/FerretDB/internal/handler/handlererrors"
	"github.com/FerretDB/FerretDB/internal/util/state"
	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// farewell is how long clients may finish what they are at when the server ends. Whatever was
// acknowledged is on disk by then.
const farewell = time.Second

// serve runs the server until the context ends.
func serve(ctx context.Context, settings *settings) error {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	// FerretDB has a line for each connection and each refused command.
	quiet := slog.New(slog.NewJSONHandler(os.Stdout,
		&slog.HandlerOptions{Level: slog.LevelError}))
	metrics := connmetrics.NewListenerMetrics()
	h, backend, err := newHandler(settings, quiet, metrics)
	if err != nil {
		return fmt.Errorf("start the storage engine in %s: %w", settings.folder, err)
	}
	if err := initialise(ctx, h, settings, log); err != nil {
		return err
	}
	if settings.authorization {
		requireAuthentication(h)
	}
	listener, err := clientconn.Listen(&clientconn.NewListenerOpts{
		TCP: settings.endpoint(), Mode: clientconn.NormalMode, Metrics: metrics, Handler: h,
		Logger: quiet,
	})
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EADDRNOTAVAIL) {
		return exit{exitNetwork, fmt.Errorf("Failed to set up listener: %w", errors.Unwrap(err))}
	}
	if err != nil {
		return fmt.Errorf("listen on %s: %w", settings.endpoint(), err)
	}
	log.Info("Waiting for connections", "address", listener.TCPAddr().String(),
		"dbpath", settings.folder, "authorization", settings.authorization,
		"replSet", settings.replicaSet)
	ended := make(chan struct{})
	go func() {
		listener.Run(ctx)
		backend.Close()
		close(ended)
	}()
	<-ctx.Done()
	log.Info("Shutting down")
	select {
	case <-ended:
	case <-time.After(farewell):
	}
	return nil
}

// newHandler makes a handler with all repairs, for which nobody has to log in.
func newHandler(settings *settings, log *slog.Logger, metrics *connmetrics.ListenerMetrics,
) (*handler.Handler, backends.Backend, error) {
	provider, err := state.NewProvider("")
	if err != nil {
		return nil, nil, err
	}
	if err := provider.Update(func(s *state.State) { s.DisableTelemetry() }); err != nil {
		return nil, nil, err
	}
	// A write is complete for other processes before it is on disk: kills lose nothing.
	location := url.URL{Scheme: "file", Path: settings.folder + "/", OmitHost: true,
		RawQuery: url.Values{"_pragma": {"synchronous(normal)"}}.Encode()}
	backend, err := sqlite.NewBackend(&sqlite.NewBackendParams{
		URI: location.String(), L: log, P: provider, BatchSize: 100,
	})
	if err != nil {
		return nil, nil, err
	}
	options := &handler.NewOpts{
		Backend: backend, TCPHost: settings.endpoint(), ReplSetName: settings.replicaSet,
		L: log, ConnMetrics: metrics.ConnMetrics, StateProvider: provider,
		CappedCleanupInterval: time.Minute, BatchSize: 100,
	}
	h, err := handler.New(options)
	if err != nil {
		backend.Close()
		return nil, nil, err
	}
	// From here on this switches SCRAM on and no longer makes it compulsory.
	options.EnableNewAuth = true
	addUserCommands(h)
	endHandshakes(h)
	dropRoles(h)
	acceptRoleCommands(h)
	serialiseWrites(h)
	return h, backend, nil
}

// initialise makes the root user in an empty folder. A start that was killed before it had marked
// the folder is repeated by the next.
func initialise(ctx context.Context, h *handler.Handler, settings *settings, log *slog.Logger,
) error {
	if isUsed(settings.folder) {
		return nil
	}
	for _, script := range scripts(place.Scripts()) {
		log.Warn("Not running a script: there is no shell in this stand-in", "script", script)
	}
	if root := settings.root; root != nil {
		message, err := wire.NewOpMsg(wirebson.MustDocument("createUser", root.name,
			"pwd", root.password, "roles", wirebson.MustArray(), "$db", "admin"))
		if err != nil {
			return fmt.Errorf("make the root user: %w", err)
		}
		_, err = h.Commands()["createUser"].Handler(conninfo.Ctx(ctx, conninfo.New()), message)
		if known, ok := errors.AsType[*handlererrors.CommandError](err); ok &&
			known.Code() == handlererrors.ErrUserAlreadyExists {
			err = nil
		}
		if err != nil {
			return fmt.Errorf("make the root user %q: %w", root.name, err)
		}
	}
	return markUsed(settings.folder)
}
