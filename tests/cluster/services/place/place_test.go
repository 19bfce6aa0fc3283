package place_test

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
)

func TestAddressIsThatOfTheEnvironmentIfItIsLoopback(t *testing.T) {
	for value, want := range map[string]string{"": "", "127.3.0.9": "127.3.0.9"} {
		t.Setenv(place.AddressVariable, value)
		if got, err := place.Address(); err != nil || got != want {
			t.Errorf("%q: got %q, %v", value, got, err)
		}
	}
	for _, value := range []string{"10.0.0.1", "0.0.0.0", "::1", "localhost", "127.0.0.1:80"} {
		t.Setenv(place.AddressVariable, value)
		if got, err := place.Address(); err == nil || !strings.Contains(err.Error(), value) {
			t.Errorf("%q: got %q, %v", value, got, err)
		}
	}
}

func TestRebindReplacesTheHostAndKeepsThePort(t *testing.T) {
	for _, test := range []struct{ address, endpoint, want string }{
		{"127.3.0.9", "0.0.0.0:9000", "127.3.0.9:9000"},
		{"127.3.0.9", "[::]:9000", "127.3.0.9:9000"},
		{"127.3.0.9", ":9000", "127.3.0.9:9000"},
		{"127.3.0.9", "9000", "127.3.0.9:9000"},
		{"", ":9000", ":9000"},
	} {
		if got, err := place.Rebind(test.address, test.endpoint); err != nil || got != test.want {
			t.Errorf("%+v: got %q, %v", test, got, err)
		}
	}
}

func TestRebindRefusesWhatHasNoPort(t *testing.T) {
	for _, endpoint := range []string{"", "host:", "a:b:c"} {
		if got, err := place.Rebind("127.3.0.9", endpoint); err == nil {
			t.Errorf("%q: got %q", endpoint, got)
		}
	}
}

func TestDataIsTheFolderOfTheImageUnlessTheClusterNamesOne(t *testing.T) {
	t.Setenv(place.DataVariable, "")
	if got := place.Data("/data/db"); got != "/data/db" {
		t.Errorf("got %q", got)
	}
	t.Setenv(place.DataVariable, "/elsewhere")
	if got := place.Data("/data/db"); got != "/elsewhere" {
		t.Errorf("got %q", got)
	}
}

func TestAnInstalledResolverAnswersForTheWholeProcess(t *testing.T) {
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	server := placetest.Serve(t, map[string]netip.Addr{
		"a-0.a": netip.MustParseAddr("127.3.0.9"),
	})
	t.Setenv(place.ResolverVariable, server.String())
	if err := place.InstallResolver(); err != nil {
		t.Fatal(err)
	}

	addresses, err := net.LookupHost("a-0.a")
	if err != nil || !slices.Equal(addresses, []string{"127.3.0.9"}) {
		t.Errorf("got %v, %v", addresses, err)
	}
	if addresses, err := net.LookupHost("a-1.a"); err == nil {
		t.Errorf("got %v for a name that nobody has", addresses)
	}
}

func TestAResolverThatIsNoEndpointIsRefused(t *testing.T) {
	t.Setenv(place.ResolverVariable, "dns.invalid")
	if err := place.InstallResolver(); err == nil || !strings.Contains(err.Error(), "dns.invalid") {
		t.Errorf("got %v", err)
	}
	t.Setenv(place.ResolverVariable, "")
	if err := place.InstallResolver(); err != nil {
		t.Errorf("got %v", err)
	}
}
