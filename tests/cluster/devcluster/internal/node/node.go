// Package node answers where the kubelets of nodes do.
//
// It forwards ports itself, because KWOK does not: there, a client never learns that the server has
// closed the connection. Everything else is passed on to KWOK.
package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
)

// Time limits of a kubelet.
const (
	idleTimeout     = 4 * time.Hour
	creationTimeout = 30 * time.Second
)

// Config says for whom and where it answers.
type Config struct {
	Client kubernetes.Interface
	// Slot is the second number of all addresses of the cluster.
	Slot byte
	// Address is where to listen, `host:port`, and Kwok where KWOK does.
	Address, Kwok string
	// Server and Authority are paths of certificates without their extensions.
	Server, Authority string
}

// Listen returns the server, which takes connections at once and answers them when it is run.
func Listen(config Config) (*Server, error) {
	certificate, err := tls.LoadX509KeyPair(config.Server+".crt", config.Server+".key")
	if err != nil {
		return nil, fmt.Errorf("cannot read the certificate of nodes: %w", err)
	}
	text, err := os.ReadFile(config.Authority + ".crt")
	if err != nil {
		return nil, fmt.Errorf("cannot read the authority of the cluster: %w", err)
	}
	authority := x509.NewCertPool()
	authority.AppendCertsFromPEM(text)
	listener, err := tls.Listen("tcp4", config.Address, &tls.Config{
		Certificates: []tls.Certificate{certificate},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    authority,
		MinVersion:   tls.VersionTLS12,
		// Streams are upgrades of HTTP/1.1.
		NextProtos: []string{"http/1.1"},
	})
	if err != nil {
		return nil, fmt.Errorf("nodes cannot answer at %s: %w", config.Address, err)
	}
	return &Server{
		listener: listener,
		server:   &http.Server{Handler: handler(config, authority), ReadHeaderTimeout: creationTimeout},
	}, nil
}

// Server answers for all nodes of a cluster.
type Server struct {
	listener net.Listener
	server   *http.Server
}

// Run answers until the context ends.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.server.Close() })
	defer stop()
	if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func handler(config Config, authority *x509.CertPool) http.Handler {
	forwards := forwarder{client: config.Client, slot: config.Slot}
	forward := func(writer http.ResponseWriter, request *http.Request) {
		options, err := portforward.NewV4Options(request)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		portforward.ServePortForward(writer, request, forwards,
			request.PathValue("namespace")+"/"+request.PathValue("pod"), types.UID(request.PathValue("uid")),
			options, idleTimeout, creationTimeout, portforward.SupportedProtocols)
	}
	kwok := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "https", Host: config.Kwok})
	kwok.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority, MinVersion: tls.VersionTLS12}}
	// Whoever follows a log wants each line at once.
	kwok.FlushInterval = -1
	routes := http.NewServeMux()
	routes.HandleFunc("/portForward/{namespace}/{pod}", forward)
	routes.HandleFunc("/portForward/{namespace}/{pod}/{uid}", forward)
	routes.Handle("/", kwok)
	return routes
}
