use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where somebody works today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LocationKind {
    Office,
    Remote,
    TimeOff,
}

/// A work location to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkLocation {
    /// Office, remote, time off.
    pub kind: LocationKind,
    /// A building of the tenant, by its id in the places directory. Only an office has one.
    #[serde(default)]
    pub place: Option<String>,
}

/// Which of Graph's layers to write. Manual wins over automatic, automatic over the calendar's schedule
/// (resource page «userWorkLocation»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// A person said so.
    Manual,
    /// A network, a dock or a rule said so.
    Automatic,
}

/// The work location as Graph shows it, whoever set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLocation {
    /// Office, remote, time off.
    pub kind: LocationKind,
    /// The building, by its id, where one is known.
    pub place: Option<String>,
}

impl LocationKind {
    /// The three, in the order of the menu.
    pub const ALL: [LocationKind; 3] = [LocationKind::Office, LocationKind::Remote, LocationKind::TimeOff];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            LocationKind::Office => "office",
            LocationKind::Remote => "remote",
            LocationKind::TimeOff => "time-off",
        }
    }

    /// Graph's `workLocationType`.
    pub fn wire(self) -> &'static str {
        match self {
            LocationKind::Office => "office",
            LocationKind::Remote => "remote",
            LocationKind::TimeOff => "timeOff",
        }
    }

    /// The key of its name in the catalogue of strings.
    pub fn phrase(self) -> &'static str {
        match self {
            LocationKind::Office => "location.office",
            LocationKind::Remote => "location.remote",
            LocationKind::TimeOff => "location.time-off",
        }
    }
}

impl WorkLocation {
    /// Whether Graph shows what was asked for. An office without a building is shown by any office.
    pub fn is_shown_by(&self, shown: &ShownLocation) -> bool {
        self.kind == shown.kind && (self.place.is_none() || self.place == shown.place)
    }
}

impl ShownLocation {
    /// `unspecified` and words this version does not know are no location.
    pub(crate) fn from_graph(value: &Value) -> Option<ShownLocation> {
        let word = value.get("workLocationType")?.as_str()?;
        let kind = LocationKind::ALL
            .into_iter()
            .find(|kind| kind.wire().eq_ignore_ascii_case(word))?;
        let place = value.get("placeId").and_then(Value::as_str).map(str::to_owned);
        Some(ShownLocation { kind, place })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_location_is_read_in_either_case_and_none_is_none() {
        for (word, kind) in [
            ("timeOff", Some(LocationKind::TimeOff)),
            ("Remote", Some(LocationKind::Remote)),
            ("unspecified", None),
            ("unknownFutureValue", None),
        ] {
            let shown = ShownLocation::from_graph(&json!({"workLocationType": word, "placeId": null}));
            assert_eq!(shown.map(|shown| shown.kind), kind, "{word}");
        }
    }
}
