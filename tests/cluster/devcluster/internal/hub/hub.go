// Package hub is the network of a cluster with real nodes: a network namespace with a bridge, to which
// each node is tied by a cable. Nothing of it exists on the machine outside, and nothing leads out.
package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"

	"github.com/vishvananda/netlink"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
)

// bridge is what ties the nodes together, and its end that the control plane has.
const bridge = "hub"

// Address is that of the control plane on the bridge. These networks are kept for documentation:
// nobody has them for anything else.
var Address = net.IPv4(198, 51, 100, 1).To4()

// firstNode comes before the last number of the first node's address.
const firstNode = 10

// wire is how large the network of the bridge is.
var wire = net.CIDRMask(24, 32)

// Node returns the address of a node; the first has number 1.
func Node(number int) net.IP { return net.IPv4(198, 51, 100, byte(firstNode+number)).To4() }

// Pods returns the network of a node's pods.
func Pods(number int) *net.IPNet {
	return &net.IPNet{IP: net.IPv4(10, 244, byte(number), 0).To4(), Mask: net.CIDRMask(components.RealNodeBits, 32)}
}

// Open makes the network, in the namespace of this process.
func Open(nodes int) error {
	if err := loopback(); err != nil {
		return err
	}
	link := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: bridge}}
	if err := netlink.LinkAdd(link); err != nil {
		return fmt.Errorf("cannot make a bridge: %w; does the kernel have them?", err)
	}
	if err := address(link, Address); err != nil {
		return err
	}
	for number := 1; number <= nodes; number++ {
		if err := route(link, Pods(number), Node(number)); err != nil {
			return err
		}
	}
	if err := forward(); err != nil {
		return err
	}
	return reuse()
}

func loopback() error {
	link, err := netlink.LinkByName("lo")
	if err == nil {
		err = netlink.LinkSetUp(link)
	}
	if err != nil {
		return fmt.Errorf("cannot bring the loopback interface up: %w", err)
	}
	return nil
}

// address gives a link an address and brings it up.
func address(link netlink.Link, own net.IP) error {
	err := netlink.AddrAdd(link, &netlink.Addr{IPNet: &net.IPNet{IP: own, Mask: wire}})
	if err == nil {
		err = netlink.LinkSetUp(link)
	}
	if err != nil {
		return fmt.Errorf("cannot give `%s` the address %s: %w", link.Attrs().Name, own, err)
	}
	return nil
}

// route leads to a network, or to everything where it is nil.
func route(link netlink.Link, network *net.IPNet, by net.IP) error {
	err := netlink.RouteAdd(&netlink.Route{LinkIndex: link.Attrs().Index, Dst: network, Gw: by})
	if err != nil {
		return fmt.Errorf("cannot lead to %s by %s: %w", network, by, err)
	}
	return nil
}

// forward lets packets through that are for others; the setting is the namespace's own.
func forward() error {
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0)
}

// reuse lets ports be used again soon: whatever leads requests into the network opens a connection for
// each. The setting is the namespace's own, and some kernels lack it.
func reuse() error {
	err := os.WriteFile("/proc/sys/net/ipv4/tcp_tw_reuse", []byte("1"), 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// cable is the name of a node's cable at the bridge.
func cable(number int) string { return "node-" + strconv.Itoa(number) }
