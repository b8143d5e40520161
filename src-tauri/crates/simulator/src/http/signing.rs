//! The key that signs `id_token`s, and how it is published.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// One key serves every simulator of a process: making it takes longer than everything else a start does, and nobody
/// could tell.
static CURRENT: OnceCell<SigningKey> = OnceCell::const_new();

/// An RSA key of 2048 bits for RS256.
pub(super) struct SigningKey {
    pair: KeyPair,
    /// Modulus, big-endian, without leading zeros, base64url.
    modulus: String,
    exponent: String,
    /// The key's thumbprint (RFC 7638).
    id: String,
}

impl SigningKey {
    /// The key, made when it is first needed. Fails only without randomness.
    pub(super) async fn current() -> Result<&'static Self, Unspecified> {
        let make = || async {
            let made = tokio::task::spawn_blocking(Self::generate).await;
            made.map_err(|_| Unspecified)?
        };
        CURRENT.get_or_try_init(make).await
    }

    fn generate() -> Result<Self, Unspecified> {
        let pair = KeyPair::generate(KeySize::Rsa2048)?;
        let (modulus, exponent) = components(pair.public_key().as_ref()).ok_or(Unspecified)?;
        let [modulus, exponent] = [modulus, exponent].map(|number| URL_SAFE_NO_PAD.encode(number));
        let canonical = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)),
            pair,
            modulus,
            exponent,
        })
    }

    /// The claims as a signed token.
    pub(super) fn sign(&self, claims: &Value) -> Result<String, Unspecified> {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": self.id });
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        )?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public half, as an entry of a key set. `issuer` is Entra's own addition.
    pub(super) fn published(&self, issuer: &str) -> Value {
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": self.modulus,
            "e": self.exponent,
            "issuer": issuer,
        })
    }
}

/// Modulus and exponent of a PKCS #1 `RSAPublicKey`, without leading zeros. At 2048 bits every length but the last is
/// known.
fn components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00])?;
    let (modulus, rest) = rest.split_at_checked(256)?;
    match rest.strip_prefix(&[0x02])? {
        [length, exponent @ ..] if usize::from(*length) == exponent.len() => Some((modulus, exponent)),
        _ => None,
    }
}
