package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
)

// Import brings the images of an archive to the containerd that listens at a socket.
func Import(ctx context.Context, socket, archive string) error {
	command := exec.CommandContext(ctx, "ctr", "--address", socket, "--namespace", "k8s.io", "images", "import", archive)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("cannot import `%s`: %w: %s", archive, err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
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
