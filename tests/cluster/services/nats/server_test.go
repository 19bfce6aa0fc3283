package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func TestAServerOnItsOwnKeepsItsStreamInTheWorkingFolder(t *testing.T) {
	address, folder := placetest.Address(), t.TempDir()
	only := &member{address: address, folder: folder}
	only.Process = placetest.Start(t, folder, []string{place.AddressVariable + "=" + address}, "-js")
	only.Listening(address + ":4222")
	_, client := only.connect(t)
	if _, err := client.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "b"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "tmp", "nats", "jetstream", "$G")); err != nil {
		t.Error(err)
	}
}

func TestAPasswordOfTheArgumentsIsAskedFor(t *testing.T) {
	address, folder := placetest.Address(), t.TempDir()
	process := placetest.Start(t, folder, []string{place.AddressVariable + "=" + address},
		"--user", "me", "--pass", "right")
	process.Listening(address + ":4222")

	_, err := nats.Connect("nats://"+address+":4222", nats.UserInfo("me", "wrong"))
	if !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("got %v", err)
	}
	connection, err := nats.Connect("nats://"+address+":4222", nats.UserInfo("me", "right"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	subscription, err := connection.SubscribeSync("echo")
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.Publish("echo", []byte("hello")); err != nil {
		t.Fatal(err)
	}
	message, err := subscription.NextMsg(10 * time.Second)
	if err != nil || !bytes.Equal(message.Data, []byte("hello")) {
		t.Errorf("got %v, %v", message, err)
	}
}
