// Package ingress serves Ingresses with nginx, as the controller does that is called ingress-nginx: with
// its class, its meaning of paths, and those of its annotations that KRE uses.
//
// nginx decides by host and path. Behind it, this package leads connections to whatever is ready, so that
// a Service can lead elsewhere without nginx being told.
package ingress

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
)

// Ports at the address of the cluster. The first two are for clients.
const (
	plainPort     = 80
	encryptedPort = 443
	onePort       = 10080
	priorPort     = 10081
	askedPort     = 10082
)

// Config says for whom and where Ingresses are served.
type Config struct {
	Client kubernetes.Interface
	// Address is where to listen, at ports 80 and 443 and others; Ingresses say so in their status.
	Address net.IP
	// Folder is for nginx, and made if it is not there; Logs is the path of what nginx writes.
	Folder, Logs string
	// Start starts a command that is killed when this process ends.
	Start func(*exec.Cmd) error
	Log   *slog.Logger
}

// Controller serves Ingresses.
type Controller struct {
	config   Config
	nginx    *nginx
	balancer *balancer
	fallback *certificate
	// open are those that end with the context.
	open sync.WaitGroup
	// said are complaints that were logged.
	said map[string]bool
	// refused is why nginx refuses what an Ingress says, by version of the Ingress.
	refused map[string]error
	// used is the configuration that nginx has.
	used string
}

// Begin starts nginx, makes the IngressClass, and returns when requests are answered, if only to say
// that nothing is there. Everything ends with the context; Run waits for it.
func Begin(ctx context.Context, config Config) (*Controller, error) {
	site := site{config.Folder, config.Address, onePort, priorPort, encryptedPort, askedPort}
	c := &Controller{
		config:   config,
		nginx:    &nginx{site: site, logs: config.Logs, start: config.Start, log: config.Log},
		balancer: newBalancer(site),
		said:     map[string]bool{},
		refused:  map[string]error{},
	}
	var err error
	if c.fallback, err = fallback(); err != nil {
		return nil, fmt.Errorf("cannot make a certificate for Ingresses: %w", err)
	}
	if err := c.furnish(); err != nil {
		return nil, fmt.Errorf("cannot make the folder of nginx: %w", err)
	}
	servers, _ := route(snapshot{})
	text, generation := c.front(servers, nil).render()
	if err := c.nginx.write(text); err != nil {
		return nil, err
	}
	c.used = text
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: config.Address, Port: plainPort})
	if err != nil {
		return nil, fmt.Errorf("cannot listen for Ingresses: %w", err)
	}
	c.open.Go(func() { share(ctx, listener, site.at(priorPort), site.at(onePort)) })
	c.open.Go(func() { c.nginx.keep(ctx) })
	if err := c.nginx.uses(ctx, generation); err != nil {
		return nil, err
	}
	return c, define(ctx, config.Client)
}

// furnish makes the folders, with the certificate that everybody has.
func (c *Controller) furnish() error {
	for _, folder := range []string{"ready", "certificates", "temp"} {
		if err := os.MkdirAll(c.nginx.site.path(folder), 0o700); err != nil {
			return err
		}
	}
	return os.WriteFile(c.nginx.site.certificate(c.fallback), c.fallback.text, 0o600)
}

func (c *Controller) front(servers []server, ports map[backend]int) front {
	return front{site: c.nginx.site, servers: servers, fallback: c.fallback, ports: ports}
}

// order is something for nginx to do.
type order struct {
	snapshot snapshot
	ports    map[backend]int
}

// breath is how long one waits for more of what has just changed.
const breath = 10 * time.Millisecond

// Run serves what is there until the context ends.
func (c *Controller) Run(ctx context.Context) error {
	defer c.balancer.open.Wait()
	defer c.open.Wait()
	watch, err := observe(ctx, c.config.Client)
	if err != nil {
		return err
	}
	orders := make(chan order, 1)
	c.open.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case order := <-orders:
				c.obey(ctx, order)
			}
		}
	})
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-watch.changed:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(breath):
		}
		seen, err := watch.see()
		if err != nil {
			return err
		}
		// Where Services lead is true at once, whatever nginx is doing.
		servers, _ := route(seen)
		ports, err := c.balancer.lead(ctx, endpoints(backends(servers), seen))
		if err != nil {
			c.config.Log.Error("cannot lead to what is ready", "error", err)
			continue
		}
		select {
		case <-orders:
		default:
		}
		orders <- order{seen, ports}
	}
}

// backends returns those of all servers, maybe more than once.
func backends(servers []server) []backend {
	var found []backend
	for _, server := range servers {
		for _, location := range server.locations {
			if location.backend != nil {
				found = append(found, *location.backend)
			}
		}
	}
	return found
}
