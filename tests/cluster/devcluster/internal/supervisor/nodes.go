package supervisor

import (
	"context"
	"fmt"
	"os"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/components"
	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/stages"
)

// nodes starts KWOK with nodes to play, and waits until everything works.
func nodes(ctx, lasting context.Context, keeper *keeper, setting components.Setting, config *rest.Config, count int) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := keeper.define(ctx, config); err != nil {
		return err
	}
	configuration, err := configure(setting)
	if err != nil {
		return err
	}
	for _, node := range stages.Nodes(count) {
		if _, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("cannot make %s: %w", node.Name, err)
		}
	}
	keeper.keep(lasting, setting.Kwok(configuration))
	for what, ready := range map[string]func(context.Context) error{
		"the controller manager": healthy(config, setting.Address, components.ControllerManagerPort, "/healthz"),
		"the scheduler":          healthy(config, setting.Address, components.SchedulerPort, "/healthz"),
		"the nodes":              nodesReady(client, count),
	} {
		if err := keeper.until(ctx, what, ready); err != nil {
			return err
		}
	}
	return nil
}

// define makes the kinds that KWOK reads from the cluster.
func (k *keeper) define(ctx context.Context, config *rest.Config) error {
	client, err := apiextensions.NewForConfig(config)
	if err != nil {
		return err
	}
	definitions := client.ApiextensionsV1().CustomResourceDefinitions()
	for _, definition := range stages.CustomResourceDefinitions() {
		if _, err := definitions.Create(ctx, definition, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("cannot define %s: %w", definition.Name, err)
		}
	}
	for _, definition := range stages.CustomResourceDefinitions() {
		err := k.until(ctx, "the kind "+definition.Spec.Names.Kind, func(ctx context.Context) error {
			found, err := definitions.Get(ctx, definition.Name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			for _, condition := range found.Status.Conditions {
				if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
					return nil
				}
			}
			return fmt.Errorf("it is not established")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// configure writes what KWOK reads when it starts, and returns the path.
func configure(setting components.Setting) (string, error) {
	empty := setting.Cluster.Path("empty.log")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		return "", err
	}
	configuration, err := stages.Configuration(empty)
	if err != nil {
		return "", err
	}
	path := setting.Cluster.Path("kwok.yaml")
	return path, os.WriteFile(path, configuration, 0o600)
}
