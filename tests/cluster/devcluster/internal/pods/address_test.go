package pods

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestAnAddressIsTakenOnce(t *testing.T) {
	all := newAddresses(201)
	all.free = func(netip.Addr, []int32) bool { return true }
	first, _ := all.take(nil)
	second, _ := all.take(nil)
	all.giveBack(first)
	third, _ := all.take(nil)
	if first.String() != "127.201.1.1" || second.String() != "127.201.1.2" || third.String() != "127.201.1.3" {
		t.Errorf("got %s, %s, %s", first, second, third)
	}
	if twin(first).String() != "10.201.1.1" {
		t.Errorf("its twin is %s", twin(first))
	}
}

func TestAddressesComeAgainAtTheEnd(t *testing.T) {
	all := newAddresses(201)
	all.free = func(netip.Addr, []int32) bool { return true }
	all.last = perNetwork*networks - 1
	all.used[netip.MustParseAddr("127.201.1.1")] = true
	if got, err := all.take(nil); err != nil || got.String() != "127.201.1.2" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAnAddressWhosePortIsTakenIsSkipped(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.202.1.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := int32(listener.Addr().(*net.TCPAddr).Port)
	if got, err := newAddresses(202).take([]int32{port}); err != nil || got.String() != "127.202.1.2" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAPortThatIsTakenEverywhereIsAnError(t *testing.T) {
	all := newAddresses(203)
	all.free = func(netip.Addr, []int32) bool { return false }
	if got, err := all.take([]int32{4222}); err == nil || !strings.Contains(err.Error(), "4222") {
		t.Errorf("got %s, %v", got, err)
	}
}
