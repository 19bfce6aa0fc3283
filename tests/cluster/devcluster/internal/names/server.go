package names

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
)

// Sizes of datagrams: no question is longer, and every resolver that matters takes such answers.
const (
	longestQuestion = 4096
	longestAnswer   = 1232
)

// Server answers the questions of one pod over UDP.
type Server struct {
	connection *net.UDPConn
	done       chan struct{}
}

// Listen starts a server on a free port of the client's own address.
func Listen(zone Zone, client Client) (*Server, error) {
	address := net.UDPAddrFromAddrPort(netip.AddrPortFrom(client.Address, 0))
	connection, err := net.ListenUDP("udp4", address)
	if err != nil {
		return nil, fmt.Errorf("listen for DNS questions on %s: %w", client.Address, err)
	}
	server := &Server{connection: connection, done: make(chan struct{})}
	go server.serve(zone, client)
	return server, nil
}

// Address returns `ip:port`.
func (s *Server) Address() string { return s.connection.LocalAddr().String() }

// Close ends the server and waits for its end.
func (s *Server) Close() {
	_ = s.connection.Close()
	<-s.done
}

func (s *Server) serve(zone Zone, client Client) {
	defer close(s.done)
	buffer := make([]byte, longestQuestion)
	for {
		count, from, err := s.connection.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if answer, err := Answer(zone, client, buffer[:count]); err == nil {
			_, _ = s.connection.WriteToUDPAddrPort(answer, from)
		}
	}
}
