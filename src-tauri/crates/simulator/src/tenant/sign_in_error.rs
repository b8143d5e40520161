//! Why a sign-in was refused, in Entra's numbers.

use super::ruling::Ruled;

/// A refusal of one of Entra's endpoints.
///
/// Numbers are those of Entra's published list; the texts are this simulator's, as nobody may rely on Entra's either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// A tenant segment that names nobody.
    #[error("Tenant '{0}' not found. Check that the tenant id or domain is right.")]
    UnknownTenant(String),
    /// Not the registered application.
    #[error("Application with identifier '{0}' was not found in the directory.")]
    UnknownApplication(String),
    /// The authorize request names no redirect URI. Entra would choose one; the simulator wants it said.
    #[error("No reply address is registered for the application, or none was given.")]
    NoRedirect,
    /// Not one of the registered redirect URIs.
    #[error("The redirect URI '{0}' specified in the request does not match the redirect URIs configured.")]
    UnknownRedirect(String),
    /// `response_mode` is not one of Entra's.
    #[error("'{0}' is not a supported value of 'response_mode'.")]
    ResponseMode(String),
    /// `response_type` is not `code`.
    #[error("'{0}' is not a supported value of 'response_type'.")]
    ResponseType(String),
    /// `prompt` is not one of Entra's.
    #[error("'{0}' is not a supported value of 'prompt'.")]
    Prompt(String),
    /// A parameter that must be there.
    #[error("The request body must contain the following parameter: '{0}'.")]
    Missing(&'static str),
    /// A parameter that occurs twice.
    #[error("The request is not properly formatted. The parameter '{0}' is duplicated.")]
    Duplicated(String),
    /// A request that is too long.
    #[error("Request is malformed or invalid: it is too long.")]
    TooLong,
    /// `claims` is not a JSON object.
    #[error("The claims parameter of the request is not valid JSON.")]
    Claims,
    /// The token endpoint takes POST alone.
    #[error("The endpoint only accepts POST requests. Received a {0} request.")]
    Method(String),
    /// No `S256` challenge of 43 base64url characters. Entra takes less; the simulator wants what a native app must do.
    #[error("A code_challenge of 43 characters with the code_challenge_method S256 is required.")]
    Challenge,
    /// A scope that is not on offer.
    #[error("The scope '{0}' is not valid.")]
    UnknownScope(String),
    /// `prompt=none`, and nobody is ever signed in to the simulator's page.
    #[error("A silent sign-in request was sent but no user is signed in.")]
    NobodySignedIn,
    /// The person chose Cancel, or did not consent.
    #[error("The user declined to consent to access the app.")]
    Declined,
    /// An administrator must grant the permissions first, and the person went back.
    #[error("An administrator must grant the permissions before the app can be used.")]
    NeedsApproval,
    /// As [`Self::NeedsApproval`], where the person may ask for approval on the page.
    #[error("An administrator must approve the request for the permissions.")]
    NeedsApprovalRequest,
    /// A personal account where only work and school accounts may sign in.
    #[error("The domain is not a valid login domain for the account type.")]
    PersonalAccount,
    /// An account of another tenant.
    #[error("User account '{0}' does not exist in this tenant and cannot access the application in it.")]
    NotInTenant(&'static str),
    /// The account is disabled.
    #[error("The user account is disabled.")]
    Disabled,
    /// A second factor is wanted since the last sign-in.
    #[error("Due to a configuration change made by your administrator, you must use multi-factor authentication.")]
    SecondFactor,
    /// A public client has no secret to send.
    #[error("Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")]
    SecretFromPublicClient,
    /// The registration does not allow public client flows.
    #[error("The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")]
    SecretWanted,
    /// Not a grant that a native application uses.
    #[error("The app requested the unsupported grant type '{0}'.")]
    GrantType(String),
    /// Not a code of this tenant.
    #[error("The provided authorization code is not valid.")]
    UnknownCode,
    /// Older than ten minutes.
    #[error("The provided authorization code has expired.")]
    CodeExpired,
    /// Redeemed before.
    #[error("OAuth2 authorization code was already redeemed, please retry with a new valid code.")]
    CodeRedeemed,
    /// Redeemed under another tenant segment than it was asked for.
    #[error("Provided authorization code is intended to be used against another tenant.")]
    OtherSegment,
    /// `redirect_uri` differs from the one of the authorize request.
    #[error("The reply address '{0}' does not match the one provided when requesting the authorization code.")]
    OtherRedirect(String),
    /// `code_verifier` is not what the challenge was made of.
    #[error("The code_verifier does not match the code_challenge supplied in the authorization request.")]
    Verifier,
    /// `code_verifier` is shorter, longer or of other characters than RFC 7636 has it.
    #[error("The code_verifier must be 43 to 128 unreserved characters.")]
    VerifierShape,
    /// Not a refresh token of this simulator.
    #[error("The provided value for the input parameter 'refresh_token' is not valid.")]
    UnknownRefreshToken,
    /// A refresh token that was not used for 90 days.
    #[error("The refresh token has expired due to inactivity.")]
    RefreshTokenIdle,
    /// A refresh token that was revoked.
    #[error("The provided grant has expired due to it being revoked, a fresh auth token is needed.")]
    Revoked,
    /// A scope that neither the person nor an administrator has granted.
    #[error("The user or administrator has not consented to use the scope '{0}'.")]
    NotConsented(String),
    /// Nobody has entered the code yet.
    #[error("Authorization is pending. Continue polling.")]
    DevicePending,
    /// Polled faster than the interval.
    #[error("Authorization is pending. Poll more slowly.")]
    DeviceTooFast,
    /// The 15 minutes are over.
    #[error("Verification code expired.")]
    DeviceExpired,
    /// The person at the other browser declined.
    #[error("The user declined the sign-in on the other device.")]
    DeviceDeclined,
    /// Not a device code of this simulator.
    #[error("Invalid verification code.")]
    UnknownDeviceCode,
    /// Instance discovery for a host that is not this one.
    #[error("Invalid instance.")]
    UnknownInstance,
    /// What the control face asked for.
    #[error("{}", .0.text)]
    Ruled(Ruled),
}

impl SignInError {
    /// The number after `AADSTS`.
    pub fn number(&self) -> u32 {
        match self {
            Self::UnknownTenant(_) => 90_002,
            Self::UnknownApplication(_) => 700_016,
            Self::NoRedirect => 900_971,
            Self::UnknownRedirect(_) => 50_011,
            Self::ResponseMode(_) => 70_007,
            Self::ResponseType(_) => 70_005,
            Self::Prompt(_) => 90_023,
            Self::Missing(_) => 900_144,
            Self::Duplicated(_) => 9_000_411,
            Self::TooLong | Self::Claims => 9_002_313,
            Self::Method(_) => 900_561,
            Self::Challenge => 50_147,
            Self::UnknownScope(_) => 70_011,
            Self::NobodySignedIn => 50_058,
            Self::Declined | Self::DeviceDeclined => 65_004,
            Self::NeedsApproval => 90_094,
            Self::NeedsApprovalRequest => 90_095,
            Self::PersonalAccount => 500_208,
            Self::NotInTenant(_) => 50_020,
            Self::Disabled => 50_057,
            Self::SecondFactor => 50_076,
            Self::SecretFromPublicClient => 700_025,
            Self::SecretWanted => 7_000_218,
            Self::GrantType(_) => 70_003,
            Self::UnknownCode | Self::UnknownRefreshToken => 70_000,
            Self::CodeExpired => 70_008,
            Self::CodeRedeemed => 54_005,
            Self::OtherSegment => 700_005,
            Self::OtherRedirect(_) => 500_112,
            Self::Verifier => 501_481,
            Self::VerifierShape => 501_491,
            Self::RefreshTokenIdle => 700_082,
            Self::Revoked => 50_173,
            Self::NotConsented(_) => 65_001,
            Self::DevicePending | Self::DeviceTooFast => 70_016,
            Self::DeviceExpired => 70_019,
            Self::UnknownDeviceCode => 70_018,
            Self::UnknownInstance => 50_049,
            Self::Ruled(ruled) => ruled.number,
        }
    }

    /// OAuth's `error`.
    pub fn error(&self) -> &str {
        match self {
            Self::UnknownTenant(_)
            | Self::NoRedirect
            | Self::UnknownRedirect(_)
            | Self::ResponseMode(_)
            | Self::Prompt(_)
            | Self::Missing(_)
            | Self::Duplicated(_)
            | Self::TooLong
            | Self::Claims
            | Self::Method(_)
            | Self::Challenge => "invalid_request",
            Self::UnknownInstance => "invalid_instance",
            Self::UnknownApplication(_) => "unauthorized_client",
            Self::ResponseType(_) => "unsupported_response_type",
            Self::UnknownScope(_) => "invalid_scope",
            Self::NobodySignedIn => "login_required",
            Self::SecondFactor => "interaction_required",
            Self::Declined | Self::NeedsApproval | Self::NeedsApprovalRequest => "access_denied",
            Self::SecretFromPublicClient | Self::SecretWanted => "invalid_client",
            Self::GrantType(_) => "unsupported_grant_type",
            Self::PersonalAccount
            | Self::NotInTenant(_)
            | Self::Disabled
            | Self::UnknownCode
            | Self::CodeExpired
            | Self::CodeRedeemed
            | Self::OtherSegment
            | Self::OtherRedirect(_)
            | Self::Verifier
            | Self::VerifierShape
            | Self::UnknownRefreshToken
            | Self::RefreshTokenIdle
            | Self::Revoked
            | Self::NotConsented(_) => "invalid_grant",
            Self::DevicePending => "authorization_pending",
            Self::DeviceTooFast => "slow_down",
            Self::DeviceExpired => "expired_token",
            Self::DeviceDeclined => "authorization_declined",
            Self::UnknownDeviceCode => "bad_verification_code",
            Self::Ruled(ruled) => &ruled.error,
        }
    }

    /// Entra's finer word, where it sends one.
    pub fn suberror(&self) -> Option<&str> {
        match self {
            Self::UnknownRefreshToken | Self::RefreshTokenIdle | Self::Revoked => Some("bad_token"),
            Self::NotConsented(_) => Some("consent_required"),
            Self::SecondFactor => Some("basic_action"),
            Self::Ruled(ruled) => ruled.suberror.as_deref(),
            _ => None,
        }
    }

    /// The claims that the next interactive request must carry, as JSON.
    pub fn claims(&self) -> Option<&str> {
        match self {
            Self::SecondFactor => Some(SECOND_FACTOR_CLAIMS),
            Self::Ruled(ruled) => ruled.claims.as_deref(),
            _ => None,
        }
    }

    /// Whether Entra shows it on its own page and the application never hears of it.
    pub fn stays(&self) -> bool {
        match self {
            Self::UnknownTenant(_)
            | Self::UnknownApplication(_)
            | Self::NoRedirect
            | Self::UnknownRedirect(_)
            | Self::ResponseMode(_)
            | Self::Duplicated(_)
            | Self::TooLong
            | Self::PersonalAccount
            | Self::NotInTenant(_)
            | Self::Disabled => true,
            Self::Ruled(ruled) => ruled.stays,
            _ => false,
        }
    }
}

/// The id is that of a policy; nobody interprets it but the tenant that made it.
const SECOND_FACTOR_CLAIMS: &str =
    r#"{"access_token":{"capolids":{"essential":true,"values":["2d9c41f7-6b0e-4e85-9a37-c1f508e6d324"]}}}"#;
