//! KAI's dialect: processes of three types within workflows.

use crate::krt::decode::{Flag, Integer64, List, Map, Optional, Text, manifest};

manifest! {
    /// A version of a KAI product.
    Krt {
        /// The tag of the version.
        #[schemars(extend("pattern" = r"^v\d+\.\d+\.\d+$"))]
        "version" / "Version" => version: Text,
        /// What the version is for.
        #[schemars(extend("minLength" = 1))]
        "description" / "Description" => description: Text,
        /// Configuration of all workflows.
        #[schemars(default)]
        "config" / "Config" => config: Map,
        /// The workflows.
        #[schemars(extend("minItems" = 1))]
        "workflows" / "Workflows" => workflows: List<Workflow>,
    }

    /// Processes that belong together.
    Workflow {
        /// The name of the workflow, unique in the version.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 20))]
        "name" / "Name" => name: Text,
        /// What the workflow is for.
        #[schemars(extend("enum" = ["data", "training", "feedback", "serving"]))]
        "type" / "Type" => kind: Text,
        /// Configuration of the processes of this workflow.
        #[schemars(default)]
        "config" / "Config" => config: Map,
        /// The processes; at least one trigger and one exit.
        #[schemars(extend("minItems" = 2))]
        "processes" / "Processes" => processes: List<Process>,
    }

    /// A step of a workflow.
    Process {
        /// The name of the process, unique in its workflow.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 20))]
        "name" / "Name" => name: Text,
        /// Whether the process begins, continues or ends the workflow.
        #[schemars(extend("enum" = ["trigger", "task", "exit"]))]
        "type" / "Type" => kind: Text,
        /// The image of the process.
        #[schemars(extend("minLength" = 1))]
        "image" / "Image" => image: Text,
        /// How many pods may run the process.
        #[schemars(default, extend("default" = 1, "minimum" = 0))]
        "replicas" / "Replicas" => replicas: Optional<Integer64>,
        /// Whether the process needs a GPU.
        #[schemars(default, extend("default" = false))]
        "gpu" / "GPU" => gpu: Optional<Flag>,
        /// Configuration of this process.
        #[schemars(default)]
        "config" / "Config" => config: Map,
        /// A store that the process shares with those that name the same one.
        #[schemars(default)]
        "objectStore" / "ObjectStore" => object_store: Optional<ObjectStore>,
        /// Names of secrets.
        #[schemars(default)]
        "secrets" / "Secrets" => secrets: List<Text>,
        /// Whose messages the process receives: a process, or `<process>.<channel>`.
        #[schemars(default)]
        "subscriptions" / "Subscriptions" => subscriptions: List<Text>,
        /// How the process is reached from outside.
        #[schemars(default)]
        "networking" / "Networking" => networking: Optional<Networking>,
        /// What the process may use.
        "resourceLimits" / "ResourceLimits" => resource_limits: Optional<ResourceLimits>,
        /// Labels of the machines that the process may run on.
        #[schemars(default)]
        "nodeSelectors" / "NodeSelectors" => node_selectors: Map,
    }

    /// A store for large objects.
    ObjectStore {
        /// The name of the store.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 20))]
        "name" / "Name" => name: Text,
        /// Who shares the store.
        #[schemars(extend("enum" = ["product", "workflow"]))]
        "scope" / "Scope" => scope: Text,
    }

    /// How a process is reached from outside.
    Networking {
        /// The port of the process.
        #[schemars(extend("minimum" = 1, "maximum" = 65535))]
        "targetPort" / "TargetPort" => target_port: Integer64,
        /// The port of the service.
        #[schemars(extend("minimum" = 1, "maximum" = 65535))]
        "destinationPort" / "DestinationPort" => destination_port: Integer64,
        /// What is spoken there.
        #[schemars(default, extend("enum" = ["HTTP", "GRPC"], "default" = "HTTP"))]
        "protocol" / "Protocol" => protocol: Text,
    }

    /// What a process may use.
    ResourceLimits {
        /// Processors: `1`, `0.5` or `100m`.
        "CPU" / "CPU" => cpu: Optional<ResourceLimit>,
        /// Memory: `350M` or `1Gi`.
        "memory" / "Memory" => memory: Optional<ResourceLimit>,
    }

    /// How much of something.
    ResourceLimit {
        /// What is set aside.
        #[schemars(extend("minLength" = 1))]
        "request" / "Request" => request: Text,
        /// What is never exceeded; the request if absent.
        #[schemars(default)]
        "limit" / "Limit" => limit: Text,
    }
}
