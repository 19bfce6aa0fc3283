package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
)

// apt is Debian's, and told never to ask.
func apt(ctx context.Context, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "apt-get", append([]string{"--yes", "--no-install-recommends"}, arguments...)...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	return output.String(), err
}

// installable tells whether packages can be had at the price of no other.
func installable(ctx context.Context, packs []string) error {
	named := strings.Join(packs, " ")
	if _, err := exec.LookPath("apt-get"); err != nil {
		return lack("nodes with containers need the packages %s; install them, or use tier 1", named)
	}
	simulated, err := simulate(ctx, packs)
	if err != nil {
		// Lists of packages may be old, or not there at all.
		if _, err := apt(ctx, "update"); err != nil {
			return lack("nodes with containers need the packages %s, and `apt-get update` fails; install them, or use tier 1", named)
		}
		simulated, err = simulate(ctx, packs)
	}
	if err != nil {
		return lack("nodes with containers need the packages %s, and they are not to be had: %s; install them, or use tier 1", named, reason(simulated))
	}
	if removed := removals(simulated); len(removed) > 0 {
		return lack("nodes with containers need the packages %s, and installing them would remove %s; install them by hand, or use tier 1",
			named, strings.Join(removed, " "))
	}
	return nil
}

func simulate(ctx context.Context, packs []string) (string, error) {
	return apt(ctx, append([]string{"install", "--simulate"}, packs...)...)
}

// removals returns the packages that a simulation would remove.
func removals(simulated string) []string {
	var removed []string
	for line := range strings.Lines(simulated) {
		if fields := strings.Fields(line); len(fields) > 1 && (fields[0] == "Remv" || fields[0] == "Purg") {
			removed = append(removed, fields[1])
		}
	}
	return removed
}

// reason returns what apt says is wrong.
func reason(output string) string {
	for line := range strings.Lines(output) {
		if text, found := strings.CutPrefix(line, "E: "); found {
			return strings.TrimSpace(text)
		}
	}
	return "apt-get does not say why"
}

// policy is the file by which Debian asks whether a service may be started.
const policy = "/usr/sbin/policy-rc.d"

// install adds packages, and sees to it that their services stay off.
func install(ctx context.Context, packs []string) error {
	file, err := os.OpenFile(policy, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	switch {
	case errors.Is(err, fs.ErrExist):
		// Whoever runs this machine has decided already.
	case err != nil:
		return fmt.Errorf("cannot keep services off: %w", err)
	default:
		defer os.Remove(policy)
		_, err := file.WriteString("#!/bin/sh\nexit 101\n")
		if err := errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("cannot keep services off: %w", err)
		}
	}
	if output, err := apt(ctx, append([]string{"install"}, packs...)...); err != nil {
		return lack("the packages %s cannot be installed: %s; install them by hand, or use tier 1", strings.Join(packs, " "), reason(output))
	}
	return nil
}
