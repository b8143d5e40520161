//! What an `id_token` says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Tenant;
use super::parameters::ClaimsRequest;
use super::people::Account;
use super::tokens::Grant;

/// Entra dates an `id_token` back by five minutes, for clocks that are slow.
const BACKDATED: i64 = 300;
/// Seconds from the moment of issue to `exp`.
const LIFE: i64 = 3_600;

impl Tenant {
    /// The claims of a v2.0 `id_token`. Who somebody is comes with the scope `profile`, the mail address with `email`.
    pub(super) fn id_claims(
        &mut self,
        authority: &str,
        grant: &Grant,
        asked: ClaimsRequest,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Value {
        let account = grant.account();
        let now = now.as_second();
        let tid = account.tenant_id();
        let mut claims = json!({
            "aud": grant.client_id,
            "iss": format!("{authority}/{tid}/v2.0"),
            "iat": now.saturating_sub(BACKDATED),
            "nbf": now.saturating_sub(BACKDATED),
            "exp": now.saturating_add(LIFE),
            "rh": format!("1.{}.", self.random.text()),
            "sub": subject(grant, account),
            "tid": tid,
            "uti": self.random.text().get(..22),
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        if grant.has("profile") {
            claims["oid"] = account.oid.into();
            claims["name"] = account.name.into();
            claims["preferred_username"] = account.mail.into();
        }
        if grant.has("email") {
            claims["email"] = account.mail.into();
        }
        if asked.login_hint {
            // Opaque at Entra, too: to be sent back, not to be read.
            claims["login_hint"] = format!("O.{}", URL_SAFE_NO_PAD.encode(account.mail)).into();
        }
        claims
    }
}

impl Grant {
    /// What the userinfo endpoint says of somebody.
    pub fn user_info(&self) -> Value {
        let account = self.account();
        json!({ "sub": subject(self, account), "name": account.name, "given_name": account.first_name, "email": account.mail })
    }
}

/// Another one for each application, so that two of them cannot compare notes.
fn subject(grant: &Grant, account: &Account) -> String {
    let pairwise = Sha256::new()
        .chain_update(&grant.client_id)
        .chain_update(account.oid)
        .finalize();
    URL_SAFE_NO_PAD.encode(pairwise)
}
