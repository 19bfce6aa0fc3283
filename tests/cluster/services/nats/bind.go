package main

import (
	"fmt"
	"net"
	"net/url"

	"github.com/nats-io/nats-server/v2/server"
)

// bind makes every listener that is switched on use the address, and keeps the ports.
func bind(address string, options *server.Options) error {
	if address == "" {
		return nil
	}
	options.Host, options.HTTPHost = address, address
	for _, listener := range []struct {
		port int
		host *string
	}{
		{options.Cluster.Port, &options.Cluster.Host},
		{options.Gateway.Port, &options.Gateway.Host},
		{options.LeafNode.Port, &options.LeafNode.Host},
		{options.Websocket.Port, &options.Websocket.Host},
		{options.MQTT.Port, &options.MQTT.Host},
	} {
		if listener.port != 0 {
			*listener.host = address
		}
	}
	if options.Cluster.Port != 0 && options.Cluster.Advertise == "" {
		// Others would take 127.0.0.1 for it, from which all connections within the machine come.
		options.Cluster.Advertise = address
	}
	return bindClusterFlag(address, &options.Cluster)
}

// bindClusterFlag rewrites the URL of the flag --cluster, which a reload reads once more.
func bindClusterFlag(address string, options *server.ClusterOpts) error {
	if options.ListenStr == "" {
		return nil
	}
	listen, err := url.Parse(options.ListenStr)
	if err != nil {
		return fmt.Errorf("parse the URL of --cluster: %w", err)
	}
	listen.Host = net.JoinHostPort(address, listen.Port())
	options.ListenStr = listen.String()
	return nil
}
