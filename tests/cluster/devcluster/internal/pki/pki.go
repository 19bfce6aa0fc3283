package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Files are the paths of what was made. Certificates and keys come in pairs `<path>.crt`, `<path>.key`.
type Files struct {
	// Authority signs clients, servers and what the cluster itself is asked to sign.
	Authority string
	// FrontAuthority signs FrontClient alone, which may speak for others to extension API servers.
	FrontAuthority string
	FrontClient    string
	// Server is for every server of the control plane.
	Server string
	// EtcdClient is what the API server shows to etcd; without it etcd gives away everything.
	EtcdClient string
	// KubeletClient is what the API server shows to nodes.
	KubeletClient string
	// ServiceAccountKey signs the tokens of service accounts.
	ServiceAccountKey string

	Admin, ControllerManager, Scheduler string
	// Proxy is the kubeconfig of every kube-proxy, where nodes are real.
	Proxy string

	directory string
}

// Kubelet is the kubeconfig of a real node's kubelet.
func (f Files) Kubelet(node string) string {
	return filepath.Join(f.directory, node+".kubeconfig")
}

// Serving is what a real node's kubelet shows to the API server.
func (f Files) Serving(node string) string { return filepath.Join(f.directory, node) }

// Place says for whom everything is made.
type Place struct {
	// Cluster is the name by which kubeconfigs know it.
	Cluster string
	// Address is where the control plane listens, and Server the URL of its API server.
	Address net.IP
	Server  string
	// Service is the address of the API server inside the cluster.
	Service net.IP
	// Kubeconfig is the path of the administrator's kubeconfig.
	Kubeconfig string
	// Inside is where real nodes reach the API server; nil without such nodes.
	Inside net.IP
	// InsideServer is the URL there.
	InsideServer string
	// Nodes are the addresses of real nodes by their names.
	Nodes map[string]net.IP
}

// Make writes everything below a directory.
func Make(directory string, place Place) (Files, error) {
	files := Files{
		Authority:         filepath.Join(directory, "ca"),
		FrontAuthority:    filepath.Join(directory, "front-proxy-ca"),
		FrontClient:       filepath.Join(directory, "front-proxy-client"),
		Server:            filepath.Join(directory, "server"),
		EtcdClient:        filepath.Join(directory, "etcd-client"),
		KubeletClient:     filepath.Join(directory, "kubelet-client"),
		ServiceAccountKey: filepath.Join(directory, "service-account.key"),
		Admin:             place.Kubeconfig,
		ControllerManager: filepath.Join(directory, "controller-manager.kubeconfig"),
		Scheduler:         filepath.Join(directory, "scheduler.kubeconfig"),
		Proxy:             filepath.Join(directory, "kube-proxy.kubeconfig"),
		directory:         directory,
	}
	authority, err := newAuthority("kubernetes")
	if err != nil {
		return files, fmt.Errorf("cannot make a certificate authority: %w", err)
	}
	front, err := newAuthority("front-proxy")
	if err != nil {
		return files, fmt.Errorf("cannot make a certificate authority: %w", err)
	}
	if err := certificates(files, place, authority, front); err != nil {
		return files, err
	}
	if err := kubeconfigs(files, place, authority); err != nil {
		return files, err
	}
	if err := nodes(files, place, authority); err != nil {
		return files, err
	}
	return files, serviceAccounts(files.ServiceAccountKey)
}

func certificates(files Files, place Place, authority, front *authority) error {
	names := []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	addresses := []net.IP{place.Address, place.Service}
	if place.Inside != nil {
		addresses = append(addresses, place.Inside)
	}
	for path, make := range map[string]func() (pair, error){
		files.Authority:      func() (pair, error) { return authority.pair, nil },
		files.FrontAuthority: func() (pair, error) { return front.pair, nil },
		files.FrontClient:    func() (pair, error) { return front.client("front-proxy-client") },
		files.Server:         func() (pair, error) { return authority.server("kube-apiserver", names, addresses...) },
		files.EtcdClient:     func() (pair, error) { return authority.client("kube-apiserver-etcd-client") },
		files.KubeletClient: func() (pair, error) {
			return authority.client("kube-apiserver-kubelet-client", administrators)
		},
	} {
		made, err := make()
		if err == nil {
			err = made.save(path)
		}
		if err != nil {
			return fmt.Errorf("cannot make `%s`: %w", path, err)
		}
	}
	return nil
}

// administrators is the group that may do everything, whatever the roles say.
const administrators = "system:masters"

// kubeconfigs writes one for each user; the names are those that Kubernetes binds roles to.
func kubeconfigs(files Files, place Place, authority *authority) error {
	for path, user := range map[string][]string{
		files.Admin:             {"kubernetes-admin", administrators},
		files.ControllerManager: {"system:kube-controller-manager"},
		files.Scheduler:         {"system:kube-scheduler"},
	} {
		made, err := authority.client(user[0], user[1:]...)
		if err == nil {
			err = kubeconfig(path, place.Cluster, place.Server, user[0], authority.pair, made)
		}
		if err != nil {
			return fmt.Errorf("cannot make `%s`: %w", path, err)
		}
	}
	return nil
}

func kubeconfig(path, cluster, server, user string, authority, client pair) error {
	config := clientcmdapi.NewConfig()
	config.Clusters[cluster] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: authority.certificate}
	config.AuthInfos[user] = &clientcmdapi.AuthInfo{ClientCertificateData: client.certificate, ClientKeyData: client.key}
	config.Contexts[cluster] = &clientcmdapi.Context{Cluster: cluster, AuthInfo: user}
	config.CurrentContext = cluster
	return clientcmd.WriteToFile(*config, path)
}

// serviceAccounts writes the key pair that signs tokens: `<path>` and its public half `<path>.pub`.
func serviceAccounts(path string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	private, err := privateKey(key)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, private, 0o600); err != nil {
		return err
	}
	return os.WriteFile(path+".pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), 0o600)
}
