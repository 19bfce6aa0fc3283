package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
)

// server is an influxd under test, with a folder that outlives the process.
type server struct {
	t *testing.T
	*placetest.Process
	address, folder string
}

func (s *server) start(environment ...string) {
	s.t.Helper()
	s.Process = placetest.Start(s.t, s.folder, append([]string{
		place.AddressVariable + "=" + s.address,
		place.DataVariable + "=" + filepath.Join(s.folder, "influxdb"),
	}, environment...))
	s.Until("answer pings", func() error {
		code, body, err := s.request("/ping", "", "")
		if err == nil && code != http.StatusNoContent {
			err = fmt.Errorf("%d: %s", code, body)
		}
		return err
	})
}

// request posts something as a user, `name:password`, or as nobody.
func (s *server) request(path, user, body string) (int, string, error) {
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost,
		"http://"+s.address+":8086"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if name, password, given := strings.Cut(user, ":"); given {
		request.SetBasicAuth(name, password)
	}
	if path == "/ping" {
		request.Method = http.MethodGet
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

// query checks the answer to a query.
func (s *server) query(user, text string, code int, want string) {
	s.t.Helper()
	got, body, err := s.request("/query?db=kre", user, url.Values{"q": {text}}.Encode())
	if err != nil || got != code || !strings.Contains(body, want) {
		s.t.Errorf("%s: got %d %s, %v", text, got, body, err)
	}
}

// write checks how a point is received.
func (s *server) write(user string, code int) {
	s.t.Helper()
	got, body, err := s.request("/write?db=kre", user, "calls,node=a value=42i 1000000000\n")
	if err != nil || got != code {
		s.t.Errorf("write: got %d %s, %v", got, body, err)
	}
}

func TestPointsOutliveTheProcess(t *testing.T) {
	s := &server{t: t, address: placetest.Address(), folder: t.TempDir()}
	s.start("INFLUXDB_DB=kre")
	s.ListensOnlyAt(s.address)
	s.write("", http.StatusNoContent)
	s.query("", "SELECT value FROM calls", http.StatusOK, `["1970-01-01T00:00:01Z",42]`)
	s.query("", `CREATE DATABASE "with-hyphen"`, http.StatusOK, "statement_id")

	if code := s.Terminate(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	s.start("INFLUXDB_DB=other")
	s.query("", "SELECT value FROM calls", http.StatusOK, `["1970-01-01T00:00:01Z",42]`)
	s.query("", "SHOW DATABASES", http.StatusOK, `["kre"],["with-hyphen"]`)
	s.query("", "SHOW RETENTION POLICIES ON other", http.StatusOK, "database not found: other")
	s.Kill()
	s.start()
	s.query("", "SELECT value FROM calls", http.StatusOK, `["1970-01-01T00:00:01Z",42]`)
}

func TestUsersOfTheEnvironmentAreAskedForTheirPasswords(t *testing.T) {
	s := &server{t: t, address: placetest.Address(), folder: t.TempDir()}
	environment := []string{
		"INFLUXDB_HTTP_AUTH_ENABLED=true", "INFLUXDB_DB=kre", "INFLUXDB_ADMIN_USER=root",
		"INFLUXDB_ADMIN_PASSWORD=secret", "INFLUXDB_READ_USER=reader",
		"INFLUXDB_READ_USER_PASSWORD=secret",
	}
	s.start(environment...)
	for range 2 {
		s.query("", "SHOW DATABASES", http.StatusUnauthorized, "unable to parse")
		s.query("root:wrong", "SHOW DATABASES", http.StatusUnauthorized, "authorization failed")
		s.query("root:secret", "SHOW DATABASES", http.StatusOK, `["kre"]`)
		s.write("reader:secret", http.StatusForbidden)
		s.write("root:secret", http.StatusNoContent)
		s.query("reader:secret", "SELECT value FROM calls", http.StatusOK, ",42]")
		// A password that changes later changes nothing.
		s.Kill()
		environment[3] = "INFLUXDB_ADMIN_PASSWORD=changed"
		s.start(environment...)
	}
}

func TestQueriesOfTheFolderForScriptsAreRunOnce(t *testing.T) {
	s := &server{t: t, address: placetest.Address(), folder: t.TempDir()}
	script := file(t, "init.iql", "CREATE DATABASE \"kre\";\nCREATE DATABASE \"b\"\n")
	environment := place.ScriptsVariable + "=" + filepath.Dir(script)
	s.start(environment)
	s.query("", "SHOW DATABASES", http.StatusOK, `["kre"],["b"]`)
	s.query("", "DROP DATABASE b", http.StatusOK, "")
	s.Terminate()
	s.start(environment)
	s.query("", "SHOW RETENTION POLICIES ON b", http.StatusOK, "database not found: b")
}

func TestAConfigurationThatIsWrongIsRefused(t *testing.T) {
	for want, environment := range map[string]string{
		"influxdb init process failed: found WITH, expected": "INFLUXDB_DB=with-hyphen",
		"parse config /nowhere":                              "INFLUXDB_CONFIG_PATH=/nowhere",
	} {
		folder := t.TempDir()
		process := placetest.Start(t, folder, []string{
			place.AddressVariable + "=" + placetest.Address(),
			place.DataVariable + "=" + folder + "/influxdb", environment,
		})
		if code := process.Wait(); code != 1 || !strings.Contains(process.Output(), want) {
			t.Errorf("%s: code %d: %s", environment, code, process.Output())
		}
	}
}
