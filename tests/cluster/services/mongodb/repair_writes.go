package main

import (
	"context"
	"sync"

	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/wire"
)

// serialiseWrites lets one client write at a time. FerretDB reads documents, changes them and
// writes them back, with nothing that keeps another client from doing the same in between: of
// concurrent $inc most are lost.
func serialiseWrites(h *handler.Handler) {
	var writing sync.Mutex
	wrap(h, func(inner command) command {
		return func(ctx context.Context, message *wire.OpMsg) (*wire.OpMsg, error) {
			writing.Lock()
			defer writing.Unlock()
			return inner(ctx, message)
		}
	}, "collMod", "compact", "create", "createIndexes", "createUser", "delete", "drop",
		"dropAllUsersFromDatabase", "dropDatabase", "dropIndexes", "dropUser", "findAndModify",
		"findandmodify", "insert", "renameCollection", "update", "updateUser")
}
