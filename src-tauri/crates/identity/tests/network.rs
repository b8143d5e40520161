//! The way out of a company's network: proxies, and certificates of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::process::Command;
use std::sync::Arc;

use identity::{
    Account, Cause, Diagnosis, Network, Obstacle, ProxyChoice, RefreshError, RefreshToken, Registration, Scopes,
    refresh,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the sign-in service answers, so that a test knows it was reached.
const ANSWER: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\
                      Connection: close\r\n\r\n{\"error\":\"invalid_grant\"}";

/// A certificate authority, and a certificate of it for the sign-in service.
struct Company {
    root: String,
    tls: TlsAcceptor,
}

impl Company {
    fn new(valid_from: i32) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut params = CertificateParams::new(["login.example".to_owned()]).unwrap();
        params.not_before = date_time_ymd(valid_from, 1, 1);
        params.not_after = date_time_ymd(4000, 1, 1);
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &root).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        Self {
            root: root.pem(),
            tls: TlsAcceptor::from(Arc::new(config)),
        }
    }

    /// A proxy that answers each CONNECT like this and, after a 200, for the service itself; its address.
    async fn proxy(&self, connected: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let tls = self.tls.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let asked = head(&mut stream).await;
                assert!(asked.starts_with("CONNECT login.example:443 "), "{asked}");
                stream.write_all(connected.as_bytes()).await.unwrap();
                if let Ok(mut stream) = tls.accept(stream).await {
                    head(&mut stream).await;
                    stream.write_all(ANSWER.as_bytes()).await.unwrap();
                    let _ = stream.shutdown().await;
                }
            }
        });
        address
    }
}

async fn head(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(bytes).unwrap()
}

async fn refresh_over(network: &Network) -> RefreshError {
    let registration = Registration {
        client_id: "app".into(),
        tenant: "organizations".parse().unwrap(),
        authority: "https://login.example".parse().unwrap(),
        scopes: Scopes {
            resource: None,
            required: vec![],
            optional: vec![],
        },
        check_issuer: true,
    };
    let http = network.client(&registration.authority, "test").unwrap();
    let account = Account {
        name: String::new(),
        username: String::new(),
        tenant_id: String::new(),
        id: String::new(),
    };
    let token = RefreshToken::new("secret".into());
    refresh(&http, &registration, &token, &account, None).await.unwrap_err()
}

fn by_hand(proxy: &str, roots: Option<&str>) -> Network {
    let way = ProxyChoice::Manual(proxy.parse().unwrap());
    Network::new(way, roots.map(str::as_bytes)).unwrap()
}

fn obstacle(error: &RefreshError) -> Option<Obstacle> {
    match error {
        RefreshError::Unreachable { obstacle, .. } => Some(*obstacle),
        _ => None,
    }
}

const THROUGH: &str = "HTTP/1.1 200 OK\r\n\r\n";

#[tokio::test]
async fn a_proxy_that_looks_into_the_traffic_is_named_as_such_and_trusted_when_told() {
    let company = Company::new(2020);
    let proxy = company.proxy(THROUGH).await;
    let error = refresh_over(&by_hand(&proxy, None)).await;
    assert_eq!(obstacle(&error), Some(Obstacle::Certificate), "{error}");
    assert_eq!(Diagnosis::from(&error).cause, Cause::CertificateUntrusted);
    let other = Company::new(2020);
    let error = refresh_over(&by_hand(&proxy, Some(&other.root))).await;
    assert_eq!(obstacle(&error), Some(Obstacle::Certificate), "{error}");
    let error = refresh_over(&by_hand(&proxy, Some(&company.root))).await;
    assert!(
        matches!(error, RefreshError::InteractionNeeded(_)),
        "it was reached: {error}"
    );
}

#[tokio::test]
async fn a_certificate_of_the_future_means_that_the_clock_is_wrong() {
    let company = Company::new(3000);
    let proxy = company.proxy(THROUGH).await;
    let error = refresh_over(&by_hand(&proxy, Some(&company.root))).await;
    assert_eq!(obstacle(&error), Some(Obstacle::Clock), "{error}");
}

#[tokio::test]
async fn a_proxy_that_says_no_is_told_from_a_network_that_is_down() {
    let company = Company::new(2020);
    for answer in [
        "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\n\r\n",
    ] {
        let error = refresh_over(&by_hand(&company.proxy(answer).await, None)).await;
        assert_eq!(obstacle(&error), Some(Obstacle::Proxy), "{answer}: {error}");
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = refresh_over(&by_hand(&format!("http://{free}"), None)).await;
    assert_eq!(obstacle(&error), Some(Obstacle::Network), "{error}");
}

#[tokio::test]
async fn no_proxy_is_asked_for_this_machine_even_one_given_by_hand() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let network = by_hand("http://127.0.0.1:1", None);
    let client = network.client(&address.parse().unwrap(), "test").unwrap();
    let served = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        head(&mut stream).await;
        stream.write_all(ANSWER.as_bytes()).await.unwrap();
    };
    let ((), answer) = tokio::join!(served, client.get(&address).send());
    assert_eq!(answer.unwrap().status(), 400);
}

/// The environment is the process's, so a test runs again in a child.
fn in_a_child(test: &str, variables: &[(&str, &str)]) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    for name in [
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ] {
        child.env_remove(name);
    }
    child.envs(variables.iter().copied()).env("IDENTITY_TEST_CHILD", "1");
    let output = child.args(["--exact", test, "--nocapture"]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    let faults = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}{faults}");
}

fn is_child() -> bool {
    std::env::var_os("IDENTITY_TEST_CHILD").is_some()
}

#[tokio::test]
async fn the_environments_proxy_is_taken_unless_settings_say_direct() {
    if is_child() {
        let error = refresh_over(&Network::default()).await;
        assert_eq!(obstacle(&error), Some(Obstacle::Proxy), "{error}");
        let direct = Network::new(ProxyChoice::Direct, None).unwrap();
        let error = refresh_over(&direct).await;
        assert_eq!(obstacle(&error), Some(Obstacle::Network), "{error}");
        return;
    }
    let proxy = Company::new(2020)
        .proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        .await;
    let test = "the_environments_proxy_is_taken_unless_settings_say_direct";
    tokio::task::spawn_blocking(move || in_a_child(test, &[("HTTPS_PROXY", &proxy)]))
        .await
        .unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_computer_without_certificates_is_told_so() {
    if is_child() {
        let client = Network::default().client(&"https://login.example".parse().unwrap(), "test");
        assert_eq!(client.unwrap_err(), identity::NetworkError::NoCertificates);
        return;
    }
    let nowhere = tempfile::tempdir().unwrap();
    let path = nowhere.path().join("none").display().to_string();
    in_a_child(
        "a_computer_without_certificates_is_told_so",
        &[("SSL_CERT_FILE", &path), ("SSL_CERT_DIR", &path)],
    );
}
