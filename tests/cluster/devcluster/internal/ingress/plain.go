package ingress

import (
	"bytes"
	"context"
	"net"
	"sync"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
)

// preface is how a client begins that speaks HTTP/2 from the start. No request of HTTP/1 begins so.
var preface = []byte("PRI * HTTP/2.0\r\n")

// hesitation is how long a client may be silent before it says what it speaks.
const hesitation = 60 * time.Second

// share takes connections until the context ends, to one address those of clients that speak HTTP/2
// without encryption, to another those of all others: nginx cannot tell them apart at one port.
func share(ctx context.Context, listener net.Listener, prior, others string) {
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		asking, err := listener.Accept()
		if err != nil {
			listener.Close()
			return
		}
		open.Go(func() {
			begun, speaksPrior, err := listen(ctx, asking)
			if err != nil {
				asking.Close()
				return
			}
			target := others
			if speaksPrior {
				target = prior
			}
			var dialer net.Dialer
			answering, err := dialer.DialContext(ctx, "tcp", target)
			if err != nil {
				hub.Refuse(asking)
				return
			}
			if _, err := answering.Write(begun); err != nil {
				hub.Refuse(asking)
				answering.Close()
				return
			}
			hub.Couple(ctx, asking, answering)
		})
	}
}

// listen reads until it knows what a client speaks, and returns what it has read.
func listen(ctx context.Context, asking net.Conn) ([]byte, bool, error) {
	defer context.AfterFunc(ctx, func() { asking.Close() })()
	if err := asking.SetReadDeadline(time.Now().Add(hesitation)); err != nil {
		return nil, false, err
	}
	var begun []byte
	buffer := make([]byte, 4096)
	for len(begun) < len(preface) && bytes.HasPrefix(preface, begun) {
		count, err := asking.Read(buffer)
		begun = append(begun, buffer[:count]...)
		if err != nil && len(begun) == 0 {
			return nil, false, err
		}
		if err != nil {
			break
		}
	}
	return begun, bytes.HasPrefix(begun, preface), asking.SetReadDeadline(time.Time{})
}
