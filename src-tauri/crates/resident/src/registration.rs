//! From the settings to the service: which app, in which tenant, at whose servers, over which network.

use std::fs;

use engine::{Code, Failure};
use identity::{COMPILED_IN_CLIENT_ID, Endpoint, Network, Registration, Scopes, Tenant};

use crate::{
    failures::of_network,
    settings::{Cloud, Settings},
};

/// Whose servers, by address.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// Signs people in.
    pub(crate) authority: Endpoint,
    /// Knows their presence.
    pub(crate) graph: Endpoint,
}

impl Settings {
    /// The file's client id, else the one that was compiled in by whoever distributes this build.
    pub(crate) fn registered_client_id(&self) -> Option<&str> {
        self.client_id.as_deref().or(COMPILED_IN_CLIENT_ID)
    }

    /// Host names: Graph documentation, page «deployments».
    pub(crate) fn endpoints(&self) -> Result<Endpoints, Failure> {
        let (authority, graph) = match &self.cloud {
            Cloud::Global => ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
            Cloud::UsGovHigh => ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
            Cloud::UsGovDod => ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
            Cloud::Custom { authority, graph } => {
                return Ok(Endpoints {
                    authority: authority.clone(),
                    graph: graph.clone(),
                });
            }
        };
        let known = |text: &str| -> Result<Endpoint, Failure> {
            text.parse()
                .map_err(|error: identity::EndpointError| Failure::with(Code::Failed, error.to_string()))
        };
        Ok(Endpoints {
            authority: known(authority)?,
            graph: known(graph)?,
        })
    }

    /// What is asked for: reading, writing where it is granted, and no more than the settings want.
    pub(crate) fn scopes(&self) -> Result<Scopes, Failure> {
        let mut optional = vec!["Presence.ReadWrite".to_owned()];
        if self.tenant_places {
            optional.push("Place.Read.All".to_owned());
        }
        Ok(Scopes {
            resource: (!self.is_custom()).then_some(self.endpoints()?.graph),
            required: vec!["Presence.Read".to_owned()],
            optional,
        })
    }

    /// The registration. `file` is where a client id can be written that is missing.
    pub(crate) fn registration(&self, file: &str) -> Result<Registration, Failure> {
        let client_id = self
            .registered_client_id()
            .ok_or_else(|| Failure::with(Code::NoClientId, file))?;
        Ok(Registration {
            client_id: client_id.to_owned(),
            tenant: self.tenant_or_any()?,
            authority: self.endpoints()?.authority,
            scopes: self.scopes()?,
            check_issuer: !self.is_custom(),
        })
    }

    /// The way to the servers.
    pub(crate) fn network(&self) -> Result<Network, Failure> {
        let Some(file) = &self.network.ca_file else {
            return Network::new(self.network.proxy.clone(), None).map_err(|error| of_network(&error));
        };
        let wrong = |error: &dyn std::fmt::Display| {
            Failure::with(Code::Settings, format!("ca_file, {}: {error}", file.display()))
        };
        let roots = fs::read(file).map_err(|error| wrong(&error))?;
        Network::new(self.network.proxy.clone(), Some(&roots)).map_err(|error| wrong(&error))
    }

    fn tenant_or_any(&self) -> Result<Tenant, Failure> {
        match &self.tenant {
            Some(tenant) => Ok(tenant.clone()),
            None => "organizations"
                .parse()
                .map_err(|error: identity::TenantError| Failure::with(Code::Failed, error.to_string())),
        }
    }

    fn is_custom(&self) -> bool {
        matches!(self.cloud, Cloud::Custom { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(cloud: Cloud) -> Settings {
        Settings {
            client_id: Some("c".into()),
            cloud,
            ..Settings::default()
        }
    }

    #[test]
    fn each_cloud_has_its_hosts_and_scopes_carry_them() {
        let custom = Cloud::Custom {
            authority: "http://127.0.0.1:1".parse().unwrap(),
            graph: "http://127.0.0.1:2".parse().unwrap(),
        };
        for (cloud, authority, scope, checks) in [
            (
                Cloud::Global,
                "https://login.microsoftonline.com",
                "https://graph.microsoft.com/Presence.Read",
                true,
            ),
            (
                Cloud::UsGovHigh,
                "https://login.microsoftonline.us",
                "https://graph.microsoft.us/Presence.Read",
                true,
            ),
            (
                Cloud::UsGovDod,
                "https://login.microsoftonline.us",
                "https://dod-graph.microsoft.us/Presence.Read",
                true,
            ),
            (custom, "http://127.0.0.1:1", "Presence.Read", false),
        ] {
            let registration = with(cloud).registration("").unwrap();
            assert_eq!(registration.authority.to_string(), authority);
            assert!(registration.scopes.requested().iter().any(|asked| asked == scope));
            assert_eq!(registration.check_issuer, checks);
            assert_eq!(registration.tenant.as_str(), "organizations");
        }
    }

    #[test]
    fn without_a_client_id_the_compiled_in_one_counts() {
        assert_eq!(Settings::default().registered_client_id(), COMPILED_IN_CLIENT_ID);
        assert_eq!(with(Cloud::Global).registered_client_id(), Some("c"));
        if COMPILED_IN_CLIENT_ID.is_none() {
            let failure = Settings::default().registration("the file").err().unwrap();
            assert_eq!((failure.code, failure.detail.as_str()), (Code::NoClientId, "the file"));
        }
    }

    #[test]
    fn certificates_that_cannot_be_used_are_told_with_their_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("company.pem");
        let mut settings = with(Cloud::Global);
        settings.network.ca_file = Some(file.clone());
        for content in [None, Some("no certificate")] {
            if let Some(content) = content {
                fs::write(&file, content).unwrap();
            }
            let failure = settings.network().err().unwrap();
            assert_eq!(failure.code, Code::Settings);
            assert!(failure.detail.contains("company.pem"), "{}", failure.detail);
        }
    }
}
