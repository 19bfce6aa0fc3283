package pods

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAJournalIsOneOfAContainerRuntime(t *testing.T) {
	folder := t.TempDir()
	log, err := openJournal(folder, "nats")
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := log.stream("stdout"), log.stream("stderr")
	for _, part := range []string{"one\ntw", "o\n", "three"} {
		if _, err := stdout.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = stderr.Write([]byte(strings.Repeat("x", longestLine+1) + "\n"))
	_ = stdout.Close()
	log.close()
	content, err := os.ReadFile(filepath.Join(folder, "nats.log"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"stdout F one", "stdout F two", "stderr P " + strings.Repeat("x", longestLine), "stderr F x", "stdout P three"}
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		at, rest, _ := strings.Cut(line, " ")
		if _, err := time.Parse(time.RFC3339Nano, at); err != nil || rest != want[i] {
			t.Errorf("line %d: %.60s", i, line)
		}
	}
}

func TestTheJournalOfTheRunBeforeIsKept(t *testing.T) {
	folder := t.TempDir()
	for _, text := range []string{"first", "second"} {
		log, err := openJournal(folder, "nats")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = log.stream("stdout").Write([]byte(text + "\n"))
		log.close()
	}
	for name, want := range map[string]string{"nats.log": "second", "nats.previous.log": "first"} {
		if content, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !strings.Contains(string(content), want) {
			t.Errorf("%s: %s, %v", name, content, err)
		}
	}
}

func TestAJournalThatIsFullStartsAnew(t *testing.T) {
	folder := t.TempDir()
	log, err := openJournal(folder, "nats")
	if err != nil {
		t.Fatal(err)
	}
	defer log.close()
	output := log.stream("stdout")
	line := []byte(strings.Repeat("x", longestLine) + "\n")
	for range largestJournal/len(line) + 2 {
		_, _ = output.Write(line)
	}
	if found, err := os.Stat(filepath.Join(folder, "nats.log")); err != nil || found.Size() > 2*int64(len(line))+200 {
		t.Errorf("%d bytes, %v", found.Size(), err)
	}
}
