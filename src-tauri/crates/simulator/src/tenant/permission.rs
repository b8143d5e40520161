//! Permissions, and the scopes that ask for them.

use super::sign_in_error::SignInError;

/// A delegated permission of Graph, in the words of a consent page.
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its short name.
    pub name: &'static str,
    /// Whether only an administrator can grant it.
    pub admin_only: bool,
    /// What it is, in half a line.
    pub title: &'static str,
    /// What it lets the application do.
    pub detail: &'static str,
}

/// Every permission that can be asked for here.
pub const PERMISSIONS: [Permission; 5] = [
    Permission {
        name: "Presence.Read",
        admin_only: false,
        title: "Read your presence information",
        detail: "See your availability, activity, status message and work location.",
    },
    Permission {
        name: "Presence.ReadWrite",
        admin_only: false,
        title: "Read and write your presence information",
        detail: "Also set your presence, status message and work location for you.",
    },
    Permission {
        name: "Presence.Read.All",
        admin_only: false,
        title: "Read presence information of all users in your organization",
        detail: "See the presence that you see of your colleagues.",
    },
    Permission {
        name: "User.Read",
        admin_only: false,
        title: "Sign you in and read your profile",
        detail: "See your name, mail address and basic company information.",
    },
    Permission {
        name: "Place.Read.All",
        admin_only: true,
        title: "Read all company places",
        detail: "See the buildings of your organization.",
    },
];

/// What the registration of the application names, and `.default` asks for when nothing was granted yet.
const REGISTERED: [&str; 2] = ["Presence.Read", "Presence.ReadWrite"];
/// Hosts that a permission may be qualified with: the clouds' Graphs.
const GRAPH_HOSTS: [&str; 4] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
];
const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];
const DEFAULT: &str = ".default";

/// One scope, known by its short name and given back as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub(super) name: &'static str,
    pub(super) asked: String,
}

impl Scope {
    /// Reads scopes separated by spaces; at least one. `.default` goes with no named permission.
    pub(super) fn list(text: &str) -> Result<Vec<Self>, SignInError> {
        let scopes = text
            .split_ascii_whitespace()
            .map(Self::parse)
            .collect::<Result<Vec<Self>, _>>()?;
        if scopes.is_empty() {
            return Err(SignInError::Missing("scope"));
        }
        let mixed = scopes.iter().any(Self::is_default) && scopes.iter().any(|scope| scope.permission().is_some());
        if mixed {
            return Err(SignInError::UnknownScope(text.to_owned()));
        }
        Ok(scopes)
    }

    /// The permission it asks for; none for `.default` and the scopes of OpenID.
    pub(super) fn permission(&self) -> Option<&'static Permission> {
        PERMISSIONS.iter().find(|permission| permission.name == self.name)
    }

    pub(super) fn is_default(&self) -> bool {
        self.name == DEFAULT
    }

    /// `.default` as the scopes it stands for: those granted, or the registered ones where there is none.
    pub(super) fn expanded(self, granted: &[&'static str]) -> Vec<Self> {
        if !self.is_default() {
            return vec![self];
        }
        let prefix = self.asked.strip_suffix(DEFAULT).unwrap_or_default();
        let names = if granted.is_empty() { &REGISTERED[..] } else { granted };
        names
            .iter()
            .map(|name| Self {
                name,
                asked: format!("{prefix}{name}"),
            })
            .collect()
    }

    fn parse(asked: &str) -> Result<Self, SignInError> {
        let unknown = || SignInError::UnknownScope(asked.to_owned());
        let qualified = asked.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
        let (short, openid): (&str, &[&'static str]) = match qualified {
            Some((host, short)) if is_graph(host) => (short, &[]),
            Some(_) => return Err(unknown()),
            None => (asked, &OPENID_SCOPES),
        };
        let known = PERMISSIONS.iter().map(|permission| permission.name);
        let name = known
            .chain([DEFAULT])
            .chain(openid.iter().copied())
            .find(|name| name.eq_ignore_ascii_case(short))
            .ok_or_else(unknown)?;
        Ok(Self {
            name,
            asked: asked.to_owned(),
        })
    }
}

/// A cloud's Graph, or the simulator behind a TLS front.
fn is_graph(host: &str) -> bool {
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    GRAPH_HOSTS.contains(&host) || ["localhost", "127.0.0.1"].contains(&name)
}

/// The permission with this short name, in any case.
pub fn permission(name: &str) -> Option<&'static Permission> {
    PERMISSIONS
        .iter()
        .find(|permission| permission.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{Scope, SignInError};

    fn names(text: &str) -> Result<Vec<&'static str>, SignInError> {
        Scope::list(text).map(|scopes| scopes.iter().map(|scope| scope.name).collect())
    }

    #[test]
    fn scopes_are_known_by_short_and_by_qualified_names() {
        assert_eq!(names("openid  Presence.Read"), Ok(vec!["openid", "Presence.Read"]));
        for host in ["graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us"] {
            assert_eq!(
                names(&format!("https://{host}/presence.readwrite")),
                Ok(vec!["Presence.ReadWrite"]),
                "{host}"
            );
        }
        for unknown in [
            "Mail.Read",
            "https://evil.example/Presence.Read",
            "https://graph.microsoft.com/openid",
            "openid .default Presence.Read",
        ] {
            assert_eq!(
                names(unknown),
                Err(SignInError::UnknownScope(unknown.into())),
                "{unknown}"
            );
        }
        assert_eq!(names("  "), Err(SignInError::Missing("scope")));
    }

    #[test]
    fn default_stands_for_what_was_granted_or_else_for_what_is_registered() {
        let asked = |granted: &[&'static str]| -> Vec<String> {
            let scopes = Scope::list("https://graph.microsoft.com/.default").unwrap();
            let expanded = scopes.into_iter().flat_map(|scope| scope.expanded(granted));
            expanded.map(|scope| scope.asked).collect()
        };
        assert_eq!(asked(&["User.Read"]), ["https://graph.microsoft.com/User.Read"]);
        assert_eq!(asked(&[]).len(), 2);
    }
}
