package images

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestThePauseProgramWaitsUntilItIsKilled(t *testing.T) {
	program, err := pause()
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "pause")
	if err := os.WriteFile(path, program, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(path)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
}

func TestTheSameFilesMakeTheSameArchive(t *testing.T) {
	image := Image{Reference: "registry.invalid/a:1", Files: map[string][]byte{"b": []byte("b"), "a": []byte("a")}}
	first, err := image.Archive()
	if err != nil {
		t.Fatal(err)
	}
	second, err := image.Archive()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("they differ: %v", err)
	}
}

func TestAnArchiveNamesItsImage(t *testing.T) {
	archive, err := PauseArchive()
	if err != nil {
		t.Skip(err)
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
	var index struct{ Manifests []descriptor }
	if err := json.Unmarshal(files["index.json"], &index); err != nil {
		t.Fatal(err)
	}
	manifest := index.Manifests[0]
	if name := manifest.Annotations["io.containerd.image.name"]; name != Pause {
		t.Errorf("it is called `%s`", name)
	}
	if _, found := files["blobs/sha256/"+manifest.Digest[len("sha256:"):]]; !found {
		t.Errorf("there is no %s", manifest.Digest)
	}
}
