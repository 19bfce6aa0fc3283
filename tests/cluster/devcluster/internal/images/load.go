package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// known is how long containerd may take to make an image known to the kubelet.
const known = 10 * time.Second

// Import brings the images of an archive to the containerd that listens at a socket, and returns when
// pods can use them.
func Import(ctx context.Context, socket, archive string) error {
	if _, err := ctr(ctx, socket, "import", archive); err != nil {
		return fmt.Errorf("cannot import `%s`: %w", archive, err)
	}
	ctx, cancel := context.WithTimeout(ctx, known)
	defer cancel()
	for {
		// What the kubelet asks learns of an image a moment later, and then labels it.
		unknown, err := ctr(ctx, socket, "list", "--quiet", `labels."io.cri-containerd.image"!=managed`)
		if err == nil && unknown == "" {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("images of `%s` are imported and do not become known: %s", archive, unknown)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ctr runs a command about images, and returns what it says.
func ctr(ctx context.Context, socket string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "ctr", append([]string{"--address", socket, "--namespace", "k8s.io", "images"}, arguments...)...)
	output, err := command.CombinedOutput()
	said := string(bytes.TrimSpace(output))
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, said)
	}
	return said, nil
}

// Load brings the images of archives to nodes, given by the sockets of their containerds.
func Load(ctx context.Context, sockets map[string]string, archives []string) error {
	var all sync.WaitGroup
	failures := make(chan error, len(sockets))
	for node, socket := range sockets {
		all.Go(func() {
			for _, archive := range archives {
				if err := Import(ctx, socket, archive); err != nil {
					failures <- fmt.Errorf("node `%s`: %w", node, err)
					return
				}
			}
		})
	}
	all.Wait()
	close(failures)
	var together error
	for failure := range failures {
		together = errors.Join(together, failure)
	}
	return together
}
