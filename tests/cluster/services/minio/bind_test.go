package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

const (
	address = "127.255.0.9"
	console = "--console-address 127.255.0.9:0 "
)

func nothing(string) string { return "" }

func TestEveryListenerUsesTheAddressAndKeepsItsPort(t *testing.T) {
	for arguments, want := range map[string]string{
		"/data":                        "--address 127.255.0.9:9000 " + console + "/data",
		"--address :9005 /data":        "--address 127.255.0.9:9005 " + console + "/data",
		"/data --address=0.0.0.0:9005": "--address 127.255.0.9:9005 " + console + "/data",
		"-address :9005 /data":         "--address 127.255.0.9:9005 " + console + "/data",
		"/data --console-address :9001": "--address 127.255.0.9:9000 " +
			"--console-address 127.255.0.9:9001 /data",
		"/data --ftp address=:8021": "--address 127.255.0.9:9000 " + console +
			"/data --ftp address=127.255.0.9:8021",
		"/data --sftp=address=:8022": "--address 127.255.0.9:9000 " + console +
			"/data --sftp=address=127.255.0.9:8022",
		"--quiet /address=1": "--address 127.255.0.9:9000 " + console + "--quiet /address=1",
	} {
		got, err := bind(address, strings.Fields(arguments), nothing)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, %v", arguments, got, err)
		}
	}
}

func TestTheEnvironmentNamesPortsThatArgumentsDoNot(t *testing.T) {
	environment := map[string]string{"MINIO_ADDRESS": ":9005", "MINIO_CONSOLE_ADDRESS": ":9001"}
	lookup := func(name string) string { return environment[name] }
	got, err := bind(address, []string{"/data", "--address", ":9006"}, lookup)
	want := "--address 127.255.0.9:9006 --console-address 127.255.0.9:9001 /data"
	if err != nil || strings.Join(got, " ") != want {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAnAddressWithoutAPortIsRefused(t *testing.T) {
	_, err := bind(address, []string{"--address", "0.0.0.0:", "/data"}, nothing)
	if err == nil || !strings.Contains(err.Error(), "--address") {
		t.Errorf("got %v", err)
	}
}

func TestConsoleAndUpdatesAreOffUnlessTheEnvironmentSaysOtherwise(t *testing.T) {
	t.Setenv(place.AddressVariable, address)
	t.Setenv("MINIO_BROWSER", "on")
	t.Setenv("MINIO_UPDATE", "")
	if _, err := prepare([]string{"--version"}); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("MINIO_BROWSER") != "on" || os.Getenv("MINIO_UPDATE") != "off" {
		t.Errorf("got %q and %q", os.Getenv("MINIO_BROWSER"), os.Getenv("MINIO_UPDATE"))
	}
}

func TestOnlyAServerIsBound(t *testing.T) {
	t.Setenv(place.AddressVariable, address)
	for _, arguments := range [][]string{nil, {"--help"}, {"--version"}} {
		got, err := prepare(arguments)
		if err != nil || !slices.Equal(got, arguments) {
			t.Errorf("%v: got %v, %v", arguments, got, err)
		}
	}
}
