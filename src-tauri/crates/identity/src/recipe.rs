//! What a person who is held up by IT needs: how to register an app of one's own, and the link by which an administrator
//! approves one. Data and scripts; the sentences are the app's.

use url::Url;

use crate::registration::{Registration, Scopes};

/// The client id that whoever distributes a build compiled in (`PRESENCE_TRAY_CLIENT_ID` in the build's environment), for
/// settings that name none. It is public, and no secret.
pub const COMPILED_IN_CLIENT_ID: Option<&str> = match option_env!("PRESENCE_TRAY_CLIENT_ID") {
    Some(id) if !id.is_empty() => Some(id),
    _ => None,
};

/// As it must be registered: no port, no path, no slash at the end (Entra documentation, "reply-url").
pub const REDIRECT_URI: &str = "http://localhost";
/// The platform type it is registered under, as the portal names it in English.
pub const PLATFORM: &str = "Mobile and desktop applications";
/// Microsoft Graph's application id, the same in every cloud.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

impl Registration {
    /// Where an administrator approves this app for the whole organisation: a link to send.
    ///
    /// It ends at [`REDIRECT_URI`], where on another machine nobody listens: the browser then shows that the page cannot be
    /// opened, **after** the approval was given. Say so. What it brings back proves nothing.
    pub fn admin_consent_url(&self) -> Url {
        let mut url = self.authority.join([self.tenant.as_str(), "v2.0", "adminconsent"]);
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &self.scopes.qualified().collect::<Vec<_>>().join(" "))
            .append_pair("redirect_uri", REDIRECT_URI);
        url
    }
}

/// How to register an app of one's own, in one's own tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Its name in the tenant.
    pub app_name: String,
    /// The permissions it needs, all delegated, none of which asks for an administrator by default.
    pub permissions: Vec<String>,
    /// Whether people shall be able to sign in with a code on another device.
    pub device_code: bool,
    /// The administration's web page.
    pub portal: &'static str,
    /// The Azure CLI's name of the cloud.
    cloud: &'static str,
}

/// A step in the portal, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// App registrations → New registration, with [`Recipe::app_name`].
    New,
    /// Accounts in this organizational directory only.
    SingleTenant,
    /// Add the platform [`PLATFORM`] with [`REDIRECT_URI`].
    Platform,
    /// API permissions → Microsoft Graph → Delegated → [`Recipe::permissions`].
    Permissions,
    /// Authentication → Allow public client flows; for the device code alone.
    PublicClientFlows,
    /// Copy the client id and the tenant id into the settings.
    CopyIds,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 6] = [
        Step::New,
        Step::SingleTenant,
        Step::Platform,
        Step::Permissions,
        Step::PublicClientFlows,
        Step::CopyIds,
    ];

    /// Its name in kebab-case, for catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Step::New => "new",
            Step::SingleTenant => "single-tenant",
            Step::Platform => "platform",
            Step::Permissions => "permissions",
            Step::PublicClientFlows => "public-client-flows",
            Step::CopyIds => "copy-ids",
        }
    }
}

impl Recipe {
    /// For an app of this name, with these permissions, at an authority of this host.
    pub fn new(app_name: &str, scopes: &Scopes, authority_host: &str, device_code: bool) -> Self {
        let (portal, cloud) = if authority_host.eq_ignore_ascii_case("login.microsoftonline.us") {
            ("https://entra.microsoft.us", "AzureUSGovernment")
        } else {
            ("https://entra.microsoft.com", "AzureCloud")
        };
        Self {
            app_name: app_name.to_owned(),
            permissions: scopes.permissions().map(str::to_owned).collect(),
            device_code,
            portal,
            cloud,
        }
    }

    /// The steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        let device_code = self.device_code;
        Step::ALL
            .into_iter()
            .filter(move |step| *step != Step::PublicClientFlows || device_code)
    }

    /// The same as a script for `sh` and the Azure CLI (`az`). It asks Graph for the permissions' ids, registers the app and
    /// prints what to put into the settings.
    pub fn script(&self) -> String {
        let permissions: Vec<_> = self
            .permissions
            .iter()
            .map(|name| format!("\"$(scope {})=Scope\"", quoted(name)))
            .collect();
        format!(
            r#"#!/bin/sh
# Registers an app in your own tenant. Sign in to the Azure CLI first, as somebody who may register apps:
#   az cloud set --name {cloud} && az login --allow-no-subscriptions
set -eu
graph={GRAPH}
scope() {{ az ad sp show --id "$graph" --query "oauth2PermissionScopes[?value=='$1'].id | [0]" --output tsv; }}
client_id=$(az ad app create --display-name {name} --sign-in-audience AzureADMyOrg \
  --public-client-redirect-uris {REDIRECT_URI} --is-fallback-public-client {device_code} --query appId --output tsv)
az ad app permission add --id "$client_id" --api "$graph" --api-permissions {permissions}
az ad sp create --id "$client_id" --output none
tenant=$(az account show --query tenantId --output tsv)
printf '[account]\nclient_id = "%s"\ntenant = "%s"\n' "$client_id" "$tenant"
"#,
            cloud = self.cloud,
            name = quoted(&self.app_name),
            device_code = self.device_code,
            permissions = permissions.join(" "),
        )
    }
}

/// One word for a POSIX shell, whatever it holds.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration() -> Registration {
        Registration {
            client_id: "11111111-2222-3333-4444-555555555555".into(),
            tenant: "organizations".parse().unwrap(),
            authority: "https://login.microsoftonline.com".parse().unwrap(),
            scopes: Scopes {
                resource: Some("https://graph.microsoft.com".parse().unwrap()),
                required: vec!["Presence.Read".into()],
                optional: vec!["Presence.ReadWrite".into()],
            },
            check_issuer: true,
        }
    }

    #[test]
    fn the_approval_link_names_app_and_permissions_and_nothing_else() {
        let url = registration().admin_consent_url();
        assert_eq!(
            url.as_str(),
            "https://login.microsoftonline.com/organizations/v2.0/adminconsent\
             ?client_id=11111111-2222-3333-4444-555555555555\
             &scope=https%3A%2F%2Fgraph.microsoft.com%2FPresence.Read+https%3A%2F%2Fgraph.microsoft.com%2FPresence.ReadWrite\
             &redirect_uri=http%3A%2F%2Flocalhost"
        );
    }

    #[test]
    fn the_device_step_is_there_only_where_it_is_wanted() {
        for (device_code, steps) in [(false, 5), (true, 6)] {
            let recipe = Recipe::new("App", &registration().scopes, "login.microsoftonline.com", device_code);
            assert_eq!(recipe.steps().count(), steps);
            assert!(
                recipe
                    .script()
                    .contains(&format!("--is-fallback-public-client {device_code} "))
            );
        }
        let gcc = Recipe::new("App", &registration().scopes, "login.microsoftonline.us", false);
        assert_eq!(gcc.portal, "https://entra.microsoft.us");
        assert!(gcc.script().contains("az cloud set --name AzureUSGovernment"));
    }

    /// Runs the script with an `az` that writes down what it is asked.
    #[cfg(unix)]
    #[test]
    fn the_script_runs_and_prints_the_settings() {
        use std::os::unix::fs::PermissionsExt;
        use std::process::Command;

        let folder = tempfile::tempdir().unwrap();
        let az = folder.path().join("az");
        let fake = r#"#!/bin/sh
for word; do printf '%s\n' "$word"; done >> "$AZ_LOG"; echo -- >> "$AZ_LOG"
case "$2 $3" in
  "sp show") case "$*" in *"'Presence.Read'"*) echo id-read;; *"'Presence.ReadWrite'"*) echo id-write;; esac;;
  "app create") echo the-client-id;;
  "show --query") echo the-tenant;;
esac
"#;
        std::fs::write(&az, fake).unwrap();
        std::fs::set_permissions(&az, PermissionsExt::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let log = folder.path().join("log");
        let name = "Ada's $(reboot) \"App\"";
        let output = Command::new("sh")
            .arg("-c")
            .arg(Recipe::new(name, &registration().scopes, "", false).script())
            .env("PATH", path)
            .env("AZ_LOG", &log)
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success(),
            "{shown}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(
            shown,
            "[account]\nclient_id = \"the-client-id\"\ntenant = \"the-tenant\"\n"
        );
        let log = std::fs::read_to_string(log).unwrap();
        for words in [
            vec!["--display-name", name, "--sign-in-audience", "AzureADMyOrg"],
            vec!["--public-client-redirect-uris", "http://localhost"],
            vec!["--id", "the-client-id", "--api", GRAPH],
            vec!["--api-permissions", "id-read=Scope", "id-write=Scope", "--"],
        ] {
            assert!(log.contains(&format!("{}\n", words.join("\n"))), "{words:?}\n{log}");
        }
    }
}
