//! The desktop portal's proxy resolver: the desktop's own settings, and automatic configuration (PAC).

use std::time::Duration;

use tokio::time::timeout;
use url::Url;
use zbus::Connection;

/// A script has to be fetched and run for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first way the desktop names that can be taken; `None` is the direct one, also where there is no desktop to ask.
pub(super) async fn proxy_for(uri: &str) -> Option<Url> {
    match timeout(PATIENCE, look_up(uri)).await {
        Ok(Ok(ways)) => first(&ways),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the desktop names no proxy");
            None
        }
        Err(_) => {
            tracing::warn!("the desktop did not say in time which proxy to take");
            None
        }
    }
}

async fn look_up(uri: &str) -> zbus::Result<Vec<String>> {
    let bus = Connection::session().await?;
    let answer = bus
        .call_method(
            Some("org.freedesktop.portal.Desktop"),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.portal.ProxyResolver"),
            "Lookup",
            &uri,
        )
        .await?;
    answer.body().deserialize()
}

/// Ways are in order of preference: `direct://`, `http://host:port`, `socks5://host:port`, ….
fn first(ways: &[String]) -> Option<Url> {
    let mut known = ways.iter().filter_map(|way| {
        let url = Url::parse(way).ok()?;
        match url.scheme() {
            "direct" => Some(None),
            "http" | "https" | "socks5" | "socks5h" => Some(Some(url)),
            // GLib's name for "whichever version".
            "socks" => Url::parse(&way.replacen("socks", "socks5", 1)).ok().map(Some),
            _ => None,
        }
    });
    known.next().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_way_that_can_be_taken_is() {
        for (ways, taken) in [
            (vec!["direct://"], None),
            (vec!["http://proxy:3128", "direct://"], Some("http://proxy:3128/")),
            (vec!["direct://", "http://proxy:3128"], None),
            (vec!["quic://proxy", "socks://proxy:1080"], Some("socks5://proxy:1080")),
            (vec!["nonsense"], None),
            (vec![], None),
        ] {
            let ways: Vec<_> = ways.into_iter().map(str::to_owned).collect();
            assert_eq!(first(&ways).map(String::from).as_deref(), taken, "{ways:?}");
        }
    }
}
