use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where somebody works today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LocationKind {
    Office,
    Remote,
    TimeOff,
}

/// A work location to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
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
    /// Which layer won.
    pub source: LocationSource,
}

/// Where a shown work location comes from (resource page «userWorkLocation»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocationSource {
    /// A person said so, here or in Teams.
    Manual,
    /// A program found it out, here or in Teams.
    Automatic,
    /// The calendar's working hours say so.
    Scheduled,
    /// Nobody, as Graph says of a location that is not set.
    None,
    /// Missing, or a word that this version does not know.
    Other,
}

impl LocationSource {
    fn parse(word: &str) -> LocationSource {
        [
            ("manual", LocationSource::Manual),
            ("automatic", LocationSource::Automatic),
            ("scheduled", LocationSource::Scheduled),
            ("none", LocationSource::None),
        ]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map_or(LocationSource::Other, |(_, source)| source)
    }
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
        let source = value.get("source").and_then(Value::as_str).unwrap_or_default();
        Some(ShownLocation {
            kind,
            place: place.filter(|place| !place.is_empty()),
            source: LocationSource::parse(source),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
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

    #[test]
    fn the_layer_that_won_is_told_and_new_ones_are_other() {
        for (source, expected) in [
            (json!("manual"), LocationSource::Manual),
            (json!("Automatic"), LocationSource::Automatic),
            (json!("scheduled"), LocationSource::Scheduled),
            (json!("none"), LocationSource::None),
            (json!("unknownFutureValue"), LocationSource::Other),
            (json!(null), LocationSource::Other),
            (json!(3), LocationSource::Other),
        ] {
            let shown =
                ShownLocation::from_graph(&json!({"workLocationType": "office", "placeId": "", "source": source}));
            let expected = ShownLocation {
                kind: LocationKind::Office,
                place: None,
                source: expected,
            };
            assert_eq!(shown, Some(expected), "{source}");
        }
    }

    proptest! {
        #[test]
        fn what_is_set_is_recognised_when_read_back(kind in 0_usize..3, place in proptest::option::of("[a-z]{1,8}"), building in "[a-z]{1,8}") {
            let asked = WorkLocation { kind: LocationKind::ALL[kind], place };
            let place = asked.place.clone().unwrap_or(building);
            let shown = json!({"workLocationType": asked.kind.wire(), "placeId": place, "source": "manual"});
            prop_assert!(asked.is_shown_by(&ShownLocation::from_graph(&shown).unwrap()));
        }
    }
}
