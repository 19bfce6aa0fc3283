package realnode

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// settings are those of the whole machine that a kubelet writes unless they are so already. The node
// sees files in their place, so that the machine stays as it is.
var settings = map[string]string{
	"/proc/sys/vm/overcommit_memory":      "1",
	"/proc/sys/vm/panic_on_oom":           "0",
	"/proc/sys/kernel/panic":              "10",
	"/proc/sys/kernel/panic_on_oops":      "1",
	"/proc/sys/kernel/keys/root_maxkeys":  "1000000",
	"/proc/sys/kernel/keys/root_maxbytes": "25000000",
}

// resolver is the file by which programs find the resolver.
const resolver = "/etc/resolv.conf"

// furnish gives the mount namespace of this process what a machine of its own would have. The files of
// the machine stay visible where nothing else is put over them.
func (p Plan) furnish() error {
	// Nothing that is mounted here is seen outside; what kubelets mount is seen by containers.
	for _, propagation := range []uintptr{unix.MS_PRIVATE, unix.MS_SHARED} {
		if err := unix.Mount("", "/", "", unix.MS_REC|propagation, ""); err != nil {
			return fmt.Errorf("cannot separate the node's mounts: %w", err)
		}
	}
	directory, err := os.Open(p.Cluster.Directory)
	if err != nil {
		return err
	}
	defer directory.Close()
	names, err := filepath.EvalSymlinks(resolver)
	if err != nil {
		names = resolver
	}
	for _, mount := range []struct{ source, target, kind string }{
		{"proc", "/proc", "proc"},
		{"tmpfs", "/run", "tmpfs"},
	} {
		if err := unix.Mount(mount.source, mount.target, mount.kind, unix.MS_NOSUID|unix.MS_NODEV, ""); err != nil {
			return fmt.Errorf("cannot mount `%s`: %w", mount.target, err)
		}
	}
	for source, target := range map[string]string{"lib": "/var/lib", "log": "/var/log"} {
		if err := bind(p.Path(source), target); err != nil {
			return err
		}
	}
	if err := uncover(directory); err != nil {
		return err
	}
	if err := os.MkdirAll("/run/tmp", 0o777); err != nil {
		return err
	}
	return p.replace(names)
}

// replace puts files of the node over those of the machine.
func (p Plan) replace(names string) error {
	contents := map[string]string{names: "nameserver " + p.resolver() + "\n"}
	for path, value := range settings {
		contents[path] = value + "\n"
	}
	for path, content := range contents {
		own := p.Path("settings", filepath.Base(path))
		if err := os.WriteFile(own, []byte(content), 0o644); err != nil {
			return err
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && path != names {
			// This kernel does not have it; then nobody writes it.
			continue
		}
		if err := present(path); err != nil {
			return err
		}
		if err := bind(own, path); err != nil {
			return err
		}
	}
	return nil
}

// present makes an empty file where none is: in a folder that the node has covered.
func present(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, nil, 0o644)
}

// uncover brings a folder back if something was mounted over one above it.
func uncover(folder *os.File) error {
	was, err := folder.Stat()
	if err != nil {
		return err
	}
	if is, err := os.Stat(folder.Name()); err == nil && os.SameFile(was, is) {
		return nil
	}
	if err := os.MkdirAll(folder.Name(), 0o700); err != nil {
		return err
	}
	return bind(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()), folder.Name())
}

func bind(source, target string) error {
	if err := unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("cannot put `%s` over `%s`: %w", source, target, err)
	}
	return nil
}
