//! The settings, and what they lead to.

use std::env;

use engine::{Code, Failure};
use identity::{Network, ProxyChoice, Registration};

use super::finding::{Finding, Words};
use crate::{
    folders::Folders,
    redaction::{is_id, short},
    registration::Endpoints,
    settings::{Cloud, Settings},
};

/// Where the program goes, as far as the settings say it.
pub(super) struct Service {
    pub(super) registration: Option<Registration>,
    pub(super) endpoints: Endpoints,
    pub(super) network: Network,
    /// Whether a proxy is named, which then looks up the names.
    pub(super) proxied: bool,
}

/// The settings; `None` where the file cannot be used.
pub(super) fn settings(say: Words, folders: &Folders) -> (Option<Settings>, Vec<Finding>) {
    let file = folders.settings_file();
    match Settings::read(&file) {
        Ok(_) if !file.exists() => (
            Some(Settings::default()),
            vec![say.good("settings", "settings-none", &[])],
        ),
        Ok(reading) if reading.warnings.is_empty() => {
            (Some(reading.settings), vec![say.good("settings", "settings", &[])])
        }
        Ok(reading) => {
            let ignored = |warning: &String| say.doubtful("settings", "settings-ignored", &[("detail", warning)]);
            (Some(reading.settings), reading.warnings.iter().map(ignored).collect())
        }
        Err(error) => {
            let failure = Failure::with(Code::Settings, error.to_string());
            (None, vec![say.failed("settings", &failure)])
        }
    }
}

/// Registration and network.
pub(super) fn service(say: Words, settings: Option<Settings>, folders: &Folders) -> (Option<Service>, Vec<Finding>) {
    let Some(settings) = settings else {
        return (None, Vec::new());
    };
    let registration = settings.registration(&folders.settings_file().display().to_string());
    let mut findings = vec![match &registration {
        Ok(registration) => registered(say, &settings, registration),
        Err(failure) => say.failed("registration", failure),
    }];
    findings.push(proxy(say, &settings));
    let network = settings.network();
    match &network {
        Err(failure) => findings.push(say.failed("certificates", failure)),
        Ok(_) if settings.network.ca_file.is_some() => findings.push(say.good("certificates", "certificates", &[])),
        Ok(_) => {}
    }
    let service = network
        .ok()
        .zip(settings.endpoints().ok())
        .map(|(network, endpoints)| Service {
            registration: registration.ok(),
            endpoints,
            network,
            proxied: matches!(settings.network.proxy, ProxyChoice::Manual(_))
                || (settings.network.proxy == ProxyChoice::System && proxy_of_environment().is_some()),
        });
    (service, findings)
}

fn registered(say: Words, settings: &Settings, registration: &Registration) -> Finding {
    let phrases = say.0.phrases();
    let id = short(&registration.client_id);
    let tenant = settings
        .tenant
        .as_ref()
        .map(identity::Tenant::as_str)
        .filter(|tenant| *tenant != "organizations");
    let values = [
        ("client_id", id.as_str()),
        (
            "source",
            phrases.text(match settings.client_id {
                Some(_) => "doctor.of-settings",
                None => "doctor.compiled-in",
            }),
        ),
        (
            "tenant",
            &*tenant.map_or(phrases.text("doctor.any-tenant").to_owned(), short),
        ),
        (
            "cloud",
            match settings.cloud {
                Cloud::Global => "global",
                Cloud::UsGovHigh => "us-gov-high",
                Cloud::UsGovDod => "us-gov-dod",
                Cloud::Custom { .. } => "custom",
            },
        ),
    ];
    if is_id(&registration.client_id) {
        say.good("registration", "registration", &values)
    } else {
        say.doubtful("registration", "registration-odd", &values)
    }
}

/// Which proxy is asked for, never where it is or who may pass it.
fn proxy(say: Words, settings: &Settings) -> Finding {
    match (&settings.network.proxy, proxy_of_environment()) {
        (ProxyChoice::Manual(_), _) => say.good("proxy", "proxy-manual", &[]),
        (ProxyChoice::Direct, _) => say.good("proxy", "proxy-none", &[]),
        (ProxyChoice::System, Some(name)) => say.good("proxy", "proxy-environment", &[("name", name)]),
        (ProxyChoice::System, None) => say.good("proxy", "proxy-system", &[]),
    }
}

/// The variable that names one.
fn proxy_of_environment() -> Option<&'static str> {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .into_iter()
        .find(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
