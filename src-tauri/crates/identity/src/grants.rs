//! What was granted.

use crate::registration::Scopes;

/// The permissions that came with a token, by short names: `Presence.Read`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(Vec<String>);

impl Grants {
    pub(crate) fn new(scopes: impl IntoIterator<Item = String>) -> Self {
        Self(scopes.into_iter().collect())
    }

    /// Whether this permission is among them.
    pub fn has(&self, permission: &str) -> bool {
        self.0.iter().any(|name| name.eq_ignore_ascii_case(permission))
    }

    /// Those of the optional permissions that were asked for and not granted. Not empty, the app can do less: without
    /// `Presence.ReadWrite` it only reads.
    pub fn lacking(&self, scopes: &Scopes) -> Vec<String> {
        scopes.optional.iter().filter(|name| !self.has(name)).cloned().collect()
    }

    /// All of them, as the service named them.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}
