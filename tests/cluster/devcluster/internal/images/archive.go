// Package images makes images without a registry, and brings them to nodes.
package images

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"runtime"
	"slices"
)

// Image is an image of few files.
type Image struct {
	// Reference is its full name.
	Reference string
	// Entrypoint is what a container runs that says nothing else.
	Entrypoint []string
	// Files are executable, by path without a leading slash.
	Files map[string][]byte
}

// descriptor points to a blob, as the OCI's formats do.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Archive returns the image as a tar of the OCI's layout.
func (i Image) Archive() ([]byte, error) {
	layer, err := archive(i.Files, 0o755)
	if err != nil {
		return nil, err
	}
	blobs := map[string][]byte{}
	store := func(kind string, content []byte) descriptor {
		sum := sha256.Sum256(content)
		digest := hex.EncodeToString(sum[:])
		blobs["blobs/sha256/"+digest] = content
		return descriptor{MediaType: "application/vnd.oci.image." + kind, Digest: "sha256:" + digest, Size: len(content)}
	}
	layers := []descriptor{store("layer.v1.tar", layer)}
	configuration, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": i.Entrypoint},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{layers[0].Digest}},
	})
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2,
		"config":        store("config.v1+json", configuration),
		"layers":        layers,
	})
	if err != nil {
		return nil, err
	}
	named := store("manifest.v1+json", manifest)
	named.Annotations = map[string]string{"io.containerd.image.name": i.Reference}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": []descriptor{named}})
	if err != nil {
		return nil, err
	}
	blobs["index.json"] = index
	blobs["oci-layout"] = []byte(`{"imageLayoutVersion":"1.0.0"}`)
	return archive(blobs, 0o644)
}

// archive returns a tar whose bytes depend on nothing but the files.
func archive(files map[string][]byte, mode int64) ([]byte, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &tar.Header{Name: name, Mode: mode, Size: int64(len(files[name])), Typeflag: tar.TypeReg}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
