//! What an app is to the identity service: client id, tenant, authority, scopes.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::endpoint::Endpoint;
use crate::grants::Grants;

/// An app registration and the directory to sign in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// "Application (client) ID" of a registration of the platform type "Mobile and desktop applications". Public.
    pub client_id: String,
    /// Who may sign in.
    pub tenant: Tenant,
    /// What stands before `/{tenant}/oauth2/v2.0/authorize`.
    pub authority: Endpoint,
    /// What is asked for.
    pub scopes: Scopes,
    /// Whether an id token must name `{authority}/{tenant id}/v2.0` as its issuer. `false` for an authority whose
    /// issuer is not known beforehand, such as a simulator.
    pub check_issuer: bool,
}

impl Registration {
    pub(crate) fn authorize_url(&self) -> Url {
        self.url("authorize")
    }

    pub(crate) fn token_url(&self) -> Url {
        self.url("token")
    }

    pub(crate) fn device_code_url(&self) -> Url {
        self.url("devicecode")
    }

    fn url(&self, leaf: &str) -> Url {
        self.authority.join([self.tenant.as_str(), "oauth2", "v2.0", leaf])
    }
}

/// The tenant segment of the sign-in address: `organizations`, a tenant id, or a verified domain.
///
/// `common` and `consumers` are refused, as they let personal accounts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant(String);

impl Tenant {
    /// The segment as it stands in the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tenant id, if that is how the tenant was named: then nobody from elsewhere may end up signed in.
    pub(crate) fn id(&self) -> Option<&str> {
        is_guid(&self.0).then_some(self.0.as_str())
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Tenant {
    type Err = TenantError;

    fn from_str(text: &str) -> Result<Self, TenantError> {
        let text = text.trim().to_ascii_lowercase();
        match text.as_str() {
            "common" | "consumers" => Err(TenantError::Personal(text)),
            "organizations" => Ok(Self(text)),
            _ if is_guid(&text) || is_domain(&text) => Ok(Self(text)),
            _ => Err(TenantError::Neither(text)),
        }
    }
}

/// Why a text is no [`Tenant`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenantError {
    /// `common` or `consumers`.
    #[error("\"{0}\" lets personal accounts in, which have no presence; use \"organizations\" or your tenant id")]
    Personal(String),
    /// Not `organizations`, not a GUID, not a domain.
    #[error("\"{0}\" is no tenant; use \"organizations\", a tenant id, or a domain such as contoso.com")]
    Neither(String),
}

/// The permissions of an app, beside the ones every sign-in asks for. The fewer, the more people may accept them without
/// an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes {
    /// The service they belong to, `https://graph.microsoft.com`; `None` asks by short names.
    pub resource: Option<Endpoint>,
    /// Short names of what the app is nothing without: `Presence.Read`. If one is not granted, nobody is signed in.
    pub required: Vec<String>,
    /// Short names of what it asks for with them and can do without: `Presence.ReadWrite`. See
    /// [`Grants::lacking`](crate::Grants::lacking).
    pub optional: Vec<String>,
}

impl Scopes {
    /// The permissions asked for, by short names.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.required.iter().chain(&self.optional).map(String::as_str)
    }

    /// As they are asked for: `offline_access` brings the refresh token, `openid profile` the names.
    pub fn requested(&self) -> Vec<String> {
        let names = ["openid", "profile", "offline_access"].map(str::to_owned);
        names.into_iter().chain(self.qualified()).collect()
    }

    /// The permissions with their resource in front.
    pub(crate) fn qualified(&self) -> impl Iterator<Item = String> {
        self.permissions().map(|permission| match &self.resource {
            Some(resource) => format!("{resource}/{permission}"),
            None => permission.to_owned(),
        })
    }

    /// The required permissions that were not granted.
    pub(crate) fn missing(&self, granted: &Grants) -> Vec<String> {
        let missing = self.required.iter().filter(|permission| !granted.has(permission));
        missing.cloned().collect()
    }

    /// Without the optional ones for which `keep` is not true.
    pub(crate) fn with_optional(&self, keep: impl Fn(&str) -> bool) -> Self {
        let optional = self.optional.iter().filter(|permission| keep(permission));
        Self {
            optional: optional.cloned().collect(),
            ..self.clone()
        }
    }
}

/// `https://graph.microsoft.com/Presence.Read` and `Presence.Read` are the same permission.
pub(crate) fn short_name(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

/// 8-4-4-4-12 hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_organizations_an_id_or_a_domain() {
        for (text, id) in [
            ("organizations", false),
            ("Organizations", false),
            ("contoso.onmicrosoft.com", false),
            ("F8CDEF31-A31E-4B4A-93E4-5F571E91255A", true),
        ] {
            let tenant: Tenant = text.parse().unwrap();
            assert_eq!(
                (tenant.as_str(), tenant.id().is_some()),
                (text.to_ascii_lowercase().as_str(), id)
            );
        }
        for text in ["common", "consumers"] {
            assert_eq!(text.parse::<Tenant>(), Err(TenantError::Personal(text.into())));
        }
        for text in [
            "",
            "contoso",
            "a/b.com",
            "../x.com",
            "contoso..com",
            "-a.com",
            "a b.com",
            "contoso.com?x",
        ] {
            assert_eq!(text.parse::<Tenant>(), Err(TenantError::Neither(text.into())), "{text}");
        }
    }

    #[test]
    fn scopes_carry_the_resource_and_are_compared_without_it() {
        let mut scopes = Scopes {
            resource: Some("https://graph.microsoft.com/".parse().unwrap()),
            required: vec!["Presence.Read".into()],
            optional: vec!["Presence.ReadWrite".into()],
        };
        assert_eq!(
            scopes.requested().join(" "),
            "openid profile offline_access https://graph.microsoft.com/Presence.Read \
             https://graph.microsoft.com/Presence.ReadWrite"
        );
        let granted = |text: &str| Grants::new(text.split(' ').map(|scope| short_name(scope).to_owned()));
        for (text, missing, lacking) in [
            ("https://graph.microsoft.com/Presence.ReadWrite Presence.Read", 0, 0),
            ("openid presence.read", 0, 1),
            ("openid Presence.ReadWrite", 1, 0),
            ("", 1, 1),
        ] {
            let granted = granted(text);
            let counts = (scopes.missing(&granted).len(), granted.lacking(&scopes).len());
            assert_eq!(counts, (missing, lacking), "{text}");
        }
        scopes.resource = None;
        assert_eq!(
            scopes.requested().join(" "),
            "openid profile offline_access Presence.Read Presence.ReadWrite"
        );
    }
}
