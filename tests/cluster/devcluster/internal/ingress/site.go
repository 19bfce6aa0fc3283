package ingress

import (
	"net"
	"path/filepath"
	"strconv"
)

// site is where nginx listens, finds and puts everything.
type site struct {
	// folder is the part of the cluster's directory that is nginx's.
	folder  string
	address net.IP
	// plain, prior and encrypted are ports for HTTP/1, for HTTP/2 without and with encryption; at asked
	// it says which configuration it has.
	plain, prior, encrypted, asked int
}

func (s site) path(elements ...string) string {
	return filepath.Join(append([]string{s.folder}, elements...)...)
}

func (s site) at(port int) string { return net.JoinHostPort(s.address.String(), strconv.Itoa(port)) }

func (s site) configuration() string { return s.path("nginx.conf") }

// there is a file that is there while something is ready behind a backend.
func (s site) there(behind backend) string { return s.path("ready", behind.String()) }

func (s site) certificate(shown *certificate) string { return s.path("certificates", shown.file()) }
