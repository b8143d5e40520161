//! Why a sign-in was refused, in Entra's numbers.

/// A refusal of the authorize or the token endpoint.
///
/// Numbers are those of Entra's published list; the texts are this simulator's, as nobody may rely on Entra's either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Neither `organizations`, nor the tenant's id, nor its domain.
    #[error("Tenant '{0}' not found.")]
    UnknownTenant(String),
    /// Not the registered application.
    #[error("Application with identifier '{0}' was not found in the directory.")]
    UnknownApplication(String),
    /// The authorize request names no redirect URI. Entra would choose one; the simulator wants it said.
    #[error("No reply address is registered for the application, or none was given.")]
    NoRedirect,
    /// Only `http://localhost` is registered, with any port and no path.
    #[error("The redirect URI '{0}' specified in the request does not match the redirect URIs configured.")]
    UnknownRedirect(String),
    /// `response_mode` is neither `form_post` nor `query`.
    #[error("'{0}' is not a supported value of 'response_mode'.")]
    ResponseMode(String),
    /// `response_type` is not `code`.
    #[error("'{0}' is not a supported value of 'response_type'.")]
    ResponseType(String),
    /// A parameter that must be there.
    #[error("The request body must contain the following parameter: '{0}'.")]
    Missing(&'static str),
    /// A parameter that occurs twice, or a request that is not form-encoded text.
    #[error("Request is malformed or invalid: '{0}'.")]
    Malformed(String),
    /// No `S256` challenge of 43 base64url characters. Entra takes less; the simulator wants what a native app must do.
    #[error("A code_challenge of 43 characters with the code_challenge_method S256 is required.")]
    Challenge,
    /// A scope that is not on offer in the tenant.
    #[error("The scope '{0}' is not valid.")]
    UnknownScope(String),
    /// `prompt=none`, and nobody is ever signed in to the simulator's page.
    #[error("A silent sign-in request was sent but no user is signed in.")]
    NobodySignedIn,
    /// The person chose Cancel.
    #[error("The user declined to consent to access the app.")]
    Declined,
    /// A personal account was chosen.
    #[error("The domain is not a valid login domain for the account type.")]
    PersonalAccount,
    /// A public client has no secret to send.
    #[error("Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")]
    SecretFromPublicClient,
    /// Not `authorization_code` or `refresh_token`.
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
    /// Not a refresh token of this tenant and application, or one that was not used for 90 days.
    #[error("The refresh token has expired due to inactivity.")]
    RefreshToken,
    /// A refresh token that was revoked.
    #[error("The provided grant has expired due to it being revoked, a fresh auth token is needed.")]
    Revoked,
    /// A scope that the person did not consent to when signing in.
    #[error("The user or administrator has not consented to use the scope '{0}'.")]
    NotConsented(String),
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
            Self::Missing(_) => 900_144,
            Self::Malformed(_) => 9_002_313,
            Self::Challenge => 50_147,
            Self::UnknownScope(_) => 70_011,
            Self::NobodySignedIn => 50_058,
            Self::Declined => 65_004,
            Self::PersonalAccount => 500_208,
            Self::SecretFromPublicClient => 700_025,
            Self::GrantType(_) => 70_003,
            Self::UnknownCode => 70_000,
            Self::CodeExpired => 70_008,
            Self::CodeRedeemed => 54_005,
            Self::OtherSegment => 700_005,
            Self::OtherRedirect(_) => 500_112,
            Self::Verifier => 501_481,
            Self::RefreshToken => 700_082,
            Self::Revoked => 50_173,
            Self::NotConsented(_) => 65_001,
        }
    }

    /// OAuth's `error`.
    pub fn error(&self) -> &'static str {
        match self {
            Self::UnknownTenant(_)
            | Self::NoRedirect
            | Self::UnknownRedirect(_)
            | Self::ResponseMode(_)
            | Self::Missing(_)
            | Self::Malformed(_)
            | Self::Challenge
            | Self::PersonalAccount => "invalid_request",
            Self::UnknownApplication(_) => "unauthorized_client",
            Self::ResponseType(_) => "unsupported_response_type",
            Self::UnknownScope(_) => "invalid_scope",
            Self::NobodySignedIn => "login_required",
            Self::Declined => "access_denied",
            Self::SecretFromPublicClient => "invalid_client",
            Self::GrantType(_) => "unsupported_grant_type",
            Self::UnknownCode
            | Self::CodeExpired
            | Self::CodeRedeemed
            | Self::OtherSegment
            | Self::OtherRedirect(_)
            | Self::Verifier
            | Self::RefreshToken
            | Self::Revoked
            | Self::NotConsented(_) => "invalid_grant",
        }
    }

    /// Entra's finer word, where it sends one.
    pub fn suberror(&self) -> Option<&'static str> {
        match self {
            Self::RefreshToken | Self::Revoked => Some("bad_token"),
            Self::NotConsented(_) => Some("consent_required"),
            _ => None,
        }
    }
}
