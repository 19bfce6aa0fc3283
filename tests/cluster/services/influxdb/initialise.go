package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/influxdata/influxdb/cmd/influxd/run"
	"github.com/influxdata/influxdb/query"
	"github.com/influxdata/influxql"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// initialise runs the entrypoint's queries in a folder that was never used, on a server that
// nobody can reach yet.
func initialise(config *run.Config, environment func(string) string) error {
	if _, err := os.Stat(config.Meta.Dir); err == nil {
		return nil
	}
	queries := userQueries(config.HTTPD.AuthEnabled, environment)
	scripts, err := scriptQueries(place.Scripts())
	if err != nil {
		return err
	}
	queries = append(queries, scripts...)
	if len(queries) == 0 {
		return nil
	}
	unreachable := *config
	unreachable.HTTPD.Enabled = false
	server, err := open(&unreachable)
	if err != nil {
		return err
	}
	for _, text := range queries {
		err = errors.Join(err, execute(server, text))
	}
	return errors.Join(err, server.Close())
}

// userQueries returns what the entrypoint makes of the environment, quoted as it quotes.
func userQueries(authorization bool, environment func(string) string) []string {
	var queries []string
	admin, database := environment("INFLUXDB_ADMIN_USER"), environment("INFLUXDB_DB")
	withUsers := authorization && admin != ""
	if withUsers {
		queries = append(queries, fmt.Sprintf(`CREATE USER "%s" WITH PASSWORD '%s' WITH ALL PRIVILEGES`,
			admin, password("INFLUXDB_ADMIN_PASSWORD", environment)))
	}
	if database != "" {
		queries = append(queries, "CREATE DATABASE "+database)
	}
	if !withUsers {
		return queries
	}
	for _, user := range []struct{ variable, privilege string }{
		{"INFLUXDB_USER", "ALL"}, {"INFLUXDB_WRITE_USER", "WRITE"}, {"INFLUXDB_READ_USER", "READ"},
	} {
		name := environment(user.variable)
		if name == "" {
			continue
		}
		queries = append(queries, fmt.Sprintf(`CREATE USER "%s" WITH PASSWORD '%s'`,
			name, password(user.variable+"_PASSWORD", environment)))
		if database != "" {
			queries = append(queries, fmt.Sprintf(`GRANT %s ON "%s" TO "%s"`,
				user.privilege, database, name))
		}
	}
	return queries
}

// password returns that of the environment, or makes one and tells it in the log.
func password(variable string, environment func(string) string) string {
	if given := environment(variable); given != "" {
		return given
	}
	made := rand.Text()
	fmt.Printf("%s:%s\n", variable, made)
	return made
}

// scriptQueries reads the queries of a folder, in order of name.
func scriptQueries(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var queries []string
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		switch filepath.Ext(path) {
		case ".iql":
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			queries = append(queries, string(text))
		case ".sh":
			return nil, fmt.Errorf("%s: a stand-in cannot run scripts; use queries (.iql)", path)
		default:
			fmt.Printf("ignoring %s\n", path)
		}
	}
	return queries, nil
}

// execute runs queries on a server, with all privileges.
func execute(server *run.Server, text string) error {
	parsed, err := influxql.ParseQuery(text)
	if err != nil {
		return err
	}
	for result := range server.QueryExecutor.ExecuteQuery(parsed, query.ExecutionOptions{
		Authorizer: query.OpenAuthorizer, CoarseAuthorizer: query.OpenCoarseAuthorizer,
	}, nil) {
		err = errors.Join(err, result.Err)
	}
	return err
}
