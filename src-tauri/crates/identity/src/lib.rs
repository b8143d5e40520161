//! Sign-in, token refresh and keychain for a native app of Microsoft Entra ID.

mod callback;
mod endpoint;
mod exchange;
mod http;
mod id_token;
mod listener;
mod page;
mod refresh;
mod refusal;
mod registration;
mod sign_in;
mod token;

pub use endpoint::{Endpoint, EndpointError};
pub use http::{BodyError, http_client, read_body};
pub use id_token::{IdTokenFault, WrongAccount};
pub use page::{Notice, PageTexts};
pub use refresh::{RefreshError, refresh};
pub use refusal::Refusal;
pub use registration::{Registration, Scopes, Tenant, TenantError};
pub use sign_in::{SignIn, SignInError, SignedIn};
pub use token::{AccessToken, Account, RefreshToken, Tokens};
