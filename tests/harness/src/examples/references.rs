//! Expressions that name something of the provider: functions, and attributes of its objects.

use hcl_edit::{
    Decorated, Span,
    expr::{Expression, FuncCall, Traversal, TraversalOperator},
    structure::Body,
    visit::{Visit, visit_func_call, visit_traversal},
};
use terraform::{
    Path,
    docs::{Catalogue, Kind},
};

use super::{convert, file::is_own, findings::Findings};

/// Adds what is wrong with calls of the provider's functions and references to its objects.
pub(super) fn check(body: &Body, catalogue: &Catalogue, findings: &mut Findings) {
    let mut walk = Walk {
        catalogue,
        findings,
    };
    walk.visit_body(body);
}

struct Walk<'a> {
    catalogue: &'a Catalogue,
    findings: &'a mut Findings,
}

impl Visit for Walk<'_> {
    fn visit_func_call(&mut self, call: &FuncCall) {
        let namespace: Vec<_> = call
            .name
            .namespace
            .iter()
            .map(|part| part.as_str())
            .collect();
        if namespace == ["provider", self.catalogue.provider_name.as_str()] {
            self.call(call);
        }
        visit_func_call(self, call);
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        if let Expression::Variable(root) = &traversal.expr {
            let names = attribute_names(&traversal.operators);
            match (root.as_str(), names.as_slice()) {
                ("data", [ty, _, rest @ ..]) => {
                    self.reference(traversal, (Kind::DataSource, ty), rest);
                }
                ("ephemeral", [ty, _, rest @ ..]) => {
                    self.reference(traversal, (Kind::EphemeralResource, ty), rest);
                }
                (ty, [_, rest @ ..]) => self.reference(traversal, (Kind::Resource, ty), rest),
                (_, []) => {}
            }
        }
        visit_traversal(self, traversal);
    }
}

impl Walk<'_> {
    fn call(&mut self, call: &FuncCall) {
        let name = call.name.name.as_str();
        let Some(signature) = self.catalogue.functions.get(name) else {
            let message = format!("unknown function: `{name}`");
            return self.findings.add(call, message);
        };
        // The last argument of an expanded call stands for any number of them.
        let expanded = call.args.expand_final();
        let given = call.args.len() - usize::from(expanded && !call.args.is_empty());
        let wanted = signature.parameters.len();
        let too_few = given < wanted && !expanded;
        let too_many = given > wanted && signature.variadic.is_none();
        if too_few || too_many {
            let least = if signature.variadic.is_some() {
                "at least "
            } else {
                ""
            };
            let message =
                format!("number of arguments is {given} instead of {least}{wanted}: `{name}`");
            return self.findings.add(call, message);
        }
        for (position, argument) in call.args.iter().take(given).enumerate() {
            let Some(parameter) = signature.parameter(position) else {
                continue;
            };
            let path = Path::from(parameter.name.as_str());
            convert::typed(argument, &parameter.ty, &path, self.findings);
        }
    }

    /// Checks that an object of the provider has the attribute that an expression reads.
    fn reference(&mut self, place: &impl Span, (kind, ty): (Kind, &str), names: &[&str]) {
        // The bare name is the provider, to which `provider = library.other` refers.
        if !is_own(self.catalogue, ty) || ty == self.catalogue.provider_name {
            return;
        }
        let Some(schema) = self.catalogue.schema(kind, ty) else {
            let message = format!("reference to an unknown type: `{ty}`");
            return self.findings.add(place, message);
        };
        let block = &schema.block;
        if let Some(name) = names.first().filter(|&&name| {
            !block.attributes.contains_key(name) && !block.blocks.contains_key(name)
        }) {
            let message = format!("unknown attribute of `{ty}`: `{name}`");
            self.findings.add(place, message);
        }
    }
}

/// Returns the names that an expression steps through, without the indexes between them.
fn attribute_names(operators: &[Decorated<TraversalOperator>]) -> Vec<&str> {
    let names = operators.iter().filter_map(|operator| match &**operator {
        TraversalOperator::GetAttr(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}
