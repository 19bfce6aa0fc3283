package supervisor

import (
	"net"
	"strings"
	"testing"
)

func TestNoTwoClustersGetTheSameSlot(t *testing.T) {
	first, err := anySlot("one")
	if err != nil {
		t.Fatal(err)
	}
	defer first.lock.Close()
	second, err := anySlot("one")
	if err != nil {
		t.Fatal(err)
	}
	defer second.lock.Close()
	if first.slot == second.slot {
		t.Errorf("both have slot %d", first.slot)
	}
}

func TestASlotWithAPortInUseIsPassedOver(t *testing.T) {
	free, err := anySlot("one")
	if err != nil {
		t.Fatal(err)
	}
	taken := free.address().String() + ":6443"
	free.lock.Close()
	listener, err := net.Listen("tcp", taken)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()

	other, err := anySlot("one")
	if err != nil {
		t.Fatal(err)
	}
	defer other.lock.Close()
	if other.slot == free.slot {
		t.Errorf("slot %d has no free port 6443", free.slot)
	}
	if _, err := slotAt(free.address().String()); err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("the chosen address: %v", err)
	}
}

func TestAddressesOfOtherFormsAreRefused(t *testing.T) {
	for _, address := range []string{"", "localhost", "127.0.0.1", "127.100.0.2", "127.200.0.1", "10.100.0.1", "::1"} {
		if claimed, err := slotAt(address); err == nil {
			claimed.lock.Close()
			t.Errorf("`%s` is accepted", address)
		}
	}
}
