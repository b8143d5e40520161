//! Which resource a path names, in all the spellings that Graph takes.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::writes::Action;

/// Whose presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who<'p> {
    /// Whoever the token belongs to.
    Me,
    /// The person with this id, or nobody.
    Id(Cow<'p, str>),
}

/// What a path below `/v1.0` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource<'p> {
    Batch,
    Me,
    Presence(Who<'p>),
    Write(Who<'p>, Action),
    PresencesByUserId,
    Buildings,
    Place(Cow<'p, str>),
}

/// Why a path names nothing: the segment at which it went wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownSegment<'p>(pub(super) Cow<'p, str>);

impl<'p> Resource<'p> {
    /// Reads what follows `/v1.0/`.
    ///
    /// Segments go in any case; a key as `users/{id}` or `users('{id}')`; an action or a type with or without its
    /// namespace, `microsoft.graph.` or its alias `graph.`.
    pub(super) fn named(path: &'p str) -> Result<Self, UnknownSegment<'p>> {
        let mut segments = Vec::with_capacity(4);
        // More than any resource has: no need to look at a path of a thousand segments.
        for segment in path.split('/').take(6) {
            let decoded = percent_decode_str(segment)
                .decode_utf8()
                .map_err(|_| UnknownSegment(Cow::Borrowed(segment)))?;
            match split_key(&decoded) {
                Some((collection, key)) => segments.extend([Cow::Owned(collection), Cow::Owned(key)]),
                None => segments.push(decoded),
            }
        }
        let unknown = |at: usize| UnknownSegment(segments.get(at).cloned().unwrap_or_default());
        let is = |at: usize, name: &str| {
            segments
                .get(at)
                .is_some_and(|segment| segment.eq_ignore_ascii_case(name))
        };
        let rest = |who: Who<'p>, at: usize| match segments.len() - at {
            0 => Ok(Self::Presence(who)),
            1 => Action::named(unqualified(&segments[at]))
                .map(|action| Self::Write(who, action))
                .ok_or_else(|| unknown(at)),
            _ => Err(unknown(at + 1)),
        };
        match segments.len() {
            1 if is(0, "$batch") => Ok(Self::Batch),
            1 if is(0, "me") => Ok(Self::Me),
            2.. if is(0, "me") && is(1, "presence") => rest(Who::Me, 2),
            3.. if is(0, "users") && is(2, "presence") => rest(Who::Id(segments[1].clone()), 3),
            3.. if is(0, "communications") && is(1, "presences") => rest(Who::Id(segments[2].clone()), 3),
            2 if is(0, "communications") && unqualified(&segments[1]).eq_ignore_ascii_case("getPresencesByUserId") => {
                Ok(Self::PresencesByUserId)
            }
            2 if is(0, "places") && segments[1].contains('.') => {
                if unqualified(&segments[1]).eq_ignore_ascii_case("building") {
                    Ok(Self::Buildings)
                } else {
                    Err(unknown(1))
                }
            }
            2 if is(0, "places") => Ok(Self::Place(segments[1].clone())),
            _ => Err(unknown(segments.len() - 1)),
        }
    }
}

/// `users('5d0e…')` is `users` and `5d0e…`; a quote within is doubled.
fn split_key(segment: &str) -> Option<(String, String)> {
    let (collection, rest) = segment.split_once("('")?;
    let key = rest.strip_suffix("')")?.replace("''", "'");
    (!collection.is_empty()).then(|| (collection.to_owned(), key))
}

fn unqualified(segment: &str) -> &str {
    ["microsoft.graph.", "graph."]
        .into_iter()
        .find_map(|namespace| {
            let (start, rest) = segment.split_at_checked(namespace.len())?;
            start.eq_ignore_ascii_case(namespace).then_some(rest)
        })
        .unwrap_or(segment)
}

#[cfg(test)]
mod tests {
    use super::{Action, Resource, UnknownSegment, Who};

    fn id(text: &str) -> Who<'_> {
        Who::Id(text.into())
    }

    #[test]
    fn every_documented_spelling_is_understood() {
        for (path, expected) in [
            ("me", Resource::Me),
            ("Me", Resource::Me),
            ("$batch", Resource::Batch),
            ("%24batch", Resource::Batch),
            ("me/presence", Resource::Presence(Who::Me)),
            ("ME/Presence", Resource::Presence(Who::Me)),
            ("users/5d/presence", Resource::Presence(id("5d"))),
            ("users('5d')/presence", Resource::Presence(id("5d"))),
            ("users(%275d%27)/presence", Resource::Presence(id("5d"))),
            ("users('o''hara')/presence", Resource::Presence(id("o'hara"))),
            ("communications/presences/5d", Resource::Presence(id("5d"))),
            ("communications/presences('5d')", Resource::Presence(id("5d"))),
            ("me/presence/setPresence", Resource::Write(Who::Me, Action::SetPresence)),
            ("me/presence/SETPRESENCE", Resource::Write(Who::Me, Action::SetPresence)),
            (
                "users/5d/presence/microsoft.graph.clearLocation",
                Resource::Write(id("5d"), Action::ClearLocation),
            ),
            (
                "communications/presences/5d/graph.setManualLocation",
                Resource::Write(id("5d"), Action::SetManualLocation),
            ),
            ("communications/getPresencesByUserId", Resource::PresencesByUserId),
            (
                "communications/microsoft.graph.getPresencesByUserId",
                Resource::PresencesByUserId,
            ),
            ("places/microsoft.graph.building", Resource::Buildings),
            ("places/graph.building", Resource::Buildings),
            ("places/9b", Resource::Place("9b".into())),
        ] {
            assert_eq!(Resource::named(path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn anything_else_is_named_by_the_segment_that_is_wrong() {
        for (path, segment) in [
            ("", ""),
            ("nowhere", "nowhere"),
            ("me/", ""),
            ("me//presence", "presence"),
            ("me/presence/", ""),
            ("me/presence/setMood", "setMood"),
            ("me/presence/setPresence/now", "now"),
            ("communications/presences", "presences"),
            ("places/microsoft.graph.room", "microsoft.graph.room"),
            ("users('5d'", "users('5d'"),
            ("('5d')/presence", "presence"),
            ("%ff", "%ff"),
            ("a/b/c/d/e/f/g/h", "f"),
        ] {
            assert_eq!(Resource::named(path), Err(UnknownSegment(segment.into())), "{path}");
        }
    }
}
