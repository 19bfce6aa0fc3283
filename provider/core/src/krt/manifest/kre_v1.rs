//! KRE's first dialect, of engines up to 7: nodes in a pool, workflows as sequences of them.

use super::{Config, Entrypoint};
use crate::krt::decode::{Flag, List, Text, manifest};

manifest! {
    /// A version of KRE up to 7.
    Krt {
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
        /// The nodes that workflows are made of.
        "nodes" / "Nodes" => nodes: List<Node>,
        /// The workflows, one for each method of the service.
        "workflows" / "Workflows" => workflows: List<Workflow>,
    }

    /// A step that workflows are made of.
    Node {
        /// The name of the node.
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
    }

    /// What happens with a request: one node after the other.
    Workflow {
        /// The name of the workflow.
        #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 19))]
        "name" / "Name" => name: Text,
        /// The method of the service that the workflow answers.
        #[schemars(extend("minLength" = 1))]
        "entrypoint" / "Entrypoint" => entrypoint: Text,
        /// The names of the nodes, in their order.
        "sequential" / "Sequential" => sequential: List<Text>,
    }
}
