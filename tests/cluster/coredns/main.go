// Command coredns is CoreDNS with the few plugins that answer for a test cluster.
//
// Upstream's program has all of them, and with them the clients of several clouds. A Corefile cannot
// name what nobody needs here: metrics, or the search for loops, because names from outside lead
// nowhere.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
	_ "github.com/coredns/coredns/plugin/template"
)

// plugins are all that a Corefile may name, in the order in which they see a question; upstream has
// the same order.
var plugins = []string{
	"reload", "bind", "ready", "health", "errors", "log", "loadbalance", "cache", "template",
	"hosts", "kubernetes", "forward",
}

func main() {
	dnsserver.Directives = plugins
	coremain.Run()
}
