package names

import (
	"fmt"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// lifetime of an answer in seconds: as short as CoreDNS makes it.
const lifetime = 5

// Answer returns the answer to a DNS message. A message that is no question is an error.
func Answer(zone Zone, client Client, message []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(message)
	if err != nil {
		return nil, fmt.Errorf("read a DNS message: %w", err)
	}
	question, err := parser.Question()
	if err != nil {
		return nil, fmt.Errorf("read a DNS question: %w", err)
	}
	reply := dnsmessage.Message{
		Header: dnsmessage.Header{
			ID:                 header.ID,
			Response:           true,
			Authoritative:      true,
			RecursionDesired:   header.RecursionDesired,
			RecursionAvailable: true,
			RCode:              dnsmessage.RCodeSuccess,
		},
		Questions: []dnsmessage.Question{question},
	}
	var exists bool
	switch question.Type {
	case dnsmessage.TypeSRV:
		exists, err = addServices(&reply, zone, client, question)
		if err != nil {
			return nil, err
		}
	default:
		exists = addAddresses(&reply, zone, client, question)
	}
	if !exists {
		reply.RCode = dnsmessage.RCodeNameError
	}
	return pack(reply)
}

// addAddresses answers with nothing, and not with an error, for other types of a name that exists:
// that is what keeps resolvers that ask for IPv6 as well content.
func addAddresses(reply *dnsmessage.Message, zone Zone, client Client, question dnsmessage.Question) bool {
	targets, exists := Addresses(zone, client, question.Name.String())
	if question.Type != dnsmessage.TypeA && question.Type != dnsmessage.TypeALL {
		return exists
	}
	for _, target := range targets {
		reply.Answers = append(reply.Answers, address(question.Name, target))
	}
	return exists
}

func addServices(reply *dnsmessage.Message, zone Zone, client Client, question dnsmessage.Question) (bool, error) {
	targets, exists := Services(zone, client, question.Name.String())
	for _, target := range targets {
		host, err := dnsmessage.NewName(target.Host + ".")
		if err != nil {
			return false, fmt.Errorf("name the host %q: %w", target.Host, err)
		}
		reply.Answers = append(reply.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET, TTL: lifetime},
			Body:   &dnsmessage.SRVResource{Weight: 1, Port: target.Port, Target: host},
		})
		reply.Additionals = append(reply.Additionals, address(host, target))
	}
	return exists, nil
}

func address(name dnsmessage.Name, target Target) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: lifetime},
		Body:   &dnsmessage.AResource{A: target.Address.As4()},
	}
}

// pack leaves out what does not fit: there is no TCP to ask again.
func pack(reply dnsmessage.Message) ([]byte, error) {
	for {
		packed, err := reply.Pack()
		if err != nil {
			return nil, fmt.Errorf("write a DNS answer for %s: %w", strings.TrimSpace(reply.Questions[0].Name.String()), err)
		}
		switch {
		case len(packed) <= longestAnswer:
			return packed, nil
		case len(reply.Additionals) > 0:
			reply.Additionals = reply.Additionals[:len(reply.Additionals)-1]
		default:
			reply.Answers = reply.Answers[:len(reply.Answers)-1]
		}
	}
}
