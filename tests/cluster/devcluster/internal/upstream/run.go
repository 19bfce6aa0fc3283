// Package upstream is where the components of Kubernetes are linked; nothing else imports them, so that
// everything else is compiled and tested in seconds.
package upstream

import (
	"context"
	"fmt"
	"os"
	_ "time/tzdata" // the time zones of CronJobs

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"          // JSON as a format of logs
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // metrics of the components' clients
	_ "k8s.io/component-base/metrics/prometheus/version"  // the version as a metric
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var commands = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-proxy":              proxy.NewProxyCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

// Run becomes a component until it ends, and returns its exit code.
func Run(name string, flags []string) int {
	// The components read the arguments of the process themselves.
	os.Args = append([]string{name}, flags...)
	if name == "etcd" {
		etcdmain.Main(os.Args)
		return 0
	}
	command, known := commands[name]
	if !known {
		fmt.Fprintf(os.Stderr, "devcluster: there is no component `%s`\n", name)
		return 2
	}
	return cli.Run(command())
}
