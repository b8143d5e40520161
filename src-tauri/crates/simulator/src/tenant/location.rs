//! The layers of the work location.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::people::places;

/// Where somebody works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// `office`, `remote` or `timeOff`.
    pub kind: &'static str,
    /// A building of the tenant, with `office` only.
    pub place_id: Option<String>,
}

/// Why a location was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Not `office`, `remote` or `timeOff`.
    #[error("The workLocationType is not supported.")]
    Kind,
    /// A building makes sense with `office` only.
    #[error("A placeId requires the workLocationType office.")]
    PlaceOutsideOffice,
    /// Not a building of this tenant.
    #[error("The placeId is not known.")]
    UnknownPlace,
}

impl Location {
    /// Checks what a request says.
    pub fn new(kind: &str, place_id: Option<&str>) -> Result<Self, LocationError> {
        let kind = ["office", "remote", "timeOff"].into_iter().find(|known| *known == kind);
        let kind = kind.ok_or(LocationError::Kind)?;
        match place_id {
            Some(_) if kind != "office" => Err(LocationError::PlaceOutsideOffice),
            Some(id) if !places().iter().any(|place| place.id.eq_ignore_ascii_case(id)) => {
                Err(LocationError::UnknownPlace)
            }
            _ => Ok(Self {
                kind,
                place_id: place_id.map(str::to_owned),
            }),
        }
    }
}

/// The winning layer, in Graph's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// `manual`, `automatic`, `scheduled` or `none`.
    pub source: &'static str,
    /// `office`, `remote`, `timeOff` or `unspecified`.
    pub kind: &'static str,
    /// The building, if the winning layer names one.
    pub place_id: Option<String>,
}

/// Manual over automatic over scheduled. The first two are signals of one day: the simulator ends them at midnight
/// UTC (Graph does not document whose midnight it takes).
///
/// A new signal replaces its layer, building and all; Graph does not document whether an old building would stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locations {
    manual: Option<(Location, Date)>,
    automatic: Option<(Location, Date)>,
    /// What the calendar says.
    pub scheduled: Option<Location>,
}

impl Locations {
    /// What others see.
    pub fn effective(&self, now: Timestamp) -> Effective {
        let layers = [
            ("manual", self.manual(now)),
            ("automatic", self.automatic(now)),
            ("scheduled", self.scheduled.as_ref()),
        ];
        layers
            .into_iter()
            .find_map(|(source, layer)| {
                layer.map(|layer| Effective {
                    source,
                    kind: layer.kind,
                    place_id: layer.place_id.clone(),
                })
            })
            .unwrap_or(Effective {
                source: "none",
                kind: "unspecified",
                place_id: None,
            })
    }

    /// What was set by hand today.
    pub fn manual(&self, now: Timestamp) -> Option<&Location> {
        of_today(self.manual.as_ref(), now)
    }

    /// What a device or a network told today.
    pub fn automatic(&self, now: Timestamp) -> Option<&Location> {
        of_today(self.automatic.as_ref(), now)
    }

    /// `setManualLocation`.
    pub fn set_manual(&mut self, location: Location, now: Timestamp) {
        self.manual = Some((location, day(now)));
    }

    /// `setAutomaticLocation`.
    pub fn set_automatic(&mut self, location: Location, now: Timestamp) {
        self.automatic = Some((location, day(now)));
    }

    /// `clearAutomaticLocation`.
    pub fn clear_automatic(&mut self) {
        self.automatic = None;
    }

    /// `clearLocation`: manual and automatic; the calendar stays.
    pub fn clear(&mut self) {
        self.manual = None;
        self.automatic = None;
    }
}

fn of_today(layer: Option<&(Location, Date)>, now: Timestamp) -> Option<&Location> {
    layer.filter(|(_, set)| *set == day(now)).map(|(location, _)| location)
}

fn day(now: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(now).date()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Effective, Location, LocationError, Locations};
    use crate::tenant::people::places;

    fn morning() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn location(kind: &str) -> Location {
        Location::new(kind, None).unwrap()
    }

    fn sources(locations: &Locations, now: Timestamp) -> (&'static str, &'static str) {
        let Effective { source, kind, .. } = locations.effective(now);
        (source, kind)
    }

    #[test]
    fn manual_goes_over_automatic_over_scheduled_and_clearing_goes_back_down() {
        let mut locations = Locations::default();
        assert_eq!(sources(&locations, morning()), ("none", "unspecified"));
        locations.scheduled = Some(location("timeOff"));
        assert_eq!(sources(&locations, morning()), ("scheduled", "timeOff"));
        locations.set_manual(location("remote"), morning());
        locations.set_automatic(location("office"), morning());
        assert_eq!(sources(&locations, morning()), ("manual", "remote"));
        locations.clear_automatic();
        assert_eq!(sources(&locations, morning()), ("manual", "remote"));
        locations.set_automatic(location("office"), morning());
        locations.clear();
        assert_eq!(sources(&locations, morning()), ("scheduled", "timeOff"));
        locations.set_automatic(location("office"), morning());
        assert_eq!(sources(&locations, morning()), ("automatic", "office"));
    }

    #[test]
    fn manual_and_automatic_end_with_the_day() {
        let mut locations = Locations::default();
        locations.set_manual(location("remote"), morning());
        let last = morning() + SignedDuration::from_hours(15) - SignedDuration::from_secs(1);
        assert_eq!(sources(&locations, last), ("manual", "remote"));
        assert_eq!(
            sources(&locations, last + SignedDuration::from_secs(1)),
            ("none", "unspecified")
        );
    }

    #[test]
    fn only_documented_kinds_and_known_buildings_are_accepted() {
        let known = places()[0].id;
        for (kind, place, expected) in [
            ("office", None, None),
            ("office", Some(known), None),
            ("remote", None, None),
            ("timeOff", None, None),
            ("unspecified", None, Some(LocationError::Kind)),
            ("Office", None, Some(LocationError::Kind)),
            ("unknownFutureValue", None, Some(LocationError::Kind)),
            ("remote", Some(known), Some(LocationError::PlaceOutsideOffice)),
            (
                "office",
                Some("eb706f15-137e-4722-b4d1-b601481d9251"),
                Some(LocationError::UnknownPlace),
            ),
            ("office", Some(""), Some(LocationError::UnknownPlace)),
        ] {
            assert_eq!(Location::new(kind, place).err(), expected, "{kind} {place:?}");
        }
    }
}
