package realnode

import configv1alpha1 "k8s.io/component-base/config/v1alpha1"

// kubeClient is a client that does not hold itself back.
func kubeClient(kubeconfig string) configv1alpha1.ClientConnectionConfiguration {
	return configv1alpha1.ClientConnectionConfiguration{Kubeconfig: kubeconfig, QPS: 200, Burst: 400}
}
