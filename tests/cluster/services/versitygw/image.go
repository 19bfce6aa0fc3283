package main

import (
	"errors"
	"strings"
)

// argumentsOfImage returns what the entrypoint of the image runs when it is given no arguments.
func argumentsOfImage(environment func(string) string) ([]string, error) {
	backend := environment("VGW_BACKEND")
	if backend == "" {
		return nil, errors.New("no command arguments were provided and VGW_BACKEND is unset")
	}
	arguments := append(strings.Fields(environment("VGW_ARGS")), backend)
	if argument := environment("VGW_BACKEND_ARG"); argument != "" {
		arguments = append(arguments, argument)
	}
	return append(arguments, strings.Fields(environment("VGW_BACKEND_ARGS"))...), nil
}
