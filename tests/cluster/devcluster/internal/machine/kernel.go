package machine

import (
	"os"
	"runtime"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// kernel tries what nodes need of it, where nobody sees it: in namespaces that end with a thread.
func kernel() error {
	systems, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return err
	}
	if !strings.Contains(string(systems), "\toverlay\n") {
		return lack("nodes with containers need the file system overlay; `modprobe overlay`, or use tier 1")
	}
	if _, err := os.Stat("/dev/kmsg"); err != nil {
		return lack("nodes with containers need /dev/kmsg, which a kubelet reads; use tier 1")
	}
	tried := make(chan error)
	go func() {
		// Never unlocked: the thread ends with this function, and its namespaces with the thread.
		runtime.LockOSThread()
		tried <- try()
	}()
	return <-tried
}

func try() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS); err != nil {
		return lack("nodes with containers need namespaces of their own, and this root may not make any (%v); use tier 1", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return lack("nodes with containers need to mount, and this root may not (%v); use tier 1", err)
	}
	if err := netlink.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "try"}}); err != nil {
		return lack("nodes with containers need bridges, and the kernel makes none (%v); `modprobe bridge`, or use tier 1", err)
	}
	if err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "one"}, PeerName: "other"}); err != nil {
		return lack("nodes with containers need pairs of interfaces, and the kernel makes none (%v); `modprobe veth`, or use tier 1", err)
	}
	return nil
}
