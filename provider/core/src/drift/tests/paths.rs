use super::{super::step::Step, *};

/// The path through keys of `fieldsV1`.
#[track_caller]
fn check(keys: &[&str], expected: &str) {
    let path = keys.iter().fold(FieldPath::default(), |path, key| {
        path.step(&Step::parse(key).unwrap())
    });
    assert_eq!(path.to_string(), expected);
    assert_eq!(FieldPath::parse(expected), path);
    assert_eq!(FieldPath::of_cause(&format!(".{expected}")), path);
}

#[test]
fn a_path_is_written_as_the_api_server_writes_it() {
    check(&["f:spec", "f:replicas"], "spec.replicas");
    check(
        &["f:spec", "f:containers", r#"k:{"name":"nats"}"#, "f:image"],
        r#"spec.containers[name="nats"].image"#,
    );
    check(
        &["f:ports", r#"k:{"containerPort":4222,"protocol":"TCP"}"#],
        r#"ports[containerPort=4222,protocol="TCP"]"#,
    );
    check(
        &["f:metadata", "f:finalizers", r#"v:"example.com/a""#],
        r#"metadata.finalizers[="example.com/a"]"#,
    );
    check(&["f:args", "i:0"], "args[0]");
    check(
        &["f:a", r#"k:{"b":true,"c":null,"d":1.5}"#],
        "a[b=true,c=null,d=1.5]",
    );
}

#[test]
fn names_of_fields_are_written_as_they_are() {
    check(
        &["f:metadata", "f:labels", "f:app.kubernetes.io/managed-by"],
        "metadata.labels.app.kubernetes.io/managed-by",
    );
    check(&["f:data", "f:nats.conf"], "data.nats.conf");
    check(&["f:.hidden", "f:a"], ".hidden.a");
}

#[test]
fn texts_have_the_escapes_of_go() {
    check(
        &["f:a", r#"v:"\"\\\n\u0000\u007f\u0007ü""#],
        r#"a[="\"\\\n\x00\x7f\aü"]"#,
    );
}

#[test]
fn keys_of_an_element_are_in_order() {
    check(&["f:a", r#"k:{ "z": 1, "a": 2 }"#], "a[a=2,z=1]");
}

#[test]
fn a_step_of_an_unknown_kind_is_none() {
    for key in [
        "r:Hello", "f", "", ".", "k:{", "k:[]", "v:", "i:-1", "i:one",
    ] {
        assert_eq!(Step::parse(key), None, "{key}");
    }
}

#[test]
fn a_step_is_written_as_it_was_read() {
    for key in [
        "f:",
        "f:spec",
        "f: a b ",
        "f:k:{}",
        r#"k:{"name":"app-🚀"}"#,
        r#"k:{"a\"b":["1",{"A":1}]}"#,
        "v:null",
        "v:1234",
        r#"v:{"some":"json"}"#,
        "i:1234",
    ] {
        assert_eq!(Step::parse(key).unwrap().key(), key);
    }
}
