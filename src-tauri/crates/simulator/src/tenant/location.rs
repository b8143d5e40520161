//! The layers of the work location.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::place::place;

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
            Some(id) if place(id).is_none() => Err(LocationError::UnknownPlace),
            _ => Ok(Self {
                kind,
                place_id: place_id.map(str::to_owned),
            }),
        }
    }
}

/// The winning layer, in Graph's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Effective<'l> {
    /// `manual`, `automatic`, `scheduled` or `none`.
    pub source: &'static str,
    /// `office`, `remote`, `timeOff` or `unspecified`.
    pub kind: &'static str,
    /// The building, if the winning layer names one.
    pub place_id: Option<&'l str>,
}

/// A signal of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signal {
    location: Location,
    until: Timestamp,
}

/// Manual over automatic over scheduled.
///
/// The first two are signals of one day. Graph does not document whose midnight ends it: here the person's own.
#[derive(Debug, Clone)]
pub struct Locations {
    zone: TimeZone,
    /// The day that was asked for last: from when until when. To work it out is a hundred times a read.
    day: Option<Range<Timestamp>>,
    manual: Option<Signal>,
    automatic: Option<Signal>,
    /// What the calendar says.
    pub scheduled: Option<Location>,
}

impl Locations {
    /// Nothing set, for somebody who lives in `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            day: None,
            manual: None,
            automatic: None,
            scheduled: None,
        }
    }

    /// The person moves: days end elsewhere from now on.
    pub fn set_zone(&mut self, zone: TimeZone) {
        self.zone = zone;
        self.day = None;
    }

    /// Where the person lives.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What others see.
    pub fn effective(&self, now: Timestamp) -> Effective<'_> {
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
                    place_id: layer.place_id.as_deref(),
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

    /// `setManualLocation`. The last word of the person replaces the one before, building and all; Graph does not
    /// document whether an old building would stay.
    pub fn set_manual(&mut self, location: Location, now: Timestamp) {
        self.manual = Some(self.signal(location, now));
    }

    /// `setAutomaticLocation`. Several agents report here, and the more precise signal wins: `office` does not take
    /// away the building that another one told today.
    pub fn set_automatic(&mut self, mut location: Location, now: Timestamp) {
        if location.kind == "office" && location.place_id.is_none() {
            let known = self.automatic(now).and_then(|known| known.place_id.clone());
            location.place_id = known;
        }
        self.automatic = Some(self.signal(location, now));
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

    /// Every moment at which something may show differently by itself.
    pub(super) fn turns(&self) -> impl Iterator<Item = Timestamp> {
        self.manual.iter().chain(&self.automatic).map(|signal| signal.until)
    }

    fn signal(&mut self, location: Location, now: Timestamp) -> Signal {
        let day = self.day.take().filter(|day| day.contains(&now));
        let day = day.unwrap_or_else(|| day_of(now, &self.zone));
        let until = day.end;
        self.day = Some(day);
        Signal { location, until }
    }
}

/// From midnight to midnight. At the end of time there is no tomorrow.
fn day_of(now: Timestamp, zone: &TimeZone) -> Range<Timestamp> {
    let today = now.to_zoned(zone.clone()).start_of_day();
    let tomorrow = today.clone().and_then(|today| today.checked_add(1.day()));
    let start = today.map_or(now, |today| today.timestamp());
    start..tomorrow.map_or(Timestamp::MAX, |tomorrow| tomorrow.timestamp())
}

fn of_today(layer: Option<&Signal>, now: Timestamp) -> Option<&Location> {
    layer.filter(|signal| now < signal.until).map(|signal| &signal.location)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use jiff::{SignedDuration, Timestamp};

    use super::{Effective, Location, LocationError, Locations};
    use crate::tenant::place::places;

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
        let mut locations = Locations::new(TimeZone::UTC);
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
        let mut locations = Locations::new(TimeZone::UTC);
        locations.set_manual(location("remote"), morning());
        let last = morning() + SignedDuration::from_hours(15) - SignedDuration::from_secs(1);
        assert_eq!(sources(&locations, last), ("manual", "remote"));
        assert_eq!(
            sources(&locations, last + SignedDuration::from_secs(1)),
            ("none", "unspecified")
        );
    }

    #[test]
    fn the_day_is_the_persons_own() {
        for (zone, set, until) in [
            ("Pacific/Honolulu", "2026-03-02T12:00:00Z", "2026-03-03T10:00:00Z"),
            // Clocks go forward that night: the day has 23 hours.
            ("America/New_York", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
            ("Europe/Berlin", "2026-03-02T22:30:00Z", "2026-03-02T23:00:00Z"),
        ] {
            let mut locations = Locations::new(TimeZone::get(zone).unwrap());
            let until: Timestamp = until.parse().unwrap();
            locations.set_automatic(location("remote"), set.parse().unwrap());
            let last = until - SignedDuration::from_nanos(1);
            assert_eq!(sources(&locations, last).0, "automatic", "{zone}");
            assert_eq!(sources(&locations, until).0, "none", "{zone}");
        }
    }

    #[test]
    fn the_next_day_is_another_one_and_so_is_the_same_day_elsewhere() {
        let mut locations = Locations::new(TimeZone::UTC);
        for (zone, set, until) in [
            ("UTC", "2026-03-02T09:00:00Z", "2026-03-03T00:00:00Z"),
            ("UTC", "2026-03-02T23:59:59Z", "2026-03-03T00:00:00Z"),
            ("UTC", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"),
            ("Asia/Dubai", "2026-03-03T21:00:00Z", "2026-03-04T20:00:00Z"),
            ("Asia/Dubai", "2026-03-03T19:00:00Z", "2026-03-03T20:00:00Z"),
        ] {
            if locations.zone().iana_name() != Some(zone) {
                locations.set_zone(TimeZone::get(zone).unwrap());
            }
            locations.set_manual(location("remote"), set.parse().unwrap());
            assert_eq!(locations.turns().next(), Some(until.parse().unwrap()), "{zone} {set}");
        }
    }

    #[test]
    fn a_vaguer_automatic_signal_keeps_the_building_and_a_vaguer_choice_does_not() {
        let mut locations = Locations::new(TimeZone::UTC);
        let known = Location::new("office", Some(places()[0].id)).unwrap();
        locations.set_automatic(known.clone(), morning());
        locations.set_automatic(location("office"), morning());
        assert_eq!(locations.automatic(morning()), Some(&known));
        locations.set_automatic(location("remote"), morning());
        assert_eq!(locations.automatic(morning()), Some(&location("remote")));
        locations.set_automatic(location("office"), morning());
        assert_eq!(locations.automatic(morning()), Some(&location("office")));
        locations.set_manual(known, morning());
        locations.set_manual(location("office"), morning());
        assert_eq!(locations.manual(morning()), Some(&location("office")));
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
