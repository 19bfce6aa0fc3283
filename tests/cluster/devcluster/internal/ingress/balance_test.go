package ingress

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// speaker answers each connection with its name, and what was said.
func speaker(t *testing.T, name string) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				text, _ := io.ReadAll(connection)
				_, _ = connection.Write([]byte(name + " " + string(text)))
			}()
		}
	}()
	return listener.Addr().String()
}

// say returns the answer at an address, empty for none.
func say(t *testing.T, address, text string) string {
	t.Helper()
	connection, err := net.Dial("tcp4", address)
	if errors.Is(err, syscall.ECONNRESET) {
		// It ended before it had begun.
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_, _ = connection.Write([]byte(text))
	_ = connection.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(connection)
	return string(answer)
}

func TestABackendKeepsItsPortWhereverItLeads(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(folder+"/ready", 0o700); err != nil {
		t.Fatal(err)
	}
	balancer := newBalancer(site{folder: folder, address: net.IPv4(127, 0, 0, 1)})
	ctx, cancel := context.WithCancel(context.Background())
	defer balancer.open.Wait()
	defer cancel()
	web := backend{"one", "web", "http"}
	gone, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	was := 0
	for _, test := range []struct {
		about     string
		endpoints []string
		want      string
	}{
		{"blue", []string{speaker(t, "blue")}, "blue hello"},
		{"green", []string{speaker(t, "green")}, "green hello"},
		{"one that has just ended", []string{gone.Addr().String(), speaker(t, "next")}, "next hello"},
		{"only that", []string{gone.Addr().String()}, ""},
		{"none", nil, ""},
	} {
		ports, err := balancer.lead(ctx, map[backend][]string{web: test.endpoints})
		if err != nil {
			t.Fatal(err)
		}
		if was != 0 && ports[web] != was {
			t.Errorf("%s: the port was %d, and is %d", test.about, was, ports[web])
		}
		was = ports[web]
		if got := say(t, "127.0.0.1:"+strconv.Itoa(was), "hello"); got != test.want {
			t.Errorf("%s: got `%s`, want `%s`", test.about, got, test.want)
		}
		if _, err := os.Stat(balancer.site.there(web)); (err == nil) != (len(test.endpoints) > 0) {
			t.Errorf("%s: the file says otherwise: %v", test.about, err)
		}
	}
}

func TestEndpointsHaveTheirTurns(t *testing.T) {
	door := &door{endpoints: []string{"a", "b", "c"}}
	seen := map[string]int{}
	for range 6 {
		seen[door.inTurn()[0]]++
	}
	if len(seen) != 3 || seen["a"] != 2 || seen["b"] != 2 {
		t.Errorf("got %v", seen)
	}
}

func TestClientsAreToldApartByHowTheyBegin(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	prior, others := speaker(t, "prior"), speaker(t, "others")
	go func() {
		share(ctx, listener, prior, others)
		close(ended)
	}()
	for text, want := range map[string]string{
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": "prior",
		"GET / HTTP/1.1\r\n":               "others",
		"PROPFIND / HTTP/1.1\r\n":          "others",
		"P":                                "others",
	} {
		if got := say(t, listener.Addr().String(), text); !strings.HasPrefix(got, want+" ") || !strings.HasSuffix(got, text) {
			t.Errorf("%q: got %q, want it from %s", text, got, want)
		}
	}
	cancel()
	<-ended
}
