package supervisor

import (
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"strconv"
	"syscall"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
)

// Clusters live at 127.S.0.1 for a slot S of these: their pods' addresses 10.S.x.y must not meet the
// networks 10.96.0.0/16 of Services and 10.244.0.0/16 of pods that KWOK plays.
const (
	firstSlot = 100
	slots     = 100
)

// claim is a slot that belongs to this process until it ends.
type claim struct {
	slot byte
	// lock is an abstract socket: the kernel gives it to one process of the machine at a time, and
	// takes it back whichever way that process ends.
	lock net.Listener
	// doors are listeners of the machine, by port, for those who have left its network.
	doors map[int]net.Listener
}

func (c claim) address() net.IP { return net.IPv4(127, c.slot, 0, 1).To4() }

// anySlot claims the first free slot, beginning with one that depends on the name: so a cluster that
// is started again is mostly found where it was.
func anySlot(cluster string) (claim, error) {
	hash := fnv.New32a()
	hash.Write([]byte(cluster))
	for offset := range uint32(slots) {
		slot := byte(firstSlot + (hash.Sum32()+offset)%slots)
		found, err := claimSlot(slot)
		if err == nil {
			return found, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return claim{}, err
		}
	}
	return claim{}, fmt.Errorf("all %d addresses from 127.%d.0.1 on are in use; end a cluster with `devcluster down --name NAME`", slots, firstSlot)
}

// slotAt claims the slot of an address that somebody chose.
func slotAt(address string) (claim, error) {
	parsed := net.ParseIP(address).To4()
	if parsed == nil || parsed[0] != 127 || parsed[1] < firstSlot || parsed[1] >= firstSlot+slots || parsed[2] != 0 || parsed[3] != 1 {
		return claim{}, fmt.Errorf("`%s` is no address for a cluster; use 127.S.0.1 with S from %d to %d, or leave --address out",
			address, firstSlot, firstSlot+slots-1)
	}
	found, err := claimSlot(parsed[1])
	if errors.Is(err, syscall.EADDRINUSE) {
		return found, fmt.Errorf("%w; choose another --address or leave it out", err)
	}
	return found, err
}

// claimSlot fails with EADDRINUSE when another cluster has the slot, or anyone one of its ports.
func claimSlot(slot byte) (claim, error) {
	lock, err := net.Listen("unix", "@devcluster-"+strconv.Itoa(int(slot)))
	if err != nil {
		return claim{}, fmt.Errorf("127.%d.0.1 belongs to another cluster: %w", slot, err)
	}
	found := claim{slot: slot, lock: lock}
	for _, port := range components.Ports {
		where := net.JoinHostPort(found.address().String(), strconv.Itoa(port))
		listener, err := net.Listen("tcp", where)
		if err != nil {
			lock.Close()
			return claim{}, fmt.Errorf("cannot listen on %s: %w", where, err)
		}
		listener.Close()
	}
	return found, nil
}
