package node

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// linger is how long one direction goes on after the other has ended: what container runtimes grant.
const linger = time.Second

// forwarder leads streams to the processes of pods.
type forwarder struct {
	client kubernetes.Interface
	slot   byte
}

// PortForward copies between a stream and a port of a pod, `namespace/name`, until one of them ends.
func (f forwarder) PortForward(ctx context.Context, pod string, _ types.UID, port int32, stream io.ReadWriteCloser) error {
	address, err := f.address(ctx, pod)
	if err != nil {
		return err
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp4", net.JoinHostPort(address.String(), strconv.Itoa(int(port))))
	if err != nil {
		return fmt.Errorf("failed to connect to localhost:%d inside pod %s: %w", port, pod, err)
	}
	defer connection.Close()
	return relay(ctx, stream, connection)
}

// address returns where the process of a pod listens: the twin of what the pod's status shows.
//
// Nobody listens for a pod without a process; there, connections are refused.
func (f forwarder) address(ctx context.Context, pod string) (netip.Addr, error) {
	namespace, name, _ := strings.Cut(pod, "/")
	found, err := f.client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return netip.Addr{}, fmt.Errorf("cannot find pod %s: %w", pod, err)
	}
	shown, err := netip.ParseAddr(found.Status.PodIP)
	if err != nil || !shown.Is4() {
		return netip.Addr{}, fmt.Errorf("pod %s has no address yet", pod)
	}
	bytes := shown.As4()
	if bytes[0] != 10 || bytes[1] != f.slot {
		return netip.AddrFrom4([4]byte{127, f.slot, 0, 255}), nil
	}
	bytes[0] = 127
	return netip.AddrFrom4(bytes), nil
}

// relay returns when both directions have ended, or soon after the first: whoever is left at the
// other side has to learn of it.
func relay(ctx context.Context, stream io.ReadWriter, connection io.ReadWriter) error {
	ended := make(chan error, 2)
	for _, ends := range [][2]io.ReadWriter{{stream, connection}, {connection, stream}} {
		go func() {
			_, err := io.Copy(ends[0], ends[1])
			ended <- err
		}()
	}
	var first error
	select {
	case first = <-ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-ended:
	case <-time.After(linger):
	}
	return first
}
