package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place"
	"github.com/urfave/cli/v2"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/debuglogger"
	"github.com/versity/versitygw/embedgw"
)

// gateway is a server that is put together from flags.
type gateway struct {
	address string
	config  embedgw.Config
	store   posix.PosixOpts
	logs    string
	debug   bool
	sidecar string
	nometa  bool
	// Permissions have setters in upstream's options, which tell zero from nothing.
	folderMode, fileMode uint
}

// serve runs the gateway until the context ends.
func (g *gateway) serve(c *cli.Context) error {
	if c.NArg() == 0 {
		return errors.New("no directory provided for operation")
	}
	level, err := debuglogger.ParseLevel(g.logs)
	if err != nil {
		return err
	}
	g.config.LogLevel, g.config.Version = level, version()
	if g.debug && level == debuglogger.LevelSilent {
		g.config.LogLevel = debuglogger.LevelDebug
	}
	if g.config.Ports, err = g.bind(c.StringSlice("port")); err != nil {
		return fmt.Errorf("--port: %w", err)
	}
	if g.config.AdminPorts, err = g.bind(c.StringSlice("admin-port")); err != nil {
		return fmt.Errorf("--admin-port: %w", err)
	}
	store, err := g.open(c.Args().First())
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(c.Context, store, &g.config)
}

// bind makes endpoints use the address and keeps their ports.
func (g *gateway) bind(endpoints []string) ([]string, error) {
	var bound []string
	for _, endpoint := range endpoints {
		endpoint, err := place.Rebind(g.address, endpoint)
		if err != nil {
			return nil, err
		}
		bound = append(bound, endpoint)
	}
	return bound, nil
}

// open makes a store of a folder.
func (g *gateway) open(folder string) (*posix.Posix, error) {
	var metadata meta.MetadataStorer = meta.XattrMeta{}
	switch {
	case g.nometa && g.sidecar != "":
		return nil, errors.New("cannot use both nometa and sidecar metadata")
	case g.nometa:
		metadata = meta.NoMeta{}
	case g.sidecar != "":
		sidecar, err := meta.NewSideCar(g.sidecar)
		if err != nil {
			return nil, fmt.Errorf("failed to init sidecar metadata: %w", err)
		}
		metadata, g.store.SideCarDir = sidecar, g.sidecar
	default:
		if err := (meta.XattrMeta{}).Test(folder); err != nil {
			return nil, fmt.Errorf("xattr check failed: %w", err)
		}
	}
	g.store.ValidateBucketNames = g.config.DisableStrictBucketNames
	g.store.SetNewDirPerm(fs.FileMode(g.folderMode))
	g.store.SetNewFilePerm(fs.FileMode(g.fileMode))
	store, err := posix.New(folder, metadata, g.store)
	if err != nil {
		return nil, fmt.Errorf("failed to init posix backend: %w", err)
	}
	return store, nil
}
