package ingress

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// program is where Debian has it.
const program = "/usr/sbin/nginx"

const (
	// pause is how long nginx stays away that ended, as other components do.
	pause = time.Second
	// settling is how long former workers may still take connections when new ones do.
	settling = 200 * time.Millisecond
	// interval is how often nginx is asked.
	interval = 20 * time.Millisecond
	// loading is how long nginx may take to take a configuration up.
	loading = 20 * time.Second
)

// nginx is the process.
type nginx struct {
	site site
	// logs is the path of what it writes.
	logs string
	// start starts a command that is killed when this process ends.
	start func(*exec.Cmd) error
	log   *slog.Logger

	mutex   sync.Mutex
	process *os.Process
}

// keep runs nginx until the context ends, and starts it again when it ends.
func (n *nginx) keep(ctx context.Context) {
	for ctx.Err() == nil {
		err := n.run(ctx)
		if ctx.Err() != nil {
			return
		}
		n.log.Warn("nginx ended, starting it again", "error", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

func (n *nginx) run(ctx context.Context) error {
	log, err := os.OpenFile(n.logs, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, program, n.arguments(n.site.configuration())...)
	command.Stdout, command.Stderr = log, log
	// Workers outlive a master that is killed, unless it is the first of all processes that they see.
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	if err := n.start(command); err != nil {
		return err
	}
	n.running(command.Process)
	defer n.running(nil)
	return command.Wait()
}

func (n *nginx) running(process *os.Process) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.process = process
}

func (n *nginx) arguments(configuration string) []string {
	return []string{"-e", "stderr", "-p", n.site.folder, "-c", configuration}
}

// check tells what nginx thinks of a configuration.
func (n *nginx) check(ctx context.Context, text string) error {
	path := n.site.path("tried.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	output, err := exec.CommandContext(ctx, program, append(n.arguments(path), "-t", "-q")...).CombinedOutput()
	if err == nil {
		return nil
	}
	for line := range strings.Lines(string(output)) {
		if _, reason, found := strings.Cut(line, "[emerg] "); found {
			return fmt.Errorf("nginx refuses it: %s", strings.TrimSpace(reason))
		}
	}
	return fmt.Errorf("nginx refuses it: %w", err)
}

// take makes nginx use a configuration that it does not refuse, and returns when it does.
func (n *nginx) take(ctx context.Context, text, generation string) error {
	if err := n.write(text); err != nil {
		return err
	}
	n.mutex.Lock()
	if n.process != nil {
		// One that has ended reads the file when it starts again.
		_ = n.process.Signal(syscall.SIGHUP)
	}
	n.mutex.Unlock()
	return n.uses(ctx, generation)
}

func (n *nginx) write(text string) error {
	path := n.site.configuration()
	if err := os.WriteFile(path+".partial", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".partial", path)
}

// uses returns when nginx uses a configuration, and no other any more for what is new.
func (n *nginx) uses(ctx context.Context, generation string) error {
	ctx, cancel := context.WithTimeout(ctx, loading)
	defer cancel()
	var last error
	for {
		var used string
		if used, last = n.ask(ctx); last == nil && used == generation {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nginx does not use its configuration after %s; see `%s` (last answer: %q, %v)",
				loading, filepath.Base(n.logs), used, last)
		case <-time.After(interval):
		}
	}
	select {
	case <-ctx.Done():
	case <-time.After(settling):
	}
	return nil
}

// ask returns which configuration nginx uses.
func (n *nginx) ask(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.site.at(n.site.asked), nil)
	if err != nil {
		return "", err
	}
	// A connection that stays would lead to the same worker again.
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}
