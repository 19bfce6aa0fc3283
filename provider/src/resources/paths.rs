//! Places in configurations, in Terraform's terms.

use kre_core::path::{AttributePath, Step};
use terraform::Path;

/// Says in Terraform's terms where something is.
pub(super) fn path(of: &AttributePath) -> Path {
    of.steps()
        .iter()
        .fold(Path::root(), |path, step| match step {
            Step::Attribute(name) => path.attribute(*name),
            Step::Index(index) => path.index(*index),
            Step::Key(key) => path.key(key.as_str()),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_write_a_path_in_the_same_way() {
        let toleration = AttributePath::of(&["nats", "tolerations"]).index(1);
        for place in [
            AttributePath::default(),
            toleration.attribute("key"),
            AttributePath::of(&["labels"]).key("a/b"),
        ] {
            assert_eq!(path(&place).to_string(), place.to_string());
        }
    }
}
