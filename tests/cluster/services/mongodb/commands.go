package main

import (
	"context"
	"fmt"

	"github.com/FerretDB/FerretDB/internal/clientconn/conninfo"
	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/FerretDB/internal/handler/handlererrors"
	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

// command answers one message of a client.
type command = func(context.Context, *wire.OpMsg) (*wire.OpMsg, error)

// wrap replaces commands by others that are made of them.
func wrap(h *handler.Handler, around func(command) command, names ...string) {
	for _, name := range names {
		if entry := h.Commands()[name]; entry != nil {
			entry.Handler = around(entry.Handler)
		}
	}
}

// add makes a new command. FerretDB keeps the type of its entries to itself, so that a new one can
// only be the copy of another.
func add(h *handler.Handler, name string, run command) {
	entry := *h.Commands()["ping"]
	entry.Handler, entry.Help = run, ""
	h.Commands()[name] = &entry
}

// addUserCommands adds what FerretDB itself only offers together with compulsory authentication.
func addUserCommands(h *handler.Handler) {
	add(h, "createUser", h.MsgCreateUser)
	add(h, "dropAllUsersFromDatabase", h.MsgDropAllUsersFromDatabase)
	add(h, "dropUser", h.MsgDropUser)
	add(h, "updateUser", h.MsgUpdateUser)
	add(h, "usersInfo", h.MsgUsersInfo)
}

// anonymous commands work before a client has logged in, as with mongod.
var anonymous = map[string]bool{
	"buildInfo": true, "buildinfo": true, "connectionStatus": true, "hello": true,
	"isMaster": true, "ismaster": true, "logout": true, "ping": true, "saslContinue": true,
	"saslStart": true, "whatsmyuri": true,
}

// requireAuthentication refuses all other commands to clients that have not logged in.
func requireAuthentication(h *handler.Handler) {
	for name := range h.Commands() {
		if anonymous[name] {
			continue
		}
		wrap(h, func(inner command) command {
			return func(ctx context.Context, message *wire.OpMsg) (*wire.OpMsg, error) {
				if !isAuthenticated(ctx) {
					return nil, handlererrors.NewCommandErrorMsg(handlererrors.ErrUnauthorized,
						fmt.Sprintf("Command %s requires authentication", name))
				}
				return inner(ctx, message)
			}
		}, name)
	}
}

func isAuthenticated(ctx context.Context) bool {
	_, _, conversation, _ := conninfo.Get(ctx).Auth()
	return conversation != nil && conversation.Valid()
}

// reply makes an answer that says that all went well.
func reply(pairs ...any) (*wire.OpMsg, error) {
	document, err := wirebson.NewDocument(append(pairs, "ok", float64(1))...)
	if err != nil {
		return nil, fmt.Errorf("make a reply: %w", err)
	}
	return wire.NewOpMsg(document)
}
