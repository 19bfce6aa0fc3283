package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

const (
	imageFolder = "/data/db"
	defaultPort = 27017
)

// argument is one option as it was written.
type argument struct{ name, value string }

// parse reads mongod's arguments, and the configuration file that they name. Arguments win.
func parse(address string, arguments []string) (*settings, error) {
	result := &settings{folder: place.Data(imageFolder), address: address, port: defaultPort}
	given, file, err := split(arguments)
	if err != nil {
		return nil, fmt.Errorf("Error parsing command line: %w", err)
	}
	if file != "" {
		configured, err := readConfiguration(file)
		if err != nil {
			return nil, fmt.Errorf("Error parsing configuration file %s: %w", file, err)
		}
		given = append(configured, given...)
	}
	for _, argument := range given {
		option := knownOptions[argument.name]
		if option.missing {
			return nil, fmt.Errorf("option '--%s' is not in this stand-in for mongod", argument.name)
		}
		if option.set == nil {
			continue
		}
		if err := option.set(result, argument.value); err != nil {
			return nil, fmt.Errorf("Error parsing command line: %w", err)
		}
	}
	return result, nil
}

// split takes arguments apart and finds the name of the configuration file.
func split(arguments []string) (given []argument, file string, err error) {
	for len(arguments) > 0 {
		written := arguments[0]
		arguments = arguments[1:]
		name, value, attached := strings.Cut(strings.TrimPrefix(written, "--"), "=")
		switch {
		case written == "-f":
			name = "config"
		case written == "-h":
			name = "help"
		case isVerbose(written):
			continue
		case !strings.HasPrefix(written, "-"):
			return nil, "", errors.New(
				"too many positional options have been specified on the command line")
		case !strings.HasPrefix(written, "--"):
			return nil, "", fmt.Errorf("unrecognised option '%s'", written)
		}
		option, known := knownOptions[name]
		if name == "config" {
			option, known = ignoredValue, true
		}
		if !known {
			return nil, "", fmt.Errorf("unrecognised option '--%s'", name)
		}
		if attached && !option.value {
			return nil, "", fmt.Errorf("option '--%s' does not take any arguments", name)
		}
		if option.value && !attached {
			if len(arguments) == 0 {
				return nil, "", fmt.Errorf("the required argument for option '--%s' is missing", name)
			}
			value, arguments = arguments[0], arguments[1:]
		}
		if name == "config" {
			file = value
			continue
		}
		given = append(given, argument{name, value})
	}
	return given, file, nil
}

// isVerbose recognises -v, -vv and so on, and --verbose with its optional value.
func isVerbose(written string) bool {
	if strings.HasPrefix(written, "-v") && strings.Trim(written[1:], "v") == "" {
		return true
	}
	return written == "--verbose" || strings.HasPrefix(written, "--verbose=")
}
