package pods

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Limits of a journal: a kubelet has the same.
const (
	longestLine    = 16 << 10
	largestJournal = 10 << 20
)

// logPaths returns where the log of a container is, and that of the run before.
func logPaths(folder, container string) (current, previous string) {
	return filepath.Join(folder, container+".log"), filepath.Join(folder, container+".previous.log")
}

// journal writes the output of a container in the format of container runtimes: KWOK reads no other.
type journal struct {
	lock sync.Mutex
	path string
	file *os.File
	size int
}

// openJournal begins an empty journal; the one that was there becomes the previous one.
func openJournal(folder, container string) (*journal, error) {
	current, previous := logPaths(folder, container)
	if err := os.Rename(current, previous); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("keep the previous log: %w", err)
	}
	j := &journal{path: current}
	if err := j.begin(); err != nil {
		return nil, err
	}
	return j, nil
}

func (j *journal) begin() error {
	file, err := os.OpenFile(j.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("begin a log: %w", err)
	}
	j.file, j.size = file, 0
	return nil
}

func (j *journal) close() {
	j.lock.Lock()
	defer j.lock.Unlock()
	_ = j.file.Close()
}

// add writes one line, or with complete false a part of one. A journal that is full starts anew:
// what a reader of the file has not seen by then is lost, as on a node.
func (j *journal) add(stream string, text []byte, complete bool) error {
	j.lock.Lock()
	defer j.lock.Unlock()
	if j.size > largestJournal {
		_ = j.file.Close()
		_ = os.Remove(j.path)
		if err := j.begin(); err != nil {
			return err
		}
	}
	written, err := j.file.Write(journalLine(time.Now(), stream, text, complete))
	j.size += written
	return err
}

func journalLine(at time.Time, stream string, text []byte, complete bool) []byte {
	tag := "F"
	if !complete {
		tag = "P"
	}
	line := at.UTC().AppendFormat(nil, time.RFC3339Nano)
	line = append(line, " "+stream+" "+tag+" "...)
	line = append(line, text...)
	return append(line, '\n')
}

// stream returns a writer for `stdout` or `stderr`. It keeps the last incomplete line until it is
// closed.
func (j *journal) stream(name string) io.WriteCloser { return &stream{journal: j, name: name} }

type stream struct {
	journal *journal
	name    string
	rest    []byte
}

// Write fails never for lack of space: a process must not notice that its log is not kept.
func (s *stream) Write(output []byte) (int, error) {
	s.rest = append(s.rest, output...)
	for {
		line, rest, found := bytes.Cut(s.rest, []byte{'\n'})
		switch {
		case found && len(line) <= longestLine:
			_ = s.journal.add(s.name, line, true)
			s.rest = rest
		case len(line) > longestLine:
			_ = s.journal.add(s.name, line[:longestLine], false)
			s.rest = s.rest[longestLine:]
		default:
			s.rest = bytes.Clone(s.rest)
			return len(output), nil
		}
	}
}

func (s *stream) Close() error {
	if len(s.rest) == 0 {
		return nil
	}
	return s.journal.add(s.name, s.rest, false)
}

// writeJournal writes a text as the log of a run and of the one before it.
func writeJournal(folder, container, text string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of a pod: %w", err)
	}
	var content []byte
	at := time.Now()
	for line := range bytes.Lines([]byte(text)) {
		content = append(content, journalLine(at, "stderr", bytes.TrimRight(line, "\n"), true)...)
	}
	current, previous := logPaths(folder, container)
	for _, path := range []string{current, previous} {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return fmt.Errorf("write the log of a container that fails: %w", err)
		}
	}
	return nil
}
