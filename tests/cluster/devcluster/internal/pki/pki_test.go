package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

func made(t *testing.T) Files {
	t.Helper()
	directory := t.TempDir()
	files, err := Make(directory, Place{
		Cluster:    "one",
		Address:    net.IPv4(127, 100, 0, 1),
		Server:     "https://127.100.0.1:6443",
		Service:    net.IPv4(10, 96, 0, 1),
		Kubeconfig: filepath.Join(directory, "kubeconfig"),

		Inside:       net.IPv4(198, 51, 100, 1),
		InsideServer: "https://198.51.100.1:6443",
		Nodes:        map[string]net.IP{"node-1": net.IPv4(198, 51, 100, 11)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func roots(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(path + ".crt")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("`%s.crt` holds no certificate", path)
	}
	return pool
}

func leaf(t *testing.T, path string) *x509.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(path+".crt", path+".key")
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf
}

func TestTheServerIsTrustedAtEachOfItsNames(t *testing.T) {
	files := made(t)
	server := leaf(t, files.Server)
	for _, name := range []string{"127.100.0.1", "10.96.0.1", "198.51.100.1", "localhost", "kubernetes.default.svc"} {
		_, err := server.Verify(x509.VerifyOptions{Roots: roots(t, files.Authority), DNSName: name})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhoSpeaksForOthersHasAnAuthorityOfItsOwn(t *testing.T) {
	files := made(t)
	usage := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	client := leaf(t, files.FrontClient)
	if _, err := client.Verify(x509.VerifyOptions{Roots: roots(t, files.FrontAuthority), KeyUsages: usage}); err != nil {
		t.Error(err)
	}
	if _, err := client.Verify(x509.VerifyOptions{Roots: roots(t, files.Authority), KeyUsages: usage}); err == nil {
		t.Error("the authority of all other clients vouches for it")
	}
}

func TestTheAdministratorIsTheAdministrator(t *testing.T) {
	config, err := clientcmd.BuildConfigFromFlags("", made(t).Admin)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(config.CertData, config.KeyData)
	if err != nil {
		t.Fatal(err)
	}
	if groups := pair.Leaf.Subject.Organization; len(groups) != 1 || groups[0] != administrators {
		t.Errorf("groups are %v", groups)
	}
	if config.Host != "https://127.100.0.1:6443" {
		t.Errorf("the server is %s", config.Host)
	}
}

func TestKeysAreForTheOwnerAlone(t *testing.T) {
	files := made(t)
	for _, path := range []string{files.Authority + ".key", files.ServiceAccountKey, files.Admin} {
		about, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if about.Mode().Perm() != 0o600 {
			t.Errorf("`%s` has mode %o", path, about.Mode().Perm())
		}
	}
}

func TestARealNodeIsKnownByItsNameAndTrustedAtItsAddress(t *testing.T) {
	files := made(t)
	config, err := clientcmd.BuildConfigFromFlags("", files.Kubelet("node-1"))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(config.CertData, config.KeyData)
	if err != nil {
		t.Fatal(err)
	}
	subject := pair.Leaf.Subject
	if subject.CommonName != "system:node:node-1" || len(subject.Organization) != 1 || subject.Organization[0] != "system:nodes" {
		t.Errorf("it is %s", subject)
	}
	if config.Host != "https://198.51.100.1:6443" {
		t.Errorf("the server is %s", config.Host)
	}
	serving := leaf(t, files.Serving("node-1"))
	if _, err := serving.Verify(x509.VerifyOptions{Roots: roots(t, files.Authority), DNSName: "198.51.100.11"}); err != nil {
		t.Error(err)
	}
}
