package hub

import (
	"context"
	"io"
	"net"
	"sync"
)

// Relay takes connections from the machine outside to an address in the hub until the context ends.
// It closes the listener.
func Relay(ctx context.Context, outside net.Listener, target string) {
	defer context.AfterFunc(ctx, func() { outside.Close() })()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		connection, err := outside.Accept()
		if err != nil {
			outside.Close()
			return
		}
		open.Go(func() { carry(ctx, connection, target) })
	}
}

// carry copies both ways until both sides have said all they have to say.
func carry(ctx context.Context, outside net.Conn, target string) {
	defer outside.Close()
	var dialer net.Dialer
	inside, err := dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		// Whoever asked sees what he would see without a relay: nobody is there.
		if connection, ok := outside.(*net.TCPConn); ok {
			_ = connection.SetLinger(0)
		}
		return
	}
	defer inside.Close()
	defer context.AfterFunc(ctx, func() {
		outside.Close()
		inside.Close()
	})()
	var both sync.WaitGroup
	both.Go(func() { pass(inside, outside) })
	both.Go(func() { pass(outside, inside) })
	both.Wait()
}

func pass(to, from net.Conn) {
	_, err := io.Copy(to, from)
	half, ok := to.(interface{ CloseWrite() error })
	if err != nil || !ok {
		to.Close()
		return
	}
	_ = half.CloseWrite()
}
