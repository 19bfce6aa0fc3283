//! Which attribute to change when a pod is in trouble.

use super::names::Component;
use crate::path::AttributePath;

/// Why a pod of a component does not get ready, as far as an attribute has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The image cannot be pulled, or is none.
    Image,
    /// The container was ended because it used more memory than it may.
    Memory,
    /// No node has enough to spare for the pod.
    Scheduling,
    /// No node has the labels that the pod wants.
    Selector,
    /// The nodes have taints that the pod does not tolerate.
    Taint,
    /// The volume is not made, or cannot be mounted.
    Volume,
    /// A quota leaves no room for the volume.
    Size,
    /// The container keeps ending.
    Start,
    /// The credentials of the registry are missing.
    PullSecret,
    /// A quota leaves no room for the pod.
    Quota,
}

/// Says which attribute of the configuration to change.
pub fn attribute_of(component: Component, cause: Trouble) -> AttributePath {
    let path = AttributePath::of(&[component.attribute()]);
    match (cause, component) {
        // How an image is started is ours, so it is the wrong one, or of a wrong release.
        (Trouble::Image | Trouble::Start, _) => path.attribute("image"),
        (Trouble::Memory, _) => {
            let limits = path.attribute("resources").attribute("limits");
            limits.attribute("memory")
        }
        (Trouble::Scheduling, _) => path.attribute("resources").attribute("requests"),
        (Trouble::Selector, _) => path.attribute("node_selector"),
        (Trouble::Taint, _) => path.attribute("tolerations"),
        (Trouble::Quota, _) => path.attribute("resources"),
        (Trouble::Volume, Component::Nats | Component::MongoDb) => {
            path.attribute("storage").attribute("class")
        }
        (Trouble::Size, Component::Nats | Component::MongoDb) => {
            path.attribute("storage").attribute("size")
        }
        // It has none.
        (Trouble::Volume | Trouble::Size, Component::MongoWriter) => path,
        (Trouble::PullSecret, _) => AttributePath::of(&["image_pull_secrets"]),
    }
}
