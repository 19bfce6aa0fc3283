// Package pki makes the certificates, keys and kubeconfigs of one cluster.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"
)

// lifetime is longer than any test cluster lives.
const lifetime = 365 * 24 * time.Hour

// pair is a certificate and its key, in PEM.
type pair struct {
	certificate, key []byte
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	pair        pair
}

func newAuthority(name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := template(pkix.Name{CommonName: name})
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	made, err := sign(template, template, key, key)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(made.certificate)
	certificate, err := x509.ParseCertificate(block.Bytes)
	return &authority{certificate, key, made}, err
}

// client makes a certificate by which its owner is known as a user in groups.
func (a *authority) client(user string, groups ...string) (pair, error) {
	template := template(pkix.Name{CommonName: user, Organization: groups})
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.issue(template)
}

// server makes a certificate for a server, which may be a client of its peers too.
func (a *authority) server(name string, names []string, addresses ...net.IP) (pair, error) {
	template := template(pkix.Name{CommonName: name})
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	template.DNSNames = names
	template.IPAddresses = addresses
	return a.issue(template)
}

func (a *authority) issue(template *x509.Certificate) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	return sign(template, a.certificate, key, a.key)
}

func template(subject pkix.Name) *x509.Certificate {
	// A minute ago, for clocks that were set back since.
	now := time.Now().Add(-time.Minute)
	return &x509.Certificate{
		Subject:   subject,
		NotBefore: now,
		NotAfter:  now.Add(lifetime),
	}
}

func sign(template, issuer *x509.Certificate, key, signer crypto.Signer) (pair, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return pair{}, err
	}
	template.SerialNumber = serial
	certificate, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		return pair{}, err
	}
	private, err := privateKey(key)
	return pair{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), private}, err
}

func privateKey(key crypto.Signer) ([]byte, error) {
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}), nil
}

// save writes `<path>.crt` and `<path>.key`.
func (p pair) save(path string) error {
	if err := os.WriteFile(path+".crt", p.certificate, 0o600); err != nil {
		return err
	}
	return os.WriteFile(path+".key", p.key, 0o600)
}
