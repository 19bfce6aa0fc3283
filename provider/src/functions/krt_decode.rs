//! `krt_decode`: what a manifest says.

use kre_core::krt::{Options, judge};
use terraform::{
    Type, Value,
    declare::{Declaration, DeclareError},
    schema::Signature,
};
use terraform_server::{Function, FunctionError};

use crate::krt::Manifest;

/// Reads a manifest.
pub(crate) struct KrtDecode;

impl Function for KrtDecode {
    const NAME: &'static str = "krt_decode";

    fn signature() -> Result<Signature, DeclareError> {
        Ok(Signature {
            summary: "Reads a KRT manifest of KRE or KAI.".to_owned(),
            description: "Which dialect it is written in is recognised from its content. A \
                manifest that `krt_validate` finds an error in is refused, with all that is wrong \
                with it. What a dialect does not know is null or empty."
                .to_owned(),
            deprecated: None,
            parameters: vec![super::text()],
            variadic: None,
            returns: Declaration::type_of::<Manifest>()?,
        })
    }

    fn call(arguments: &[Value], returns: &Type) -> Result<Value, FunctionError> {
        let verdict = judge(super::manifest(arguments)?.as_bytes(), &Options::default());
        let Some(krt) = &verdict.krt else {
            let all: Vec<_> = verdict.errors().map(ToString::to_string).collect();
            let text = format!("the manifest is refused:\n{}", all.join("\n"));
            return Err(FunctionError::at(0, text));
        };
        super::result(&Manifest::from(krt), returns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krt::tests::{GREETER, KAI};

    fn decode(text: &str) -> Result<Value, FunctionError> {
        KrtDecode::call(&[text.into()], &KrtDecode::signature().unwrap().returns)
    }

    #[test]
    fn workflows_and_nodes_are_found_by_name() {
        let krt = decode(GREETER).unwrap();
        let greet = krt.attribute("workflows").attribute("greet");
        let node = greet.attribute("nodes").attribute("hello");

        assert_eq!(greet.attribute("entrypoint").as_str(), Some("Greet"));
        assert_eq!(
            node.attribute("image").as_str(),
            Some("konstellation/kre-py:3.4.1")
        );
        assert_eq!(
            node.attribute("subscriptions").as_elements(),
            Some(&["entrypoint".into()][..])
        );
    }

    #[test]
    fn what_a_dialect_does_not_know_is_null() {
        assert!(decode(KAI).unwrap().attribute("entrypoint").is_null());
    }

    #[test]
    fn a_refused_manifest_is_refused_with_everything_that_is_wrong() {
        let text = GREETER
            .replace("name: greet", "name: Greet It")
            .replace("exitpoint: hello", "exitpoint: nobody");
        let error = decode(&text).unwrap_err();

        assert_eq!(error.argument, Some(0));
        assert_eq!(error.text.lines().count(), 3, "{}", error.text);
        assert!(error.text.contains("greet-it"), "{}", error.text);
        assert!(error.text.contains("nobody"), "{}", error.text);
    }
}
