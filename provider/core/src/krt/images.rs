//! Which runners understand each other.

use super::{
    Dialect,
    rules::RuleId,
    verdict::{Place, Report},
};

/// The releases of a runner that speak the language of an engine: first and last, as major and
/// minor number.
struct Compatible {
    image: &'static str,
    v1: [(u32, u32); 2],
    v2: [(u32, u32); 2],
}

const COMPATIBLE: &[Compatible] = &[
    Compatible {
        image: "kre-py",
        v1: [(2, 1), (2, 1)],
        v2: [(3, 3), (3, 4)],
    },
    Compatible {
        image: "kre-go",
        v1: [(2, 1), (2, 1)],
        v2: [(4, 3), (4, 5)],
    },
    Compatible {
        image: "kre-entrypoint",
        v1: [(1, 8), (1, 8)],
        v2: [(3, 2), (3, 3)],
    },
];

/// Reports an image of a known runner whose tag belongs to another engine.
pub(super) fn check(report: &mut Report, place: &Place, image: &str) {
    let Some((name, release)) = release(image) else {
        return;
    };
    let Some(known) = COMPATIBLE.iter().find(|known| known.image == name) else {
        return;
    };
    let [first, last] = match report.dialect {
        Dialect::KreV1 => known.v1,
        Dialect::KreV2 => known.v2,
        Dialect::Kai => return,
    };
    if (first..=last).contains(&release) {
        return;
    }
    let message = format!("this release of `{name}` is made for another engine: `{image}`");
    let range = if first == last {
        format!("{}.{}", first.0, first.1)
    } else {
        format!("{}.{} to {}.{}", first.0, first.1, last.0, last.1)
    };
    let remedy = format!("use a release of {range}");
    report.add(RuleId::ImageIncompatible, place, message, remedy);
}

/// The name of an image without its registry, and the release that its tag names.
fn release(image: &str) -> Option<(&str, (u32, u32))> {
    let last = image.rsplit('/').next()?;
    let last = last.split('@').next()?;
    let (name, tag) = last.split_once(':')?;
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let mut numbers = tag.split('.').map(str::parse);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next()?.ok()?;
    Some((name, (major, minor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_release() {
        let expected = Some(("kre-py", (3, 4)));
        assert_eq!(
            release("registry.example:5000/konstellation/kre-py:v3.4.1"),
            expected
        );
        assert_eq!(release("kre-py:3.4@sha256:00"), expected);
        assert_eq!(release("kre-py:latest"), None);
        assert_eq!(release("kre-py"), None);
    }
}
