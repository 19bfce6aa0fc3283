package main

import (
	"context"
	"fmt"

	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

// dropRoles lets users be made and changed as if they had no roles. FerretDB refuses users with
// roles, because it has none, and nobody writes users without.
func dropRoles(h *handler.Handler) {
	wrap(h, func(inner command) command {
		return func(ctx context.Context, message *wire.OpMsg) (*wire.OpMsg, error) {
			document, err := message.RawSection0().Decode()
			if err != nil {
				return nil, fmt.Errorf("read a user: %w", err)
			}
			if _, given := document.Get("roles").(wirebson.AnyArray); !given {
				return inner(ctx, message)
			}
			if document.Command() == "updateUser" && document.Get("pwd") == nil {
				// Nothing but roles would change, and FerretDB refuses to change nothing.
				return reply()
			}
			if err := document.Replace("roles", wirebson.MustArray()); err != nil {
				return nil, fmt.Errorf("drop the roles of a user: %w", err)
			}
			changed, err := wire.NewOpMsg(document)
			if err != nil {
				return nil, fmt.Errorf("drop the roles of a user: %w", err)
			}
			return inner(ctx, changed)
		}
	}, "createUser", "updateUser")
}
