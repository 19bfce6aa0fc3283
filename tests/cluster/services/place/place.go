// Package place tells a service which runs as a plain process where it lives.
//
// A container has an address and a resolver of its own. A process that stands in for one shares
// both with the machine, so the test cluster hands them over in the environment. Without these
// variables everything stays as upstream has it, and the same program works in a container.
package place

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
)

const (
	// AddressVariable names the address that every listener of the process is bound to.
	AddressVariable = "DEVCLUSTER_ADDRESS"
	// DataVariable names the folder that stands for the data folder of the image.
	DataVariable = "DEVCLUSTER_DATA"
	// ScriptsVariable names the folder that stands for /docker-entrypoint-initdb.d.
	ScriptsVariable = "DEVCLUSTER_INITDB"
)

// Address returns the IPv4 address that every listener must be bound to, whatever host arguments
// or configuration say. It is empty when the process may listen wherever it likes.
//
// An address that is not a loopback address is refused: it would open the service to the network.
func Address() (string, error) {
	value := os.Getenv(AddressVariable)
	if value == "" {
		return "", nil
	}
	address, err := netip.ParseAddr(value)
	if err != nil || !address.Is4() || !address.IsLoopback() {
		return "", fmt.Errorf("%s is not an address of 127.0.0.0/8: %q", AddressVariable, value)
	}
	return address.String(), nil
}

// Data returns the folder for data when nobody names another: the cluster's choice, else that of
// the image.
func Data(image string) string {
	if folder := os.Getenv(DataVariable); folder != "" {
		return folder
	}
	return image
}

// Scripts returns the folder of what images of databases run when their data folder is empty.
func Scripts() string {
	if folder := os.Getenv(ScriptsVariable); folder != "" {
		return folder
	}
	return "/docker-entrypoint-initdb.d"
}

// Rebind replaces the host of an endpoint and keeps its port. An endpoint is `host:port`, `:port`
// or `port`; an empty address leaves it as it is.
func Rebind(address, endpoint string) (string, error) {
	if address == "" {
		return endpoint, nil
	}
	if !strings.Contains(endpoint, ":") {
		endpoint = ":" + endpoint
	}
	_, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return "", fmt.Errorf("not an endpoint of the form host:port: %w", err)
	}
	if port == "" {
		return "", fmt.Errorf("no port in endpoint %q", endpoint)
	}
	return net.JoinHostPort(address, port), nil
}
