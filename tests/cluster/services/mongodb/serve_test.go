package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// server is a mongod under test, with a folder that outlives the process.
type server struct {
	t *testing.T
	*placetest.Process
	address, folder string
}

func newServer(t *testing.T) *server {
	return &server{t: t, address: placetest.Address(), folder: t.TempDir()}
}

// run starts the program, whatever becomes of it.
func (s *server) run(environment []string, arguments ...string) {
	s.Process = placetest.Start(s.t, s.folder, append([]string{
		place.AddressVariable + "=" + s.address,
		place.DataVariable + "=" + filepath.Join(s.folder, "db"),
	}, environment...), arguments...)
}

// start starts the program and waits until it serves.
func (s *server) start(environment []string, arguments ...string) {
	s.run(environment, arguments...)
	s.Listening(s.address + ":27017")
}

// connect returns a client for `user:password@`, or for nobody.
func (s *server) connect(user, query string) *mongo.Client {
	s.t.Helper()
	client, err := mongo.Connect(options.Client().
		ApplyURI("mongodb://" + user + s.address + ":27017/" + query).
		SetServerSelectionTimeout(20 * time.Second))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client
}

func root(password string) []string {
	return []string{"MONGO_INITDB_ROOT_USERNAME=root", "MONGO_INITDB_ROOT_PASSWORD=" + password}
}

// insert writes one document and fails the test if that does not work.
func insert(t *testing.T, client *mongo.Client, id string) {
	t.Helper()
	if _, err := things(client).InsertOne(t.Context(), bson.M{"_id": id}); err != nil {
		t.Fatal(err)
	}
}

func things(client *mongo.Client) *mongo.Collection {
	return client.Database("shop").Collection("things")
}

// refused checks that an error is mongod's of that code.
func refused(t *testing.T, err error, code int) {
	t.Helper()
	known, ok := err.(mongo.ServerError)
	if !ok && err != nil && code == authenticationFailed {
		// Drivers wrap what goes wrong before a connection is usable.
		if strings.Contains(err.Error(), "AuthenticationFailed") {
			return
		}
	}
	if !ok || !known.HasErrorCode(code) {
		t.Errorf("want code %d, got %v", code, err)
	}
}

const (
	unauthorized         = 13
	authenticationFailed = 18
)

func count(t *testing.T, client *mongo.Client) int64 {
	t.Helper()
	count, err := things(client).CountDocuments(t.Context(), bson.M{})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func TestWithARootUserOnlyTheRightPasswordLetsIn(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))

	_, err := things(s.connect("", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, unauthorized)
	_, err = things(s.connect("root:wrong@", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)
	_, err = things(s.connect("nobody:right@", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)
	insert(t, s.connect("root:right@", ""), "a")
	insert(t, s.connect("root:right@", "?authMechanism=SCRAM-SHA-1"), "b")
	s.ListensOnlyAt(s.address)
	if err := s.connect("", "").Ping(t.Context(), nil); err != nil {
		t.Errorf("mongod lets anybody ping: %v", err)
	}
}

func TestDataAndUsersOutliveTheProcessHoweverItEnds(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))
	client := s.connect("root:right@", "")
	insert(t, client, "a")
	create := bson.D{{Key: "createUser", Value: "app"}, {Key: "pwd", Value: "secret"},
		{Key: "roles", Value: bson.A{bson.M{"role": "readWrite", "db": "shop"}}}}
	if err := client.Database("shop").RunCommand(t.Context(), create).Err(); err != nil {
		t.Fatal(err)
	}

	started := time.Now()
	if code := s.Terminate(); code != 0 || time.Since(started) > 10*time.Second {
		t.Errorf("ended with %d after %s", code, time.Since(started))
	}
	// A password that changes later changes nothing.
	s.start(root("changed"))
	_, err := things(s.connect("root:changed@", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)
	insert(t, s.connect("root:right@", ""), "b")
	insert(t, s.connect("app:secret@", "shop"), "c")

	s.Kill()
	s.start(root("changed"))
	if got := count(t, s.connect("root:right@", "")); got != 3 {
		t.Errorf("got %d documents", got)
	}
}

func TestAFolderThatWasUsedBeforeGetsNoRootUser(t *testing.T) {
	s := newServer(t)
	s.start(nil)
	insert(t, s.connect("", ""), "a")
	s.Kill()

	s.start(root("late"))

	_, err := things(s.connect("root:late@", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)
}

func TestWithoutAuthorizationUsersExistAndNobodyNeedsOne(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))
	s.Kill()

	s.start(nil)

	insert(t, s.connect("", ""), "a")
	insert(t, s.connect("root:right@", ""), "b")
	_, err := things(s.connect("root:wrong@", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)
}

func TestAuthorizationIsOnWhenArgumentsSaySo(t *testing.T) {
	s := newServer(t)
	s.start(nil, "--auth")
	_, err := things(s.connect("", "")).InsertOne(t.Context(), bson.M{})
	refused(t, err, unauthorized)
}

func TestScriptsThatCannotRunAreNamed(t *testing.T) {
	s := newServer(t)
	script := filepath.Join(t.TempDir(), "init.js")
	if err := os.WriteFile(script, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.start([]string{place.ScriptsVariable + "=" + filepath.Dir(script)})
	if output := s.Output(); !strings.Contains(output, script) {
		t.Errorf("got %s", output)
	}
}

func TestARefusedStartSaysWhyInOneLine(t *testing.T) {
	taken := newServer(t)
	listener, err := net.Listen("tcp", taken.address+":27017")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	running := newServer(t)
	running.start(nil)
	twin := &server{t: t, address: placetest.Address(), folder: running.folder}
	for _, test := range []struct {
		server      *server
		environment []string
		argument    string
		code        int
		text        string
	}{
		{newServer(t), nil, "--dbpaht=/x", exitBadOptions, "unrecognised option '--dbpaht'"},
		{newServer(t), root("")[:1], "", exitFailure, "both must be specified"},
		{newServer(t), nil, "--dbpath=/nowhere", exitData, "Data directory /nowhere not found"},
		{twin, nil, "", exitData, "Unable to lock the lock file"},
		{taken, nil, "", exitNetwork, "address already in use"},
	} {
		var arguments []string
		if test.argument != "" {
			arguments = append(arguments, test.argument)
		}
		test.server.run(test.environment, arguments...)
		code, output := test.server.Wait(), test.server.Output()
		if code != test.code || !strings.Contains(output, test.text) ||
			strings.Count(output, "\n") != 1 {
			t.Errorf("code %d: %s", code, output)
		}
	}
}
