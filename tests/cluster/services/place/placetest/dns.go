// Package placetest starts services under test, and has a tiny DNS server for those that find each
// other by name.
package placetest

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"testing"
)

const (
	headerLength = 12
	typeA        = 1
	classIN      = 1
	timeToLive   = 5
	// Response, recursion desired and available.
	flagsAnswer   = 0x8180
	flagsNoDomain = 0x8183
	// A pointer to the name of the question, which follows the header.
	pointerToName = 0xC000 | headerLength
)

// Serve answers questions for the IPv4 addresses of the given names until the test ends, and says
// of all others that they do not exist. Names are lower case, without a final dot.
func Serve(t testing.TB, names map[string]netip.Addr) netip.AddrPort {
	t.Helper()
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatalf("listen for questions: %v", err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	go func() {
		question := make([]byte, 512)
		for {
			length, client, err := socket.ReadFromUDPAddrPort(question)
			if err != nil {
				return
			}
			if reply := answer(question[:length], names); reply != nil {
				_, _ = socket.WriteToUDPAddrPort(reply, client)
			}
		}
	}()
	return socket.LocalAddr().(*net.UDPAddr).AddrPort()
}

// answer returns nothing for what is not a question with one name.
func answer(question []byte, names map[string]netip.Addr) []byte {
	name, end := questionName(question)
	if end == 0 {
		return nil
	}
	reply := append([]byte(nil), question[:end]...)
	address, known := names[name]
	flags, answers := uint16(flagsAnswer), uint16(0)
	if !known {
		flags = flagsNoDomain
	}
	if known && binary.BigEndian.Uint16(question[end-4:]) == typeA {
		answers = 1
		reply = binary.BigEndian.AppendUint16(reply, pointerToName)
		reply = binary.BigEndian.AppendUint16(reply, typeA)
		reply = binary.BigEndian.AppendUint16(reply, classIN)
		reply = binary.BigEndian.AppendUint32(reply, timeToLive)
		reply = binary.BigEndian.AppendUint16(reply, net.IPv4len)
		reply = append(reply, address.AsSlice()...)
	}
	binary.BigEndian.PutUint16(reply[2:], flags)
	binary.BigEndian.PutUint16(reply[6:], answers)
	// Neither authorities nor the additional records of the question.
	binary.BigEndian.PutUint32(reply[8:], 0)
	return reply
}

// questionName returns the name of a question and where its type and class end, or 0.
func questionName(question []byte) (string, int) {
	if len(question) < headerLength || binary.BigEndian.Uint16(question[4:]) != 1 {
		return "", 0
	}
	var labels []string
	at := headerLength
	for {
		if at >= len(question) {
			return "", 0
		}
		length := int(question[at])
		at++
		if length == 0 {
			break
		}
		if at+length > len(question) {
			return "", 0
		}
		labels = append(labels, string(question[at:at+length]))
		at += length
	}
	if at+4 > len(question) {
		return "", 0
	}
	return strings.ToLower(strings.Join(labels, ".")), at + 4
}
