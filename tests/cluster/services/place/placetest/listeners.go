package placetest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// listening is the state of a socket that accepts connections, in the tables of the kernel.
const listening = "0A"

// ListensOnlyAt fails the test if the program accepts connections at any other address, or at none.
func (p *Process) ListensOnlyAt(address string) {
	p.t.Helper()
	var found int
	for _, endpoint := range p.endpoints() {
		found++
		if endpoint.Addr().String() != address {
			p.t.Errorf("the program listens at %v", endpoint)
		}
	}
	if found == 0 {
		p.t.Error("the program listens nowhere")
	}
}

// endpoints returns where the program accepts connections.
func (p *Process) endpoints() []netip.AddrPort {
	p.t.Helper()
	folder := fmt.Sprintf("/proc/%d", p.command.Process.Pid)
	descriptors, err := filepath.Glob(folder + "/fd/*")
	if err != nil {
		p.t.Fatal(err)
	}
	sockets := map[string]bool{}
	for _, descriptor := range descriptors {
		if target, err := os.Readlink(descriptor); err == nil {
			sockets[target] = true
		}
	}
	var endpoints []netip.AddrPort
	for _, table := range []string{"/net/tcp", "/net/tcp6"} {
		text, err := os.ReadFile(folder + table)
		if err != nil {
			p.t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) > 9 && fields[3] == listening && sockets["socket:["+fields[9]+"]"] {
				endpoints = append(endpoints, p.endpoint(fields[1]))
			}
		}
	}
	return endpoints
}

// endpoint reads an address and port as the kernel writes them: in hexadecimal, and addresses in
// words of four bytes, the last byte first.
func (p *Process) endpoint(written string) netip.AddrPort {
	p.t.Helper()
	address, port, _ := strings.Cut(written, ":")
	words, err := hex.DecodeString(address)
	if err != nil {
		p.t.Fatal(err)
	}
	for at := 0; at+4 <= len(words); at += 4 {
		binary.BigEndian.PutUint32(words[at:], binary.LittleEndian.Uint32(words[at:]))
	}
	digits, err := hex.DecodeString(port)
	if err != nil {
		p.t.Fatal(err)
	}
	parsed, _ := netip.AddrFromSlice(words)
	return netip.AddrPortFrom(parsed, binary.BigEndian.Uint16(digits))
}
