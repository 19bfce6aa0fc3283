//! Whether a plan does what the configuration asks for.

use crate::{
    contract::{
        Findings, Violation, arrangement, below,
        conform::block_conforms,
        element, part,
        promise::lengths,
        same,
        shown::{Shown, is_secret},
        state::check_write_only,
    },
    path::{Path, Step},
    schema::{Attribute, Attributes, Block, Mode, NestedBlock, Nesting, Shape, open},
    value::Value,
};

/// Returns what a host rejects in a planned state.
///
/// The plan conforms to the schema, write-only attributes are null, and what is configured is
/// planned exactly so, or left exactly as it was. The provider chooses only what is computed and
/// not configured. What is promised of unknowns does not matter, but for blocks that are unknown
/// as a whole, which stay untouched.
///
/// Both other values must conform to the schema, and the prior state must be wholly known.
pub fn plan_violations(
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<Violation> {
    let mut found = Findings::default();
    block_conforms(block, planned, &mut found);
    let conforming = found.is_empty();
    check_write_only(block, planned, &Path::root(), &mut found);
    if conforming {
        let plan = Plan {
            prior,
            config,
            planned,
        };
        check_block(block, plan, &Path::root(), &mut found);
    }
    found.0
}

/// The same place in the three values that make a plan.
#[derive(Clone, Copy)]
struct Plan<'a> {
    prior: &'a Value,
    config: &'a Value,
    planned: &'a Value,
}

impl Plan<'_> {
    fn part(self, name: &str) -> Self {
        Self {
            prior: part(self.prior, name),
            config: part(self.config, name),
            planned: part(self.planned, name),
        }
    }

    /// The elements of the plan with what corresponds to each; those that only the plan has are
    /// left out.
    fn elements(self) -> Vec<(Step, Self)> {
        let children = self.planned.children();
        let pairs = children.into_iter().filter_map(|(step, planned)| {
            let step = step?;
            let prior = element(self.prior, &step).unwrap_or(&Value::Null);
            let config = element(self.config, &step)?;
            let plan = Self {
                prior,
                config,
                planned,
            };
            Some((step, plan))
        });
        pairs.collect()
    }

    /// Tells whether the object is there if it is configured, and only then.
    fn is_there_as_configured(self, path: &Path, found: &mut Findings) -> bool {
        match (self.config.is_null(), self.planned.is_null()) {
            (false, true) => found.add(path, "planned to be absent, but it is configured"),
            (true, false) => found.add(path, "planned to exist, but it is not configured"),
            (true, true) | (false, false) => return true,
        }
        false
    }

    /// Finds the keys that only one of plan and configuration has.
    fn check_keys(self, path: &Path, found: &mut Findings) {
        for step in keys_without(self.planned, self.config) {
            found.add(&path.step(step), "planned, but it is not configured");
        }
        for step in keys_without(self.config, self.planned) {
            found.add(&path.step(step), "configured, but it is not planned");
        }
    }
}

/// The steps to the elements of one map that another one does not have.
fn keys_without(map: &Value, other: &Value) -> Vec<Step> {
    let steps = map.children().into_iter().filter_map(|(step, _)| step);
    steps
        .filter(|step| element(other, step).is_none())
        .collect()
}

fn check_block(block: &Block, plan: Plan<'_>, path: &Path, found: &mut Findings) {
    if !plan.is_there_as_configured(path, found) || plan.planned.is_null() {
        return;
    }
    check_attributes(&block.attributes, plan, path, found);
    for (name, nested) in &block.blocks {
        check_blocks(nested, plan.part(name), &path.attribute(name), found);
    }
}

fn check_blocks(nested: &NestedBlock, plan: Plan<'_>, path: &Path, found: &mut Findings) {
    if plan.planned == plan.config || (nested.computed && plan.config.is_null()) {
        return;
    }
    if plan.config.is_unknown() {
        return found.add(
            path,
            "blocks that are unknown must stay exactly as configured",
        );
    }
    if plan.planned.is_unknown() {
        return found.add(
            path,
            "blocks must not be unknown, only attributes inside them",
        );
    }
    let plan = Plan {
        prior: &open(nested, plan.prior),
        config: &open(nested, plan.config),
        planned: &open(nested, plan.planned),
    };
    let nesting = arrangement(nested.nesting);
    if nesting == Nesting::Single {
        return check_block(&nested.block, plan, path, found);
    }
    if plan.planned.is_null() {
        return found.add(path, "no blocks must be empty, not null");
    }
    for (step, block) in plan.planned.children() {
        if block.is_unknown() {
            let problem = "a block must not be unknown, only attributes inside it";
            found.add(&below(path, step), problem);
        }
    }
    let (planned, configured) = (plan.planned.children(), plan.config.children());
    match nesting {
        Nesting::List if planned.len() != configured.len() => {
            return count_differs(planned.len(), configured.len(), path, found);
        }
        Nesting::Map => plan.check_keys(path, found),
        // Elements of sets correspond to nothing, so hosts have to trust the provider.
        Nesting::Single | Nesting::List | Nesting::Set => {}
    }
    for (step, plan) in plan.elements() {
        if !plan.planned.is_unknown() {
            check_block(&nested.block, plan, &path.step(step), found);
        }
    }
}

fn count_differs(planned: usize, configured: usize, path: &Path, found: &mut Findings) {
    found.add(
        path,
        format!("{planned} planned, but {configured} configured"),
    );
}

fn check_attributes(attributes: &Attributes, plan: Plan<'_>, path: &Path, found: &mut Findings) {
    for (name, attribute) in attributes {
        check_attribute(attribute, plan.part(name), &path.attribute(name), found);
    }
}

fn check_attribute(attribute: &Attribute, plan: Plan<'_>, path: &Path, found: &mut Findings) {
    let Plan {
        prior,
        config,
        planned,
    } = plan;
    let kept = !prior.is_null() && !config.is_null() && same(planned, prior);
    let computed =
        attribute.mode == Mode::Computed || (config.is_null() && attribute.mode.is_computed());
    let withheld = attribute.write_only && planned.is_null();
    if kept || computed || withheld || same(planned, config) {
        return;
    }
    if config.is_null() && !planned.is_null() {
        let problem = "planned although it is neither configured nor computed";
        return mismatch(attribute, problem, &[("planned", planned)], path, found);
    }
    if let Shape::Nested(nesting, attributes) = &attribute.shape {
        return check_nested((*nesting, attributes), plan, path, found);
    }
    let mut values = vec![("planned", planned), ("configured", config)];
    let mut problem = "planned differently than configured";
    if !prior.is_null() {
        values.push(("before", prior));
        problem = "planned differently than configured, and not as it was before either";
    }
    mismatch(attribute, problem, &values, path, found);
}

fn mismatch(
    attribute: &Attribute,
    problem: &str,
    values: &[(&str, &Value)],
    path: &Path,
    found: &mut Findings,
) {
    if is_secret(attribute) {
        return found.add(path, format!("{problem} (values are sensitive)"));
    }
    let values: Vec<_> = values
        .iter()
        .map(|(which, value)| format!("{which} {}", Shown(value)))
        .collect();
    found.add(path, format!("{problem}: {}", values.join(", ")));
}

fn check_nested(
    (nesting, attributes): (Nesting, &Attributes),
    plan: Plan<'_>,
    path: &Path,
    found: &mut Findings,
) {
    if !plan.is_there_as_configured(path, found) || plan.planned.is_null() {
        return;
    }
    if plan.planned.is_unknown() {
        return found.add(path, "planned to be unknown, but it is configured");
    }
    let (planned, configured) = (lengths(plan.planned), lengths(plan.config));
    match nesting {
        Nesting::Single => return check_attributes(attributes, plan, path, found),
        Nesting::Set => {
            if planned.end() < configured.start() || configured.end() < planned.start() {
                found.add(path, "another number of elements planned than configured");
            }
            return;
        }
        Nesting::List | Nesting::Map if plan.config.is_unknown() => {
            return found.add(
                path,
                "planned to be known, but what is configured is unknown",
            );
        }
        Nesting::List if planned != configured => {
            let (planned, configured) = (plan.planned.children(), plan.config.children());
            return count_differs(planned.len(), configured.len(), path, found);
        }
        Nesting::Map => plan.check_keys(path, found),
        Nesting::List => {}
    }
    for (step, plan) in plan.elements() {
        let path = path.step(step);
        if plan.is_there_as_configured(&path, found) && !plan.planned.is_null() {
            check_attributes(attributes, plan, &path, found);
        }
    }
}
