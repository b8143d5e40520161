//! What went wrong, in kinds that a person can be told about, and what follows from each.
//!
//! The words are the app's. The numbers are from Entra's documentation ("reference-error-codes"); they choose what people
//! are told, never what the program does with a token, since Microsoft changes them.

use crate::http::Obstacle;
use crate::refusal::Refusal;

/// What the program does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: a normal outcome, no alarm.
    Nothing,
    /// Asks the person to sign in again, and no service until they did.
    SignIn,
    /// Stops, and offers what an administrator needs: link, mail, recipe.
    AskAdministrator,
    /// Stops: a policy or the directory says no. Tried again by hand only.
    Stop,
    /// Stops, and names the setting or the field of the registration.
    FixSettings,
    /// Starts the attempt once more.
    StartOver,
    /// Tries again by itself, later.
    Wait,
    /// Nothing, as it cannot see it: the browser shows this one. The waiting view explains it.
    Explain,
    /// Stops. It is a mistake of the program.
    Report,
}

macro_rules! causes {
    ($($(#[doc = $doc:literal])+ $cause:ident $name:literal $next:ident [$($code:literal),*];)+) => {
        /// A kind of trouble.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Cause {
            $($(#[doc = $doc])+ $cause,)+
        }

        impl Cause {
            /// Every kind.
            pub const ALL: &[Cause] = &[$(Cause::$cause),+];

            /// Its name in kebab-case, for catalogues and scripts.
            pub fn name(self) -> &'static str {
                match self {
                    $(Cause::$cause => $name,)+
                }
            }

            /// What follows from it.
            pub fn next(self) -> Next {
                match self {
                    $(Cause::$cause => Next::$next,)+
                }
            }

            /// The AADSTS numbers that mean it.
            pub fn codes(self) -> &'static [u64] {
                match self {
                    $(Cause::$cause => &[$($code),*],)+
                }
            }
        }
    };
}

causes! {
    /// No consent for this app yet, or it was withdrawn.
    ConsentNeeded "consent-needed" SignIn [65_001];
    /// The person declined, or cancelled in the browser.
    ConsentDeclined "consent-declined" Nothing [65_004];
    /// Only an administrator may consent.
    AdminApprovalNeeded "admin-approval-needed" AskAdministrator [90_094];
    /// Only an administrator may consent, and the browser's page can ask for it.
    AdminApprovalRequested "admin-approval-requested" AskAdministrator [90_095];
    /// The app is only for people whom an administrator assigned to it.
    NotAssigned "not-assigned" AskAdministrator [50_105];
    /// A client id that belongs to another product.
    ForeignClientId "foreign-client-id" FixSettings [65_002];
    /// The registration lacks a permission, or the tenant the service.
    PermissionNotConfigured "permission-not-configured" FixSettings [65_005, 650_052, 650_056, 650_057];
    /// A permission the app cannot do without was not granted.
    PermissionMissing "permission-missing" AskAdministrator [];

    /// Nobody is signed in, here.
    SignedOut "signed-out" SignIn [];
    /// A new sign-in, for a reason that was not told.
    SignInNeeded "sign-in-needed" SignIn [50_058];
    /// A second factor is asked for.
    SecondFactorNeeded "second-factor-needed" SignIn [50_074, 50_076];
    /// A second factor has to be set up, or anew.
    SecondFactorSetUp "second-factor-set-up" SignIn [50_072, 50_078, 50_079];
    /// The organisation wants people to sign in regularly.
    RegularSignIn "regular-sign-in" SignIn [70_043];
    /// The refresh token was not used for 90 days, or is over for another reason.
    AwayTooLong "away-too-long" SignIn [700_082, 70_008];
    /// Revoked, or the password changed.
    Revoked "revoked" SignIn [50_132, 50_133, 50_173];
    /// The password expired.
    PasswordExpired "password-expired" SignIn [50_055, 50_144];
    /// More steps in the browser: proof of identity, risk, registering a device.
    ExtraStepNeeded "extra-step-needed" SignIn [53_004, 53_010, 53_011];

    /// Wrong user name or password; the browser says so.
    WrongPassword "wrong-password" Explain [50_126];
    /// The account is locked, or the address it comes from is.
    AccountLocked "account-locked" Explain [50_053];
    /// The account is disabled.
    AccountDisabled "account-disabled" Stop [50_057];
    /// The account is not in this directory.
    AccountElsewhere "account-elsewhere" Explain [50_034, 50_020, 51_004, 16_000, 500_208];
    /// A personal Microsoft account.
    PersonalAccount "personal-account" Nothing [];
    /// An account of another organisation than the settings name.
    OtherTenant "other-tenant" FixSettings [];
    /// A refresh brought somebody else's token.
    AnotherPerson "another-person" SignIn [];

    /// Only managed devices, or approved apps, may.
    DeviceNotManaged "device-not-managed" Stop [53_000, 53_001, 53_002, 530_003];
    /// A Conditional Access policy says no.
    ConditionalAccess "conditional-access" Stop [53_003];
    /// Another security policy says no.
    SecurityPolicy "security-policy" Stop [530_032, 530_035];
    /// The policy asks for Intune's app protection, which only certain apps can have.
    AppProtectionNeeded "app-protection-needed" Stop [];
    /// The device could not prove who it is.
    DeviceAuthenticationFailed "device-authentication-failed" Stop [];
    /// The organisation blocks it, and says why only in the browser.
    Blocked "blocked" Stop [];
    /// The network or the home organisation does not let people sign in to that organisation.
    TenantRestricted "tenant-restricted" Explain [500_021, 500_022, 500_212, 500_213];

    /// This client id is not known in the organisation.
    UnknownClientId "unknown-client-id" FixSettings [700_016];
    /// No such tenant.
    UnknownTenant "unknown-tenant" FixSettings [90_002];
    /// An app of one tenant, asked under `organizations`.
    SingleTenantApp "single-tenant-app" FixSettings [50_194];
    /// The token is of another tenant or another client id.
    OtherRegistration "other-registration" SignIn [700_005];
    /// The registration is of the platform type "Web", or public client flows are not allowed.
    WebRegistration "web-registration" FixSettings [7_000_218];
    /// The registration is of the platform type "Single-page application".
    SinglePageRegistration "single-page-registration" FixSettings [700_084, 9_002_327, 9_002_326];
    /// `http://localhost` is not registered.
    RedirectNotRegistered "redirect-not-registered" Explain [50_011, 900_971];
    /// The app was disabled by the organisation or its publisher.
    AppDisabled "app-disabled" Stop [7_000_112, 1_000_031];
    /// The registration may not do this at all.
    RegistrationRefused "registration-refused" FixSettings [];

    /// The code from the browser was worthless: used, late, or of another attempt.
    CodeSpent "code-spent" StartOver [54_005, 50_147, 501_481, 501_491];
    /// The service did not understand the request.
    MalformedRequest "malformed-request" Report
        [900_144, 90_014, 9_002_313, 9_002_332, 70_011, 28_002, 700_022, 700_025, 500_119, 50_199];
    /// Too many attempts in a row.
    TooManyTries "too-many-tries" Wait [50_196];
    /// Nobody has used the device's code yet.
    DeviceCodePending "device-code-pending" Wait [70_016];
    /// The device's code expired.
    DeviceCodeExpired "device-code-expired" StartOver [70_019];
    /// The service has trouble.
    ServiceTrouble "service-trouble" Wait [90_033, 90_012, 90_024, 90_006, 50_033, 50_087];
    /// A no without a reason that is known here.
    Refused "refused" Stop [];

    /// Nothing came back from the browser.
    TimedOut "timed-out" StartOver [];
    /// No port for the way back.
    NoLocalPort "no-local-port" Stop [];
    /// The network is down, or the way to the service.
    Unreachable "unreachable" Wait [];
    /// The service's certificate is not one that this computer trusts.
    CertificateUntrusted "certificate-untrusted" FixSettings [];
    /// This computer trusts no certificate at all: none are installed.
    NoCertificates "no-certificates" FixSettings [];
    /// The proxy refuses, or wants a name and a password.
    ProxyRefused "proxy-refused" FixSettings [];
    /// Something else than the service answered: a proxy, a network's login page.
    NotTheService "not-the-service" Wait [];
    /// This computer's clock is wrong.
    ClockWrong "clock-wrong" FixSettings [];
    /// The answer does not belong to this attempt.
    NotTrusted "not-trusted" StartOver [];
    /// The keychain said no.
    Keychain "keychain" Stop [];
}

impl Cause {
    /// The kind of an AADSTS number.
    pub fn of_code(code: u64) -> Option<Cause> {
        Cause::ALL.iter().copied().find(|cause| cause.codes().contains(&code))
    }

    pub(crate) fn of_refusal(refusal: &Refusal) -> Cause {
        let by_number = || refusal.codes.iter().find_map(|code| Cause::of_code(*code));
        let by_suberror = || {
            Some(match refusal.suberror.as_deref()? {
                "additional_action" => Cause::ExtraStepNeeded,
                "message_only" => Cause::Blocked,
                "consent_required" => Cause::ConsentNeeded,
                "user_password_expired" => Cause::PasswordExpired,
                "bad_token" | "token_expired" => Cause::AwayTooLong,
                "protection_policy_required" => Cause::AppProtectionNeeded,
                "client_mismatch" => Cause::OtherRegistration,
                "device_authentication_failed" => Cause::DeviceAuthenticationFailed,
                _ => return None,
            })
        };
        let by_error = || match refusal.error.as_str() {
            "invalid_grant" | "interaction_required" | "login_required" => Cause::SignInNeeded,
            "consent_required" => Cause::ConsentNeeded,
            // With a number that is not known here it is somebody else's no.
            "access_denied" | "authorization_declined" if refusal.codes.is_empty() => Cause::ConsentDeclined,
            "invalid_client" => Cause::WebRegistration,
            "unauthorized_client" | "invalid_resource" => Cause::RegistrationRefused,
            "invalid_request" | "invalid_scope" | "unsupported_grant_type" | "bad_verification_code" => {
                Cause::MalformedRequest
            }
            "expired_token" => Cause::DeviceCodeExpired,
            "server_error" | "temporarily_unavailable" => Cause::ServiceTrouble,
            _ => Cause::Refused,
        };
        by_number().or_else(by_suberror).unwrap_or_else(by_error)
    }
}

impl From<Obstacle> for Cause {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Network => Self::Unreachable,
            Obstacle::Certificate => Self::CertificateUntrusted,
            Obstacle::Clock => Self::ClockWrong,
            Obstacle::Proxy => Self::ProxyRefused,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_and_every_name_belongs_to_one_kind() {
        let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
        for cause in Cause::ALL {
            assert!(names.insert(cause.name()), "{cause:?}");
            for code in cause.codes() {
                assert!(numbers.insert(*code), "{code}");
                assert_eq!(Cause::of_code(*code), Some(*cause));
            }
        }
        assert_eq!(Cause::of_code(0), None);
    }
}
