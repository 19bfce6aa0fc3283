package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

const address = "127.255.0.9"

const everyListener = `
host: 0.0.0.0
http: 0.0.0.0:8222
cluster { name: c, listen: 0.0.0.0:6222 }
gateway { name: c, listen: 0.0.0.0:7222 }
leafnodes { listen: 0.0.0.0:7422 }
websocket { listen: 0.0.0.0:8080, no_tls: true }
mqtt { listen: 0.0.0.0:1883 }
`

func configured(t *testing.T, address, file string, arguments ...string) *server.Options {
	t.Helper()
	if file != "" {
		path := filepath.Join(t.TempDir(), "nats.conf")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, "-c", path)
	}
	options, err := configure(address, arguments)
	if err != nil {
		t.Fatal(err)
	}
	return options
}

func hosts(options *server.Options) []string {
	return []string{
		options.Host, options.HTTPHost, options.Cluster.Host, options.Gateway.Host,
		options.LeafNode.Host, options.Websocket.Host, options.MQTT.Host,
	}
}

func TestEveryListenerOfAFileUsesTheAddress(t *testing.T) {
	options := configured(t, address, everyListener, "-a", "0.0.0.0")
	for place, host := range hosts(options) {
		if host != address {
			t.Errorf("listener %d is on %q", place, host)
		}
	}
	if options.HTTPPort != 8222 || options.Cluster.Port != 6222 || options.LeafNode.Port != 7422 {
		t.Errorf("ports have changed: %+v", options)
	}
}

func TestWithoutAnAddressAFileIsTakenAsItIs(t *testing.T) {
	for place, host := range hosts(configured(t, "", everyListener)) {
		if want := "0.0.0.0"; host != want && place != 1 {
			t.Errorf("listener %d is on %q", place, host)
		}
	}
}

func TestListenersThatAreOffStayOff(t *testing.T) {
	for place, host := range hosts(configured(t, address, "")) {
		if place > 1 && host != "" {
			t.Errorf("listener %d is on %q", place, host)
		}
	}
}

func TestAClusterAdvertisesTheAddressUnlessToldOtherwise(t *testing.T) {
	flags := []string{"--cluster", "nats://user:secret@0.0.0.0:6222"}
	options := configured(t, address, "", flags...)
	if options.Cluster.Advertise != address {
		t.Errorf("advertises %q", options.Cluster.Advertise)
	}
	if want := "nats://user:secret@127.255.0.9:6222"; options.Cluster.ListenStr != want {
		t.Errorf("listens on %q", options.Cluster.ListenStr)
	}
	options = configured(t, address, "", append(flags, "--cluster_advertise", "a-0.a")...)
	if options.Cluster.Advertise != "a-0.a" {
		t.Errorf("advertises %q", options.Cluster.Advertise)
	}
}

func TestFlagsMeanWhatTheyMeanUpstream(t *testing.T) {
	options := configured(t, address, "max_payload: 2MB\n",
		"-js", "-sd", "/store", "--name", "a-0", "-m", "8222", "-p", "4333", "--user", "me")
	if !options.JetStream || options.StoreDir != "/store" || options.ServerName != "a-0" ||
		options.HTTPPort != 8222 || options.Port != 4333 || options.Username != "me" ||
		options.MaxPayload != 2<<20 {
		t.Errorf("got %+v", options)
	}
}

func TestAFileThatIsNotThereIsNamed(t *testing.T) {
	_, err := configure(address, []string{"--config", "/nowhere/nats.conf"})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/nats.conf") {
		t.Errorf("got %v", err)
	}
}
