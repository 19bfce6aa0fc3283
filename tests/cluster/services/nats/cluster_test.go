package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const configuration = `
server_name: $NAME
http: 8222
max_payload: 1MB
cluster {
  name: a
  listen: 0.0.0.0:6222
  routes: [nats://a-0.a:6222, nats://a-1.a:6222, nats://a-2.a:6222]
}
jetstream { store_dir: "data" }
`

// member is one of three servers that know each other by name.
type member struct {
	*placetest.Process
	address, folder string
	environment     []string
}

func (m *member) start(t *testing.T, name string) {
	environment := append([]string{"NAME=" + name}, m.environment...)
	m.Process = placetest.Start(t, m.folder, environment, "--config", "nats.conf")
	m.Listening(m.address + ":4222")
}

func (m *member) connect(t *testing.T) (*nats.Conn, jetstream.JetStream) {
	t.Helper()
	connection, err := nats.Connect("nats://"+m.address+":4222", nats.IgnoreDiscoveredServers())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	stream, err := jetstream.New(connection)
	if err != nil {
		t.Fatal(err)
	}
	return connection, stream
}

func threeMembers(t *testing.T) []*member {
	t.Helper()
	names := map[string]netip.Addr{}
	var members []*member
	for index := range 3 {
		address := placetest.Address()
		names[fmt.Sprintf("a-%d.a", index)] = netip.MustParseAddr(address)
		members = append(members, &member{address: address, folder: t.TempDir()})
	}
	resolver := placetest.Serve(t, names)
	for index, member := range members {
		member.environment = []string{
			place.AddressVariable + "=" + member.address,
			place.ResolverVariable + "=" + resolver.String(),
		}
		member.write(t, configuration)
		member.start(t, fmt.Sprintf("a-%d", index))
	}
	return members
}

func (m *member) write(t *testing.T, configuration string) {
	t.Helper()
	path := filepath.Join(m.folder, "nats.conf")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestThreeServersThatKnowEachOtherByNameHoldAStream(t *testing.T) {
	members := threeMembers(t)
	_, first := members[0].connect(t)
	members[0].Until("create a stream with three replicas", func() error {
		context, cancel := attempt(t)
		defer cancel()
		_, err := first.CreateStream(context, jetstream.StreamConfig{
			Name: "orders", Subjects: []string{"orders"}, Replicas: 3,
		})
		return err
	})
	if _, err := first.Publish(t.Context(), "orders", []byte("one")); err != nil {
		t.Fatal(err)
	}

	// Any two of the three go on, and the third finds its data again.
	members[0].Kill()
	_, second := members[1].connect(t)
	members[1].Until("publish to the other two", func() error {
		context, cancel := attempt(t)
		defer cancel()
		_, err := second.Publish(context, "orders", []byte("two"))
		return err
	})
	members[0].start(t, "a-0")
	_, again := members[0].connect(t)
	members[0].Until("find three replicas", func() error {
		context, cancel := attempt(t)
		defer cancel()
		return holds(context, again, 2)
	})
	for index, member := range members {
		if code := member.Terminate(); code != 0 {
			t.Errorf("a-%d ended with %d", index, code)
		}
	}
}

// attempt limits one request: while servers elect a leader, nobody answers at all.
func attempt(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 2*time.Second)
}

// holds checks that all three replicas of the stream are current and have so many messages.
func holds(context context.Context, client jetstream.JetStream, messages uint64) error {
	stream, err := client.Stream(context, "orders")
	if err != nil {
		return err
	}
	info := stream.CachedInfo()
	if info.State.Msgs != messages || info.Cluster == nil || len(info.Cluster.Replicas) != 2 {
		return fmt.Errorf("state %+v of cluster %+v", info.State, info.Cluster)
	}
	for _, replica := range info.Cluster.Replicas {
		if !replica.Current || replica.Offline {
			return fmt.Errorf("replica %+v", replica)
		}
	}
	return nil
}

func TestEachServerHasRoutesToTheOtherTwoAndNoneToItself(t *testing.T) {
	members := threeMembers(t)
	for index, member := range members {
		member.Until(fmt.Sprintf("find two peers of a-%d", index), func() error {
			var routes struct {
				Routes []struct {
					RemoteName string `json:"remote_name"`
				} `json:"routes"`
			}
			if err := monitor(member.address, "routez", &routes); err != nil {
				return err
			}
			peers := map[string]bool{}
			for _, route := range routes.Routes {
				peers[route.RemoteName] = true
			}
			if len(peers) != 2 || peers[fmt.Sprintf("a-%d", index)] {
				return fmt.Errorf("routes to %v", peers)
			}
			return nil
		})
	}
	for _, member := range members {
		member.ListensOnlyAt(member.address)
	}
	// What nobody can reach is tried again and again, and each time said.
	time.Sleep(2 * time.Second)
	for _, member := range members {
		if output := member.Output(); strings.Contains(output, "127.0.0.1:6222") {
			t.Errorf("a route that nobody has:\n%s", output)
		}
	}
}

// monitor reads one of the server's own reports.
func monitor(address, report string, value any) error {
	response, err := http.Get("http://" + address + ":8222/" + report)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(response.Body).Decode(value)
}

func TestAReloadKeepsTheAddress(t *testing.T) {
	members := threeMembers(t)
	first := members[0]
	text := strings.Replace(configuration, "1MB", "2MB", 1)
	first.write(t, "host: 0.0.0.0\n"+strings.Replace(text, "8222", "0.0.0.0:8222", 1))

	first.Signal(syscall.SIGHUP)

	first.Until("see the new limit", func() error {
		var status struct {
			Host  string `json:"host"`
			Limit int    `json:"max_payload"`
		}
		if err := monitor(first.address, "varz", &status); err != nil {
			return err
		}
		if status.Host != first.address || status.Limit != 2<<20 {
			return fmt.Errorf("status %+v", status)
		}
		return nil
	})
	if output := first.Output(); strings.Contains(output, "Failed to reload") {
		t.Error(output)
	}
}
