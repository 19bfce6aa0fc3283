package main

import (
	"github.com/urfave/cli/v2"
	"github.com/versity/versitygw/embedgw"
)

// flags are upstream's, with its names, variables and defaults.
func (g *gateway) flags() []cli.Flag {
	config := &g.config
	return append(limits(config),
		&cli.StringSliceFlag{Name: "port", Aliases: []string{"p"},
			EnvVars: []string{"VGW_PORT"}, Value: cli.NewStringSlice(":7070")},
		&cli.StringSliceFlag{Name: "admin-port", Aliases: []string{"ap"},
			EnvVars: []string{"VGW_ADMIN_PORT"}},
		&cli.StringFlag{Name: "log-level", EnvVars: []string{"VGW_LOG_LEVEL"}, Value: "silent",
			Destination: &g.logs},
		&cli.BoolFlag{Name: "debug", EnvVars: []string{"VGW_DEBUG"}, Destination: &g.debug},
		text(&config.RootUserAccess, "access", "a", "ROOT_ACCESS_KEY_ID", "ROOT_ACCESS_KEY"),
		text(&config.RootUserSecret, "secret", "s", "ROOT_SECRET_ACCESS_KEY", "ROOT_SECRET_KEY"),
		&cli.StringFlag{Name: "region", Aliases: []string{"r"}, EnvVars: []string{"VGW_REGION"},
			Value: "us-east-1", Destination: &config.Region},
		text(&config.CORSAllowOrigin, "cors-allow-origin", "", "VGW_CORS_ALLOW_ORIGIN"),
		text(&config.CertFile, "cert", "", "VGW_CERT"),
		text(&config.KeyFile, "key", "", "VGW_KEY"),
		text(&config.AdminCertFile, "admin-cert", "", "VGW_ADMIN_CERT"),
		text(&config.AdminKeyFile, "admin-cert-key", "", "VGW_ADMIN_CERT_KEY"),
		text(&config.VirtualDomain, "virtual-domain", "vd", "VGW_VIRTUAL_DOMAIN"),
		text(&config.AccessLog, "access-log", "", "LOGFILE", "VGW_ACCESS_LOG"),
		text(&config.AdminLogFile, "admin-access-log", "", "LOGFILE", "VGW_ADMIN_ACCESS_LOG"),
		text(&config.IAMDir, "iam-dir", "", "VGW_IAM_DIR"),
		text(&config.HealthPath, "health", "", "VGW_HEALTH"),
		toggle(&config.KeepAlive, "keep-alive", "", "VGW_KEEP_ALIVE"),
		toggle(&config.Quiet, "quiet", "q", "VGW_QUIET"),
		toggle(&config.DisableACLs, "disable-acl", "noacl", "VGW_DISABLE_ACL"),
		toggle(&config.IAMCacheDisable, "iam-cache-disable", "", "VGW_IAM_CACHE_DISABLE"),
		toggle(&config.IAMDebug, "iam-debug", "", "VGW_IAM_DEBUG"),
		toggle(&config.Readonly, "readonly", "", "VGW_READ_ONLY"),
		toggle(&config.DisableStrictBucketNames, "disable-strict-bucket-names", "",
			"VGW_DISABLE_STRICT_BUCKET_NAMES"),
	)
}

// limits are upstream's flags for numbers, with its defaults.
func limits(config *embedgw.Config) []cli.Flag {
	return []cli.Flag{
		number(&config.MaxConnections, 250000, "max-connections", "mc", "VGW_MAX_CONNECTIONS"),
		number(&config.MaxRequests, 100000, "max-requests", "mr", "VGW_MAX_REQUESTS"),
		number(&config.AdminMaxConnections, 250000, "admin-max-connections", "amc",
			"VGW_ADMIN_MAX_CONNECTIONS"),
		number(&config.AdminMaxRequests, 100000, "admin-max-requests", "amr",
			"VGW_ADMIN_MAX_REQUESTS"),
		number(&config.MultipartMaxParts, 10000, "mp-max-parts", "", "VGW_MP_MAX_PARTS"),
		number(&config.IAMCacheTTL, 120, "iam-cache-ttl", "", "VGW_IAM_CACHE_TTL"),
		number(&config.IAMCachePrune, 3600, "iam-cache-prune", "", "VGW_IAM_CACHE_PRUNE"),
	}
}

// posixFlags are upstream's for a folder.
func (g *gateway) posixFlags() []cli.Flag {
	store := &g.store
	return []cli.Flag{
		toggle(&store.ChownUID, "chuid", "", "VGW_CHOWN_UID"),
		toggle(&store.ChownGID, "chgid", "", "VGW_CHOWN_GID"),
		toggle(&store.BucketLinks, "bucketlinks", "", "VGW_BUCKET_LINKS"),
		text(&store.VersioningDir, "versioning-dir", "", "VGW_VERSIONING_DIR"),
		&cli.UintFlag{Name: "dir-perms", EnvVars: []string{"VGW_DIR_PERMS"}, Value: 0o755,
			Destination: &g.folderMode},
		&cli.UintFlag{Name: "file-perms", EnvVars: []string{"VGW_FILE_PERMS"}, Value: 0o644,
			Destination: &g.fileMode},
		text(&g.sidecar, "sidecar", "", "VGW_META_SIDECAR"),
		toggle(&g.nometa, "nometa", "", "VGW_META_NONE"),
		number(&store.Concurrency, 5000, "concurrency", "", "VGW_POSIX_CONCURRENCY"),
		toggle(&store.ForceNoTmpFile, "disableotmp", "", "VGW_DISABLE_OTMP"),
		toggle(&store.ForceNoCopyFileRange, "disable-copy-file-range", "",
			"VGW_DISABLE_COPY_FILE_RANGE"),
		toggle(&store.ForceNoObjLockFile, "disable-object-lock-file", "",
			"VGW_DISABLE_OBJECT_LOCK_FILE"),
	}
}

func text(into *string, name, alias string, variables ...string) cli.Flag {
	return &cli.StringFlag{Name: name, Aliases: aliases(alias), EnvVars: variables,
		Destination: into}
}

func toggle(into *bool, name, alias, variable string) cli.Flag {
	return &cli.BoolFlag{Name: name, Aliases: aliases(alias), EnvVars: []string{variable},
		Destination: into}
}

func number(into *int, otherwise int, name, alias, variable string) cli.Flag {
	return &cli.IntFlag{Name: name, Aliases: aliases(alias), EnvVars: []string{variable},
		Value: otherwise, Destination: into}
}

func aliases(alias string) []string {
	if alias == "" {
		return nil
	}
	return []string{alias}
}
