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

// carry leads a connection to an address.
func carry(ctx context.Context, outside net.Conn, target string) {
	var dialer net.Dialer
	inside, err := dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		Refuse(outside)
		return
	}
	Couple(ctx, outside, inside)
}

// Refuse ends a connection so that whoever asked sees what he would see if nobody listened.
func Refuse(connection net.Conn) {
	if reset, ok := connection.(*net.TCPConn); ok {
		_ = reset.SetLinger(0)
	}
	connection.Close()
}

// Couple copies both ways until both sides have said all they have to say, or the context ends. It
// closes both connections.
func Couple(ctx context.Context, one, other net.Conn) {
	defer one.Close()
	defer other.Close()
	defer context.AfterFunc(ctx, func() {
		one.Close()
		other.Close()
	})()
	var both sync.WaitGroup
	both.Go(func() { pass(other, one) })
	both.Go(func() { pass(one, other) })
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
