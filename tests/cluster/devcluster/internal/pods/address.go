package pods

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
)

// addresses hands out the addresses 127.S.x.y of processes, x ≥ 1: 127.S.0.0/24 is the control
// plane's. An address that was given back comes again last.
type addresses struct {
	slot byte
	free func(netip.Addr, []int32) bool
	lock sync.Mutex
	last int
	used map[netip.Addr]bool
}

// Addresses go from x.y = 1.1 to 255.254, without those that end in 0 or 255.
const (
	perNetwork = 254
	networks   = 255
)

func newAddresses(slot byte) *addresses {
	return &addresses{slot: slot, free: portsFree, last: -1, used: map[netip.Addr]bool{}}
}

// take returns an address on which all of the ports are free. A server of the machine that listens
// on every address takes its port from all of them.
func (a *addresses) take(ports []int32) (netip.Addr, error) {
	const attempts = 64
	a.lock.Lock()
	defer a.lock.Unlock()
	tried := 0
	for range perNetwork * networks {
		a.last = (a.last + 1) % (perNetwork * networks)
		candidate := netip.AddrFrom4([4]byte{127, a.slot, byte(a.last/perNetwork + 1), byte(a.last%perNetwork + 1)})
		if a.used[candidate] {
			continue
		}
		if a.free(candidate, ports) {
			a.used[candidate] = true
			return candidate, nil
		}
		if tried++; tried == attempts {
			break
		}
	}
	return netip.Addr{}, fmt.Errorf("no address of 127.%d.0.0/16 has the ports %v free: is a server of this machine listening on 0.0.0.0?", a.slot, ports)
}

func (a *addresses) giveBack(address netip.Addr) {
	a.lock.Lock()
	defer a.lock.Unlock()
	delete(a.used, address)
}

// twin returns the address that the status of a pod shows for that of its process: EndpointSlices
// refuse loopback addresses.
func twin(address netip.Addr) netip.Addr {
	bytes := address.As4()
	bytes[0] = 10
	return netip.AddrFrom4(bytes)
}

func portsFree(address netip.Addr, ports []int32) bool {
	for _, port := range ports {
		listener, err := net.Listen("tcp4", net.JoinHostPort(address.String(), strconv.Itoa(int(port))))
		if err != nil {
			return false
		}
		_ = listener.Close()
	}
	return true
}
