//! The proxy that the desktop names.

use identity::{Network, ProxyChoice};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::session::{bus, in_a_session_of_its_own};

/// A portal whose every way is this proxy.
struct Resolver(String);

#[zbus::interface(name = "org.freedesktop.portal.ProxyResolver")]
impl Resolver {
    fn lookup(&self, uri: &str) -> Vec<String> {
        assert_eq!(uri, "https://login.example/");
        vec![self.0.clone(), "direct://".to_owned()]
    }
}

#[test]
fn a_client_takes_the_proxy_that_the_desktop_names() {
    let test = "portal::a_client_takes_the_proxy_that_the_desktop_names";
    in_a_session_of_its_own(test, async {
        let network = Network::new(ProxyChoice::System, None).unwrap();
        let endpoint = "https://login.example".parse().unwrap();
        let client = network.client(&endpoint, "test").unwrap();
        // No bus, no portal: the way is direct, and this host does not exist.
        network.ask_desktop(std::slice::from_ref(&endpoint)).await;
        assert!(client.get("https://login.example").send().await.is_err());
        let _bus = bus();
        network.ask_desktop(std::slice::from_ref(&endpoint)).await;

        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", proxy.local_addr().unwrap());
        let _portal = zbus::connection::Builder::session()
            .unwrap()
            .name("org.freedesktop.portal.Desktop")
            .unwrap()
            .serve_at("/org/freedesktop/portal/desktop", Resolver(address))
            .unwrap()
            .build()
            .await
            .unwrap();
        network.ask_desktop(std::slice::from_ref(&endpoint)).await;
        let asked = async {
            let (mut stream, _) = proxy.accept().await.unwrap();
            let mut head = [0; 512];
            let length = stream.read(&mut head).await.unwrap();
            stream.write_all(b"HTTP/1.1 502 no\r\n\r\n").await.unwrap();
            String::from_utf8_lossy(&head[..length]).into_owned()
        };
        let (asked, answer) = tokio::join!(asked, client.get("https://login.example").send());
        assert!(asked.starts_with("CONNECT login.example:443 "), "{asked}");
        assert!(answer.is_err());
    });
}
