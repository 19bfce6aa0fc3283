//! A version of a runtime as the engine starts it (research/kre.md §4, §7.7), written by hand: the
//! contract without the provider.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tar::{Builder, Header};

/// The stream of the only workflow.
pub(super) const STREAM: &str = "demo_v1_Greet";

/// The buckets of the version, its workflow and its node.
pub(super) const BUCKETS: [&str; 3] = [
    "key-store_demo_v1",
    "key-store_demo_v1_greeting",
    "key-store_demo_v1_greeting_first",
];

/// The version's id, which is also that of its archive.
pub(super) const ID: &str = "01h8zv1n";

/// The user of MongoDB, and the password.
pub(super) const CREDENTIALS: [&str; 2] = ["admin", "open-sesame"];

const PROTO: &str = r#"
    syntax = "proto3";
    package greeter;
    message Words { string text = 1; }
    service Entrypoint { rpc Greet (Words) returns (Words); }
"#;

/// Packs the files of the version, as whoever uploads it does.
pub(super) fn archive() -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = Header::new_gnu();
    header.set_mode(0o644);
    header.set_size(PROTO.len() as u64);
    let added = archive.append_data(&mut header, "public_input.proto", PROTO.as_bytes());
    added.unwrap();
    archive.into_inner().unwrap().finish().unwrap()
}

/// Writes a server of the runtime: a pod and the Service of its name.
pub(super) fn server(name: &str, port: u16, mut container: Value) -> [Value; 2] {
    container["name"] = json!(name);
    container["ports"] = json!([{ "containerPort": port }]);
    container["readinessProbe"] = json!({ "tcpSocket": { "port": port }, "periodSeconds": 1 });
    let labels = json!({ "app": name });
    let pod = json!({
        "metadata": { "name": name, "labels": labels },
        "spec": { "terminationGracePeriodSeconds": 1, "containers": [container] },
    });
    let ports = json!([{ "port": port }]);
    let service = json!({
        "metadata": { "name": name },
        "spec": { "selector": labels, "ports": ports },
    });
    [pod, service]
}

/// Writes every ConfigMap of the version.
pub(super) fn config_maps() -> [Value; 2] {
    let labels = json!({ "type": "version", "version-name": "v1", "runtime-id": "demo" });
    let subjects = json!({ "Greet": {
        "stream": STREAM,
        "input_subject": format!("{STREAM}.first"),
        "output_subject": format!("{STREAM}.entrypoint"),
    } });
    let files = json!({
        "nats_subject.json": subjects.to_string(),
        "default.conf": "server { listen 8080; location /proto { autoindex on; } }",
        "fluent-bit.conf": "[SERVICE]\n    Flush 1\n",
        "parsers.conf": "",
    });
    let map = |name: &str, data: &Value| json!({ "metadata": { "name": name, "labels": labels }, "data": data });
    [
        map("demo-v1-krt-conf", &json!({ "GREETING": "hello" })),
        map("demo-v1-conf-files", &files),
    ]
}

/// Writes the Deployment of the entrypoint, with its three containers.
pub(super) fn entrypoint() -> Value {
    let own = [
        ("KRT_NATS_SUBJECTS_FILE", "/src/conf/nats_subject.json"),
        ("KRT_WORKFLOW_NAME", "entrypoint"),
        ("KRT_WORKFLOW_ID", "entrypoint"),
        ("KRT_NODE_NAME", "entrypoint"),
        ("KRT_NODE_ID", "entrypoint"),
        ("KRT_REQUEST_TIMEOUT", "2"),
        ("KRT_JS_REQUEST_TIMEOUT", "5"),
    ];
    let environment = environment(&own);
    let main = json!({
        "name": "v1",
        "image": "konstellation/kre-entrypoint:3.3.6",
        "env": environment,
        "ports": [{ "containerPort": 9000 }],
        "volumeMounts": [
            conf_file("/src/conf/nats_subject.json"),
            { "name": "krt-base-path", "mountPath": "/krt-files" },
            { "name": "app-log-volume", "mountPath": "/var/log/app" },
        ],
    });
    let web = json!({
        "name": "v1-web",
        "image": "nginxinc/nginx-unprivileged:1.28-alpine",
        "ports": [{ "containerPort": 8080 }],
        "volumeMounts": [
            conf_file("/etc/nginx/conf.d/default.conf"),
            {
                "name": "krt-base-path",
                "mountPath": "/proto/public_input.proto",
                "subPath": "demo/v1/public_input.proto",
            },
        ],
    });
    let containers = json!([main, fluent_bit(&environment), web]);
    deployment(
        "demo-v1-entrypoint",
        "entrypoint",
        &environment,
        &containers,
    )
}

/// Writes the Service of the entrypoint.
pub(super) fn service() -> Value {
    let labels = json!({ "type": "entrypoint", "version-name": "v1", "runtime-id": "demo" });
    let ports = json!([
        { "name": "grpc", "port": 9000, "targetPort": 9000 },
        { "name": "web", "port": 80, "targetPort": 8080 },
    ]);
    json!({
        "metadata": { "name": "demo-v1-entrypoint", "labels": labels },
        "spec": { "selector": labels, "ports": ports },
    })
}

/// Writes the Deployment of the only node.
pub(super) fn node() -> Value {
    let inputs = format!("{STREAM}.entrypoint");
    let output = format!("{STREAM}.first");
    let [project, workflow, node] = BUCKETS;
    let own = [
        ("KRT_HANDLER_PATH", "src/first.py"),
        ("KRT_IS_EXITPOINT", "true"),
        ("KRT_NATS_INPUTS", &inputs),
        ("KRT_NATS_KEY_VALUE_STORE_NODE", node),
        ("KRT_NATS_KEY_VALUE_STORE_PROJECT", project),
        ("KRT_NATS_KEY_VALUE_STORE_WORKFLOW", workflow),
        ("KRT_NATS_OUTPUT", &output),
        ("KRT_NATS_STREAM", STREAM),
        ("KRT_NODE_ID", "first"),
        ("KRT_NODE_NAME", "first"),
        ("KRT_WORKFLOW_ID", "greeting"),
        ("KRT_WORKFLOW_NAME", "greeting"),
    ];
    let environment = environment(&own);
    let main = json!({
        "name": "demo-v1-greeting-first",
        "image": "konstellation/kre-py:3.4.1",
        "env": environment,
        "envFrom": [{ "configMapRef": { "name": "demo-v1-krt-conf" } }],
        "volumeMounts": [
            { "name": "krt-base-path", "mountPath": "/krt-files" },
            { "name": "app-log-volume", "mountPath": "/var/log/app" },
        ],
    });
    let containers = json!([main, fluent_bit(&environment)]);
    deployment("demo-v1-greeting-first", "node", &environment, &containers)
}

fn deployment(name: &str, kind: &str, environment: &Value, containers: &Value) -> Value {
    let id = if kind == "node" { "first" } else { kind };
    let labels = json!({
        "type": kind,
        "version-name": "v1",
        "node-name": id,
        "node-id": id,
        "runtime-id": "demo",
    });
    let downloader = json!({
        "name": "krt-files-downloader",
        "image": "konstellation/krt-files-downloader:2.3.0",
        "env": environment,
        "volumeMounts": [{ "name": "krt-base-path", "mountPath": "/krt-files" }],
    });
    let spec = json!({
        // Not the original's 30 s, which a process that ignores the signal takes to its end.
        "terminationGracePeriodSeconds": 2,
        "initContainers": [downloader],
        "containers": containers,
        "volumes": [
            { "name": "krt-base-path", "emptyDir": {} },
            { "name": "version-conf-files", "configMap": { "name": "demo-v1-conf-files" } },
            { "name": "app-log-volume", "emptyDir": {} },
        ],
    });
    json!({
        "metadata": { "name": name, "labels": labels },
        "spec": {
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": spec },
        },
    })
}

fn fluent_bit(environment: &Value) -> Value {
    json!({
        "name": "fluent-bit",
        "image": "fluent/fluent-bit:1.3",
        "command": [
            "/fluent-bit/bin/fluent-bit", "-c", "/fluent-bit/etc/fluent-bit.conf", "-v",
        ],
        "env": environment,
        "volumeMounts": [
            conf_file("/fluent-bit/etc/fluent-bit.conf"),
            conf_file("/fluent-bit/etc/parsers.conf"),
            { "name": "app-log-volume", "mountPath": "/var/log/app", "readOnly": true },
        ],
    })
}

/// Mounts one file of the version's ConfigMap.
fn conf_file(path: &str) -> Value {
    let key = path.rsplit('/').next();
    json!({ "name": "version-conf-files", "mountPath": path, "subPath": key })
}

/// What all containers of the version are told, and some of them besides.
fn environment(own: &[(&str, &str)]) -> Value {
    let [user, password] = CREDENTIALS;
    let mongo = format!("mongodb://{user}:{password}@demo-mongo:27017/admin");
    let common = [
        ("KRT_VERSION_ID", ID),
        ("KRT_VERSION", "v1"),
        ("KRT_RUNTIME_ID", "demo"),
        ("KRT_BASE_PATH", "/krt-files"),
        ("KRT_NATS_SERVER", "demo-nats:4222"),
        ("KRT_NATS_MONGO_WRITER", "mongo_writer_data.demo"),
        ("KRT_MONGO_URI", &mongo),
        ("KRT_MONGO_DB_NAME", "kre"),
        ("KRT_MONGO_BUCKET", "krt"),
        ("KRT_INFLUX_URI", "http://demo-influxdb:8086"),
    ];
    let variable = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
    common.iter().chain(own).map(variable).collect()
}
