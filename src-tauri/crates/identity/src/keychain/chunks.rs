//! How a refresh token lies in entries of limited size.
//!
//! A token that fits is one entry: `1` and the token. A longer one is cut into entries `{key}/rt.{generation}.{index}`,
//! and the entry of the key is a header: `2`, generation, count, length, and the beginning of the SHA-256. The header is
//! written last and the older generation deleted after it, so a crash at any point leaves the old token or the new one.
//! The first byte is the version of the format; everything is ASCII, as some keychains keep text only.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::keychain::KeychainError;
use crate::token::RefreshToken;

/// Chunks of a token at most: no answer of the token endpoint is longer than 64 KiB.
const MOST: usize = 32;

/// Named values in a keychain.
pub(super) trait Entries {
    /// The longest value an entry takes, in bytes.
    fn limit(&self) -> usize;

    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, KeychainError>;
    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), KeychainError>;
    /// Well if there was none.
    fn delete(&mut self, name: &str) -> Result<(), KeychainError>;
}

/// In memory.
impl Entries for BTreeMap<String, Vec<u8>> {
    fn limit(&self) -> usize {
        usize::MAX
    }
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, KeychainError> {
        Ok(BTreeMap::get(self, name).cloned())
    }
    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        self.insert(name.to_owned(), value.to_vec());
        Ok(())
    }
    fn delete(&mut self, name: &str) -> Result<(), KeychainError> {
        self.remove(name);
        Ok(())
    }
}

pub(super) fn load<E: Entries>(entries: &mut E, key: &str) -> Result<Option<RefreshToken>, KeychainError> {
    let Some(value) = entries.get(key)? else {
        return Ok(None);
    };
    let token = match Head::parse(&value).ok_or(KeychainError::Corrupt)? {
        Head::Whole(token) => token.to_owned(),
        Head::Cut(cut) => {
            let mut token = String::new();
            for index in 0..cut.count {
                let chunk = entries
                    .get(&chunk_name(key, cut.generation, index))?
                    .ok_or(KeychainError::Corrupt)?;
                token += str::from_utf8(&chunk).map_err(|_| KeychainError::Corrupt)?;
            }
            if cut != Cut::of(&token, cut.generation, cut.count) {
                return Err(KeychainError::Corrupt);
            }
            token
        }
    };
    Ok(Some(RefreshToken::new(token)))
}

pub(super) fn save<E: Entries>(entries: &mut E, key: &str, token: &RefreshToken) -> Result<(), KeychainError> {
    let token = token.expose();
    if !token.is_ascii() {
        return Err(KeychainError::Unavailable("it takes plain ASCII only".to_owned()));
    }
    let old = generation(entries, key)?;
    delete_leftovers(entries, key, old)?;
    if old == 0 && token.len() < entries.limit() {
        return entries.set(key, format!("1{token}").as_bytes());
    }
    // Also for a short one, so that the header always knows which generations may be lying around.
    let chunks = token.as_bytes().chunks(entries.limit());
    let cut = Cut::of(token, old.wrapping_add(1), chunks.len());
    if cut.count > MOST {
        return Err(KeychainError::Unavailable(format!(
            "a token of {} bytes is too long for it",
            cut.length
        )));
    }
    for (index, chunk) in chunks.enumerate() {
        entries.set(&chunk_name(key, cut.generation, index), chunk)?;
    }
    entries.set(key, cut.head().as_bytes())?;
    delete_chunks(entries, key, old)
}

pub(super) fn forget<E: Entries>(entries: &mut E, key: &str) -> Result<(), KeychainError> {
    let old = generation(entries, key)?;
    // The header last: without it nobody would find the rest again.
    delete_leftovers(entries, key, old)?;
    delete_chunks(entries, key, old)?;
    entries.delete(key)
}

/// The generation of chunks in use, 0 for none. A head that cannot be read knows of none, and a new one goes over it.
fn generation<E: Entries>(entries: &mut E, key: &str) -> Result<u32, KeychainError> {
    let head = match entries.get(key) {
        Err(KeychainError::Corrupt) => None,
        head => head?,
    };
    Ok(head
        .as_deref()
        .and_then(Head::parse)
        .map_or(0, |head| head.generation()))
}

/// What a crash left: of the generation before, if it came after the header, or of the one after, if before.
fn delete_leftovers<E: Entries>(entries: &mut E, key: &str, current: u32) -> Result<(), KeychainError> {
    delete_chunks(entries, key, current.wrapping_sub(1))?;
    delete_chunks(entries, key, current.wrapping_add(1))
}

/// Last one first, as a crash must not leave a gap: where the first is missing there are none.
fn delete_chunks<E: Entries>(entries: &mut E, key: &str, generation: u32) -> Result<(), KeychainError> {
    if entries.limit() == usize::MAX {
        return Ok(());
    }
    let mut end = 0;
    while end < MOST && entries.get(&chunk_name(key, generation, end))?.is_some() {
        end += 1;
    }
    (0..end)
        .rev()
        .try_for_each(|index| entries.delete(&chunk_name(key, generation, index)))
}

fn chunk_name(key: &str, generation: u32, index: usize) -> String {
    format!("{key}/rt.{generation}.{index}")
}

/// The entry of the key.
enum Head<'v> {
    Whole(&'v str),
    Cut(Cut),
}

/// What makes sure that chunks belong together.
#[derive(PartialEq, Eq)]
struct Cut {
    generation: u32,
    count: usize,
    length: usize,
    hash: String,
}

impl<'v> Head<'v> {
    fn parse(value: &'v [u8]) -> Option<Self> {
        let value = str::from_utf8(value).ok().filter(|text| text.is_ascii())?;
        let (version, rest) = value.split_at_checked(1)?;
        match version {
            "1" if !rest.is_empty() => Some(Head::Whole(rest)),
            "2" => {
                let mut fields = rest.split(' ');
                let cut = Cut {
                    generation: fields.next()?.parse().ok()?,
                    count: fields.next()?.parse().ok().filter(|count| *count <= MOST)?,
                    length: fields.next()?.parse().ok()?,
                    hash: fields.next()?.to_owned(),
                };
                fields.next().is_none().then_some(Head::Cut(cut))
            }
            _ => None,
        }
    }

    fn generation(&self) -> u32 {
        match self {
            Head::Whole(_) => 0,
            Head::Cut(cut) => cut.generation,
        }
    }
}

impl Cut {
    fn of(token: &str, generation: u32, count: usize) -> Self {
        let hash = Sha256::digest(token)
            .iter()
            .take(8)
            .fold(String::new(), |mut hash, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hash, "{byte:02x}");
                hash
            });
        Self {
            generation,
            count,
            length: token.len(),
            hash,
        }
    }

    fn head(&self) -> String {
        let Self {
            generation,
            count,
            length,
            hash,
        } = self;
        format!("2{generation} {count} {length} {hash}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries like Credential Manager's, that fail after a number of writes and deletions.
    #[derive(Default, Clone)]
    struct Small {
        values: BTreeMap<String, Vec<u8>>,
        strength: Option<usize>,
    }

    impl Small {
        fn spend(&mut self) -> Result<(), KeychainError> {
            match &mut self.strength {
                Some(0) => Err(KeychainError::Locked),
                Some(left) => {
                    *left -= 1;
                    Ok(())
                }
                None => Ok(()),
            }
        }
    }

    impl Entries for Small {
        fn limit(&self) -> usize {
            2400
        }
        fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, KeychainError> {
            Ok(self.values.get(name).cloned())
        }
        fn set(&mut self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
            assert!(value.len() <= 2400 && value.is_ascii());
            self.spend()?;
            self.values.set(name, value)
        }
        fn delete(&mut self, name: &str) -> Result<(), KeychainError> {
            self.spend()?;
            self.values.delete(name)
        }
    }

    fn token(length: usize, fill: char) -> RefreshToken {
        RefreshToken::new(fill.to_string().repeat(length))
    }

    #[test]
    fn a_token_of_any_size_comes_back_and_leaves_nothing_behind() {
        for length in [
            1, 1279, 1280, 1281, 2399, 2400, 2401, 2559, 2560, 2561, 4800, 4801, 6144, 65_536,
        ] {
            let (mut entries, token) = (Small::default(), token(length, 'x'));
            save(&mut entries, "k", &token).unwrap();
            assert_eq!(load(&mut entries, "k"), Ok(Some(token)), "{length}");
            assert_eq!(
                entries.values.len(),
                if length < 2400 { 1 } else { 1 + length.div_ceil(2400) },
                "{length}"
            );
            forget(&mut entries, "k").unwrap();
            assert!(entries.values.is_empty(), "{length}");
        }
        let short = Small::default().values;
        assert_eq!(
            save(&mut short.clone(), "k", &token(6000, 'x')),
            Ok(()),
            "memory has no limit"
        );
        assert!(save(&mut Small::default(), "k", &token(2400 * 32 + 1, 'x')).is_err());
        assert!(save(&mut Small::default(), "k", &RefreshToken::new("é".into())).is_err());
    }

    #[test]
    fn a_save_that_breaks_anywhere_leaves_the_old_token_or_the_new_one_and_nothing_after_a_sign_out() {
        for (old, new) in [(10, 10), (10, 6000), (6000, 10), (6000, 9000), (9000, 6000)] {
            let mut before = Small::default();
            save(&mut before, "k", &token(old, 'o')).unwrap();
            for strength in 0.. {
                let mut entries = Small {
                    strength: Some(strength),
                    ..before.clone()
                };
                let done = save(&mut entries, "k", &token(new, 'n'));
                entries.strength = None;
                let found = load(&mut entries, "k").unwrap().unwrap();
                assert!(
                    found == token(old, 'o') || found == token(new, 'n'),
                    "{old} {new} {strength}"
                );

                let mut signed_out = entries.clone();
                forget(&mut signed_out, "k").unwrap();
                assert!(
                    signed_out.values.is_empty(),
                    "{old} {new} {strength}: {:?}",
                    signed_out.values.keys()
                );

                save(&mut entries, "k", &token(3000, 'z')).unwrap();
                assert_eq!(
                    load(&mut entries, "k"),
                    Ok(Some(token(3000, 'z'))),
                    "{old} {new} {strength}"
                );
                assert_eq!(entries.values.len(), 3, "a header and two chunks");
                if done.is_ok() {
                    assert_eq!(found, token(new, 'n'));
                    break;
                }
            }
        }
    }

    #[test]
    fn whatever_does_not_fit_together_is_corrupt_and_never_a_token() {
        let mut good = Small::default();
        save(&mut good, "k", &token(6000, 'x')).unwrap();
        for name in good.values.keys() {
            let changes: [fn(&mut Vec<u8>); 3] =
                [|value| value[0] ^= 1, |value| value.push(b'x'), |value| value[0] = 0xff];
            for change in changes {
                let mut entries = good.clone();
                change(entries.values.get_mut(name).unwrap());
                assert_eq!(load(&mut entries, "k"), Err(KeychainError::Corrupt), "{name}");
            }
            if name != "k" {
                let mut entries = good.clone();
                entries.values.remove(name);
                assert_eq!(load(&mut entries, "k"), Err(KeychainError::Corrupt), "{name}");
            }
        }
        for head in [
            "",
            "1",
            "3x",
            "x",
            "2",
            "21 1 1",
            "21 33 1 x",
            "2-1 1 1 x",
            "21 1 1 x y",
            "1\u{e9}",
        ] {
            let mut entries = Small::default();
            entries.values.insert("k".into(), head.into());
            assert_eq!(load(&mut entries, "k"), Err(KeychainError::Corrupt), "{head:?}");
            save(&mut entries, "k", &token(10, 'x')).unwrap();
            assert_eq!(load(&mut entries, "k"), Ok(Some(token(10, 'x'))), "{head:?}");
        }
    }
}
