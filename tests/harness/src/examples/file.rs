//! One file: its blocks, and whatever in them is the provider's.

use hcl_edit::structure::{Block as HclBlock, BlockLabel, Body, Structure};
use terraform::{
    Block, Diagnostics, Path, Severity, Step, Value,
    docs::{Catalogue, Kind},
};

use super::{
    Problem,
    body::{self, Meta},
    findings::Findings,
    import, references,
};

/// Blocks at the root of a file that have nothing to do with a provider's schema.
const OTHER_BLOCKS: [&str; 8] = [
    "action",
    "locals",
    "module",
    "moved",
    "output",
    "removed",
    "terraform",
    "variable",
];

/// What a file is held against.
struct Walk<'a, C> {
    catalogue: &'a Catalogue,
    check: &'a C,
    findings: Findings,
}

/// Returns everything wrong with a file, in order of lines.
pub(super) fn problems<C: Fn(&Block, &Value) -> Diagnostics>(
    catalogue: &Catalogue,
    name: &str,
    text: &str,
    check: &C,
) -> Vec<Problem> {
    let body = match parse(text) {
        Ok(body) => body,
        Err(error) => {
            return vec![Problem {
                file: name.to_owned(),
                line: error.location().line(),
                message: format!("syntax error: {}", error.message()),
            }];
        }
    };
    let mut walk = Walk {
        catalogue,
        check,
        findings: Findings::default(),
    };
    walk.root(&body);
    references::check(&body, catalogue, &mut walk.findings);
    let mut problems = walk.findings.into_problems(name, text);
    problems.sort();
    problems
}

/// Tells whether a file has no meaning at all.
pub(super) fn is_syntax_error(text: &str) -> bool {
    parse(text).is_err()
}

/// Tells whether a file has what it is the example of.
pub(super) fn shows(text: &str, provider: &str, (kind, name): (Kind, &str)) -> bool {
    let Some(word) = keyword(kind) else {
        return text.contains(&format!("provider::{provider}::{name}("));
    };
    parse(text).is_ok_and(|body| {
        let mut blocks = body.get_blocks(word);
        blocks.any(|block| label(block, 0) == Some(name))
    })
}

fn parse(text: &str) -> Result<Body, hcl_edit::parser::Error> {
    hcl_edit::parser::parse_body(text)
}

const fn keyword(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Provider => Some("provider"),
        Kind::Resource => Some("resource"),
        Kind::DataSource => Some("data"),
        Kind::EphemeralResource => Some("ephemeral"),
        Kind::Function => None,
    }
}

fn label(block: &HclBlock, position: usize) -> Option<&str> {
    block.labels.get(position).map(BlockLabel::as_str)
}

impl<C: Fn(&Block, &Value) -> Diagnostics> Walk<'_, C> {
    fn root(&mut self, body: &Body) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let message = format!("attribute outside of a block: `{}`", *attribute.key);
                    self.findings.add(attribute, message);
                }
                Structure::Block(block) => self.block(block),
            }
        }
    }

    fn block(&mut self, block: &HclBlock) {
        match block.ident.as_str() {
            "resource" => self.typed(block, Kind::Resource, "resource"),
            "data" => self.typed(block, Kind::DataSource, "data source"),
            "ephemeral" => self.typed(block, Kind::EphemeralResource, "ephemeral resource"),
            "provider" => self.provider(block),
            "import" => import::check(block, self.catalogue, &mut self.findings),
            "check" => {
                for data in block.body.get_blocks("data") {
                    self.typed(data, Kind::DataSource, "data source");
                }
            }
            other if OTHER_BLOCKS.contains(&other) => {}
            other => {
                let message = format!("unknown kind of block: `{other}`");
                self.findings.add(block, message);
            }
        }
    }

    /// Checks a block with a type and a name as labels, if the type is the provider's.
    fn typed(&mut self, block: &HclBlock, kind: Kind, words: &str) {
        let [ty, _] = block.labels.as_slice() else {
            let message = format!("a {words} has two labels: its type and its name");
            return self.findings.add(block, message);
        };
        let ty = ty.as_str();
        if !is_own(self.catalogue, ty) {
            return;
        }
        let Some(schema) = self.catalogue.schema(kind, ty) else {
            let message = format!("unknown {words}: `{ty}`");
            return self.findings.add(block, message);
        };
        self.body(block, &schema.block, Meta::RESOURCE);
    }

    fn provider(&mut self, block: &HclBlock) {
        let [name] = block.labels.as_slice() else {
            let message = "a provider has one label: its name";
            return self.findings.add(block, message);
        };
        if name.as_str() == self.catalogue.provider_name {
            self.body(block, &self.catalogue.provider.block, Meta::PROVIDER);
        }
    }

    fn body(&mut self, block: &HclBlock, schema: &Block, meta: Meta) {
        let value = body::check(block, schema, meta, &mut self.findings);
        for diagnostic in (self.check)(schema, &value) {
            if diagnostic.severity == Severity::Error {
                let (summary, detail) = (diagnostic.summary, diagnostic.detail);
                let message = format!("{summary}: {detail}");
                self.at(block, diagnostic.path.as_ref(), message);
            }
        }
    }

    /// Adds a message about what a path leads to in a block, as far as its first step.
    fn at(&mut self, block: &HclBlock, path: Option<&Path>, message: String) {
        let name = match path.map(Path::steps) {
            Some([Step::Attribute(name), ..]) => name.as_str(),
            _ => return self.findings.add(block, message),
        };
        let mut parts = block.body.iter();
        let part = parts.find(|part| match part {
            Structure::Attribute(attribute) => attribute.has_key(name),
            Structure::Block(block) => block.has_ident(name),
        });
        match part {
            Some(part) => self.findings.add(part, message),
            None => self.findings.add(block, message),
        }
    }
}

/// Tells whether the name of a type begins with that of the provider.
pub(super) fn is_own(catalogue: &Catalogue, ty: &str) -> bool {
    ty.strip_prefix(&catalogue.provider_name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}
