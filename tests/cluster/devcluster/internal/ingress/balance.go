package ingress

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
)

// patience is how long something ready may take to accept a connection.
const patience = 5 * time.Second

// balancer stands between nginx and what is ready behind backends: each has a port here that stays the
// same, so nginx has nothing to read again when a Service leads elsewhere, and no request is lost.
type balancer struct {
	site site
	// dial connects to an endpoint.
	dial func(ctx context.Context, address string) (net.Conn, error)
	open sync.WaitGroup

	mutex sync.Mutex
	doors map[backend]*door
}

// door is where a backend is reached. It stays until the end: old workers may still ask for it.
type door struct {
	listener net.Listener

	mutex sync.Mutex
	// endpoints are `host:port`, and next is whose turn it is.
	endpoints []string
	next      int
}

func newBalancer(site site) *balancer {
	dial := func(ctx context.Context, address string) (net.Conn, error) {
		dialer := net.Dialer{Timeout: patience}
		return dialer.DialContext(ctx, "tcp", address)
	}
	return &balancer{site: site, dial: dial, doors: map[backend]*door{}}
}

// lead leads backends to their endpoints from now on, the others nowhere, and returns all ports.
// New doors are open until the context ends.
func (b *balancer) lead(ctx context.Context, endpoints map[backend][]string) (map[backend]int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for behind := range endpoints {
		if b.doors[behind] != nil {
			continue
		}
		listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: b.site.address})
		if err != nil {
			return nil, fmt.Errorf("cannot listen for %s: %w", behind, err)
		}
		made := &door{listener: listener}
		b.doors[behind] = made
		b.open.Go(func() { b.serve(ctx, made) })
	}
	ports := map[backend]int{}
	for behind, door := range b.doors {
		if err := b.turn(behind, door, endpoints[behind]); err != nil {
			return nil, err
		}
		ports[behind] = door.listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// turn leads a door elsewhere, and tells nginx by a file whether there is anything.
func (b *balancer) turn(behind backend, door *door, endpoints []string) error {
	door.mutex.Lock()
	door.endpoints = slices.Clone(endpoints)
	door.mutex.Unlock()
	path := b.site.there(behind)
	if len(endpoints) > 0 {
		return os.WriteFile(path, nil, 0o600)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (b *balancer) serve(ctx context.Context, door *door) {
	defer context.AfterFunc(ctx, func() { door.listener.Close() })()
	for {
		asking, err := door.listener.Accept()
		if err != nil {
			door.listener.Close()
			return
		}
		b.open.Go(func() {
			answering, err := b.connect(ctx, door)
			if err != nil {
				// nginx takes this for what it is: nobody answers.
				hub.Refuse(asking)
				return
			}
			hub.Couple(ctx, asking, answering)
		})
	}
}

// connect goes round, once at most: an endpoint may have ended a moment ago.
func (b *balancer) connect(ctx context.Context, door *door) (net.Conn, error) {
	err := errors.New("nothing is ready")
	for _, address := range door.inTurn() {
		var connection net.Conn
		if connection, err = b.dial(ctx, address); err == nil {
			return connection, nil
		}
	}
	return nil, err
}

// inTurn returns the endpoints, beginning with whose turn it is.
func (d *door) inTurn() []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if len(d.endpoints) == 0 {
		return nil
	}
	d.next = (d.next + 1) % len(d.endpoints)
	return slices.Concat(d.endpoints[d.next:], d.endpoints[:d.next])
}
