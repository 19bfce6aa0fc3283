package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// environment is that of a pod with the address of an endpoint.
func environment(endpoint string) []string {
	host, _, _ := strings.Cut(endpoint, ":")
	return []string{
		place.AddressVariable + "=" + host, "ROOT_ACCESS_KEY=admin", "ROOT_SECRET_KEY=12345678",
	}
}

func client(t *testing.T, endpoint, secret string) *minio.Client {
	t.Helper()
	client, err := minio.New(endpoint, &minio.Options{
		Creds: credentials.NewStaticV4("admin", secret, ""), Region: "us-east-1",
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestObjectsAreFilesAndOutliveTheProcess(t *testing.T) {
	endpoint, folder := placetest.Address()+":7070", t.TempDir()
	store := filepath.Join(folder, "data")
	if err := os.Mkdir(store, 0o755); err != nil {
		t.Fatal(err)
	}
	start := func() *placetest.Process {
		process := placetest.Start(t, folder, environment(endpoint),
			"--health", "/healthz", "posix", store)
		process.Listening(endpoint)
		return process
	}
	process := start()
	const content = "name: a\n"
	admin := client(t, endpoint, "12345678")
	if err := admin.MakeBucket(t.Context(), "krt", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err := admin.PutObject(t.Context(), "krt", "a/krt.yml", strings.NewReader(content),
		int64(len(content)), minio.PutObjectOptions{ContentType: "text/yaml"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client(t, endpoint, "wrong").BucketExists(t.Context(), "krt")
	if minio.ToErrorResponse(err).StatusCode != http.StatusForbidden {
		t.Errorf("a wrong secret gets %v", err)
	}
	if code := process.Terminate(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	process = start()

	object, err := admin.GetObject(t.Context(), "krt", "a/krt.yml", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(object)
	if err != nil || string(got) != content {
		t.Errorf("got %q, %v", got, err)
	}
	if info, err := object.Stat(); err != nil || info.ContentType != "text/yaml" {
		t.Errorf("got %+v, %v", info, err)
	}
	if got, err := os.ReadFile(filepath.Join(store, "krt", "a", "krt.yml")); err != nil ||
		string(got) != content {
		t.Errorf("got %q, %v", got, err)
	}
	process.Until("be healthy", func() error {
		response, err := http.Get("http://" + endpoint + "/healthz")
		if err == nil && response.StatusCode != http.StatusOK {
			err = errors.New(response.Status)
		}
		return err
	})
}

func TestAPortOfTheArgumentsIsKept(t *testing.T) {
	endpoint, folder := placetest.Address()+":9000", t.TempDir()
	process := placetest.Start(t, folder, environment(endpoint), "--port", "0.0.0.0:9000",
		"--admin-port", ":7080", "posix", folder)
	process.Listening(endpoint)
	host, _, _ := strings.Cut(endpoint, ":")
	process.ListensOnlyAt(host)
}

func TestWithoutArgumentsTheEnvironmentDecides(t *testing.T) {
	endpoint, folder := placetest.Address()+":7070", t.TempDir()
	process := placetest.Start(t, folder, append(environment(endpoint), "VGW_BACKEND=posix",
		"VGW_ARGS=--region eu-1 --quiet", "VGW_BACKEND_ARG="+folder))
	process.Listening(endpoint)
}

func TestTheEntrypointsVariablesBecomeArguments(t *testing.T) {
	variables := map[string]string{
		"VGW_BACKEND": "posix", "VGW_ARGS": "-q  --debug", "VGW_BACKEND_ARG": "/a folder",
		"VGW_BACKEND_ARGS": "--nometa",
	}
	got, err := argumentsOfImage(func(name string) string { return variables[name] })
	want := []string{"-q", "--debug", "posix", "/a folder", "--nometa"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestARefusedStartSaysWhyInOneLine(t *testing.T) {
	folder := t.TempDir()
	for want, arguments := range map[string][]string{
		"flag provided but not defined: -webui": {"--webui", ":7071", "posix", folder},
		"flag provided but not defined: -nope":  {"posix", "--nope", folder},
		"no directory provided":                 {"posix"},
		"no backend \"azure\"":                  {"azure"},
		"VGW_BACKEND is unset":                  nil,
		"chdir /nowhere":                        {"posix", "/nowhere"},
	} {
		process := placetest.Start(t, folder, environment(placetest.Address()+":7070"), arguments...)
		code, output := process.Wait(), process.Output()
		if code != 1 || !strings.Contains(output, want) || strings.Count(output, "\n") != 1 {
			t.Errorf("%v: code %d: %s", arguments, code, output)
		}
	}
}
