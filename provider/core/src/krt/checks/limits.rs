//! What KAI demands of what a process may use, and where it may run.

use super::{
    super::{
        decode::{Map, Optional},
        manifest::kai::{Process, ResourceLimit},
        rules::RuleId,
        verdict::{Place, Report},
        yaml::Mark,
    },
    names::{is_label, is_resource_name},
    resources,
    shared::{missing, place, require},
};

pub(super) fn resource_limits(report: &mut Report, process: &Process, prefix: &str, parent: Mark) {
    let prefix = format!("{prefix}.resourceLimits");
    let Some(limits) = process.resource_limits.get() else {
        missing(report, &Place::new(prefix, parent));
        return;
    };
    let parent = limits.at.unwrap_or(parent);
    let cpu = Place::new(format!("{prefix}.CPU"), parent);
    limit(report, &limits.cpu, &cpu, &CPU);
    let memory = Place::new(format!("{prefix}.memory"), parent);
    limit(report, &limits.memory, &memory, &MEMORY);
}

/// What is demanded of amounts of something.
struct Amount {
    format: RuleId,
    order: RuleId,
    what: &'static str,
    form: &'static str,
    value: fn(&str) -> Option<f64>,
}

const CPU: Amount = Amount {
    format: RuleId::CpuFormat,
    order: RuleId::CpuOrder,
    what: "processors",
    form: "write `1`, `0.5` or `100m`, with exactly three digits before `m`",
    value: resources::cpu,
};

const MEMORY: Amount = Amount {
    format: RuleId::MemoryFormat,
    order: RuleId::MemoryOrder,
    what: "memory",
    form: "write `350M` or `1Gi`: a whole number and a unit",
    value: |text| resources::is_memory(text).then(|| resources::memory(text)),
};

fn limit(report: &mut Report, limit: &Optional<ResourceLimit>, at: &Place, amount: &Amount) {
    let Some(limit) = limit.get() else {
        missing(report, at);
        return;
    };
    let parent = limit.at.unwrap_or(at.mark);
    let request_at = place(format!("{}.request", at.location), &limit.request, parent);
    if !require(report, &request_at, &limit.request) {
        return;
    }
    let mut check = |at: &Place, text: &str| {
        let value = (amount.value)(text);
        if value.is_none() {
            let message = format!("an amount of {} has another form: `{text}`", amount.what);
            report.add(amount.format, at, message, amount.form);
        }
        value
    };
    let request = check(&request_at, &limit.request.value);
    if limit.limit.is_empty() {
        return;
    }
    let limit_at = place(format!("{}.limit", at.location), &limit.limit, parent);
    let most = check(&limit_at, &limit.limit.value);
    if let (Some(request), Some(most)) = (request, most)
        && most < request
    {
        let (least, most) = (&limit.request.value, &limit.limit.value);
        let message = format!(
            "the limit of {} is below the request `{least}`: `{most}`",
            amount.what
        );
        let at = Place::new(at.location.clone(), limit_at.mark);
        report.add(amount.order, &at, message, "raise `limit`, or leave it out");
    }
}

pub(super) fn node_selectors(report: &mut Report, selectors: &Map, location: &str) {
    for (key, entry) in &selectors.entries {
        if !is_label_key(key) {
            let at = Place::new(location, entry.key_at);
            let message = format!("a node selector is no key of a label: `{key}`");
            let remedy = "write a name, or a domain, a slash and a name";
            report.add(RuleId::NodeSelector, &at, message, remedy);
        }
        let value = &entry.value.value;
        if value.len() > 63 || !is_label(value) {
            let at = place(location, &entry.value, entry.key_at);
            let message = format!("a node selector is no value of a label: `{value}`");
            let remedy = "write letters, digits, `-`, `_` and `.`, at most 63, and at least one";
            report.add(RuleId::NodeSelector, &at, message, remedy);
        }
    }
}

fn is_label_key(key: &str) -> bool {
    let is_name = |name: &str| name.len() <= 63 && is_label(name);
    let is_domain = |domain: &str| domain.len() <= 253 && domain.split('.').all(is_resource_name);
    match key.split('/').collect::<Vec<_>>().as_slice() {
        [name] => is_name(name),
        [domain, name] => is_domain(domain) && is_name(name),
        _ => false,
    }
}
