package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/machine"
)

// The supervisor tells its starter one of these about each line; what follows is for people.
const (
	progressLine = "progress "
	failureLine  = "failed "
	readyLine    = "ready"
)

func up() *cobra.Command {
	command := &cobra.Command{
		Use:   "up",
		Short: "Start a cluster, wait until it is ready, and print the path of its kubeconfig",
		Args:  exactly(),
		RunE:  runUp,
	}
	flags := command.Flags()
	flags.String("programs", "", "the folder of kwok and the services (default: where devcluster is)")
	flags.String("address", "", "the address of the control plane, 127.S.0.1 (default: one that is free)")
	flags.Int("tier", 1, "1: nodes are played, 2: they run containers")
	flags.Int("nodes", 0, "how many nodes there are (default: 3 at tier 1, 1 at tier 2)")
	flags.Bool("with-parent", false, "end the cluster when the process ends that runs this command")
	flags.Bool("no-fairness", false, "never tell a client to come back later")
	return command
}

func runUp(command *cobra.Command, _ []string) error {
	cluster, err := cluster(command)
	if err != nil {
		return err
	}
	wanted, err := shapeOf(command)
	if err != nil {
		return err
	}
	flags, err := superviseFlags(command, wanted)
	if err != nil {
		return err
	}
	needed := uint64(home.Needed)
	if wanted.tier == 2 {
		if err := machine.Prepare(command.Context(), progress); err != nil {
			return err
		}
		needed += uint64(wanted.nodes) * home.NeededByNode
	}
	self, err := home.Lookup(os.Getpid())
	if err != nil {
		return err
	}
	err = cluster.Claim(home.Record{Name: cluster.Name, Supervisor: self}, needed)
	if errors.Is(err, fs.ErrExist) {
		return alreadyThere(cluster, wanted)
	}
	if err != nil {
		return err
	}
	started := time.Now()
	if err := launch(append([]string{"supervise", "--name", cluster.Name}, flags...)); err != nil {
		return errors.Join(err, sweep(command.Context(), cluster))
	}
	fmt.Fprintf(os.Stderr, "cluster %s is ready after %.1f s\n", cluster.Name, time.Since(started).Seconds())
	fmt.Println(cluster.Kubeconfig())
	return nil
}

func progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
}

// alreadyThere is fine with a cluster of the same kind that is up.
func alreadyThere(cluster home.Cluster, wanted shaped) error {
	record, err := cluster.Read()
	if err != nil {
		return fmt.Errorf("`%s` is in the way: %w; remove it or choose another --name", cluster.Directory, err)
	}
	if !record.Supervisor.Alive() {
		return killed(cluster)
	}
	if _, err := os.Stat(cluster.Kubeconfig()); err != nil {
		return fmt.Errorf("cluster `%s` is being started by process %d; wait for it or choose another --name", cluster.Name, record.Supervisor.ID)
	}
	if tier := tierOf(record); tier != wanted.tier {
		return fmt.Errorf("cluster `%s` is up at tier %d; end it with `devcluster down --name %s` or choose another --name", cluster.Name, tier, cluster.Name)
	}
	fmt.Fprintf(os.Stderr, "cluster %s is up already\n", cluster.Name)
	fmt.Println(cluster.Kubeconfig())
	return nil
}

func tierOf(record home.Record) int {
	if len(record.Nodes) > 0 {
		return 2
	}
	return 1
}

// shaped is how large a cluster of which kind is wanted.
type shaped struct{ tier, nodes int }

func shapeOf(command *cobra.Command) (shaped, error) {
	flags := command.Flags()
	tier, _ := flags.GetInt("tier")
	if tier < 1 || tier > 2 {
		return shaped{}, misused{fmt.Errorf("there is no tier %d; choose 1 or 2", tier)}
	}
	nodes, _ := flags.GetInt("nodes")
	if !flags.Changed("nodes") {
		nodes = map[int]int{1: 3, 2: 1}[tier]
	}
	if nodes < 1 || nodes > components.MostNodes {
		return shaped{}, misused{fmt.Errorf("there cannot be %d nodes; choose from 1 to %d", nodes, components.MostNodes)}
	}
	return shaped{tier, nodes}, nil
}

// superviseFlags checks the other flags of `up`, and puts all so that they mean the same elsewhere.
func superviseFlags(command *cobra.Command, wanted shaped) ([]string, error) {
	flags := command.Flags()
	programs, _ := flags.GetString("programs")
	if programs == "" {
		programs = filepath.Dir(called())
	}
	programs, err := filepath.Abs(programs)
	if err != nil {
		return nil, err
	}
	needed := map[int]string{1: "kwok", 2: "coredns"}[wanted.tier]
	if _, err := os.Stat(filepath.Join(programs, needed)); err != nil {
		return nil, fmt.Errorf("there is no program `%s` in `%s`; name the folder of programs with --programs", needed, programs)
	}
	passed := []string{"--programs", programs, "--nodes", strconv.Itoa(wanted.nodes)}
	if wanted.tier == 2 {
		passed = append(passed, "--real")
	}
	if address, _ := flags.GetString("address"); address != "" {
		passed = append(passed, "--address", address)
	}
	if without, _ := flags.GetBool("no-fairness"); without {
		passed = append(passed, "--no-fairness")
	}
	if with, _ := flags.GetBool("with-parent"); with {
		parent, err := home.Lookup(os.Getppid())
		if err != nil {
			return nil, fmt.Errorf("the process that asks for a cluster has ended: %w", err)
		}
		passed = append(passed, "--starter", fmt.Sprintf("%d/%d", parent.ID, parent.Started))
	}
	return passed, nil
}

// called returns the path by which this program was called, links in place: the other programs are
// beside the link, not beside what it points to.
func called() string {
	path, err := exec.LookPath(os.Args[0])
	if err != nil {
		return os.Args[0]
	}
	return path
}

// launch starts the supervisor, and returns when it is ready or has failed.
func launch(arguments []string) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	supervisor := exec.Command("/proc/self/exe", arguments...)
	supervisor.Stdout = write
	// It gives up when this end is closed before it is ready: that is how it learns of a Ctrl-C.
	stay, err := supervisor.StdinPipe()
	if err != nil {
		return err
	}
	defer stay.Close()
	supervisor.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := supervisor.Start(); err != nil {
		return err
	}
	write.Close()
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		line := lines.Text()
		if text, found := strings.CutPrefix(line, progressLine); found {
			fmt.Fprintln(os.Stderr, text)
		} else if text, found := strings.CutPrefix(line, failureLine); found {
			_ = supervisor.Wait()
			return errors.New(text)
		} else if line == readyLine {
			return supervisor.Process.Release()
		}
	}
	return fmt.Errorf("the supervisor ended without a word: %w", errors.Join(supervisor.Wait(), lines.Err()))
}
