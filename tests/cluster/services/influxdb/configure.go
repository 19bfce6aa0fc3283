package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/influxdata/influxdb/cmd/influxd/run"
	"github.com/influxdata/influxdb/services/collectd"
	"github.com/influxdata/influxdb/services/graphite"
	"github.com/influxdata/influxdb/services/opentsdb"
	"github.com/influxdata/influxdb/services/udp"
	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
)

// imageFolder is where the image keeps data when no configuration file says otherwise.
const imageFolder = "/var/lib/influxdb"

// configure reads arguments, file and environment as upstream does, and binds the result to an
// address.
func configure(address string, arguments []string) (*run.Config, error) {
	command := run.NewCommand()
	options, err := command.ParseFlags(arguments...)
	if err != nil {
		return nil, err
	}
	path := options.GetConfigPath()
	config, err := command.ParseConfig(path)
	if err != nil {
		return nil, fmt.Errorf("parse config %s: %w", path, err)
	}
	if path == "" {
		folder := place.Data(imageFolder)
		config.Meta.Dir = filepath.Join(folder, "meta")
		config.Data.Dir = filepath.Join(folder, "data")
		config.Data.WALDir = filepath.Join(folder, "wal")
	}
	if err := config.ApplyEnvOverrides(os.Getenv); err != nil {
		return nil, fmt.Errorf("apply env config: %w", err)
	}
	config.ReportingDisabled = true
	if err := bind(address, config); err != nil {
		return nil, err
	}
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("validate config: %w", err)
	}
	return config, nil
}

// bind makes every listener use the address, and keeps the ports.
func bind(address string, config *run.Config) error {
	endpoints := map[*string]string{
		&config.BindAddress:       run.DefaultBindAddress,
		&config.HTTPD.BindAddress: ":8086",
	}
	for index := range config.CollectdInputs {
		endpoints[&config.CollectdInputs[index].BindAddress] = collectd.DefaultBindAddress
	}
	for index := range config.GraphiteInputs {
		endpoints[&config.GraphiteInputs[index].BindAddress] = graphite.DefaultBindAddress
	}
	for index := range config.OpenTSDBInputs {
		endpoints[&config.OpenTSDBInputs[index].BindAddress] = opentsdb.DefaultBindAddress
	}
	for index := range config.UDPInputs {
		endpoints[&config.UDPInputs[index].BindAddress] = udp.DefaultBindAddress
	}
	for endpoint, otherwise := range endpoints {
		if *endpoint == "" {
			*endpoint = otherwise
		}
		bound, err := place.Rebind(address, *endpoint)
		if err != nil {
			return fmt.Errorf("bind-address: %w", err)
		}
		*endpoint = bound
	}
	return nil
}
