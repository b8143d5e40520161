//! What the token endpoint answers.

use serde_json::{Value, json};

/// Answer of the token endpoint, for the wire only.
pub struct TokenAnswer {
    pub(super) scope: String,
    pub(super) expires_in: u32,
    /// When to renew already; with tokens of long life alone.
    pub(super) refresh_in: Option<u32>,
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) id_claims: Option<Value>,
    pub(super) client_info: Option<String>,
}

impl TokenAnswer {
    /// The JSON that is sent; `sign` makes an `id_token` of its claims.
    pub fn into_json<E>(self, sign: impl FnOnce(&Value) -> Result<String, E>) -> Result<Value, E> {
        let mut json = json!({
            "token_type": "Bearer",
            "scope": self.scope,
            "expires_in": self.expires_in,
            "ext_expires_in": self.expires_in,
            "access_token": self.access_token,
        });
        let id_token = self.id_claims.as_ref().map(sign).transpose()?;
        let optional = [
            ("refresh_in", self.refresh_in.map(Value::from)),
            ("refresh_token", self.refresh_token.map(Value::from)),
            ("id_token", id_token.map(Value::from)),
            ("client_info", self.client_info.map(Value::from)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                json[name] = value;
            }
        }
        Ok(json)
    }
}
