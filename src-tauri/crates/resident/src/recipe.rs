//! What a person who is held up by IT can do, in words: register an app of their own, or ask an administrator for approval.

use engine::{Code, Failure};
use identity::{Diagnosis, PLATFORM, REDIRECT_URI, Recipe, Registration};
use phrases::Language;
use serde::Serialize;

use crate::{settings::Settings, surroundings::APP};

/// How to register the app: for people step by step, and the same as a script.
#[derive(Debug, Serialize)]
pub(crate) struct HowToRegister {
    pub(crate) app_name: String,
    pub(crate) portal: &'static str,
    pub(crate) platform: &'static str,
    pub(crate) redirect_uri: &'static str,
    /// The delegated permissions to add, by the names that the portal shows.
    pub(crate) permissions: Vec<String>,
    /// The scopes as the sign-in asks for them.
    pub(crate) scopes: Vec<String>,
    pub(crate) steps: Vec<String>,
    /// For `sh` and the Azure CLI.
    pub(crate) script: String,
    /// Where an administrator approves the app for everybody; `None` where no client id is known yet.
    pub(crate) admin_consent: Option<String>,
}

/// A ready e-mail to an administrator.
#[derive(Debug, Serialize)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) admin_consent: String,
}

impl HowToRegister {
    /// For these settings; `device_code`: also for signing in with a code.
    pub(crate) fn new(settings: &Settings, device_code: bool, language: Language) -> Result<HowToRegister, Failure> {
        let scopes = settings.scopes()?;
        let recipe = Recipe::new(APP.name, &scopes, settings.endpoints()?.authority.host(), device_code);
        let values = [
            ("portal", recipe.portal),
            ("name", recipe.app_name.as_str()),
            ("platform", PLATFORM),
            ("redirect", REDIRECT_URI),
            ("permissions", &*recipe.permissions.join(", ")),
        ];
        let phrases = language.phrases();
        let step = |step: identity::Step| phrases.fill(&format!("registration.{}", step.name()), &values);
        let link = match settings.registration("") {
            Ok(registration) => Some(registration.admin_consent_url().into()),
            Err(failure) if failure.code == Code::NoClientId => None,
            Err(failure) => return Err(failure),
        };
        Ok(HowToRegister {
            portal: recipe.portal,
            platform: PLATFORM,
            redirect_uri: REDIRECT_URI,
            scopes: scopes.requested(),
            steps: recipe.steps().map(step).collect(),
            script: recipe.script(),
            admin_consent: link,
            permissions: recipe.permissions,
            app_name: recipe.app_name,
        })
    }

    /// To be read from top to bottom.
    pub(crate) fn text(&self, language: Language) -> String {
        let phrases = language.phrases();
        let mut lines = vec![phrases.text("doctor.recipe.title").to_owned(), String::new()];
        lines.extend(
            self.steps
                .iter()
                .zip(1..)
                .map(|(step, number)| format!("{number}. {step}")),
        );
        lines.push(String::new());
        let fact = |key: &str, value: &str| format!("{}: {value}", phrases.text(&format!("doctor.recipe.{key}")));
        lines.extend([
            fact("platform", self.platform),
            fact("redirect", self.redirect_uri),
            fact("permissions", &self.permissions.join(", ")),
            fact("scopes", &self.scopes.join(" ")),
            String::new(),
            phrases.text("doctor.recipe.script").to_owned(),
            String::new(),
            self.script.clone(),
            match &self.admin_consent {
                Some(link) => fact("link", link),
                None => phrases.text("doctor.recipe.no-link").to_owned(),
            },
        ]);
        lines.join("\n")
    }
}

/// What the window shows of it. Settings that cannot be used are said elsewhere.
pub(crate) fn for_the_window(settings: &Settings, language: Language) -> Option<engine::Registration> {
    let recipe = HowToRegister::new(settings, true, language).ok()?;
    Some(engine::Registration {
        client_id: settings.registered_client_id().map(str::to_owned),
        tenant: settings.tenant.as_ref().map(|tenant| tenant.as_str().to_owned()),
        built_in: settings.client_id.is_none(),
        permissions: recipe.permissions,
        approval_link: recipe.admin_consent,
        portal: recipe.portal.to_owned(),
        script: recipe.script,
    })
}

impl Mail {
    /// `diagnosis` is what the sign-in ended with, if that is known.
    pub(crate) fn new(registration: &Registration, diagnosis: Option<&Diagnosis>, language: Language) -> Mail {
        let phrases = language.phrases();
        let link = String::from(registration.admin_consent_url());
        let permissions: Vec<_> = registration.scopes.permissions().collect();
        let values = [
            ("permissions", &*permissions.join(", ")),
            ("client_id", registration.client_id.as_str()),
            ("link", link.as_str()),
            ("reference", &*diagnosis.map(Diagnosis::reference).unwrap_or_default()),
        ];
        Mail {
            subject: phrases.text("registration.mail.subject").to_owned(),
            body: phrases.fill("registration.mail.body", &values).trim_end().to_owned(),
            admin_consent: link,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Cloud;

    fn settings(cloud: Cloud) -> Settings {
        Settings {
            client_id: Some("11111111-2222-3333-4444-555555555555".into()),
            cloud,
            ..Settings::default()
        }
    }

    #[test]
    fn every_cloud_gets_its_portal_its_scopes_and_its_link() {
        let custom = Cloud::Custom {
            authority: "http://127.0.0.1:1".parse().unwrap(),
            graph: "http://127.0.0.1:2".parse().unwrap(),
        };
        for (cloud, portal, scope, link) in [
            (
                Cloud::Global,
                "https://entra.microsoft.com",
                "https://graph.microsoft.com/Presence.ReadWrite",
                "https://login.microsoftonline.com/organizations/v2.0/adminconsent?",
            ),
            (
                Cloud::UsGovHigh,
                "https://entra.microsoft.us",
                "https://graph.microsoft.us/Presence.ReadWrite",
                "https://login.microsoftonline.us/organizations/v2.0/adminconsent?",
            ),
            (
                Cloud::UsGovDod,
                "https://entra.microsoft.us",
                "https://dod-graph.microsoft.us/Presence.ReadWrite",
                "https://login.microsoftonline.us/organizations/v2.0/adminconsent?",
            ),
            (
                custom,
                "https://entra.microsoft.com",
                "offline_access Presence.Read Presence.ReadWrite",
                "http://127.0.0.1:1/organizations/v2.0/adminconsent?",
            ),
        ] {
            for language in Language::ALL {
                let text = HowToRegister::new(&settings(cloud.clone()), true, language)
                    .unwrap()
                    .text(language);
                let all = [
                    portal,
                    scope,
                    link,
                    "http://localhost",
                    PLATFORM,
                    "Presence.Read, Presence.ReadWrite",
                    "az ad app create",
                    "--is-fallback-public-client true",
                ];
                for part in all {
                    assert!(text.contains(part), "{cloud:?} {language:?} lacks {part}: {text}");
                }
                assert!(!text.contains("doctor.recipe"), "{text}");
            }
        }
    }

    #[test]
    fn public_client_flows_are_for_the_code_alone_and_a_link_needs_a_client_id() {
        let how = HowToRegister::new(&settings(Cloud::Global), false, Language::English).unwrap();
        assert!(!how.text(Language::English).contains("public client flows"));
        assert!(how.script.contains("--is-fallback-public-client false"));
        if identity::COMPILED_IN_CLIENT_ID.is_none() {
            let how = HowToRegister::new(&Settings::default(), false, Language::English).unwrap();
            assert_eq!(how.admin_consent, None);
        }
    }

    #[test]
    fn the_mail_holds_the_link_and_what_the_sign_in_said() {
        let registration = settings(Cloud::Global).registration("").unwrap();
        let diagnosis = Diagnosis::of_text("AADSTS90094: no").unwrap();
        for language in Language::ALL {
            let mail = Mail::new(&registration, Some(&diagnosis), language);
            for part in [
                mail.admin_consent.as_str(),
                "AADSTS90094",
                "Presence.ReadWrite",
                "11111111",
            ] {
                assert!(mail.body.contains(part), "{}", mail.body);
            }
            assert!(!Mail::new(&registration, None, language).body.contains('{'));
        }
    }
}
