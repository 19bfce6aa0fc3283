//! What the checks of KRE's dialects have in common.

use super::{
    super::{
        decode::{List, Text},
        manifest::{Config, Entrypoint},
        rules::RuleId,
        verdict::{Place, Report},
        yaml::Mark,
    },
    names::{is_resource_name, is_variable, suggested_name, suggested_variable},
};

/// The length that KRE's names must not reach.
pub(super) const KRE_MAX_NAME: usize = 19;

/// A text and where it is; where it should be, if it is missing.
pub(super) fn place(location: impl Into<String>, text: &Text, parent: Mark) -> Place {
    Place::new(location, text.at.unwrap_or(parent))
}

/// Reports a text that is missing or empty. Whether it is there.
pub(super) fn require(report: &mut Report, place: &Place, text: &Text) -> bool {
    if text.is_empty() {
        missing(report, place);
    }
    !text.is_empty()
}

/// Reports that something is missing.
pub(super) fn missing(report: &mut Report, place: &Place) {
    let key = place.location.rsplit('.').next().unwrap_or_default();
    let message = format!("`{}` is missing or empty", place.location);
    let remedy = format!("give `{key}` a value");
    report.add(RuleId::FieldRequired, place, message, remedy);
}

/// Reports a name of KRE that is missing, malformed or too long.
pub(super) fn resource_name(report: &mut Report, place: &Place, name: &Text) {
    if require(report, place, name) {
        name_format(report, place, &name.value, KRE_MAX_NAME);
    }
}

/// Reports a name that is malformed or too long, and proposes a better one.
pub(super) fn name_format(report: &mut Report, place: &Place, name: &str, max: usize) {
    let remedy = suggested_name(name, max).map_or_else(
        || "use lower-case letters, digits and hyphens".to_owned(),
        |better| format!("call it `{better}`"),
    );
    if !is_resource_name(name) {
        let message =
            format!("a name consists of lower-case letters, digits and inner hyphens: `{name}`");
        report.add(RuleId::NameFormat, place, message, remedy);
    } else if name.len() > max {
        let message = format!("a name has at most {max} characters: `{name}`");
        report.add(RuleId::NameLength, place, message, remedy);
    }
}

pub(super) fn entrypoint(report: &mut Report, entrypoint: &Entrypoint, parent: Mark) {
    let parent = entrypoint.at.unwrap_or(parent);
    let proto = place("Entrypoint.Proto", &entrypoint.proto, parent);
    if require(report, &proto, &entrypoint.proto) && !has_suffix(&entrypoint.proto.value) {
        let value = &entrypoint.proto.value;
        let message = format!("the name of the proto file does not end with `.proto`: `{value}`");
        report.add(
            RuleId::ProtoSuffix,
            &proto,
            message,
            "name the `.proto` file of the archive",
        );
    }
    let image = place("Entrypoint.Image", &entrypoint.image, parent);
    require(report, &image, &entrypoint.image);
}

/// Whether the original takes a name for that of a proto file: capital letters are none.
fn has_suffix(name: &str) -> bool {
    name.as_bytes().ends_with(b".proto")
}

pub(super) fn config(report: &mut Report, config: &Config, parent: Mark) {
    let parent = config.at.unwrap_or(parent);
    for (index, variable) in config.variables.items.iter().enumerate() {
        if is_variable(&variable.value) {
            continue;
        }
        let at = place(format!("Config.Variables[{index}]"), variable, parent);
        let message = format!(
            "a variable consists of capital letters, digits and inner underscores: `{}`",
            variable.value
        );
        let remedy = suggested_variable(&variable.value)
            .map(|better| format!("call it `{better}`"))
            .unwrap_or_default();
        report.add(RuleId::VariableFormat, &at, message, remedy);
    }
}

/// Reports a list that is missing. An empty one is there.
pub(super) fn require_list<T>(report: &mut Report, location: &str, list: &List<T>, parent: Mark) {
    if list.at.is_none() {
        missing(report, &Place::new(location, parent));
    }
}
