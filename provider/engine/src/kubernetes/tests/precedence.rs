use secrecy::ExposeSecret;

use super::{refusal, target};
use crate::kubernetes::{
    Arguments, Conflict, Exec, Origin,
    target::{Target, Trust},
    who::Credential,
};

const KUBECONFIG: &str = "
current-context: here
contexts:
- {name: here, context: {cluster: c, user: u, namespace: n}}
clusters:
- {name: c, cluster: {server: 'https://file:1', proxy-url: 'http://file:2', tls-server-name: file}}
users:
- {name: u, user: {token: file}}
";

fn host(host: &str) -> Arguments {
    Arguments {
        host: Some(host.to_owned()),
        ..Arguments::default()
    }
}

fn token(target: &Target) -> (String, Origin) {
    match &target.who.credential {
        Credential::Token(token) => (token.value.expose_secret().to_owned(), token.origin.clone()),
        other => panic!("{other:?}"),
    }
}

fn proxy(target: &Target) -> String {
    target.proxy.as_ref().unwrap().uri.to_string()
}

/// A kubeconfig on disk, and the argument that names it.
fn file(folder: &tempfile::TempDir) -> Arguments {
    let path = folder.path().join("config");
    std::fs::write(&path, KUBECONFIG).unwrap();
    Arguments {
        config_path: Some(path),
        ..Arguments::default()
    }
}

#[test]
fn an_argument_beats_its_variable() {
    let arguments = Arguments {
        token: Some("argument".into()),
        ..host("https://argument")
    };
    let variables = [
        ("KUBE_HOST", "https://variable"),
        ("KUBE_TOKEN", "variable"),
    ];
    let target = target(arguments, &variables);
    assert_eq!(target.server.to_string(), "https://argument/");
    assert_eq!(
        token(&target),
        ("argument".to_owned(), Origin::Argument("token"))
    );
}

#[test]
fn a_variable_beats_the_kubeconfig() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("KUBE_TOKEN", "variable"),
        ("KUBE_PROXY_URL", "http://variable:3"),
    ];
    let target = target(file(&folder), &variables);
    assert_eq!(
        token(&target),
        ("variable".to_owned(), Origin::Variable("KUBE_TOKEN"))
    );
    assert_eq!(proxy(&target), "http://variable:3/");
}

#[test]
fn the_kubeconfig_says_what_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let target = target(file(&folder), &[("HTTPS_PROXY", "http://machine:4")]);
    assert_eq!(target.server.to_string(), "https://file:1/");
    assert_eq!(target.namespace, "n");
    assert_eq!(target.name, "context `here` (`https://file:1`)");
    assert_eq!(proxy(&target), "http://file:2/");
    assert_eq!(token(&target).0, "file");
    assert!(target.server_name.is_some());
}

#[test]
fn a_variable_does_not_mix_into_the_credentials_of_arguments() {
    let arguments = Arguments {
        exec: Some(Exec::default()),
        ..host("https://a")
    };
    let target = target(arguments, &[("KUBE_TOKEN", "variable")]);
    assert!(matches!(target.who.credential, Credential::Exec(_)));
}

#[test]
fn an_argument_for_the_kubeconfig_beats_the_host_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let target = target(file(&folder), &[("KUBE_HOST", "https://variable")]);
    assert_eq!(target.server.to_string(), "https://file:1/");
}

#[test]
fn two_variables_that_name_a_cluster_each_are_ambiguous() {
    let variables = [("KUBE_HOST", "https://a"), ("KUBE_CONFIG_PATH", "b")];
    assert_eq!(
        refusal(Arguments::default(), &variables),
        "both `KUBE_HOST` and `KUBE_CONFIG_PATH` are exported; unset one, or set `host` or `config_path` in the provider block"
    );
}

#[test]
fn nothing_at_all_is_told_as_such() {
    assert_eq!(
        refusal(Arguments::default(), &[]),
        "no cluster is configured; set `config_path` or `host` in the provider block, or export `KUBE_CONFIG_PATH` or `KUBE_HOST`"
    );
}

#[test]
fn a_kubeconfig_variable_that_is_ignored_is_told_as_such() {
    let told = refusal(Arguments::default(), &[("KUBECONFIG", "/a")]);
    assert!(
        told.starts_with("no cluster is configured: `KUBECONFIG` is set, but ignored"),
        "{told}"
    );
    assert!(told.contains("`use_kubeconfig_env = true`"), "{told}");
}

#[test]
fn the_kubeconfig_variable_is_honoured_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder).config_path.unwrap();
    let arguments = || Arguments {
        use_kubeconfig_env: true,
        ..Arguments::default()
    };
    let path = path.display().to_string();
    let found = target(arguments(), &[("KUBECONFIG", &path)]);
    assert_eq!(found.server.to_string(), "https://file:1/");
    let told = refusal(arguments(), &[]);
    assert!(told.starts_with("`use_kubeconfig_env` is set, but the variable"));
}

#[test]
fn a_tilde_is_the_home() {
    let told = refusal(
        Arguments {
            config_path: Some("~/nowhere/config".into()),
            ..Arguments::default()
        },
        &[("HOME", "/home/of/nobody")],
    );
    assert_eq!(
        told,
        "`config_path` names a kubeconfig that does not exist; write it, or correct the path: `/home/of/nobody/nowhere/config`"
    );
}

#[test]
fn a_host_without_scheme_is_told_how_to_write_it() {
    assert_eq!(
        refusal(host("10.0.0.1:6443"), &[]),
        "`host` has no scheme; write `https://10.0.0.1:6443` instead of `10.0.0.1:6443`"
    );
    assert!(refusal(host("ftp://a"), &[]).starts_with("`host` is no address like"));
}

#[test]
fn a_proxy_of_another_kind_is_refused_without_its_password() {
    let arguments = Arguments {
        proxy_url: Some("ftp://me:secret@proxy:21".into()),
        ..host("https://a")
    };
    assert_eq!(
        refusal(arguments, &[]),
        "`proxy_url` is no address like `http://proxy.example.com:3128`, correct it: `ftp://proxy:21`"
    );
}

#[test]
fn the_proxy_of_the_machine_leaves_out_excepted_hosts() {
    let variables = |except| [("HTTPS_PROXY", "machine:4"), ("NO_PROXY", except)];
    let excepted = target(host("https://10.1.2.3"), &variables("10.0.0.0/8"));
    assert!(excepted.proxy.is_none());
    let proxied = target(host("https://10.1.2.3"), &variables("example.com"));
    assert_eq!(proxy(&proxied), "http://machine:4/");
}

#[test]
fn any_certificate_will_do_only_if_that_is_said() {
    let trust = |variables: &[_]| target(host("https://a"), variables).trust;
    assert!(matches!(trust(&[]), Trust::System));
    assert!(matches!(
        trust(&[("KUBE_INSECURE", "false")]),
        Trust::System
    ));
    assert!(matches!(
        trust(&[("KUBE_INSECURE", "true")]),
        Trust::Anybody
    ));
}

#[test]
fn all_contradictions_are_told_at_once() {
    let arguments = Arguments {
        config_path: Some("a".into()),
        config_paths: Some(Vec::new()),
        use_kubeconfig_env: true,
        token: Some("t".into()),
        exec: Some(Exec::default()),
        client_key: Some("k".into()),
        ..host("https://a")
    };
    let conflicts = arguments.conflicts();
    let places: Vec<_> = conflicts.iter().map(Conflict::argument).collect();
    assert_eq!(
        places,
        [
            "config_path",
            "config_paths",
            "use_kubeconfig_env",
            "config_paths",
            "use_kubeconfig_env",
            "client_key",
            "exec"
        ]
    );
    let harmless = conflicts.iter().filter(|conflict| conflict.is_harmless());
    assert_eq!(harmless.count(), 1);
}

#[test]
fn debug_output_shows_no_secret() {
    let arguments = Arguments {
        token: Some("hush-token".into()),
        client_key: Some("hush-key".into()),
        proxy_url: Some("http://me:hush@proxy".into()),
        ..host("https://a")
    };
    let settings = super::settings(arguments.clone(), &[("HTTPS_PROXY", "http://u:hush@b")]);
    let shown = format!("{arguments:?} {settings:?}");
    assert!(!shown.contains("hush"), "{shown}");
}

const POD: [(&str, &str); 2] = [
    ("KUBERNETES_SERVICE_HOST", "fd00::1"),
    ("KUBERNETES_SERVICE_PORT", "443"),
];

#[test]
fn a_pod_uses_its_own_cluster_when_nothing_else_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    std::fs::write(folder.path().join("ca.crt"), pem).unwrap();
    let mut settings = super::settings(Arguments::default(), &POD);
    settings.machine.mount = folder.path().to_owned();
    let target = Target::find(&settings).unwrap();
    assert_eq!(target.server.to_string(), "https://[fd00::1]:443/");
    assert!(matches!(target.trust, Trust::Authorities(..)));
    assert!(matches!(target.who.credential, Credential::TokenFile(_)));
}

#[test]
fn a_pod_without_service_account_is_told() {
    let mut settings = super::settings(Arguments::default(), &POD);
    settings.machine.mount = "/nowhere".into();
    let told = Target::find(&settings).unwrap_err().to_string();
    assert!(told.starts_with("no cluster is configured, and this pod has no service account"));
}

#[test]
fn a_variable_for_the_cluster_beats_the_pod() {
    let variables = [POD[0], POD[1], ("KUBE_HOST", "https://variable")];
    let target = target(Arguments::default(), &variables);
    assert_eq!(target.server.to_string(), "https://variable/");
}
