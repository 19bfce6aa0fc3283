//! What a change of a configuration means for the runtime.

use std::collections::BTreeSet;

use super::{
    component::{MongoDb, MongoWriter, Nats, Storage},
    names::Component,
    spec::RuntimeSpec,
};
use crate::path::AttributePath;

/// One attribute that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which one.
    pub path: AttributePath,
    /// What its change does.
    pub effect: Effect,
}

/// What the change of an attribute does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// No pod notices.
    InPlace,
    /// The pods of these components are made anew.
    Rolls(BTreeSet<Component>),
    /// The volume of a component grows. That of NATS is told to the server, whose pod is made anew.
    Grows(Component),
    /// The runtime is replaced by another one.
    Replaces,
    /// It cannot be done without losing data.
    Refused {
        /// Why, as a sentence without its period.
        rule: String,
        /// The way round, as a sentence without its period.
        remedy: String,
    },
}

/// Lists what differs between two specifications, and what each difference does.
///
/// Where one of them replaces the runtime, no other is refused: the new runtime has no volumes yet.
pub fn changes(old: &RuntimeSpec, new: &RuntimeSpec) -> Vec<Change> {
    let mut diff = Diff::default();
    diff.runtime(old, new);
    if diff
        .found
        .iter()
        .any(|change| change.effect == Effect::Replaces)
    {
        diff.found
            .retain(|change| !matches!(change.effect, Effect::Refused { .. }));
    }
    diff.found
}

#[derive(Default)]
struct Diff {
    found: Vec<Change>,
}

impl Diff {
    fn runtime(&mut self, old: &RuntimeSpec, new: &RuntimeSpec) {
        // All fields by name, so that a new one is not forgotten here.
        let RuntimeSpec {
            id,
            name,
            description,
            engine,
            namespace: _,
            create_namespace,
            nats,
            mongodb,
            mongo_writer,
            entrypoint,
            images,
            image_pull_secrets,
            labels,
            annotations,
            network_policy,
            on_destroy,
            adopt_retained,
            fail_fast,
            timeouts,
        } = old;
        let root = AttributePath::default();
        let pods = pods(new);
        for (attribute, same) in [
            ("id", *id == new.id),
            ("engine", *engine == new.engine),
            ("namespace", old.namespace() == new.namespace()),
        ] {
            self.unless(same, &root, attribute, Effect::Replaces);
        }
        self.namespace(*create_namespace, new.create_namespace);
        self.nats(nats, &new.nats);
        self.mongodb(mongodb, &new.mongodb);
        self.writer(mongo_writer, &new.mongo_writer);
        for (attribute, same) in [
            (
                "image_pull_secrets",
                *image_pull_secrets == new.image_pull_secrets,
            ),
            ("labels", *labels == new.labels),
            ("annotations", *annotations == new.annotations),
        ] {
            self.unless(same, &root, attribute, Effect::Rolls(pods.clone()));
        }
        for (attribute, same) in [
            ("name", *name == new.name),
            ("description", *description == new.description),
            ("entrypoint", *entrypoint == new.entrypoint),
            ("images", *images == new.images),
            ("network_policy", *network_policy == new.network_policy),
            ("on_destroy", *on_destroy == new.on_destroy),
            ("adopt_retained", *adopt_retained == new.adopt_retained),
            ("fail_fast", *fail_fast == new.fail_fast),
            ("timeouts", *timeouts == new.timeouts),
        ] {
            self.unless(same, &root, attribute, Effect::InPlace);
        }
    }

    fn namespace(&mut self, old: bool, new: bool) {
        let effect = if new {
            refused(
                "The namespace exists without the runtime, and may hold what is not its own",
                "Leave `create_namespace` at false; to have a namespace of its own, create a runtime in another one",
            )
        } else {
            Effect::InPlace
        };
        self.unless(
            old == new,
            &AttributePath::default(),
            "create_namespace",
            effect,
        );
    }

    fn nats(&mut self, old: &Nats, new: &Nats) {
        let Nats {
            image,
            storage,
            replicas,
            resources,
            limits,
            node_selector,
            tolerations,
        } = old;
        let path = AttributePath::of(&["nats"]);
        self.storage(storage, &new.storage, Component::Nats, &path);
        let effect = refused(
            "A server that joins or leaves a cluster deletes the streams that it does not know from there",
            &format!(
                "Leave it at {}; or create another runtime, move what you need, and destroy this one",
                u32::from(*replicas)
            ),
        );
        self.unless(*replicas == new.replicas, &path, "replicas", effect);
        for (attribute, same) in [
            ("image", *image == new.image),
            ("resources", *resources == new.resources),
            ("limits", *limits == new.limits),
            ("node_selector", *node_selector == new.node_selector),
            ("tolerations", *tolerations == new.tolerations),
        ] {
            self.unless(same, &path, attribute, rolls(Component::Nats));
        }
    }

    fn mongodb(&mut self, old: &MongoDb, new: &MongoDb) {
        let MongoDb {
            image,
            storage,
            resources,
            node_selector,
            tolerations,
        } = old;
        let path = AttributePath::of(&["mongodb"]);
        self.storage(storage, &new.storage, Component::MongoDb, &path);
        for (attribute, same) in [
            ("image", *image == new.image),
            ("resources", *resources == new.resources),
            ("node_selector", *node_selector == new.node_selector),
            ("tolerations", *tolerations == new.tolerations),
        ] {
            self.unless(same, &path, attribute, rolls(Component::MongoDb));
        }
    }

    fn writer(&mut self, old: &MongoWriter, new: &MongoWriter) {
        let MongoWriter {
            enabled,
            image,
            resources,
            log_level,
            node_selector,
            tolerations,
        } = old;
        let path = AttributePath::of(&["mongo_writer"]);
        // It holds nothing: it comes and goes without anybody else's pods.
        self.unless(*enabled == new.enabled, &path, "enabled", Effect::InPlace);
        let runs = *enabled && new.enabled;
        for (attribute, same) in [
            ("image", *image == new.image),
            ("resources", *resources == new.resources),
            ("log_level", *log_level == new.log_level),
            ("node_selector", *node_selector == new.node_selector),
            ("tolerations", *tolerations == new.tolerations),
        ] {
            let effect = if runs {
                rolls(Component::MongoWriter)
            } else {
                Effect::InPlace
            };
            self.unless(same, &path, attribute, effect);
        }
    }

    fn storage(
        &mut self,
        old: &Storage,
        new: &Storage,
        component: Component,
        path: &AttributePath,
    ) {
        let Storage { size, class } = old;
        let path = path.attribute("storage");
        let effect = if new.size > *size {
            Effect::Grows(component)
        } else {
            refused(
                "A volume cannot shrink",
                &format!(
                    "Leave it at `{size}` or more; or create another runtime, move what you need, and destroy this one"
                ),
            )
        };
        self.unless(*size == new.size, &path, "size", effect);
        let as_before = match class {
            Some(class) => format!("Leave it at `{class}`"),
            None => "Leave it out".to_owned(),
        };
        let effect = refused(
            "A volume cannot move to another class",
            &format!(
                "{as_before}; or create another runtime, move what you need, and destroy this one"
            ),
        );
        self.unless(*class == new.class, &path, "class", effect);
    }

    fn unless(&mut self, same: bool, of: &AttributePath, attribute: &'static str, effect: Effect) {
        if !same {
            let path = of.attribute(attribute);
            self.found.push(Change { path, effect });
        }
    }
}

fn pods(spec: &RuntimeSpec) -> BTreeSet<Component> {
    let writer = spec.mongo_writer.enabled.then_some(Component::MongoWriter);
    [Component::Nats, Component::MongoDb]
        .into_iter()
        .chain(writer)
        .collect()
}

fn rolls(component: Component) -> Effect {
    Effect::Rolls(BTreeSet::from([component]))
}

fn refused(rule: &str, remedy: &str) -> Effect {
    Effect::Refused {
        rule: rule.to_owned(),
        remedy: remedy.to_owned(),
    }
}
