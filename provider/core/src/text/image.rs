//! References to container images.

use super::text;

text! {
    /// A reference to a container image, as a kubelet takes it: `registry/name:tag@digest`.
    ///
    /// Invariant: the grammar of image references. Registry, tag and digest may be missing.
    ImageReference,
    what: "image",
    length: 1..=512,
    pattern: r"^(?:(?:[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
    rule: "be a reference to an image with lower-case name, with or without registry, tag and digest",
    example: "registry.example.com/team/image:1.2.3",
}
