package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

const address = "127.255.0.9"

// file writes a file for a test and returns its path.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArgumentsMeanWhatTheyMeanToMongod(t *testing.T) {
	key := file(t, "secret")
	for name, test := range map[string]struct {
		arguments []string
		want      settings
	}{
		"nothing":           {nil, settings{}},
		"value in the next": {[]string{"--port", "27018"}, settings{port: 27018}},
		"value attached":    {[]string{"--port=27018"}, settings{port: 27018}},
		"folder": {
			[]string{"--dbpath", "/elsewhere"},
			settings{folder: "/elsewhere", folderNamed: true},
		},
		"folder of the image": {[]string{"--dbpath", "/data/db"}, settings{}},
		"authorization":       {[]string{"--auth"}, settings{authorization: true}},
		"key file":            {[]string{"--keyFile", key}, settings{authorization: true}},
		"no authorization":    {[]string{"--auth", "--noauth"}, settings{}},
		"replica set":         {[]string{"--replSet=rs0"}, settings{replicaSet: "rs0"}},
		"host":                {[]string{"--bind_ip", "127.0.0.1"}, settings{host: "127.0.0.1"}},
		"all hosts":           {[]string{"--bind_ip", "127.0.0.1", "--bind_ip_all"}, settings{}},
		"harmless": {
			[]string{"--wiredTigerCacheSizeGB", "0.25", "--quiet", "-vvv", "--verbose",
				"--setParameter", "a=b", "--oplogSize=50"},
			settings{},
		},
	} {
		want := test.want
		want.address = address
		if want.folder == "" {
			want.folder = imageFolder
		}
		if want.port == 0 {
			want.port = defaultPort
		}
		t.Run(name, func(t *testing.T) {
			t.Setenv(place.DataVariable, "")
			got, err := parse(address, test.arguments)
			if err != nil {
				t.Fatal(err)
			}
			if got.folder != want.folder || got.folderNamed != want.folderNamed ||
				got.host != want.host || got.port != want.port || got.address != want.address ||
				got.authorization != want.authorization || got.replicaSet != want.replicaSet {
				t.Errorf("got %+v, want %+v", *got, want)
			}
		})
	}
}

func TestArgumentsThatMongodWouldRefuseAreRefused(t *testing.T) {
	for text, arguments := range map[string][]string{
		"unrecognised option '--dbpaht'":                       {"--dbpaht", "/data"},
		"unrecognised option '-x'":                             {"-x"},
		"too many positional options":                          {"mongod"},
		"the required argument for option '--port' is missing": {"--port"},
		"the argument ('http') for option '--port' is invalid": {"--port", "http"},
		"option '--auth' does not take any arguments":          {"--auth=yes"},
		"unable to acquire security key[s]":                    {"--keyFile", "/nowhere"},
		"/nowhere.yaml":                                        {"-f", "/nowhere.yaml"},
		"option '--tlsMode' is not in this stand-in":           {"--tlsMode", "requireTLS"},
	} {
		_, err := parse(address, arguments)
		if err == nil || !strings.Contains(err.Error(), text) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: got %v", arguments, err)
		}
	}
}

func TestAConfigurationFileSaysTheSameAsArguments(t *testing.T) {
	path := file(t, `
net:
  port: 27018
  bindIpAll: true
  compression: {compressors: zlib}
storage:
  dbPath: /elsewhere
  wiredTiger: {engineConfig: {cacheSizeGB: 0.25}}
security.authorization: enabled
replication: {replSetName: rs0}
systemLog: {quiet: true, destination: file, path: /var/log/mongod.log}
`)
	got, err := parse(address, []string{"--config", path})
	if err != nil {
		t.Fatal(err)
	}
	if got.port != 27018 || got.folder != "/elsewhere" || !got.authorization ||
		got.replicaSet != "rs0" {
		t.Errorf("got %+v", *got)
	}
	got, err = parse(address, []string{"--port", "27019", "-f", path})
	if err != nil || got.port != 27019 || got.replicaSet != "rs0" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAConfigurationFileThatMongodWouldRefuseIsRefused(t *testing.T) {
	for content, text := range map[string]string{
		"net: {prot: 1}":               "Unrecognized option: net.prot",
		"net: {tls: {mode: x}}":        "Unrecognized option: net.tls.mode",
		"security: {authorization: 1}": "bad value for security.authorization: 1",
		"a: [":                         "yaml",
		"net: {port: http}":            "the argument ('http') for option '--port' is invalid",
	} {
		_, err := parse(address, []string{"-f", file(t, content)})
		if err == nil || !strings.Contains(err.Error(), text) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", content, err)
		}
	}
}

func TestTheClusterChoosesTheFolderAndTheHost(t *testing.T) {
	t.Setenv(place.DataVariable, "/volume")
	got, err := parse(address, []string{"--bind_ip", "0.0.0.0"})
	if err != nil || got.folder != "/volume" || got.folderNamed ||
		got.endpoint() != "127.255.0.9:27017" {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = parse("", nil)
	if err != nil || got.endpoint() != ":27017" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTheRootUserIsThatOfTheEnvironment(t *testing.T) {
	const name, password = "MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"
	secret := file(t, "from file\n")
	for title, test := range map[string]struct {
		environment map[string]string
		want        user
		refused     string
	}{
		"nobody": {},
		"values": {map[string]string{name: "root", password: "s"}, user{"root", "s"}, ""},
		"file": {
			map[string]string{name: "root", password + "_FILE": secret},
			user{"root", "from file"}, "",
		},
		"both":        {map[string]string{name: "a", name + "_FILE": secret}, user{}, "exclusive"},
		"no password": {map[string]string{name: "a"}, user{}, "both must be specified"},
		"no name":     {map[string]string{password: "a"}, user{}, "both must be specified"},
		"no file":     {map[string]string{name + "_FILE": "/nowhere"}, user{}, "/nowhere"},
	} {
		t.Run(title, func(t *testing.T) {
			got, err := rootUser(func(name string) string { return test.environment[name] })
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			if err != nil || (got == nil) != (test.want == user{}) ||
				got != nil && *got != test.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
