use super::*;

#[test]
fn each_trouble_has_its_attribute() {
    let path = |component, cause| attribute_of(component, cause).to_string();
    let (nats, mongodb, writer) = (Component::Nats, Component::MongoDb, Component::MongoWriter);
    for (component, cause, expected) in [
        (nats, Trouble::Image, "nats.image"),
        (mongodb, Trouble::Start, "mongodb.image"),
        (writer, Trouble::Image, "mongo_writer.image"),
        (mongodb, Trouble::Memory, "mongodb.resources.limits.memory"),
        (nats, Trouble::Scheduling, "nats.resources.requests"),
        (nats, Trouble::Selector, "nats.node_selector"),
        (writer, Trouble::Taint, "mongo_writer.tolerations"),
        (nats, Trouble::Volume, "nats.storage.class"),
        (mongodb, Trouble::Size, "mongodb.storage.size"),
        (writer, Trouble::Volume, "mongo_writer"),
        (writer, Trouble::PullSecret, "image_pull_secrets"),
        (writer, Trouble::Quota, "mongo_writer.resources"),
    ] {
        assert_eq!(path(component, cause), expected);
    }
}
