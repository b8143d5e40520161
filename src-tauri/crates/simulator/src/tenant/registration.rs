//! The application as it is registered.

use super::parameters::Parameters;
use super::people::CLIENT_ID;
use super::sign_in_error::SignInError;

/// What the registration says; the control face can change it.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// "Allow public client flows": without it there is no device code.
    pub public_client_flows: bool,
    /// Seconds between two polls of a device code.
    pub device_interval: u32,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            redirect_uris: vec!["http://localhost".to_owned()],
            public_client_flows: true,
            device_interval: 5,
        }
    }
}

impl Registration {
    /// Refuses every client id but the registered one.
    pub(super) fn check_client(parameters: &Parameters) -> Result<&str, SignInError> {
        let client_id = parameters.require("client_id")?;
        if client_id.eq_ignore_ascii_case(CLIENT_ID) {
            Ok(client_id)
        } else {
            Err(SignInError::UnknownApplication(client_id.to_owned()))
        }
    }

    /// Byte for byte one of the registered addresses; of a loopback one only the port is free, and a path or a trailing
    /// slash is not.
    pub fn knows(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == redirect_uri
                || match (without_port(registered), without_port(redirect_uri)) {
                    (Some(registered), Some(asked)) => registered == asked,
                    _ => false,
                }
        })
    }
}

/// Host and path of a plain address on this machine.
fn without_port(uri: &str) -> Option<(&'static str, &str)> {
    ["localhost", "127.0.0.1"].into_iter().find_map(|host| {
        let rest = uri.strip_prefix("http://")?.strip_prefix(host)?;
        let Some(rest) = rest.strip_prefix(':') else {
            return (rest.is_empty() || rest.starts_with('/')).then_some((host, rest));
        };
        let (port, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        (digits && port.parse::<u16>().is_ok_and(|port| port > 0)).then_some((host, path))
    })
}

#[cfg(test)]
mod tests {
    use super::Registration;

    #[test]
    fn localhost_with_any_port_and_nothing_else_is_registered() {
        let registration = Registration::default();
        for (redirect_uri, expected) in [
            ("http://localhost", true),
            ("http://localhost:1", true),
            ("http://localhost:65535", true),
            ("http://localhost:0", false),
            ("http://localhost:65536", false),
            ("http://localhost:", false),
            ("http://localhost:+80", false),
            ("http://localhost/", false),
            ("http://localhost:5000/", false),
            ("http://localhost:5000/callback", false),
            ("http://localhost:5000?x=1", false),
            ("http://localhost.evil.example", false),
            ("http://localhost:5000@evil.example", false),
            ("https://localhost:5000", false),
            ("http://127.0.0.1:5000", false),
            ("http://[::1]:5000", false),
            ("HTTP://localhost:5000", false),
            ("", false),
        ] {
            assert_eq!(registration.knows(redirect_uri), expected, "{redirect_uri}");
        }
    }

    #[test]
    fn a_registered_path_is_part_of_the_address() {
        let registration = Registration {
            redirect_uris: vec!["http://127.0.0.1:80/MyApp".into(), "https://app.example/back".into()],
            ..Registration::default()
        };
        for (redirect_uri, expected) in [
            ("http://127.0.0.1:5000/MyApp", true),
            ("http://127.0.0.1/MyApp", true),
            ("http://127.0.0.1:5000/myapp", false),
            ("http://127.0.0.1:5000/MyApp/", false),
            ("http://localhost:5000/MyApp", false),
            ("https://app.example/back", true),
            ("https://app.example:444/back", false),
        ] {
            assert_eq!(registration.knows(redirect_uri), expected, "{redirect_uri}");
        }
    }
}
