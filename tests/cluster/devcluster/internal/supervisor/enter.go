package supervisor

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/hub"
)

// doors are the ports of the control plane's address that lead from the machine into the network of
// real nodes: the API server's, and those of whatever serves Ingresses.
var doors = []int{components.APIServerPort, 80, 443}

// InheritedFlag is by which a supervisor learns what it took along.
const InheritedFlag = "--inherited"

// enter claims a place for the cluster, and puts this process into the network of real nodes if there
// are to be some. It comes back as the same process, started again.
func enter(options Options) (claim, error) {
	if options.Inherited != "" {
		return resume(options)
	}
	claimed, err := claimAny(options)
	if err != nil || !options.Real {
		return claimed, err
	}
	defer claimed.lock.Close()
	files := hub.Inheritance{}
	lock, err := claimed.lock.(*net.UnixListener).File()
	if err != nil {
		return claimed, err
	}
	files[fmt.Sprintf("slot-%d", claimed.slot)] = lock
	for _, port := range doors {
		listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: claimed.address(), Port: port})
		if err != nil {
			if port == components.APIServerPort {
				return claimed, fmt.Errorf("cannot listen on %s:%d: %w", claimed.address(), port, err)
			}
			// Somebody serves this port at all addresses; the cluster is of use without it.
			options.Progress("port %d of %s is taken: Ingresses are not reached there", port, claimed.address())
			continue
		}
		file, err := listener.File()
		if err != nil {
			return claimed, err
		}
		files[strconv.Itoa(port)] = file
	}
	return claimed, hub.Enter(append(os.Args, InheritedFlag), files)
}

// resume is the second half of enter, in the network of real nodes.
func resume(options Options) (claim, error) {
	files, err := hub.Inherit(options.Inherited)
	if err != nil {
		return claim{}, err
	}
	claimed := claim{doors: map[int]net.Listener{}}
	for name, file := range files {
		listener, err := net.FileListener(file)
		file.Close()
		if err != nil {
			return claim{}, fmt.Errorf("cannot go on with `%s`: %w", name, err)
		}
		if slot, found := strings.CutPrefix(name, "slot-"); found {
			number, err := strconv.ParseUint(slot, 10, 8)
			if err != nil {
				return claim{}, err
			}
			claimed.slot, claimed.lock = byte(number), listener
			continue
		}
		port, err := strconv.Atoi(name)
		if err != nil {
			return claim{}, err
		}
		claimed.doors[port] = listener
	}
	return claimed, hub.Open(options.Nodes)
}

// relay opens the doors until the context ends.
func (c claim) relay(ctx context.Context, all *sync.WaitGroup) {
	for port, listener := range c.doors {
		target := net.JoinHostPort(c.address().String(), strconv.Itoa(port))
		all.Go(func() { hub.Relay(ctx, listener, target) })
	}
}

func claimAny(options Options) (claim, error) {
	if options.Address == "" {
		return anySlot(options.Cluster.Name)
	}
	return slotAt(options.Address)
}
