//! Sign-in, token refresh and keychain for a native app of Microsoft Entra ID.
//!
//! A person signs in in their own browser (authorization code with PKCE) and comes back through a loopback port; where that
//! cannot be, with a code on another device. The refresh token goes to the operating system's keychain, the access token
//! stays in memory, and a [`TokenSource`] hands it out. Every refusal has a [`Cause`]; the words for it are the app's.
//!
//! ```no_run
//! use identity::{Hint, Keychain, Network, PageTexts, Registration, Scopes, SignIn, TokenSource};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let registration = Registration {
//!     client_id: "11111111-2222-3333-4444-555555555555".to_owned(),
//!     tenant: "organizations".parse()?,
//!     authority: "https://login.microsoftonline.com".parse()?,
//!     scopes: Scopes {
//!         resource: Some("https://graph.microsoft.com".parse()?),
//!         required: vec!["Presence.Read".to_owned()],
//!         optional: vec!["Presence.ReadWrite".to_owned()],
//!     },
//!     check_issuer: true,
//! };
//! let http = Network::default().client(&registration.authority, "MyApp/1.0")?;
//! let sign_in = SignIn::begin(http.clone(), registration.clone(), Hint::default(), PageTexts::english("My App"))?;
//! println!("Open {}", sign_in.url());
//! let signed_in = sign_in.finish().await?;
//!
//! let keychain = Keychain::system("org.example.MyApp");
//! let source = TokenSource::new(http, registration, keychain, Some("/run/user/1000/my-app".into()));
//! source.adopt(&signed_in).await?;
//! // From now on, also after a restart and in every other process:
//! let token = source.token(&signed_in.account).await?;
//! // And if the resource rejects it with a 401:
//! let token = source.replace(&signed_in.account, &token, None).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # RFC 8252, OAuth for native apps
//!
//! | § | Asked | Met by (test) |
//! |---|---|---|
//! | 6, 8.1 | PKCE with every request | `the_authorize_url_carries_exactly_what_is_documented`, `a_person_signs_in` |
//! | 7.3 | any free port, IPv4 and IPv6 | `the_right_form_is_taken_under_each_name_of_this_machine`, `a_port_that_is_taken_on_the_other_family_is_given_up`, `a_machine_without_ipv6_listens_on_ipv4_alone` |
//! | 8.2 | no implicit flow | `the_authorize_url_carries_exactly_what_is_documented` |
//! | 8.3 | the port is open only while an answer is awaited | `the_port_is_closed_after_a_timeout_and_after_a_cancel`, `an_error_of_the_service_ends_the_attempt_and_is_shown_escaped` |
//! | 8.4 | the same redirect in both requests | `a_person_signs_in` |
//! | 8.5 | no secret shipped as if it were one | `a_person_signs_in` |
//! | 8.9 | an answer without this attempt's `state` does nothing | `a_form_settles_only_with_the_one_right_state`, `junk_is_answered_and_the_attempt_goes_on` |
//! | 8.10 | no mix-up of servers | partly: an attempt knows one authority and redeems there alone; `iss` of RFC 9207 is not looked at, as Entra does not document sending it |
//! | 8.12 | no embedded web view | the app's: open [`SignIn::url`] in the system browser |
//! | 8.3 | an IP literal instead of `localhost` | **not met**: Entra takes `http://localhost` alone without a port of its own; both loopback addresses are held instead |
//! | 8.6 | other apps cannot pose as this one | **not met**: no public client can prevent it; consent is the only defence |
//!
//! # RFC 9700, best current practice for OAuth security
//!
//! | § | Asked | Met by (test) |
//! |---|---|---|
//! | 2.1, 4.7 | CSRF: PKCE, `state` and `nonce`, bound to one attempt | `every_attempt_has_secrets_of_its_own`, `an_id_token_that_does_not_fit_is_not_believed` |
//! | 2.1.1 | S256, a fresh verifier, never in the address | `the_authorize_url_carries_exactly_what_is_documented`, `every_attempt_has_secrets_of_its_own` |
//! | 2.3 | least privilege: the permissions asked for, no others | `the_authorize_url_carries_exactly_what_is_documented`, `who_may_only_read_is_signed_in_and_who_may_not_even_that_is_not` |
//! | 2.4 | no passwords | there is no such grant here |
//! | 4.2, 4.3 | the code is not in history, Referer or logs | `the_authorize_url_carries_exactly_what_is_documented` (form post), `every_page_is_locked_down_and_says_what_is_allowed`, `what_could_not_be_read_is_not_repeated_in_the_error` |
//! | 4.5 | an injected code is worthless | `each_claim_is_checked` (nonce), `a_person_signs_in` (verifier) |
//! | 4.8 | no PKCE downgrade | `the_authorize_url_carries_exactly_what_is_documented` |
//! | 4.11, 4.12 | nothing here redirects, no redirect is followed | `every_page_is_locked_down_and_says_what_is_allowed`, `a_redirect_is_not_followed` |
//! | 2.1, 4.4 | mix-up: `iss`, or one redirect a server | partly, see RFC 8252 §8.10 |
//! | 2.2.2, 4.14 | refresh tokens bound to their sender, or rotated with reuse detected | **not met**: Entra rotates without revoking the old one, and binds through brokers only |
//!
//! # Tokens, keychain, network
//!
//! | What holds | Test |
//! |---|---|
//! | one refresh for all callers, ahead of the end, and on while the service has trouble | `many_callers_at_once_are_one_request`, `a_token_is_due_five_minutes_before_its_end_or_when_the_service_says_and_never_later_for_jitter`, `a_due_token_is_used_on_while_the_service_has_trouble_and_an_over_one_is_not` |
//! | one refresh for all processes | `two_processes_refresh_a_thousand_times_and_no_token_is_lost` |
//! | a clock that is wrong, set, or stood still in sleep | `whichever_clock_went_further_is_believed` |
//! | no refusal that only the person can change is asked for twice | `what_only_the_person_can_change_is_not_asked_for_again_until_they_signed_in` |
//! | a claims challenge (continuous access evaluation) is answered once | `a_challenge_is_handed_to_the_service_once_and_never_in_a_loop` |
//! | a sign-out ends a refresh under way, and nothing comes back | `a_sign_out_gives_up_a_refresh_under_way_and_nothing_comes_back` |
//! | an answer for somebody else is thrown away | `an_answer_for_somebody_else_is_thrown_away` |
//! | a token of any length, and a process killed while it saves | `a_token_of_any_size_comes_back_and_leaves_nothing_behind`, `a_save_that_is_killed_anywhere_leaves_the_old_token_or_the_new_one` |
//! | locked, denied, missing and damaged are never "signed out" | `a_locked_keychain_is_locked_and_not_signed_out`, `only_a_keychain_that_answers_says_signed_out` |
//! | a daemon that was restarted, a bus that comes late | `a_daemon_that_is_restarted_is_found_again`, `a_bus_that_is_not_there_is_missing_and_found_once_it_is` |
//! | a device code is polled no faster than allowed | `a_person_signs_in_elsewhere_and_is_never_asked_about_faster_than_allowed`, `slow_down_is_obeyed` |
//! | proxies and a company's own certificates | `a_client_takes_the_proxy_that_the_desktop_names`, `a_proxy_that_looks_into_the_traffic_is_named_as_such_and_trusted_when_told` |
//! | a provider that is not Microsoft's | `a_person_signs_in_and_is_refreshed_with_rotation` |
//!
//! # What is not here
//!
//! Brokers (WAM, Company Portal): tokens are not bound to the device. Automatic proxy configuration (PAC) on Windows and
//! macOS. A proxy that asks for more than a name and a password.
//!
//! A token lives in memory and in the keychain. On Windows and Linux the keychain is no wall against other programs of
//! the same person; asking for few permissions is the real protection.

mod callback;
mod cause;
mod claims;
mod device;
mod diagnosis;
mod endpoint;
mod exchange;
#[cfg(any(test, fuzzing))]
#[expect(clippy::expect_used, reason = "constants, and for the fuzzer alone")]
pub mod fuzz;
mod grants;
mod http;
mod id_token;
mod keychain;
mod listener;
mod page;
mod recipe;
mod refresh;
mod refusal;
mod registration;
mod sign_in;
mod source;
mod token;
mod validity;

pub use cause::{Cause, Next};
pub use claims::{Claims, ClaimsError};
pub use device::DeviceSignIn;
pub use diagnosis::Diagnosis;
pub use endpoint::{Endpoint, EndpointError};
pub use grants::Grants;
pub use http::{BodyError, Network, NetworkError, Obstacle, ProxyAddress, ProxyChoice, read_body};
pub use id_token::{IdTokenFault, WrongAccount};
pub use keychain::{Keychain, KeychainError, TokenKey};
pub use page::{Notice, PageTexts};
pub use recipe::{COMPILED_IN_CLIENT_ID, PLATFORM, REDIRECT_URI, Recipe, Step};
pub use refresh::{RefreshError, refresh};
pub use refusal::Refusal;
pub use registration::{Registration, Scopes, Tenant, TenantError};
pub use sign_in::{Hint, SignIn, SignInError, SignedIn};
pub use source::{TokenError, TokenSource};
pub use token::{AccessToken, Account, RefreshToken, Tokens};
pub use validity::{Moment, Validity};
