package place

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
)

// ResolverVariable names the `ip:port` that answers DNS questions over UDP.
const ResolverVariable = "DEVCLUSTER_RESOLVER"

// InstallResolver makes the cluster's resolver the one that the whole process asks, if there is
// one. It has to run before anything resolves a name.
func InstallResolver() error {
	value := os.Getenv(ResolverVariable)
	if value == "" {
		return nil
	}
	server, err := netip.ParseAddrPort(value)
	if err != nil {
		return fmt.Errorf("%s is not of the form ip:port: %q", ResolverVariable, value)
	}
	net.DefaultResolver = Resolver(server)
	return nil
}

// Resolver returns a resolver that asks one server, and never those of the machine.
func Resolver(server netip.AddrPort) *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		// Truncated answers make Go ask again over TCP, which nobody serves; it takes a datagram
		// connection for an answer to that question too.
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "udp", server.String())
		},
	}
}
