//! Elements of lists that others have put in the place of ours.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FieldPath, Owned, owned::Node, step::Step};

/// Where a walk has come to.
struct At<'w> {
    live: &'w Value,
    desired: Option<&'w Value>,
    pointer: String,
    path: FieldPath,
}

impl Owned {
    /// Lists the operations of a JSON patch that bring back elements of lists which were ours and
    /// were announced as gone, and remove those beside them that were not ours; none if no element
    /// is gone.
    ///
    /// Whoever renumbers a port makes another element of it. What that has in common with the old
    /// one, such as its name, may be allowed once, and an apply removes nothing that is others'.
    pub fn restoration(
        &self,
        live: &Value,
        desired: &Value,
        announced: &BTreeSet<FieldPath>,
    ) -> Vec<Value> {
        let mut operations = Vec::new();
        let root = At {
            live,
            desired: Some(desired),
            pointer: String::new(),
            path: FieldPath::default(),
        };
        visit(&self.root, &root, announced, &mut operations);
        operations
    }
}

fn visit(node: &Node, at: &At<'_>, announced: &BTreeSet<FieldPath>, operations: &mut Vec<Value>) {
    for (step, child) in &node.children {
        let Some((live, pointer)) = next(step, at) else {
            continue;
        };
        let next = At {
            live,
            desired: at.desired.and_then(|desired| step.find(desired)),
            pointer,
            path: at.path.step(step),
        };
        visit(child, &next, announced, operations);
    }
    // What is inside of elements comes before them: they have other positions afterwards.
    let steps = node.children.keys();
    let steps: Vec<_> = steps.filter(|step| matches!(step, Step::Item(_))).collect();
    let gone = steps.iter().filter(|step| step.find(at.live).is_none());
    let gone: Vec<_> = gone
        .filter(|step| announced.contains(&at.path.step(step)))
        .collect();
    if gone.is_empty() {
        return;
    }
    let elements = at.live.as_array().map(Vec::as_slice).unwrap_or_default();
    for (position, element) in elements.iter().enumerate().rev() {
        let mut ours = steps.iter().filter_map(|step| step.find(at.live));
        if !ours.any(|ours| std::ptr::eq(ours, element)) {
            let place = format!("{}/{position}", at.pointer);
            operations.push(json!({ "op": "remove", "path": place }));
        }
    }
    for step in gone {
        if let Some(element) = at.desired.and_then(|desired| step.find(desired)) {
            let place = format!("{}/-", at.pointer);
            operations.push(json!({ "op": "add", "path": place, "value": element }));
        }
    }
}

/// What is one step on, if anything, and how a JSON pointer names it.
fn next<'w>(step: &Step, at: &At<'w>) -> Option<(&'w Value, String)> {
    let live = step.find(at.live)?;
    let token = match step {
        Step::Field(name) => name.replace('~', "~0").replace('/', "~1"),
        Step::Item(_) | Step::Member(_) | Step::Index(_) => {
            let mut elements = at.live.as_array()?.iter();
            elements.position(|it| std::ptr::eq(it, live))?.to_string()
        }
    };
    Some((live, format!("{}/{token}", at.pointer)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Seal;

    /// A Service with ports of ours; `others` are somebody else's.
    fn service(ours: &[u16], others: &[u16]) -> Value {
        let port = |number: &u16| json!({ "port": number, "protocol": "TCP", "name": "a" });
        let key = |number: &u16| format!("k:{{\"port\":{number},\"protocol\":\"TCP\"}}");
        let fields = |numbers: &[u16]| -> Value {
            let leaves = json!({ ".": {}, "f:name": {}, "f:port": {} });
            let ports = numbers.iter().map(|number| (key(number), leaves.clone()));
            let ports: serde_json::Map<_, _> = ports.collect();
            json!({ "f:spec": { "f:ports": ports } })
        };
        let entry = |manager: &str, numbers: &[u16]| {
            json!({
                "manager": manager,
                "operation": "Apply",
                "fieldsType": "FieldsV1",
                "fieldsV1": fields(numbers),
            })
        };
        let entries = [
            entry(crate::runtime::MANAGER, ours),
            entry("kubectl-edit", others),
        ];
        let ports: Vec<_> = ours.iter().chain(others).map(port).collect();
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": { "name": "a", "managedFields": entries },
            "spec": { "ports": ports },
        })
    }

    fn restoration(live: &Value, announced: &str) -> Vec<Value> {
        let before = service(&[4222, 8222], &[]);
        let owned = Owned::of(&before, &Seal::without_key());
        let announced = BTreeSet::from([FieldPath::parse(announced)]);
        owned.restoration(live, &before, &announced)
    }

    const GONE: &str = "spec.ports[port=4222,protocol=\"TCP\"]";

    #[test]
    fn what_took_the_place_of_an_element_goes_and_the_element_comes_back() {
        let live = service(&[8222], &[4223, 4224]);
        let value = json!({ "port": 4222, "protocol": "TCP", "name": "a" });
        let expected = [
            json!({ "op": "remove", "path": "/spec/ports/2" }),
            json!({ "op": "remove", "path": "/spec/ports/1" }),
            json!({ "op": "add", "path": "/spec/ports/-", "value": value }),
        ];
        assert_eq!(restoration(&live, GONE), expected);
    }

    #[test]
    fn elements_of_others_stay_where_none_of_ours_is_gone() {
        let live = service(&[4222, 8222], &[4223]);
        assert_eq!(restoration(&live, GONE), [Value::Null; 0]);
    }

    #[test]
    fn nothing_is_done_of_which_no_plan_knew() {
        let live = service(&[8222], &[4223]);
        assert_eq!(restoration(&live, "spec.type"), [Value::Null; 0]);
    }
}
