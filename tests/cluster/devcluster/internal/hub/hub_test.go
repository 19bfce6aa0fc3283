package hub

import (
	"context"
	"io"
	"net"
	"os"
	"strconv"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
)

func TestNodesAndTheirPodsHaveAddressesOfTheirOwn(t *testing.T) {
	_, all, err := net.ParseCIDR(components.Pods)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{Address.String(): true}
	for number := 1; number <= components.MostNodes; number++ {
		for _, own := range []string{Node(number).String(), Pods(number).String()} {
			if seen[own] {
				t.Errorf("%s is there twice", own)
			}
			seen[own] = true
		}
		if !all.Contains(Pods(number).IP) {
			t.Errorf("%s is not in %s", Pods(number), all)
		}
	}
}

// server answers each connection with what it was told, and closes it.
func server(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				text, _ := io.ReadAll(connection)
				_, _ = connection.Write(append([]byte("you said: "), text...))
			}()
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return listener
}

// relay starts a relay to an address, and returns where it listens.
func relay(t *testing.T, target string) string {
	t.Helper()
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		Relay(ctx, outside, target)
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return outside.Addr().String()
}

func TestARelayCarriesBothWaysUntilBothAreDone(t *testing.T) {
	connection, err := net.Dial("tcp", relay(t, server(t).Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil || string(answer) != "you said: hello" {
		t.Errorf("got `%s`, %v", answer, err)
	}
}

func TestARelayToNobodyEndsItsConnections(t *testing.T) {
	nobody := server(t)
	nobody.Close()
	connection, err := net.Dial("tcp", relay(t, nobody.Addr().String()))
	if err != nil {
		// It ended before it had begun.
		return
	}
	defer connection.Close()
	if _, err := io.ReadAll(connection); err == nil {
		t.Error("the connection ended in peace")
	}
}

func TestARelayEndsWithItsOpenConnections(t *testing.T) {
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		Relay(ctx, outside, server(t).Addr().String())
		close(ended)
	}()
	connection, err := net.Dial("tcp", outside.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	cancel()
	<-ended
}

func TestFilesAreInheritedByName(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("text"); err != nil {
		t.Fatal(err)
	}
	files, err := Inherit("log=" + strconv.Itoa(int(file.Fd())))
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 4)
	if _, err := files["log"].ReadAt(text, 0); err != nil || string(text) != "text" {
		t.Errorf("got `%s`, %v", text, err)
	}
	if _, err := Inherit("log=door"); err == nil {
		t.Error("`door` is a number")
	}
}
