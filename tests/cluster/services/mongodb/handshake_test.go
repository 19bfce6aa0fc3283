package main

import (
	"log/slog"
	"testing"

	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
	"github.com/FerretDB/wire/wireclient"
	"github.com/xdg-go/scram"
)

// handshake is a client that logs in step by step.
type handshake struct {
	t            *testing.T
	connection   *wireclient.Conn
	conversation *scram.ClientConversation
}

// step sends the client's next message and returns what the server says.
func (h *handshake) step(command, challenge string) *wirebson.Document {
	h.t.Helper()
	payload, err := h.conversation.Step(challenge)
	if err != nil {
		h.t.Fatal(err)
	}
	request := wire.MustOpMsg(command, int32(1), "conversationId", int32(1),
		"mechanism", "SCRAM-SHA-256", "payload", wirebson.Binary{B: []byte(payload)},
		"options", wirebson.MustDocument("skipEmptyExchange", true), "$db", "admin")
	_, body, err := h.connection.Request(h.t.Context(), request)
	if err != nil {
		h.t.Fatal(err)
	}
	answer, err := body.(*wire.OpMsg).RawSection0().Decode()
	if err != nil {
		h.t.Fatal(err)
	}
	return answer
}

func newHandshake(t *testing.T, s *server, password string) *handshake {
	t.Helper()
	uri := "mongodb://" + s.address + ":27017/"
	connection, err := wireclient.Connect(t.Context(), uri, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	client, err := scram.SHA256.NewClient("root", password, "")
	if err != nil {
		t.Fatal(err)
	}
	return &handshake{t, connection, client.NewConversation()}
}

func TestAHandshakeIsDoneWithTheServersProof(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))
	h := newHandshake(t, s, "right")

	first := h.step("saslStart", "")
	if first.Get("done") != false {
		t.Fatalf("got %s", first.LogValue())
	}
	second := h.step("saslContinue", string(first.Get("payload").(wirebson.Binary).B))

	if second.Get("done") != true || second.Get("ok") != 1.0 {
		t.Errorf("got %s", second.LogValue())
	}
	proof := string(second.Get("payload").(wirebson.Binary).B)
	if _, err := h.conversation.Step(proof); err != nil || !h.conversation.Valid() {
		t.Errorf("the server proves nothing with %q: %v", proof, err)
	}
}

func TestAHandshakeWithAWrongPasswordIsNeverDone(t *testing.T) {
	s := newServer(t)
	s.start(root("right"))
	h := newHandshake(t, s, "wrong")

	first := h.step("saslStart", "")
	second := h.step("saslContinue", string(first.Get("payload").(wirebson.Binary).B))

	if second.Get("ok") != 0.0 || second.Get("code") != int32(authenticationFailed) {
		t.Errorf("got %s", second.LogValue())
	}
}
