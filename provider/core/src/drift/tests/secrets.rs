use super::*;

fn secret(password: &str) -> Value {
    let entries = [ours(&json!({
        "f:data": { "f:password": {} },
        "f:type": {},
    }))];
    let mut secret = object(
        &json!({ "data": { "password": password }, "type": "Opaque" }),
        &entries,
    );
    secret["kind"] = json!("Secret");
    secret
}

fn differences(owned: &Owned, live: &Value, seal: &Seal) -> Vec<String> {
    let differences = owned.differences(live, seal);
    differences.iter().map(|it| it.path.to_string()).collect()
}

fn stored(live: &Value, seal: &Seal) -> Value {
    serde_json::to_value(Owned::of(live, seal)).unwrap()
}

#[test]
fn another_value_is_a_difference() {
    let owned = Owned::of(&secret("c2VjcmV0"), &seal());
    assert_eq!(
        differences(&owned, &secret("c2VjcmV0"), &seal()),
        Vec::<String>::new()
    );
    assert_eq!(
        differences(&owned, &secret("b3RoZXI="), &seal()),
        ["data.password"]
    );
}

#[test]
fn values_alone_have_digests_with_the_key() {
    let [one, other] = [b"one", b"two"].map(|key| stored(&secret("c2VjcmV0"), &Seal::new(key)));
    assert_ne!(one["data"], other["data"]);
    assert_eq!(one["type"], other["type"]);
    let mut map = secret("c2VjcmV0");
    map["kind"] = json!("ConfigMap");
    let plain = stored(&map, &Seal::without_key());
    assert_ne!(plain["data"], one["data"]);
    assert_eq!(plain["type"], one["type"]);
}

#[test]
fn an_object_without_a_kind_may_be_a_secret() {
    let mut live = secret("c2VjcmV0");
    live.as_object_mut().unwrap().remove("kind");
    assert_eq!(stored(&live, &seal()), stored(&secret("c2VjcmV0"), &seal()));
}

#[test]
fn without_a_key_a_value_counts_as_the_same_but_its_loss_does_not() {
    let without = Seal::without_key();
    let gone = {
        let mut live = secret("");
        live["data"] = json!({});
        live
    };
    for owned in [
        Owned::of(&secret("c2VjcmV0"), &seal()),
        Owned::of(&secret("c2VjcmV0"), &without),
    ] {
        assert!(differences(&owned, &secret("b3RoZXI="), &without).is_empty());
        assert_eq!(differences(&owned, &gone, &without), ["data.password"]);
    }
    let owned = Owned::of(&secret("c2VjcmV0"), &without);
    assert!(differences(&owned, &secret("b3RoZXI="), &seal()).is_empty());
}

#[test]
fn an_empty_key_is_none() {
    let [empty, none] = [Seal::new(b""), Seal::without_key()];
    assert_eq!(
        stored(&secret("c2VjcmV0"), &empty),
        stored(&secret("c2VjcmV0"), &none)
    );
    assert_eq!(
        stored(&secret("c2VjcmV0"), &none)["data"],
        json!({ "password": 1 })
    );
}

#[test]
fn a_seal_is_not_shown() {
    assert_eq!(format!("{:?}", seal()), "Seal(…)");
}
