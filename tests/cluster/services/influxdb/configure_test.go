package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

const address = "127.255.0.9"

const everyListener = `
bind-address = "0.0.0.0:9088"
[meta]
  dir = "/elsewhere/meta"
[data]
  dir = "/elsewhere/data"
  wal-dir = "/elsewhere/wal"
[http]
  bind-address = ":9086"
[[graphite]]
  enabled = true
[[udp]]
  enabled = true
  bind-address = "0.0.0.0:9089"
`

// file writes a file for a test and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryListenerOfAFileUsesTheAddress(t *testing.T) {
	path := file(t, "influxdb.conf", everyListener)
	config, err := configure(address, []string{"-config", path})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{config.BindAddress, config.HTTPD.BindAddress}
	for _, input := range config.GraphiteInputs {
		got = append(got, input.BindAddress)
	}
	for _, input := range config.UDPInputs {
		got = append(got, input.BindAddress)
	}
	want := []string{address + ":9088", address + ":9086", address + ":2003", address + ":9089"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if config.Meta.Dir != "/elsewhere/meta" || !config.ReportingDisabled {
		t.Errorf("got %+v", config)
	}
}

func TestWithoutAFileTheFolderIsThatOfTheClusterOrTheImage(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	for variable, want := range map[string]string{"": imageFolder, "/volume": "/volume"} {
		t.Setenv(place.DataVariable, variable)
		config, err := configure(address, []string{"-config", os.DevNull})
		if err != nil {
			t.Fatal(err)
		}
		if config.Meta.Dir != want+"/meta" || config.Data.Dir != want+"/data" ||
			config.Data.WALDir != want+"/wal" {
			t.Errorf("%q: got %+v", variable, config)
		}
	}
}

func TestTheEnvironmentWinsAsUpstreamHasIt(t *testing.T) {
	t.Setenv("INFLUXDB_HTTP_BIND_ADDRESS", "0.0.0.0:9999")
	t.Setenv("INFLUXDB_HTTP_AUTH_ENABLED", "true")
	t.Setenv("INFLUXDB_META_DIR", "/meta")
	t.Setenv("INFLUXDB_REPORTING_DISABLED", "false")
	config, err := configure(address, []string{"-config", os.DevNull})
	if err != nil {
		t.Fatal(err)
	}
	if config.HTTPD.BindAddress != address+":9999" || !config.HTTPD.AuthEnabled ||
		config.Meta.Dir != "/meta" || !config.ReportingDisabled {
		t.Errorf("got %+v", config)
	}
}

func TestTheEntrypointMakesWhatTheEnvironmentNames(t *testing.T) {
	all := map[string]string{
		"INFLUXDB_DB": "kre", "INFLUXDB_ADMIN_USER": "root", "INFLUXDB_ADMIN_PASSWORD": "r",
		"INFLUXDB_USER": "me", "INFLUXDB_USER_PASSWORD": "m", "INFLUXDB_READ_USER": "reader",
		"INFLUXDB_READ_USER_PASSWORD": "x",
	}
	lookup := func(name string) string { return all[name] }
	want := []string{
		`CREATE USER "root" WITH PASSWORD 'r' WITH ALL PRIVILEGES`,
		`CREATE DATABASE kre`,
		`CREATE USER "me" WITH PASSWORD 'm'`,
		`GRANT ALL ON "kre" TO "me"`,
		`CREATE USER "reader" WITH PASSWORD 'x'`,
		`GRANT READ ON "kre" TO "reader"`,
	}
	if got := userQueries(true, lookup); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := userQueries(false, lookup); !slices.Equal(got, want[1:2]) {
		t.Errorf("without authorization: got %q", got)
	}
	if got := userQueries(true, func(string) string { return "" }); got != nil {
		t.Errorf("without anything: got %q", got)
	}
}

func TestOnlyQueriesAreTakenFromTheFolderForScripts(t *testing.T) {
	path := file(t, "a.iql", "CREATE DATABASE a")
	got, err := scriptQueries(filepath.Dir(path))
	if err != nil || !slices.Equal(got, []string{"CREATE DATABASE a"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := scriptQueries("/nowhere"); err != nil || got != nil {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = scriptQueries(filepath.Dir(file(t, "a.sh", "")))
	if err == nil || !strings.Contains(err.Error(), "a.sh") {
		t.Errorf("got %v", err)
	}
}
