//! KRE's second dialect, of engine 8: nodes within workflows, connected by subscriptions.

use super::{Config, Entrypoint};
use crate::krt::decode::{Flag, Integer32, List, Optional, Text, manifest};

manifest! {
    /// A version of KRE 8.
    Krt {
        /// The version of the format: `v2`.
        #[schemars(extend("const" = "v2"))]
        "krtVersion" / "KrtVersion" => format: Text,
        /// The name of the version.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 19))]
        "version" / "Version" => version: Text,
        /// What the version is for.
        #[schemars(extend("minLength" = 1))]
        "description" / "Description" => description: Text,
        /// What answers the requests from outside.
        "entrypoint" / "Entrypoint" => entrypoint: Entrypoint,
        /// The keys of the configuration.
        #[schemars(default)]
        "config" / "Config" => config: Config,
        /// The workflows, one for each method of the service.
        #[schemars(extend("minItems" = 1))]
        "workflows" / "Workflows" => workflows: List<Workflow>,
    }

    /// What happens with a request.
    Workflow {
        /// The name of the workflow.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 19))]
        "name" / "Name" => name: Text,
        /// The nodes of the workflow.
        #[schemars(extend("minItems" = 1))]
        "nodes" / "Nodes" => nodes: List<Node>,
        /// The method of the service that the workflow answers.
        #[schemars(extend("minLength" = 1))]
        "entrypoint" / "Entrypoint" => entrypoint: Text,
        /// The node whose messages are the answers.
        #[schemars(extend("minLength" = 1))]
        "exitpoint" / "Exitpoint" => exitpoint: Text,
    }

    /// A step of a workflow.
    Node {
        /// The name of the node, unique in its workflow.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 19))]
        "name" / "Name" => name: Text,
        /// The image of the runner.
        #[schemars(extend("minLength" = 1))]
        "image" / "Image" => image: Text,
        /// The file in the archive that the runner starts.
        #[schemars(extend("minLength" = 1))]
        "src" / "Src" => src: Text,
        /// Whether the node needs a GPU.
        #[schemars(default)]
        "gpu" / "GPU" => gpu: Flag,
        /// Whose messages the node receives: `entrypoint`, a node, or `<node>.<channel>`.
        #[schemars(extend("minItems" = 1))]
        "subscriptions" / "Subscriptions" => subscriptions: List<Text>,
        /// How many pods run the node; 1 if it is 0 or absent.
        #[schemars(default, extend("minimum" = 0))]
        "replicas" / "Replicas" => replicas: Integer32,
        /// A store that the node shares with those that name the same one.
        #[schemars(default)]
        "objectStore" / "ObjectStore" => object_store: Optional<ObjectStore>,
    }

    /// A store for large objects.
    ObjectStore {
        /// The name of the store.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
        "name" / "Name" => name: Text,
        /// Who shares the store.
        #[schemars(extend("enum" = ["workflow", "project"]))]
        "scope" / "Scope" => scope: Text,
    }
}
