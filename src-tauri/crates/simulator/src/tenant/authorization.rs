//! What an application may ask of the authorize endpoint, and what a person may answer.

use jiff::Timestamp;

use super::Tenant;
use super::organisation::{ConsentPolicy, Segment};
use super::parameters::{ClaimsRequest, Parameters};
use super::people::Account;
use super::permission::{Permission, Scope};
use super::registration::Registration;
use super::ruling::Moment;
use super::sign_in_error::SignInError;

/// How the answer goes back to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// The browser posts a form.
    FormPost,
    /// The answer stands in the address.
    Query,
    /// The answer stands behind the address, where only a script sees it.
    Fragment,
}

/// Where the answer goes. Known before anything else, since every later error is sent there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnAddress {
    /// Byte for byte as the application sent it.
    pub redirect_uri: String,
    /// Form or address.
    pub mode: ResponseMode,
    /// Given back untouched.
    pub state: Option<String>,
}

impl ReturnAddress {
    /// Checks client id, redirect URI and response mode. An error here stays on the sign-in page.
    pub fn check(parameters: &Parameters, registration: &Registration) -> Result<Self, SignInError> {
        Registration::check_client(parameters)?;
        let redirect_uri = parameters.get("redirect_uri").ok_or(SignInError::NoRedirect)?;
        if !registration.knows(redirect_uri) {
            return Err(SignInError::UnknownRedirect(redirect_uri.to_owned()));
        }
        let mode = match parameters.get("response_mode") {
            Some("form_post") => ResponseMode::FormPost,
            None | Some("query") => ResponseMode::Query,
            Some("fragment") => ResponseMode::Fragment,
            Some(other) => return Err(SignInError::ResponseMode(other.to_owned())),
        };
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            state: parameters.get("state").map(str::to_owned),
        })
    }

    /// The address with the answer in it. Entra returns to a registered address without a path with a slash.
    pub fn with(&self, answer: &str) -> String {
        let uri = &self.redirect_uri;
        let has_path = uri.split_once("//").is_some_and(|(_, rest)| rest.contains('/'));
        let slash = if has_path { "" } else { "/" };
        let mark = if self.mode == ResponseMode::Fragment { '#' } else { '?' };
        format!("{uri}{slash}{mark}{answer}")
    }
}

/// What is asked for, whichever way: address or device code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    pub(super) segment: Segment,
    pub(super) client_id: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) claims: ClaimsRequest,
    /// `prompt=consent`: ask again for what was granted before.
    pub(super) ask_again: bool,
}

impl AccessRequest {
    pub(super) fn check(parameters: &Parameters, segment: Segment) -> Result<Self, SignInError> {
        Ok(Self {
            segment,
            client_id: Registration::check_client(parameters)?.to_owned(),
            scopes: Scope::list(parameters.require("scope")?)?,
            claims: ClaimsRequest::of(parameters)?,
            ask_again: false,
        })
    }

    /// The permissions of Graph that are asked for, by their short names.
    pub fn permissions(&self) -> impl Iterator<Item = &'static str> {
        self.scopes
            .iter()
            .filter_map(Scope::permission)
            .map(|permission| permission.name)
    }

    /// The tenant segment it came under.
    pub fn segment(&self) -> Segment {
        self.segment
    }
}

/// What the application asks for. An error here is sent to the [`ReturnAddress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Which access.
    pub access: AccessRequest,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    /// Whose name to offer first.
    pub login_hint: Option<String>,
    /// Whose accounts to offer: `organizations`, `consumers` or a domain.
    pub domain_hint: Option<String>,
}

impl AuthorizationRequest {
    /// Checks response type, PKCE, scopes, claims and prompt.
    pub fn check(parameters: &Parameters, segment: Segment, back: &ReturnAddress) -> Result<Self, SignInError> {
        let response_type = parameters.require("response_type")?;
        if response_type != "code" {
            return Err(SignInError::ResponseType(response_type.to_owned()));
        }
        let challenge = parameters
            .get("code_challenge")
            .filter(|_| parameters.get("code_challenge_method") == Some("S256"));
        let challenge = challenge
            .filter(|challenge| is_base64url(challenge, 43))
            .ok_or(SignInError::Challenge)?;
        let mut access = AccessRequest::check(parameters, segment)?;
        match parameters.get("prompt") {
            None | Some("login" | "select_account") => {}
            Some("consent") => access.ask_again = true,
            Some("none") => return Err(SignInError::NobodySignedIn),
            Some(other) => return Err(SignInError::Prompt(other.to_owned())),
        }
        Ok(Self {
            access,
            redirect_uri: back.redirect_uri.clone(),
            challenge: challenge.to_owned(),
            nonce: parameters.get("nonce").map(str::to_owned),
            login_hint: parameters.get("login_hint").map(str::to_owned),
            domain_hint: parameters.get("domain_hint").map(str::to_owned),
        })
    }
}

/// What a person answered on the page that followed the choice of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply<'r> {
    /// Nothing yet.
    None,
    /// "Accept".
    Accept,
    /// "Cancel", or back without approval.
    Decline,
    /// A request to the administrator, with its reason.
    Request(&'r str),
}

/// What follows the choice of an account.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Everything is granted: back to the application.
    Agreed,
    /// The person is asked for these permissions.
    Consent(Vec<&'static Permission>),
    /// An administrator must be asked; `workflow` if the page can do that.
    Approval {
        /// Whether a request can be sent.
        workflow: bool,
        /// What is missing.
        missing: Vec<&'static Permission>,
    },
    /// The administrator was asked.
    Requested,
}

impl Tenant {
    /// `account` was chosen to grant what is asked for. An error that does not stay on the page is for the application.
    pub fn decide(&mut self, request: &AccessRequest, account: &Account, reply: Reply) -> Result<Step, SignInError> {
        request.segment.admits(account)?;
        self.rulings.meets(Moment::Page, account.oid)?;
        self.security.check_enabled(account)?;
        let granted = self.consents.granted(account);
        let scopes = request
            .scopes
            .iter()
            .cloned()
            .flat_map(|scope| scope.expanded(&granted));
        let asked: Vec<&'static Permission> = scopes.filter_map(|scope| scope.permission()).collect();
        let mut missing = asked.clone();
        missing.retain(|permission| !self.consents.has(account, permission.name));

        let policy = account
            .organisation
            .map(|organisation| self.consents.policy(organisation));
        let may_decide = policy.is_none_or(|policy| policy == ConsentPolicy::Users);
        if missing.iter().any(|permission| permission.admin_only || !may_decide) {
            let workflow = policy == Some(ConsentPolicy::Workflow);
            return match reply {
                Reply::Request(reason) if workflow => {
                    self.consents.request(account, reason);
                    Ok(Step::Requested)
                }
                Reply::Decline if workflow => Err(SignInError::NeedsApprovalRequest),
                Reply::Decline => Err(SignInError::NeedsApproval),
                _ => Ok(Step::Approval { workflow, missing }),
            };
        }
        if missing.is_empty() && !request.ask_again {
            return Ok(Step::Agreed);
        }
        match reply {
            Reply::Accept => {
                self.consents.accept(account, &missing);
                Ok(Step::Agreed)
            }
            Reply::Decline => Err(SignInError::Declined),
            Reply::None | Reply::Request(_) => Ok(Step::Consent(if request.ask_again { asked } else { missing })),
        }
    }

    /// `account` agreed to `request`: a code for its application, good once and for ten minutes.
    pub fn authorize(
        &mut self,
        request: AuthorizationRequest,
        account: Account,
        now: Timestamp,
    ) -> Result<String, SignInError> {
        self.rulings.meets(Moment::Callback, account.oid)?;
        Ok(self.issue_code(request, account, now))
    }
}

fn is_base64url(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
#[path = "authorization_tests.rs"]
mod tests;
