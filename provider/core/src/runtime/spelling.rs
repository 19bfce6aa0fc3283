//! Amounts and spans of time that are spelled in another way, and mean the same.

use super::{
    component::{Amounts, NatsLimits, Resources, Storage},
    spec::{RuntimeSpec, Timeouts},
};
use crate::{
    path::AttributePath,
    text::{GoDuration, Quantity},
};

/// Lists what a configuration spells in another way than the state before, with the text of the
/// state: a plan that keeps it changes nothing.
pub fn respelled(old: &RuntimeSpec, new: &RuntimeSpec) -> Vec<(AttributePath, String)> {
    let (old, new) = (Spelled::of(old), Spelled::of(new));
    let mut kept = Vec::new();
    for (path, amount) in &new.amounts {
        let before = old.amounts.iter().find(|(before, _)| before == path);
        if let Some((_, before)) = before
            && before == amount
            && before.as_str() != amount.as_str()
        {
            kept.push((path.clone(), before.to_string()));
        }
    }
    for (path, span) in &new.spans {
        let before = old.spans.iter().find(|(before, _)| before == path);
        if let Some((_, before)) = before
            && before == span
            && before.as_str() != span.as_str()
        {
            kept.push((path.clone(), before.to_string()));
        }
    }
    kept
}

/// Everything that can be spelled in several ways.
#[derive(Default)]
struct Spelled<'s> {
    amounts: Vec<(AttributePath, &'s Quantity)>,
    spans: Vec<(AttributePath, &'s GoDuration)>,
}

impl<'s> Spelled<'s> {
    fn of(spec: &'s RuntimeSpec) -> Self {
        let mut found = Self::default();
        let nats = AttributePath::of(&["nats"]);
        found.storage(&spec.nats.storage, &nats);
        found.resources(&spec.nats.resources, &nats);
        if let Some(limits) = &spec.nats.limits {
            found.limits(limits, &nats.attribute("limits"));
        }
        let mongodb = AttributePath::of(&["mongodb"]);
        found.storage(&spec.mongodb.storage, &mongodb);
        found.resources(&spec.mongodb.resources, &mongodb);
        found.resources(
            &spec.mongo_writer.resources,
            &AttributePath::of(&["mongo_writer"]),
        );
        found.span(
            spec.fail_fast.as_ref(),
            &AttributePath::default(),
            "fail_fast",
        );
        found.timeouts(&spec.timeouts, &AttributePath::of(&["timeouts"]));
        found
    }

    fn storage(&mut self, storage: &'s Storage, path: &AttributePath) {
        let Storage { size, class: _ } = storage;
        self.amount(Some(size), &path.attribute("storage"), "size");
    }

    fn resources(&mut self, resources: &'s Resources, path: &AttributePath) {
        let Resources { requests, limits } = resources;
        let path = path.attribute("resources");
        for (name, amounts) in [("requests", requests), ("limits", limits)] {
            let Some(Amounts {
                cpu,
                memory,
                ephemeral_storage,
            }) = amounts
            else {
                continue;
            };
            let path = path.attribute(name);
            self.amount(cpu.as_ref(), &path, "cpu");
            self.amount(memory.as_ref(), &path, "memory");
            self.amount(ephemeral_storage.as_ref(), &path, "ephemeral_storage");
        }
    }

    fn limits(&mut self, limits: &'s NatsLimits, path: &AttributePath) {
        let NatsLimits {
            max_memory,
            max_payload,
            max_control_line,
            max_pending,
            max_connections: _,
            max_subscriptions: _,
            max_pings: _,
            ping_interval,
            write_deadline,
        } = limits;
        self.amount(max_memory.as_ref(), path, "max_memory");
        self.amount(max_payload.as_ref(), path, "max_payload");
        self.amount(max_control_line.as_ref(), path, "max_control_line");
        self.amount(max_pending.as_ref(), path, "max_pending");
        self.span(ping_interval.as_ref(), path, "ping_interval");
        self.span(write_deadline.as_ref(), path, "write_deadline");
    }

    fn timeouts(&mut self, timeouts: &'s Timeouts, path: &AttributePath) {
        let Timeouts {
            create,
            read,
            update,
            delete,
        } = timeouts;
        self.span(create.as_ref(), path, "create");
        self.span(read.as_ref(), path, "read");
        self.span(update.as_ref(), path, "update");
        self.span(delete.as_ref(), path, "delete");
    }

    fn amount(&mut self, amount: Option<&'s Quantity>, of: &AttributePath, name: &'static str) {
        self.amounts
            .extend(amount.map(|amount| (of.attribute(name), amount)));
    }

    fn span(&mut self, span: Option<&'s GoDuration>, of: &AttributePath, name: &'static str) {
        self.spans
            .extend(span.map(|span| (of.attribute(name), span)));
    }
}
