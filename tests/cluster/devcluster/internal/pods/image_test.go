package pods

import (
	"slices"
	"testing"
)

func TestAnImageIsAService(t *testing.T) {
	for name, program := range map[string]string{
		"nats":                                   "nats-server",
		"nats:2.10-alpine":                       "nats-server",
		"docker.io/library/nats@sha256:" + zeros: "nats-server",
		"registry.local:5000/mirror/nats:1":      "nats-server",
		"mongo:7":                                "mongod",
		"minio/minio:RELEASE.2025-01-01":         "minio",
		"ghcr.io/versity/versitygw:v1":           "versitygw",
		"influxdb:1.8":                           "influxd",
		"konstellation/kre-entrypoint:3.3.6":     "stand-in",
		"konstellation/krt-files-downloader":     "stand-in",
		"nats-box":                               "",
		"natsio/prometheus-nats-exporter:0.15":   "",
		"nats/other":                             "",
		"mongo-express":                          "",
		"UPPER CASE":                             "",
	} {
		known, ok := imageOf(name)
		if ok != (program != "") || known.program != program {
			t.Errorf("%s is %q", name, known.program)
		}
	}
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

func TestARegistryIsUnreachable(t *testing.T) {
	for name, want := range map[string]bool{
		"registry.invalid/nats:1":       true,
		"registry.invalid:5000/nats":    true,
		"registry.example/invalid/nats": false,
		"nats":                          false,
		"nats:invalid":                  false,
	} {
		if unreachable(name) != want {
			t.Errorf("%s: unreachable is %t", name, !want)
		}
	}
}

func TestAnEntrypointMakesOfArguments(t *testing.T) {
	for _, fact := range []struct {
		says, image   string
		command, args []string
		want          []string
	}{
		{"the defaults of the image, if there are none", "nats", nil, nil, []string{"nats-server", "--config", "/etc/nats/nats-server.conf"}},
		{"arguments of its program, if they are flags", "nats", nil, []string{"-js"}, []string{"nats-server", "-js"}},
		{"a program of their own, if they name one", "nats", nil, []string{"nats-server", "-js"}, []string{"nats-server", "-js"}},
		{"nothing, if a command takes its place", "nats", []string{"sh", "-c"}, []string{"exit 1"}, []string{"sh", "-c", "exit 1"}},
		{"nor are there defaults for a command", "nats", []string{"nats-server"}, nil, []string{"nats-server"}},
		{"MongoDB takes flags as well", "mongo", nil, []string{"--replSet", "rs0"}, []string{"mongod", "--replSet", "rs0"}},
		{"MongoDB runs by default", "mongo", nil, nil, []string{"mongod"}},
		{"MinIO takes a verb", "minio/minio", nil, []string{"server", "/data"}, []string{"minio", "server", "/data"}},
		{"or its own name", "minio/minio", nil, []string{"minio", "server", "/data"}, []string{"minio", "server", "/data"}},
		{"versitygw takes anything", "versity/versitygw", nil, []string{"posix", "/data"}, []string{"versitygw", "posix", "/data"}},
		{"a program of their own, where the image has nothing but a default", "kre-entrypoint", nil, []string{"--version"}, []string{"--version"}},
		{"nothing, where the image says all", "krt-files-downloader", nil, nil, []string{"stand-in", "krt-files-downloader"}},
		{"InfluxDB takes flags", "influxdb:1.8", nil, []string{"-config", "/x"}, []string{"influxd", "-config", "/x"}},
	} {
		t.Run(fact.says, func(t *testing.T) {
			known, _ := imageOf(fact.image)
			if got := known.arguments(fact.command, fact.args); !slices.Equal(got, fact.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestARuntimeCallsAnImage(t *testing.T) {
	if got := fullName("nats"); got != "docker.io/library/nats:latest" {
		t.Errorf("got %s", got)
	}
	if imageID("nats:2") == imageID("nats:3") || imageID("nats") != imageID("docker.io/library/nats:latest") {
		t.Error("the digest does not follow the name")
	}
}
