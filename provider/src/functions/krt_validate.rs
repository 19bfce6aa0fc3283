//! `krt_validate`: all that is wrong with a manifest.

use kre_core::krt::{Options, judge};
use terraform::{
    Type, Value,
    declare::{Declaration, DeclareError},
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

use crate::krt::Finding;

/// Judges a manifest.
pub(crate) struct KrtValidate;

impl Function for KrtValidate {
    const NAME: &'static str = "krt_validate";

    fn signature() -> Result<Signature, DeclareError> {
        let strict = Parameter::new(
            "strict",
            Type::Bool,
            "`true` to apply the original engine's rules and no others; may be left out.",
        );
        Ok(Signature {
            summary: "Lists all that is wrong with a KRT manifest.".to_owned(),
            description: "The list is empty if nothing is. A problem whose `severity` is \
                `warning` looks odd, but is no reason to refuse the manifest."
                .to_owned(),
            deprecated: None,
            parameters: vec![super::text()],
            variadic: Some(strict),
            returns: Type::list(Declaration::type_of::<Finding>()?),
        })
    }

    fn call(arguments: &[Value], returns: &Type) -> Result<Value, FunctionError> {
        let strict = match arguments {
            [_] => false,
            [_, strict] => strict.as_bool().unwrap_or_default(),
            _ => return Err(FunctionError::at(2, "`strict` is given more than once")),
        };
        let options = Options {
            strict,
            ..Options::default()
        };
        let verdict = judge(super::manifest(arguments)?.as_bytes(), &options);
        let findings: Vec<_> = verdict.problems.iter().map(Finding::from).collect();
        super::result(&findings, returns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krt::tests::GREETER;

    fn call(arguments: &[Value]) -> Result<Value, FunctionError> {
        KrtValidate::call(arguments, &KrtValidate::signature().unwrap().returns)
    }

    fn rules(arguments: &[Value]) -> Vec<String> {
        let problems = call(arguments).unwrap();
        let rule = |problem: &Value| problem.attribute("rule").as_str().unwrap().to_owned();
        problems.as_elements().unwrap().iter().map(rule).collect()
    }

    #[test]
    fn nothing_is_wrong_with_a_good_manifest() {
        assert_eq!(rules(&[GREETER.into()]), Vec::<String>::new());
    }

    #[test]
    fn only_a_lenient_verdict_has_rules_of_ours() {
        let text = GREETER.replace("version: greeter-v1", "version: active");

        assert_eq!(rules(&[text.as_str().into()]), ["name-reserved"]);
        assert_eq!(
            rules(&[text.as_str().into(), true.into()]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn strict_is_given_once() {
        let error = call(&[GREETER.into(), true.into(), true.into()]).unwrap_err();
        assert_eq!(error.argument, Some(2));
    }

    #[test]
    fn a_problem_says_where_it_is() {
        let text = GREETER.replace("name: greet", "name: Greet It");
        let problems = call(&[text.as_str().into()]).unwrap();
        let problem = problems.as_elements().unwrap().first().unwrap();

        assert_eq!(
            problem.attribute("location").as_str(),
            Some("Workflows[0].Name")
        );
        assert_eq!(problem.attribute("line"), &Value::integer(8));
    }
}
