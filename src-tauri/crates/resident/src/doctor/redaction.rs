//! What must not stand in something that people post: who they are, where they work, and whatever could be a token.

use std::path::PathBuf;

use super::{finding::Finding, short};

/// Runs this long are no words.
const LONGEST_WORD: usize = 40;

/// What is taken out.
pub(super) struct Redaction {
    /// As it is named, and as it really lies.
    homes: Vec<PathBuf>,
    names: Vec<String>,
}

impl Redaction {
    pub(super) fn of_user() -> Redaction {
        let home = dirs::home_dir();
        let real = home.as_ref().and_then(|home| std::fs::canonicalize(home).ok());
        let user = ["USER", "LOGNAME", "USERNAME"].map(|name| std::env::var(name).ok());
        let folder = home.as_ref().and_then(|home| home.file_name());
        let folder = folder.and_then(|name| name.to_str()).map(str::to_owned);
        let names = user.into_iter().flatten().chain(folder);
        Redaction {
            // A name of two letters is in every other word.
            names: names.filter(|name| name.len() > 2 && name != "root").collect(),
            homes: home.into_iter().chain(real).collect(),
        }
    }

    /// The names and ids of an account, too.
    pub(super) fn hide(&mut self, account: Option<&engine::Account>) {
        let texts = account.map(|account| [&account.username, &account.name, &account.id, &account.tenant_id]);
        let texts = texts.into_iter().flatten().filter(|text| !text.is_empty());
        self.names.extend(texts.cloned());
    }

    pub(super) fn apply(&self, finding: &mut Finding) {
        finding.message = self.text(&finding.message);
        finding.advice = finding.advice.as_deref().map(|advice| self.text(advice));
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for home in self.homes.iter().filter_map(|home| home.to_str()) {
            if home.len() > 1 {
                text = text.replace(home, "~");
            }
        }
        for name in &self.names {
            text = text.replace(name.as_str(), &short_or_nothing(name));
        }
        let mut shown = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|character| !is_of_word(character)).unwrap_or(rest.len());
            if end == 0 {
                shown.push(first);
                rest = &rest[first.len_utf8()..];
            } else {
                shown.push_str(&word(&rest[..end]));
                rest = &rest[end..];
            }
        }
        shown
    }
}

/// Of an id its beginning, of a name nothing.
fn short_or_nothing(name: &str) -> String {
    if is_id(name) { short(name) } else { "…".to_owned() }
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.@+".contains(character)
}

fn word(word: &str) -> String {
    let is_address = word
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if is_address {
        "…".to_owned()
    } else if word
        .split(|character: char| !character.is_ascii_hexdigit() && character != '-')
        .any(is_id)
        || word.len() >= LONGEST_WORD
    {
        short(word)
    } else {
        word.to_owned()
    }
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_id(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_person_is_left() {
        let redaction = Redaction {
            homes: vec!["/home/ada".into(), "/srv/data/ada".into()],
            names: vec!["ada@contoso.example".into(), "Ada Lovelace".into()],
        };
        let token = "0.AXkA".to_owned() + &"abcDEF_-123".repeat(10);
        for (text, shown) in [
            (
                "/home/ada/.config/presence-tray/settings.toml, line 3",
                "~/.config/presence-tray/settings.toml, line 3",
            ),
            ("for Ada Lovelace (ada@contoso.example)", "for … (…)"),
            ("write to bob@other.example.", "write to …"),
            ("object 0c4c15cf-98ad-4c2c-a55b-2d3b4b3a7300 is", "object 0c4c… is"),
            ("id=0C4C15CF-98AD-4C2C-A55B-2D3B4B3A7300", "id=0C4C…"),
            (token.as_str(), "0.AX…"),
            (
                "graph.microsoft.com answers; Presence.ReadWrite, http://localhost – «gut»",
                "graph.microsoft.com answers; Presence.ReadWrite, http://localhost – «gut»",
            ),
        ] {
            assert_eq!(redaction.text(text), shown);
        }
    }
}
