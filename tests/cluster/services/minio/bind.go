package main

import (
	"fmt"
	"strings"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// listeners are the flags that say where to listen, with the variable that says the same and what
// holds if neither is there.
var listeners = []struct{ flag, variable, otherwise string }{
	{"address", "MINIO_ADDRESS", ":9000"},
	// Upstream picks a free port when nobody names one.
	{"console-address", "MINIO_CONSOLE_ADDRESS", ":0"},
}

// bind makes all listeners of a server use an address and keeps their ports.
func bind(address string, arguments []string, environment func(string) string) ([]string, error) {
	var bound []string
	for _, listener := range listeners {
		endpoint, rest := takeFlag(arguments, listener.flag)
		arguments = rest
		if endpoint == "" {
			endpoint = environment(listener.variable)
		}
		if endpoint == "" {
			endpoint = listener.otherwise
		}
		endpoint, err := place.Rebind(address, endpoint)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", listener.flag, err)
		}
		bound = append(bound, "--"+listener.flag, endpoint)
	}
	for index, argument := range arguments {
		if at := strings.Index(argument, "address="); at >= 0 && isFileTransfer(arguments, index) {
			endpoint, err := place.Rebind(address, argument[at+len("address="):])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", argument, err)
			}
			arguments[index] = argument[:at] + "address=" + endpoint
		}
	}
	return append(bound, arguments...), nil
}

// takeFlag returns the last value of a flag, and the arguments without it.
func takeFlag(arguments []string, name string) (value string, rest []string) {
	for index := 0; index < len(arguments); index++ {
		argument := arguments[index]
		flag, attached, isAttached := strings.Cut(strings.TrimLeft(argument, "-"), "=")
		if !strings.HasPrefix(argument, "-") || flag != name {
			rest = append(rest, argument)
			continue
		}
		value = attached
		if !isAttached && index+1 < len(arguments) {
			index++
			value = arguments[index]
		}
	}
	return value, rest
}

// isFileTransfer tells whether an argument belongs to the flags --ftp and --sftp, whose values
// look like `address=:8021`.
func isFileTransfer(arguments []string, index int) bool {
	isFlag := func(argument string) bool {
		flag, _, _ := strings.Cut(strings.TrimLeft(argument, "-"), "=")
		return strings.HasPrefix(argument, "-") && (flag == "ftp" || flag == "sftp")
	}
	return isFlag(arguments[index]) || index > 0 && isFlag(arguments[index-1])
}
