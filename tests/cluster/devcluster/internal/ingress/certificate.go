package ingress

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// certificate is one with its key, in one text.
type certificate struct {
	text []byte
	leaf *x509.Certificate
}

// file is a name that tells certificates apart.
func (c *certificate) file() string { return fmt.Sprintf("%x.pem", sha256.Sum256(c.text)) }

// parse reads a certificate and its key.
func parse(chain, key []byte) (*certificate, error) {
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, err
	}
	return &certificate{slices.Concat(chain, []byte("\n"), key), pair.Leaf}, nil
}

// certify returns the certificate that an Ingress has for a host; nil with an error that says why not.
func certify(host string, ingress *networkingv1.Ingress, secrets []*corev1.Secret) (*certificate, error) {
	for _, entry := range ingress.Spec.TLS {
		if slices.ContainsFunc(entry.Hosts, func(named string) bool { return strings.EqualFold(named, host) }) {
			return certificateIn(ingress.Namespace, entry.SecretName, host, secrets)
		}
	}
	// The hosts of an entry may be left out: then the certificates say for whom they are.
	for _, entry := range ingress.Spec.TLS {
		if found, err := certificateIn(ingress.Namespace, entry.SecretName, host, secrets); err == nil {
			return found, nil
		}
	}
	return nil, errors.New("no Secret is named for it")
}

func certificateIn(namespace, name, host string, secrets []*corev1.Secret) (*certificate, error) {
	if name == "" {
		return nil, errors.New("no Secret is named for it")
	}
	for _, secret := range secrets {
		if secret.Namespace != namespace || secret.Name != name {
			continue
		}
		found, err := parse(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey])
		if err != nil {
			return nil, fmt.Errorf("the one in Secret %s cannot be read: %w", name, err)
		}
		if err := found.leaf.VerifyHostname(host); err != nil {
			return nil, fmt.Errorf("the one in Secret %s is for others: %w", name, err)
		}
		return found, nil
	}
	return nil, fmt.Errorf("there is no Secret %s", name)
}

// validity is longer than any test cluster lives.
const validity = 365 * 24 * time.Hour

// fallback makes the certificate of hosts without one of their own, which nobody can check.
func fallback() (*certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	// A minute ago, for clocks that were set back since.
	now := time.Now().Add(-time.Minute)
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Kubernetes Ingress Controller Fake Certificate"},
		DNSNames:     []string{"ingress.local"},
		NotBefore:    now,
		NotAfter:     now.Add(validity),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	made, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return parse(
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	)
}
