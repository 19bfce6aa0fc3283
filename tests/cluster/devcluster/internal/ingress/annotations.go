package ingress

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
)

// prefix is that of annotations which are for this controller.
const prefix = "nginx.ingress.kubernetes.io/"

// settings are what annotations of an Ingress say.
type settings struct {
	// protocol is what the backend speaks, as nginx calls it: http, https, grpc or grpcs.
	protocol string
	// bodySize is in the words of nginx.
	bodySize string
	// send and read are timeouts in seconds.
	send, read int
	// redirects leads to the encrypted port where a host has one, always leads there in any case.
	redirects, always bool
	// serverSnippet and snippet are lines of nginx's own for the host and for each of its paths.
	serverSnippet, snippet string
}

// usual is what ingress-nginx does unless it is told otherwise.
func usual() settings {
	return settings{protocol: "http", bodySize: "1m", send: 60, read: 60, redirects: true}
}

// understand reads the annotations of an Ingress. One that cannot be read is as if it were not there,
// and is returned as a complaint.
func understand(ingress *networkingv1.Ingress) (settings, []string) {
	found := usual()
	readers := map[string]func(string) error{
		"backend-protocol":      protocol(&found.protocol),
		"proxy-body-size":       size(&found.bodySize),
		"proxy-send-timeout":    seconds(&found.send),
		"proxy-read-timeout":    seconds(&found.read),
		"ssl-redirect":          truth(&found.redirects),
		"force-ssl-redirect":    truth(&found.always),
		"server-snippet":        text(&found.serverSnippet),
		"configuration-snippet": text(&found.snippet),
	}
	var complaints []string
	for _, key := range slices.Sorted(maps.Keys(ingress.Annotations)) {
		name, found := strings.CutPrefix(key, prefix)
		if !found {
			continue
		}
		reader, found := readers[name]
		if !found {
			complaints = append(complaints, fmt.Sprintf("annotation `%s` of %s is not known here and does nothing", key, called(ingress)))
			continue
		}
		if err := reader(ingress.Annotations[key]); err != nil {
			complaints = append(complaints, fmt.Sprintf("annotation `%s` of %s does nothing: %v", key, called(ingress), err))
		}
	}
	return found, complaints
}

func called(ingress *networkingv1.Ingress) string {
	return "Ingress " + ingress.Namespace + "/" + ingress.Name
}

func protocol(into *string) func(string) error {
	return func(value string) error {
		switch strings.ToUpper(value) {
		case "HTTP", "HTTPS", "GRPC", "GRPCS":
			*into = strings.ToLower(value)
			return nil
		}
		return fmt.Errorf("`%s` is not HTTP, HTTPS, GRPC or GRPCS", value)
	}
}

var sizes = regexp.MustCompile(`^[0-9]+[kKmMgG]?$`)

func size(into *string) func(string) error {
	return func(value string) error {
		if !sizes.MatchString(value) {
			return fmt.Errorf("`%s` is no size, such as 16m", value)
		}
		*into = value
		return nil
	}
}

func seconds(into *int) func(string) error {
	return func(value string) error {
		number, err := strconv.ParseUint(value, 10, 31)
		if err != nil {
			return fmt.Errorf("`%s` is no number of seconds", value)
		}
		*into = int(number)
		return nil
	}
}

func truth(into *bool) func(string) error {
	return func(value string) error {
		parsed, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("`%s` is not true or false", value)
		}
		*into = parsed
		return nil
	}
}

func text(into *string) func(string) error {
	return func(value string) error {
		*into = value
		return nil
	}
}
