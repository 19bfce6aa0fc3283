package pki

import "fmt"

// nodes makes what real nodes need: who they are to the API server, and what they show to it.
func nodes(files Files, place Place, authority *authority) error {
	if len(place.Nodes) == 0 {
		return nil
	}
	clients := map[string][]string{files.Proxy: {"system:kube-proxy"}}
	for name, address := range place.Nodes {
		clients[files.Kubelet(name)] = []string{"system:node:" + name, "system:nodes"}
		made, err := authority.server("system:node:"+name, []string{name}, address)
		if err == nil {
			err = made.save(files.Serving(name))
		}
		if err != nil {
			return fmt.Errorf("cannot make a certificate for %s: %w", name, err)
		}
	}
	for path, user := range clients {
		made, err := authority.client(user[0], user[1:]...)
		if err == nil {
			err = kubeconfig(path, place.Cluster, place.InsideServer, user[0], authority.pair, made)
		}
		if err != nil {
			return fmt.Errorf("cannot make `%s`: %w", path, err)
		}
	}
	return nil
}
