package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/FerretDB/FerretDB/build/version"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// settings is what arguments, a configuration file and the environment amount to.
type settings struct {
	// folder holds the data. One that nobody names belongs to the image and is made.
	folder      string
	folderNamed bool
	// address is where the cluster wants the server, host what the arguments say.
	address, host string
	port          int
	authorization bool
	replicaSet    string
	root          *user
	// question is what to print instead of serving.
	question func()
}

// endpoint returns where to listen.
func (s *settings) endpoint() string {
	host := s.host
	if s.address != "" {
		host = s.address
	}
	return net.JoinHostPort(host, strconv.Itoa(s.port))
}

// option is one that mongod knows, by its long name.
type option struct {
	// value tells whether it has one; a switch has none.
	value bool
	// set is nil for what means nothing here and does no harm.
	set func(*settings, string) error
	// missing marks what cannot be ignored and is not there.
	missing bool
}

var (
	ignoredValue  = option{value: true}
	ignoredSwitch = option{}
	missingValue  = option{value: true, missing: true}
	missingSwitch = option{missing: true}
)

// knownOptions are those of mongod 4.2 to 8 that people write.
var knownOptions = map[string]option{
	"auth":        {set: func(s *settings, _ string) error { s.authorization = true; return nil }},
	"bind_ip":     {value: true, set: setHost},
	"bind_ip_all": {set: func(s *settings, _ string) error { s.host = ""; return nil }},
	"dbpath":      {value: true, set: setFolder},
	"keyFile":     {value: true, set: setKeyFile},
	"noauth":      {set: func(s *settings, _ string) error { s.authorization = false; return nil }},
	"port":        {value: true, set: setPort},
	"replSet":     {value: true, set: setReplicaSet},

	"help":    {set: func(s *settings, _ string) error { s.question = printHelp; return nil }},
	"version": {set: func(s *settings, _ string) error { s.question = printVersion; return nil }},

	"cpu":                                 ignoredSwitch,
	"directoryperdb":                      ignoredSwitch,
	"enableMajorityReadConcern":           ignoredValue,
	"filePermissions":                     ignoredValue,
	"ipv6":                                ignoredSwitch,
	"journal":                             ignoredSwitch,
	"journalCommitInterval":               ignoredValue,
	"logRotate":                           ignoredValue,
	"logappend":                           ignoredSwitch,
	"logpath":                             ignoredValue,
	"maxConns":                            ignoredValue,
	"networkMessageCompressors":           ignoredValue,
	"nojournal":                           ignoredSwitch,
	"noscripting":                         ignoredSwitch,
	"notablescan":                         ignoredSwitch,
	"nounixsocket":                        ignoredSwitch,
	"oplogSize":                           ignoredValue,
	"pidfilepath":                         ignoredValue,
	"profile":                             ignoredValue,
	"quiet":                               ignoredSwitch,
	"setParameter":                        ignoredValue,
	"slowOpSampleRate":                    ignoredValue,
	"slowms":                              ignoredValue,
	"storageEngine":                       ignoredValue,
	"syncdelay":                           ignoredValue,
	"timeStampFormat":                     ignoredValue,
	"traceExceptions":                     ignoredSwitch,
	"unixSocketPrefix":                    ignoredValue,
	"wiredTigerCacheSizeGB":               ignoredValue,
	"wiredTigerCollectionBlockCompressor": ignoredValue,
	"wiredTigerDirectoryForIndexes":       ignoredSwitch,
	"wiredTigerIndexPrefixCompression":    ignoredValue,
	"wiredTigerJournalCompressor":         ignoredValue,

	"clusterAuthMode":       missingValue,
	"configsvr":             missingSwitch,
	"enableEncryption":      missingSwitch,
	"fork":                  missingSwitch,
	"ldapServers":           missingValue,
	"repair":                missingSwitch,
	"shardsvr":              missingSwitch,
	"shutdown":              missingSwitch,
	"sslMode":               missingValue,
	"tlsCAFile":             missingValue,
	"tlsCertificateKeyFile": missingValue,
	"tlsMode":               missingValue,
	"transitionToAuth":      missingSwitch,
}

func setHost(s *settings, value string) error {
	// One listener only: more than one host means all of them.
	s.host = value
	if strings.ContainsAny(value, ",*") {
		s.host = ""
	}
	return nil
}

func setFolder(s *settings, value string) error {
	s.folder, s.folderNamed = value, value != place.Data(imageFolder)
	return nil
}

func setPort(s *settings, value string) error {
	port, err := strconv.Atoi(value)
	if err != nil || port < 1 || port > 65535 {
		return fmt.Errorf("the argument ('%s') for option '--port' is invalid", value)
	}
	s.port = port
	return nil
}

// setKeyFile only checks the file: members that could use the key do not exist.
func setKeyFile(s *settings, value string) error {
	if _, err := os.ReadFile(value); err != nil {
		return fmt.Errorf("unable to acquire security key[s]: %w", err)
	}
	s.authorization = true
	return nil
}

func setReplicaSet(s *settings, value string) error {
	s.replicaSet, _, _ = strings.Cut(value, "/")
	return nil
}

func printVersion() {
	fmt.Printf("db version v%s (a stand-in on FerretDB)\n", version.Get().MongoDBVersion)
}

func printHelp() {
	fmt.Println("Usage: mongod [options]; see https://www.mongodb.com/docs/manual/reference/program/mongod/")
}
