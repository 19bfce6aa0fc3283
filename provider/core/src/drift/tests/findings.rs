use super::*;

fn changed(differences: &[(&str, Option<&str>)]) -> String {
    let differences = differences.iter().map(|(path, by)| Difference {
        path: FieldPath::parse(path),
        by: by.map(str::to_owned),
    });
    Finding::Changed(differences.collect()).to_string()
}

#[test]
fn paths_are_grouped_by_manager_and_in_order() {
    let differences = [
        ("c.d", Some("kubectl-edit")),
        ("g", None),
        ("e", Some("x")),
        ("a.b", Some("kubectl-edit")),
        ("f", None),
    ];
    assert_eq!(
        changed(&differences),
        "changed: f, g; a.b, c.d (by kubectl-edit); e (by x)"
    );
}

#[test]
fn not_more_than_some_dozen_paths_are_named() {
    let names: Vec<_> = (100..130).map(|it| it.to_string()).collect();
    let with = |by| {
        names
            .iter()
            .map(|name| (name.as_str(), by))
            .collect::<Vec<_>>()
    };
    let text = changed(&with(Some("x")));
    assert!(text.ends_with("122, 123 (by x); and 6 more"), "{text}");
    let text = changed(&with(None).into_iter().take(24).collect::<Vec<_>>());
    assert!(text.ends_with("122, 123"), "{text}");
}

#[test]
fn what_is_gone_is_missing() {
    let owned = Owned::of(&object(&json!({}), &[]), &seal());
    let finding = Finding::of(&owned, None, &seal());
    assert_eq!(finding.to_string(), "missing");
    assert!(finding.differences().is_empty());
}
