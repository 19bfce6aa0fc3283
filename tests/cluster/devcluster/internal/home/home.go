// Package home knows where the files of clusters are, and which of the clusters are alive.
package home

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"golang.org/x/sys/unix"
)

// Needed is the space in bytes that a cluster may want for its data before tests add theirs, and
// NeededByNode what each node with containers may want for images.
const (
	Needed       = 256 << 20
	NeededByNode = 512 << 20
)

// memory is where Linux keeps files in memory: etcd is several times faster there. Containers often
// have little of it, which is no reason to fail; what counts is its size, which never changes, not
// what is free, so that a cluster is found again where it was made.
const (
	memory     = "/dev/shm"
	enoughOfIt = 1 << 30
)

var name = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$`)

// Cluster is the place of one cluster. Nothing need be there yet.
type Cluster struct {
	Name      string
	Directory string
}

// Record is what a cluster says of itself while it starts and runs.
type Record struct {
	Name string `json:"name"`
	// Address is where the control plane listens; empty until one was found.
	Address string `json:"address"`
	// Supervisor is the process that everything else of the cluster dies with.
	Supervisor Process `json:"supervisor"`
	// Nodes are the names of nodes that run containers; none where they are played.
	Nodes []string `json:"nodes,omitempty"`
}

// At returns the place of a cluster below the folder for all clusters of this user.
func At(cluster string) (Cluster, error) {
	if !name.MatchString(cluster) {
		return Cluster{}, fmt.Errorf("`%s` cannot name a cluster; use up to 40 lower-case letters, digits and hyphens", cluster)
	}
	return Cluster{Name: cluster, Directory: filepath.Join(root(), cluster)}, nil
}

func root() string {
	if own := os.Getenv("DEVCLUSTER_HOME"); own != "" {
		return own
	}
	folder := "devcluster-" + strconv.Itoa(os.Getuid())
	var about unix.Statfs_t
	if unix.Access(memory, unix.W_OK|unix.X_OK) == nil && unix.Statfs(memory, &about) == nil &&
		about.Blocks*uint64(about.Bsize) >= enoughOfIt {
		return filepath.Join(memory, folder)
	}
	return filepath.Join(os.TempDir(), folder)
}

// Path returns a path below the directory of the cluster.
func (c Cluster) Path(elements ...string) string {
	return filepath.Join(append([]string{c.Directory}, elements...)...)
}

// Kubeconfig returns the path of the administrator's kubeconfig.
func (c Cluster) Kubeconfig() string { return c.Path("kubeconfig") }

// Log returns the path of what a component writes.
func (c Cluster) Log(component string) string { return c.Path("logs", component+".log") }

// Claim makes the directory with a first record in one step, so that of two who want the same
// cluster at once one succeeds. It returns fs.ErrExist when the directory is there already, and refuses
// where less space is left than needed.
func (c Cluster) Claim(record Record, needed uint64) error {
	parent := filepath.Dir(c.Directory)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder of all clusters: %w; set DEVCLUSTER_HOME to one that can be written", err)
	}
	if err := spacious(parent, needed); err != nil {
		return err
	}
	partial, err := os.MkdirTemp(parent, "."+c.Name+"-")
	if err != nil {
		return fmt.Errorf("cannot make the folder of the cluster: %w; set DEVCLUSTER_HOME to a folder that can be written", err)
	}
	defer os.RemoveAll(partial)
	if err := write(partial, record); err != nil {
		return err
	}
	for _, folder := range []string{"logs", "pki", "etcd", "volumes", "pods", "nodes"} {
		if err := os.Mkdir(filepath.Join(partial, folder), 0o700); err != nil {
			return err
		}
	}
	err = os.Rename(partial, c.Directory)
	if errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) {
		return fs.ErrExist
	}
	return err
}

// spacious refuses a folder whose file system is nearly full: etcd would fail later and less plainly.
func spacious(folder string, needed uint64) error {
	var about unix.Statfs_t
	if err := unix.Statfs(folder, &about); err != nil {
		return fmt.Errorf("cannot tell how much space `%s` has: %w", folder, err)
	}
	if free := about.Bavail * uint64(about.Bsize); free < needed {
		return fmt.Errorf("no space: `%s` has %d MiB left and a cluster needs %d; free some or set DEVCLUSTER_HOME to another folder",
			folder, free>>20, needed>>20)
	}
	return nil
}

// Read returns the record, or fs.ErrNotExist when there is no such cluster.
func (c Cluster) Read() (Record, error) {
	var record Record
	text, err := os.ReadFile(c.Path("cluster.json"))
	if err != nil {
		return record, err
	}
	if err := json.Unmarshal(text, &record); err != nil {
		return record, fmt.Errorf("`%s` is not a record of a cluster: %w", c.Path("cluster.json"), err)
	}
	return record, nil
}

// Write replaces the record in one step.
func (c Cluster) Write(record Record) error { return write(c.Directory, record) }

func write(directory string, record Record) error {
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(directory, "cluster.json")
	if err := os.WriteFile(path+".partial", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".partial", path)
}

// Remove deletes every file of the cluster, and the folder of all clusters with the last of them.
func (c Cluster) Remove() error {
	if err := os.RemoveAll(c.Directory); err != nil {
		return fmt.Errorf("cannot remove `%s`: %w", c.Directory, err)
	}
	// Others may live there; then it stays.
	_ = os.Remove(filepath.Dir(c.Directory))
	return nil
}
