// Command service plays a service in the tests of its parent folder.
//
// It listens on port PORT of its address and does what requests ask for: say what it was started
// with, show a file, become (un)healthy, exit.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
)

func main() {
	fmt.Println("hello from", os.Args[0])
	fmt.Fprintln(os.Stderr, "it listens on", os.Getenv("DEVCLUSTER_ADDRESS"))
	if code := os.Getenv("EXIT"); code != "" {
		exit(code)
	}
	if os.Getenv("STUBBORN") != "" {
		signal.Ignore(syscall.SIGTERM)
	}
	var sick atomic.Bool
	sick.Store(os.Getenv("SICK") != "")
	http.HandleFunc("/started", func(response http.ResponseWriter, _ *http.Request) {
		folder, _ := os.Getwd()
		_ = json.NewEncoder(response).Encode(map[string]any{
			"arguments": os.Args, "environment": os.Environ(), "folder": folder, "pid": os.Getpid(),
		})
	})
	http.HandleFunc("/file", func(response http.ResponseWriter, request *http.Request) {
		content, err := os.ReadFile(request.URL.Query().Get("path"))
		if err != nil {
			http.Error(response, err.Error(), http.StatusNotFound)
			return
		}
		_, _ = response.Write(content)
	})
	http.HandleFunc("/exit", func(_ http.ResponseWriter, request *http.Request) { exit(request.URL.Query().Get("code")) })
	http.HandleFunc("/sick", func(_ http.ResponseWriter, _ *http.Request) { sick.Store(true) })
	http.HandleFunc("/well", func(_ http.ResponseWriter, _ *http.Request) { sick.Store(false) })
	http.HandleFunc("/health", func(response http.ResponseWriter, _ *http.Request) {
		if sick.Load() {
			response.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Getenv("DEVCLUSTER_ADDRESS")+":"+os.Getenv("PORT"), nil))
	os.Exit(1)
}

func exit(text string) {
	code, err := strconv.Atoi(text)
	if err != nil {
		code = 99
	}
	os.Exit(code)
}
