//! Signing in with a code on another device (RFC 8628), for machines whose browser cannot come back: SSH, containers.
//!
//! A fallback, never the default: many organisations block it, and a policy that asks for a managed device cannot be met,
//! since the browser runs on another one. Tell people to enter only a code that they asked for themselves.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use oauth2::{
    AsyncHttpClient, DeviceAuthorizationUrl, DeviceCodeErrorResponse, HttpRequest, HttpResponse, Scope,
    StandardDeviceAuthorizationResponse,
};
use tokio::time::{sleep, timeout};
use url::Url;

use crate::claims;
use crate::endpoint::is_loopback;
use crate::exchange::{self, Exchange, ExchangeError, Unsent};
use crate::http::Obstacle;
use crate::id_token;
use crate::refusal::Refusal;
use crate::registration::Registration;
use crate::sign_in::{SignInError, SignedIn, at_the_callback};
use crate::validity::{LONGEST, Moment};

/// Polls come no faster than this, whatever the service says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// An interval beyond this is a mistake.
const LONGEST_INTERVAL: Duration = Duration::from_secs(600);
/// While the network is down or the service in trouble, polls spread out up to this.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
/// Entra's have nine characters.
const LONGEST_CODE: usize = 64;

/// One attempt, from the code to its end. Dropping it, or the future of [`DeviceSignIn::finish`], cancels.
pub struct DeviceSignIn {
    http: reqwest::Client,
    registration: Registration,
    answer: StandardDeviceAuthorizationResponse,
    address: Url,
    begun: Moment,
}

impl DeviceSignIn {
    /// Gets a code. `http` is a client for the registration's authority. The registration must "allow public client
    /// flows", else AADSTS7000218 is the answer.
    pub async fn begin(http: reqwest::Client, registration: Registration) -> Result<Self, SignInError> {
        let begun = Moment::now();
        let exchange = Exchange::new(&http);
        let outcome = exchange::client(&registration)
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(registration.device_code_url()))
            .exchange_device_code()
            .add_scopes(registration.scopes.requested().into_iter().map(Scope::new))
            .request_async(&exchange)
            .await;
        let answer: StandardDeviceAuthorizationResponse = exchange.judge(outcome)?;
        let nonsense = |detail: &str| SignInError::Nonsense {
            detail: detail.to_owned(),
        };
        // People are told to go there and type this.
        let address = Url::parse(answer.verification_uri().as_str())
            .ok()
            .filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
            .ok_or_else(|| nonsense("the address for the code is none"))?;
        let code = answer.user_code().secret();
        if code.is_empty() || code.len() > LONGEST_CODE || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(nonsense("the code is none that could be typed"));
        }
        if answer.interval() > LONGEST_INTERVAL || answer.expires_in() > LONGEST {
            return Err(nonsense("the code's times are none"));
        }
        Ok(Self {
            http,
            registration,
            answer,
            address,
            begun,
        })
    }

    /// What to type on the other device.
    pub fn user_code(&self) -> &str {
        self.answer.user_code().secret()
    }

    /// Where to type it. `https`, or plain http on this very machine.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// When the code ends, by the wall clock.
    pub fn ends(&self) -> Timestamp {
        self.begun
            .wall
            .checked_add(jiff::SignedDuration::try_from(self.answer.expires_in()).unwrap_or_default())
            .unwrap_or(self.begun.wall)
    }

    /// Asks, as often as the service allows, whether somebody signed in, and checks who it is. Ends at the latest when the
    /// code does. Needs a tokio runtime with I/O and time.
    pub async fn finish(self) -> Result<SignedIn, SignInError> {
        let Self {
            http,
            registration,
            answer: code,
            ..
        } = self;
        let exchange = Exchange::new(&http);
        let pause = async |interval: Duration| {
            let told = exchange.retry_after().unwrap_or_default();
            sleep(interval.max(told).max(SHORTEST_INTERVAL)).await;
        };
        let polls = async {
            pause(code.interval()).await;
            exchange::client(&registration)
                .exchange_device_access_token(&code)
                .add_extra_param("client_info", "1")
                .add_extra_param("claims", claims::parameter(None))
                .set_max_backoff_interval(LONGEST_BACKOFF.max(code.interval()))
                .request_async(&Polling(&exchange), pause, None)
                .await
        };
        let outcome = timeout(code.expires_in(), polls).await;
        let answer = match outcome.map_err(|_| SignInError::CodeExpired)? {
            Ok(answer) => answer,
            Err(error) => return Err(ended(exchange.sort(error, |response| read(&response)))),
        };
        let id_token = answer.extra_fields().id_token.as_deref();
        let account = id_token::account(id_token, &registration, None, Timestamp::now())?;
        let tokens = exchange.tokens(&registration.scopes, &answer)?;
        Ok(SignedIn { account, tokens })
    }
}

fn read(response: &DeviceCodeErrorResponse) -> Refusal {
    let description = response.error_description().map(String::as_str);
    Refusal::from_callback(response.error().as_ref(), description)
}

/// What ended the polling.
fn ended(error: ExchangeError) -> SignInError {
    match error {
        ExchangeError::Refused(refusal) => match refusal.error.as_str() {
            "expired_token" | "code_expired" => SignInError::CodeExpired,
            "authorization_declined" => SignInError::Cancelled,
            _ => at_the_callback(refusal),
        },
        other => other.into(),
    }
}

/// The exchange of a poll: trouble of the service counts as a poll that was not answered, so that the next one is tried.
struct Polling<'e, 'h>(&'e Exchange<'h>);

impl<'c> AsyncHttpClient<'c> for Polling<'_, '_> {
    type Error = Unsent;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unsent>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async {
            let response = self.0.call(request).await?;
            let status = response.status();
            if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
                return Err(Unsent::Network(format!("HTTP {}", status.as_u16()), Obstacle::Network));
            }
            Ok(response)
        })
    }
}
