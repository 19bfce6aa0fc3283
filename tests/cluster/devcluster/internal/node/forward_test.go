package node

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

const slot = 231

func pod(address string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "nats-0"},
		Status:     corev1.PodStatus{PodIP: address},
	}
}

func TestTheProcessOfAPodListensAtTheTwinOfItsAddress(t *testing.T) {
	for shown, wanted := range map[string]string{
		"10.231.1.7":  "127.231.1.7",
		"10.244.0.12": "127.231.0.255",
	} {
		f := forwarder{client: fake.NewClientset(pod(shown)), slot: slot}
		got, err := f.address(t.Context(), "kre/nats-0")
		if err != nil || got != netip.MustParseAddr(wanted) {
			t.Errorf("%s: got %v, %v", shown, got, err)
		}
	}
}

func TestAPodWithoutAnAddressIsToldApart(t *testing.T) {
	f := forwarder{client: fake.NewClientset(pod("")), slot: slot}
	if got, err := f.address(t.Context(), "kre/nats-0"); err == nil {
		t.Errorf("got %v", got)
	}
}

// both returns the two ends of a stream and of a connection that are relayed to each other.
func both(t *testing.T) (client, server net.Conn, done <-chan error) {
	t.Helper()
	client, stream := net.Pipe()
	connection, server := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := relay(context.Background(), stream, connection)
		stream.Close()
		connection.Close()
		ended <- err
	}()
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server, ended
}

func TestBytesGoBothWays(t *testing.T) {
	client, server, _ := both(t)
	for _, ends := range [][2]net.Conn{{client, server}, {server, client}} {
		go func() { _, _ = ends[0].Write([]byte("hello")) }()
		got := make([]byte, 5)
		if _, err := io.ReadFull(ends[1], got); err != nil || string(got) != "hello" {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestWhatTheServerClosesEndsForTheClient(t *testing.T) {
	client, server, done := both(t)
	server.Close()
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("got %v", err)
	}
	select {
	case <-done:
	case <-time.After(10 * linger):
		t.Error("it goes on")
	}
}
