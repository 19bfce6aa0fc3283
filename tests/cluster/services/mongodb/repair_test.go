package main

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// concurrently has eight clients do something fifty times each.
func concurrently(t *testing.T, step func() error) {
	t.Helper()
	var clients sync.WaitGroup
	var lock sync.Mutex
	var failed error
	for range 8 {
		clients.Go(func() {
			for range 50 {
				if err := step(); err != nil {
					lock.Lock()
					failed = errors.Join(failed, err)
					lock.Unlock()
					return
				}
			}
		})
	}
	clients.Wait()
	if failed != nil {
		t.Fatal(failed)
	}
}

func TestConcurrentIncrementsAllCount(t *testing.T) {
	s := newServer(t)
	s.start(nil)
	client := s.connect("", "")
	insert(t, client, "counter")
	filter, increment := bson.M{"_id": "counter"}, bson.M{"$inc": bson.M{"n": 1}}

	concurrently(t, func() error {
		_, err := things(client).UpdateOne(t.Context(), filter, increment)
		return err
	})
	concurrently(t, func() error {
		return things(client).FindOneAndUpdate(t.Context(), filter, increment).Err()
	})

	var counter struct{ N int }
	if err := things(client).FindOne(t.Context(), filter).Decode(&counter); err != nil {
		t.Fatal(err)
	}
	if counter.N != 800 {
		t.Errorf("counted %d", counter.N)
	}
}

func TestUsersAreMadeChangedAndDroppedWithTheirRoles(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))
	database := s.connect("root:right@", "").Database("shop")
	roles := bson.E{Key: "roles", Value: bson.A{"readWrite", bson.M{"role": "read", "db": "x"}}}
	for _, command := range []bson.D{
		{{Key: "createRole", Value: "r"}, {Key: "privileges", Value: bson.A{}}, roles},
		{{Key: "createUser", Value: "app"}, {Key: "pwd", Value: "old"}, roles},
		{{Key: "grantRolesToUser", Value: "app"}, roles},
		{{Key: "updateUser", Value: "app"}, roles},
		{{Key: "updateUser", Value: "app"}, {Key: "pwd", Value: "new"}, roles},
		{{Key: "revokeRolesFromUser", Value: "app"}, roles},
		{{Key: "dropRole", Value: "r"}},
		{{Key: "rolesInfo", Value: 1}},
	} {
		if err := database.RunCommand(t.Context(), command).Err(); err != nil {
			t.Errorf("%v: %v", command, err)
		}
	}
	insert(t, s.connect("app:new@", "shop"), "a")
	_, err := things(s.connect("app:old@", "shop")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)

	again := bson.D{{Key: "createUser", Value: "app"}, {Key: "pwd", Value: "x"}, roles}
	refused(t, database.RunCommand(t.Context(), again).Err(), 51003)
	drop := bson.D{{Key: "dropUser", Value: "app"}}
	if err := database.RunCommand(t.Context(), drop).Err(); err != nil {
		t.Error(err)
	}
	_, err = things(s.connect("app:new@", "shop")).InsertOne(t.Context(), bson.M{})
	refused(t, err, authenticationFailed)
}

func TestRoleCommandsAreForThoseWhoHaveLoggedIn(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))
	for _, name := range []string{"createRole", "rolesInfo", "createUser", "usersInfo"} {
		command := bson.D{{Key: name, Value: "x"}, {Key: "roles", Value: bson.A{}}}
		err := s.connect("", "").Database("shop").RunCommand(t.Context(), command).Err()
		refused(t, err, unauthorized)
	}
}

func TestAReplicaSetOfOneIsFoundByItsName(t *testing.T) {
	s := newServer(t)
	s.start(root("right"), "--replSet=rs0")
	insert(t, s.connect("root:right@", "?replicaSet=rs0"), "a")
}

func TestFilesAreStoredInBucketsOfAnyName(t *testing.T) {
	s := newServer(t)
	s.start(nil)
	client := s.connect("", "")
	bucket := client.Database("shop").GridFSBucket(options.GridFSBucket().SetName("krt"))
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	err := bucket.UploadFromStreamWithID(t.Context(), "v1", "v1.krt", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	s.Kill()
	s.start(nil)

	var got bytes.Buffer
	if _, err := bucket.DownloadToStream(t.Context(), "v1", &got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), content) {
		t.Errorf("got %d bytes of %d", got.Len(), len(content))
	}
}

func TestAUniqueIndexHoldsForWritersAtOnce(t *testing.T) {
	s := newServer(t)
	s.start(nil)
	client := s.connect("", "")
	_, err := things(client).Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.M{"name": 1}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	concurrently(t, func() error {
		_, err := things(client).InsertOne(t.Context(), bson.M{"name": "same"})
		if mongo.IsDuplicateKeyError(err) {
			return nil
		}
		return err
	})
	if got := count(t, client); got != 1 {
		t.Errorf("got %d documents", got)
	}
}
