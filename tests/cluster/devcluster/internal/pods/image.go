package pods

import (
	"path"
	"strings"

	"github.com/distribution/reference"
)

// image is what a container inherits from a service image.
type image struct {
	// repository is the last element of the names that it is known by.
	repository string
	// program is the file of the programs folder that stands for the image's.
	program string
	// implied tells whether the entrypoint puts the program before arguments that start like this.
	implied func(first string) bool
	// defaults are the image's arguments.
	defaults []string
	// data is the folder that the program uses when nobody names another.
	data string
	// ports are those that the program listens on when nobody names others.
	ports []int32
	// files are those that the defaults refer to.
	files map[string]string
	// initial says that it is an image of init containers, which runs nowhere else.
	initial bool
}

func isFlag(first string) bool { return strings.HasPrefix(first, "-") }

func isNot(program string) func(string) bool {
	return func(first string) bool { return first != program }
}

func never(string) bool { return false }

// standIn is the program that stands for KRE's images; its first argument says for which.
const standIn = "stand-in"

// natsConfiguration listens where the image's own file does; its cluster has no routes.
const natsConfiguration = `port: 4222
monitor_port: 8222
cluster {
  name: "my_cluster"
  port: 6222
}
`

const natsConfigurationPath = "/etc/nats/nats-server.conf"

// images are the service images that a process can stand for. Those of KRE say here what they have
// fixed: paths are rewritten in arguments, not in programs.
var images = []image{
	{
		repository: "nats",
		program:    "nats-server",
		implied:    isFlag,
		defaults:   []string{"nats-server", "--config", natsConfigurationPath},
		ports:      []int32{4222, 6222, 8222},
		files:      map[string]string{natsConfigurationPath: natsConfiguration},
	},
	{
		repository: "mongo",
		program:    "mongod",
		implied:    isFlag,
		defaults:   []string{"mongod"},
		data:       "/data/db",
		ports:      []int32{27017},
	},
	{
		repository: "minio",
		program:    "minio",
		implied:    isNot("minio"),
		defaults:   []string{"minio"},
		data:       "/data",
		ports:      []int32{9000, 9001},
	},
	{
		repository: "versitygw",
		program:    "versitygw",
		implied:    isNot("versitygw"),
		defaults:   []string{"versitygw"},
		data:       "/data",
		ports:      []int32{7070},
	},
	{
		repository: "influxdb",
		program:    "influxd",
		implied:    isFlag,
		defaults:   []string{"influxd"},
		data:       "/var/lib/influxdb",
		ports:      []int32{8086},
	},
	{
		repository: "kre-entrypoint",
		program:    standIn,
		implied:    never,
		defaults: []string{
			standIn, "kre-entrypoint", "--proto", "/krt-files/public_input.proto", "--log", "/var/log/app/app.log",
		},
		ports: []int32{9000},
	},
	{
		repository: "krt-files-downloader",
		program:    standIn,
		implied:    never,
		defaults:   []string{standIn, "krt-files-downloader"},
		initial:    true,
	},
}

// imageOf returns the service image that a container's image is: any registry, any tag.
func imageOf(name string) (image, bool) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return image{}, false
	}
	last := path.Base(reference.Path(named))
	for _, known := range images {
		if known.repository == last {
			return known, true
		}
	}
	return image{}, false
}

// unreachable tells whether an image is of a registry that no node can reach.
func unreachable(name string) bool {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return false
	}
	host, _, _ := strings.Cut(reference.Domain(named), ":")
	return strings.HasSuffix(host, ".invalid")
}

// arguments returns what is run for a container, as the entrypoint of the image would: a command
// takes the place of entrypoint and default arguments both.
func (i image) arguments(command, args []string) []string {
	switch {
	case len(command) > 0:
		return append(append([]string{}, command...), args...)
	case len(args) == 0:
		return i.defaults
	case i.implied(args[0]):
		return append([]string{i.program}, args...)
	default:
		return args
	}
}

// fullName is what a runtime calls an image.
func fullName(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return reference.TagNameOnly(named).String()
}

// repositoryOf returns the name without tag and digest, as it stands before an image's digest.
func repositoryOf(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return named.Name()
}
