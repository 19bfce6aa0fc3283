package ingress

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// Values of ingress-nginx, where it has others than nginx.
const (
	// shutdown is how long connections may go on after the configuration has changed, in seconds.
	shutdown = 240
	// closed is the code for a request that nobody is there to answer.
	closed = 503
	// moved keeps method and body of a request that is led to the encrypted port.
	moved = 308
)

// front is all that a configuration is made of.
type front struct {
	site    site
	servers []server
	// fallback is the certificate of servers without one.
	fallback *certificate
	// ports are those where backends are reached.
	ports map[backend]int
}

// render returns the configuration, and the name by which nginx will say that it has it.
func (f front) render() (text, generation string) {
	generation = fmt.Sprintf("%x", sha256.Sum256([]byte(f.write(""))))[:16]
	return f.write(generation), generation
}

func (f front) write(generation string) string {
	page := new(page)
	page.lines(
		"daemon off;",
		"user root;",
		"worker_processes 1;",
		"worker_rlimit_nofile 8192;",
		fmt.Sprintf("worker_shutdown_timeout %ds;", shutdown),
		"pid "+quote(f.site.path("nginx.pid"))+";",
		"error_log stderr warn;",
	)
	page.block("events", func() { page.lines("worker_connections 4096;") })
	page.block("http", func() {
		f.common(page)
		page.block("server", func() {
			page.lines(
				"listen "+f.site.at(f.site.asked)+";",
				"access_log off;",
				"return 200 "+quote(generation)+";",
			)
		})
		for _, server := range f.servers {
			page.block("server", func() { f.server(page, server) })
		}
	})
	return page.text.String()
}

// common is what all servers share.
func (f front) common(page *page) {
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		page.lines(kind + "_temp_path " + quote(f.site.path("temp", kind)) + ";")
	}
	page.lines(
		`log_format requests '$time_iso8601 $host "$request" $status $upstream_status $request_time';`,
		"access_log /dev/stdout requests;",
		"default_type text/html;",
		"server_tokens off;",
		"server_names_hash_max_size 8192;",
		"server_names_hash_bucket_size 512;",
		"ssl_protocols TLSv1.2 TLSv1.3;",
		"map $http_upgrade $connection_upgrade { default upgrade; '' ''; }",
		"map $scheme $forwarded_port { default 80; https 443; }",
	)
}

func (f front) server(page *page, server server) {
	standard := ""
	if server.host == "" {
		standard = " default_server"
	}
	shown := server.certificate
	if shown == nil {
		shown = f.fallback
	}
	page.lines(
		"listen "+f.site.at(f.site.plain)+standard+";",
		"listen "+f.site.at(f.site.prior)+" http2"+standard+";",
		"listen "+f.site.at(f.site.encrypted)+" ssl http2"+standard+";",
		"server_name "+serverName(server.host)+";",
		"ssl_certificate "+quote(f.site.certificate(shown))+";",
		"ssl_certificate_key "+quote(f.site.certificate(shown))+";",
	)
	page.lines(strings.Split(server.snippet, "\n")...)
	for _, location := range server.locations {
		opening := "location "
		if location.exact {
			opening += "= "
		}
		page.block(opening+quote(location.path), func() { f.location(page, location) })
	}
}

func (f front) location(page *page, location location) {
	if location.redirects {
		page.lines(fmt.Sprintf("if ($scheme = http) { return %d https://$host$request_uri; }", moved))
	}
	if location.backend == nil {
		page.lines("return 404;")
		return
	}
	page.lines(
		fmt.Sprintf("if (!-e %s) { return %d; }", quote(f.site.there(*location.backend)), closed),
		"client_max_body_size "+location.bodySize+";",
	)
	directive := "proxy"
	if strings.HasPrefix(location.protocol, "grpc") {
		directive = "grpc"
	} else {
		page.lines(
			"proxy_http_version 1.1;",
			"proxy_buffering off;",
			"proxy_set_header Upgrade $http_upgrade;",
			"proxy_set_header Connection $connection_upgrade;",
		)
	}
	for _, header := range []string{
		"Host $http_host",
		"X-Request-ID $request_id",
		"X-Real-IP $remote_addr",
		"X-Forwarded-For $remote_addr",
		"X-Forwarded-Host $http_host",
		"X-Forwarded-Port $forwarded_port",
		"X-Forwarded-Proto $scheme",
		"X-Forwarded-Scheme $scheme",
		"X-Scheme $scheme",
		`Proxy ""`,
	} {
		page.lines(directive + "_set_header " + header + ";")
	}
	page.lines(
		fmt.Sprintf("%s_send_timeout %ds;", directive, location.send),
		fmt.Sprintf("%s_read_timeout %ds;", directive, location.read),
	)
	page.lines(strings.Split(location.snippet, "\n")...)
	page.lines(directive + "_pass " + location.protocol + "://" + f.site.at(f.ports[*location.backend]) + ";")
}

// serverName returns how nginx calls a host. The star of an Ingress stands for one label, that of nginx
// for several.
func serverName(host string) string {
	if host == "" {
		return "_"
	}
	if rest, found := strings.CutPrefix(host, "*."); found {
		return quote(`~^[^.]+\.` + regexp.QuoteMeta(rest) + "$")
	}
	return host
}

// quote makes one word of a text.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// page is a text that is written line by line.
type page struct {
	text  strings.Builder
	depth int
}

// lines writes lines, but no empty ones.
func (p *page) lines(lines ...string) {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			p.text.WriteString(strings.Repeat("\t", p.depth) + line + "\n")
		}
	}
}

func (p *page) block(opening string, write func()) {
	p.lines(opening + " {")
	p.depth++
	write()
	p.depth--
	p.lines("}")
}
