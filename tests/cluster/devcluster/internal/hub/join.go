package hub

import (
	"fmt"
	"os"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// Join ties the namespace of this process to the hub, whose own is given, as a node. It looks at itself
// in /proc, which has to be this process's.
//
// Whatever leads nowhere is sent to the hub, which says at once that there is no way.
func Join(there *os.File, number, nodes int) error {
	if err := plug(there, number); err != nil {
		return fmt.Errorf("cannot join the network of the cluster: %w", err)
	}
	if err := loopback(); err != nil {
		return err
	}
	link, err := netlink.LinkByName(inside)
	if err != nil {
		return err
	}
	if err := address(link, Node(number)); err != nil {
		return err
	}
	if err := route(link, nil, Address); err != nil {
		return err
	}
	for other := 1; other <= nodes; other++ {
		if other == number {
			continue
		}
		if err := route(link, Pods(other), Node(other)); err != nil {
			return err
		}
	}
	return forward()
}

// inside is the name of a node's cable in the node.
const inside = "eth0"

// plug makes the cable with one end in the hub and one here.
func plug(there *os.File, number int) error {
	here, err := os.Open("/proc/self/ns/net")
	if err != nil {
		return err
	}
	defer here.Close()
	handle, err := netlink.NewHandleAt(netns.NsHandle(there.Fd()))
	if err != nil {
		return err
	}
	defer handle.Close()
	master, err := handle.LinkByName(bridge)
	if err != nil {
		return err
	}
	// A node that was killed a moment ago may still have its cable.
	if old, err := handle.LinkByName(cable(number)); err == nil {
		if err := handle.LinkDel(old); err != nil {
			return err
		}
	}
	ends := &netlink.Veth{
		LinkAttrs:     netlink.LinkAttrs{Name: cable(number), MasterIndex: master.Attrs().Index},
		PeerName:      inside,
		PeerNamespace: netlink.NsFd(here.Fd()),
	}
	if err := handle.LinkAdd(ends); err != nil {
		return err
	}
	return handle.LinkSetUp(ends)
}
