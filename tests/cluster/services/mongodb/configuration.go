package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// configuredOptions are the keys of a configuration file that mean something here, with the
// argument that says the same.
var configuredOptions = map[string]string{
	"net.bindIp":              "bind_ip",
	"net.bindIpAll":           "bind_ip_all",
	"net.port":                "port",
	"replication.replSet":     "replSet",
	"replication.replSetName": "replSet",
	"security.keyFile":        "keyFile",
	"storage.dbPath":          "dbpath",
}

// ignoredKeys mean nothing here and do no harm; a final dot stands for all that is below.
var ignoredKeys = []string{
	"net.compression.", "net.ipv6", "net.maxIncomingConnections", "net.unixDomainSocket.",
	"net.wireObjectCheck", "operationProfiling.", "processManagement.pidFilePath",
	"processManagement.timeZoneInfo", "replication.enableMajorityReadConcern",
	"replication.oplogSizeMB", "security.javascriptEnabled", "setParameter.", "storage.",
	"systemLog.",
}

// readConfiguration turns mongod's configuration file into arguments.
func readConfiguration(file string) ([]argument, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), "\n", " "))
	}
	values := map[string]string{}
	flatten("", document, values)
	var arguments []argument
	for key, value := range values {
		found, err := configured(key, value)
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, found...)
	}
	// The file has no order, and what it says of hosts contradicts itself if it says it twice.
	slices.SortFunc(arguments, func(a, b argument) int { return strings.Compare(a.name, b.name) })
	return arguments, nil
}

// flatten makes `a: {b: 1}` the same as `a.b: 1`, as mongod does.
func flatten(prefix string, document map[string]any, into map[string]string) {
	for key, value := range document {
		if below, nested := value.(map[string]any); nested {
			flatten(prefix+key+".", below, into)
			continue
		}
		into[prefix+key] = fmt.Sprint(value)
	}
}

func configured(key, value string) ([]argument, error) {
	if key == "security.authorization" {
		switch value {
		case "enabled":
			return []argument{{name: "auth"}}, nil
		case "disabled":
			return nil, nil
		}
		return nil, fmt.Errorf("bad value for security.authorization: %s", value)
	}
	name, known := configuredOptions[key]
	if known && !knownOptions[name].value {
		if value == "true" {
			return []argument{{name: name}}, nil
		}
		return nil, nil
	}
	if known {
		return []argument{{name, value}}, nil
	}
	if slices.ContainsFunc(ignoredKeys, func(ignored string) bool {
		return key == ignored || strings.HasSuffix(ignored, ".") && strings.HasPrefix(key, ignored)
	}) {
		return nil, nil
	}
	return nil, fmt.Errorf("Unrecognized option: %s", key)
}
