//! What must not stand in something that people post, be it what `doctor` says or the log: who they are, where they work, and whatever could be
//! a token.

use std::path::PathBuf;

/// Runs this long are no words.
const LONGEST_WORD: usize = 40;

/// What is taken out.
#[derive(Debug, Default)]
pub(crate) struct Redaction {
    /// As it is named, and as it really lies.
    homes: Vec<PathBuf>,
    names: Vec<String>,
}

impl Redaction {
    pub(crate) fn of_user() -> Redaction {
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
    pub(crate) fn hide(&mut self, account: Option<&engine::Account>) {
        let texts = account.map(|account| [&account.username, &account.name, &account.id, &account.tenant_id]);
        for text in texts.into_iter().flatten() {
            if !text.is_empty() && !self.names.contains(text) {
                self.names.push(text.clone());
            }
        }
    }

    /// The text as it may be shown to anybody.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut text = without_queries(text);
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

/// The first four characters of an id or a name that says whose it is.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(4) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Web addresses without what follows `?` or `#`, and without a name and a password before the host: codes, hints and passwords stand there.
fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find("://") {
        let (before, address) = rest.split_at(found + 3);
        shown.push_str(before);
        let ends = |character: char| character.is_whitespace() || "\"'<>`|".contains(character);
        let (address, after) = address.split_at(address.find(ends).unwrap_or(address.len()));
        let (path, query) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        let host = path.find('/').unwrap_or(path.len());
        if let Some(at) = path[..host].rfind('@') {
            shown.push('…');
            shown.push_str(&path[at..]);
        } else {
            shown.push_str(path);
        }
        if let Some(mark) = query.chars().next() {
            shown.push(mark);
            shown.push('…');
        }
        rest = after;
    }
    shown + rest
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
pub(crate) fn is_id(text: &str) -> bool {
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
                "GET https://login.microsoftonline.com/common/authorize?login_hint=ada&code=0.abc: timed out",
                "GET https://login.microsoftonline.com/common/authorize?… timed out",
            ),
            (
                "(http://ada:secret@proxy.example:3128)",
                "(http://…@proxy.example:3128)",
            ),
            (
                "\"http://localhost:1/#code=1\" and http://a/b",
                "\"http://localhost:1/#…\" and http://a/b",
            ),
            (
                "graph.microsoft.com answers; Presence.ReadWrite, http://localhost – «gut»",
                "graph.microsoft.com answers; Presence.ReadWrite, http://localhost – «gut»",
            ),
        ] {
            assert_eq!(redaction.text(text), shown);
        }
    }
}
