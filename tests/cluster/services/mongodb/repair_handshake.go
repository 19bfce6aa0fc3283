package main

import (
	"context"
	"fmt"

	"github.com/FerretDB/FerretDB/internal/handler"
	"github.com/FerretDB/wire"
)

// endHandshakes says that a handshake is done as soon as it is. FerretDB waits for one more, empty
// message, which drivers that ask the server not to do so never send (Rust's among them); those
// that would send it take the earlier end as well.
func endHandshakes(h *handler.Handler) {
	wrap(h, func(inner command) command {
		return func(ctx context.Context, message *wire.OpMsg) (*wire.OpMsg, error) {
			answer, err := inner(ctx, message)
			if err != nil || !isAuthenticated(ctx) {
				return answer, err
			}
			document, err := answer.RawSection0().Decode()
			if err != nil {
				return nil, fmt.Errorf("read the answer to a handshake: %w", err)
			}
			if err := document.Replace("done", true); err != nil {
				return nil, fmt.Errorf("end a handshake: %w", err)
			}
			return wire.NewOpMsg(document)
		}
	}, "saslContinue")
}
