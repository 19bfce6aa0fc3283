//! The programs of this repository: what they are called, where they come from, what they cost.

use super::GoModule;

/// OpenTofu, as a host to test with.
pub const OPENTOFU: GoModule = GoModule {
    title: "OpenTofu",
    name: "tofu",
    directory: "hosts/opentofu",
    package: "github.com/opentofu/opentofu/cmd/tofu",
    pins: "github.com/opentofu/opentofu",
    linker_flags: "-X github.com/opentofu/opentofu/version.dev=no",
    minutes: 4,
    ..GoModule::DEFAULT
};

/// Providers to compare with in benchmarks.
pub const PEERS: [GoModule; 2] = [
    GoModule {
        title: "kubectl provider",
        name: "terraform-provider-kubectl",
        directory: "peers/kubectl",
        package: "github.com/gavinbunney/terraform-provider-kubectl",
        pins: "github.com/gavinbunney/terraform-provider-kubectl",
        ..GoModule::DEFAULT
    },
    GoModule {
        title: "helm provider",
        name: "terraform-provider-helm",
        directory: "peers/helm",
        package: "github.com/hashicorp/terraform-provider-helm",
        pins: "github.com/hashicorp/terraform-provider-helm",
        ..GoModule::DEFAULT
    },
];

/// Kubernetes' control plane and node components, and the tool that runs them.
pub const DEVCLUSTER: GoModule = GoModule {
    title: "Kubernetes",
    name: "devcluster",
    directory: "cluster/devcluster",
    pins: "k8s.io/kubernetes",
    linker_flags: "-X k8s.io/component-base/version.gitVersion=v1.34.4 \
                   -X k8s.io/component-base/version.gitMajor=1 \
                   -X k8s.io/component-base/version.gitMinor=34",
    minutes: 6,
    ..GoModule::DEFAULT
};

/// KWOK, which plays the nodes.
pub const KWOK: GoModule = GoModule {
    title: "KWOK",
    name: "kwok",
    directory: "cluster/kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    pins: "sigs.k8s.io/kwok",
    ..GoModule::DEFAULT
};

/// The DNS server that knows the names of clusters whose nodes run containers.
pub const COREDNS: GoModule = GoModule {
    title: "CoreDNS",
    name: "coredns",
    directory: "cluster/coredns",
    pins: "github.com/coredns/coredns",
    ..GoModule::DEFAULT
};

/// NATS, with JetStream.
pub const NATS: GoModule = GoModule {
    title: "NATS",
    name: "nats-server",
    directory: "cluster/services/nats",
    pins: "github.com/nats-io/nats-server/v2",
    ..GoModule::SERVICE
};

/// FerretDB over SQLite, in place of MongoDB.
pub const MONGODB: GoModule = GoModule {
    title: "FerretDB",
    name: "mongod",
    directory: "cluster/services/mongodb",
    pins: "github.com/FerretDB/FerretDB",
    ..GoModule::SERVICE
};

/// MinIO, where the administration of an object store matters.
pub const MINIO: GoModule = GoModule {
    title: "MinIO",
    name: "minio",
    directory: "cluster/services/minio",
    pins: "github.com/minio/minio",
    minutes: 3,
    ..GoModule::SERVICE
};

/// Versity's gateway, a small object store over a folder.
pub const VERSITYGW: GoModule = GoModule {
    title: "versitygw",
    name: "versitygw",
    directory: "cluster/services/versitygw",
    pins: "github.com/versity/versitygw",
    minutes: 2,
    ..GoModule::SERVICE
};

/// InfluxDB.
pub const INFLUXDB: GoModule = GoModule {
    title: "InfluxDB",
    name: "influxd",
    directory: "cluster/services/influxdb",
    pins: "github.com/influxdata/influxdb",
    minutes: 2,
    ..GoModule::SERVICE
};

/// Every service whose image a pod of the test cluster can run.
pub const SERVICES: [GoModule; 5] = [NATS, MONGODB, MINIO, VERSITYGW, INFLUXDB];

impl GoModule {
    /// The package in the module's own folder, built in a minute, with nothing special.
    const DEFAULT: Self = Self {
        title: "",
        name: "",
        directory: "",
        shares: &[],
        package: ".",
        pins: "",
        linker_flags: "",
        minutes: 1,
    };

    /// A service that listens where the test cluster places it.
    const SERVICE: Self = Self {
        shares: &["cluster/services/place"],
        ..Self::DEFAULT
    };
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_version_of_a_program_stands_in_its_module() {
        let all = [OPENTOFU, DEVCLUSTER, KWOK, COREDNS].into_iter();
        for module in all.chain(PEERS).chain(SERVICES) {
            let title = module.versioned_title().unwrap();
            let (_, version) = title.rsplit_once(' ').unwrap();
            assert!(
                version.starts_with(|digit: char| digit.is_ascii_digit()),
                "{title}"
            );
        }
    }

    #[test]
    fn kubernetes_says_the_version_that_is_pinned() {
        let go_mod = fs::read_to_string(DEVCLUSTER.path().join("go.mod")).unwrap();
        let version = super::super::version(&go_mod, DEVCLUSTER.pins).unwrap();

        let stamped = DEVCLUSTER
            .linker_flags
            .split("-X k8s.io/component-base/version.");
        let stamped: Vec<_> = stamped.map(str::trim).collect();
        let (major, minor) = version.rsplit_once('.').unwrap().0.split_once('.').unwrap();
        let expected = [
            "",
            &format!("gitVersion=v{version}"),
            &format!("gitMajor={major}"),
            &format!("gitMinor={minor}"),
        ];
        assert_eq!(stamped, expected);
    }
}
