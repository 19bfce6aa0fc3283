package main

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// server is a MinIO under test, with a folder that outlives the process.
type server struct {
	t *testing.T
	*placetest.Process
	endpoint, folder string
}

func (s *server) start() {
	s.t.Helper()
	host, _, _ := strings.Cut(s.endpoint, ":")
	s.Process = placetest.Start(s.t, s.folder, []string{
		place.AddressVariable + "=" + host,
		"MINIO_ROOT_USER=admin", "MINIO_ROOT_PASSWORD=12345678",
	}, "server", filepath.Join(s.folder, "data"))
	s.Until("be healthy", func() error {
		response, err := http.Get("http://" + s.endpoint + "/minio/health/ready")
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return errors.New(response.Status)
		}
		return response.Body.Close()
	})
	// A healthy server may still refuse requests for a moment.
	s.Until("take requests", func() error {
		_, err := s.client("12345678").ListBuckets(s.t.Context())
		return err
	})
}

func (s *server) client(secret string) *minio.Client {
	s.t.Helper()
	client, err := minio.New(s.endpoint, &minio.Options{
		Creds: credentials.NewStaticV4("admin", secret, ""),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return client
}

func TestObjectsOutliveTheProcess(t *testing.T) {
	s := &server{t: t, endpoint: placetest.Address() + ":9000", folder: t.TempDir()}
	s.start()
	client := s.client("12345678")
	host, _, _ := strings.Cut(s.endpoint, ":")
	s.ListensOnlyAt(host)
	if err := client.MakeBucket(t.Context(), "krt", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	const content = "name: a\n"
	_, err := client.PutObject(t.Context(), "krt", "krt.yml", strings.NewReader(content),
		int64(len(content)), minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.client("wrong").BucketExists(t.Context(), "krt")
	if minio.ToErrorResponse(err).StatusCode != http.StatusForbidden {
		t.Errorf("a wrong secret gets %v", err)
	}

	if code := s.Terminate(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	s.start()

	object, err := client.GetObject(t.Context(), "krt", "krt.yml", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(object); err != nil || string(got) != content {
		t.Errorf("got %q, %v", got, err)
	}
	s.Kill()
	s.start()
	if found, err := client.BucketExists(t.Context(), "krt"); err != nil || !found {
		t.Errorf("got %v, %v", found, err)
	}
}
