use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{Activity, Badge, OutOfOffice, ShownLocation, ShownMessage};

/// A presence as Graph sent it: every property kept under its own name, unknown ones too, and read through methods that
/// accept that any of them may be missing or of a kind never seen before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(type = "Record<string, unknown>"))]
#[serde(transparent)]
pub struct Presence(Map<String, Value>);

/// An answer that is JSON but cannot be a presence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum NotAPresence {
    #[error("the answer is not a JSON object")]
    NotAnObject,
    #[error("the answer has no availability")]
    NoAvailability,
}

impl Presence {
    /// Accepts an object with an `availability` in words; all else is optional (older and national clouds lack several properties).
    pub fn from_graph(value: Value) -> Result<Presence, NotAPresence> {
        let Value::Object(properties) = value else {
            return Err(NotAPresence::NotAnObject);
        };
        if !properties.get("availability").is_some_and(Value::is_string) {
            return Err(NotAPresence::NoAvailability);
        }
        Ok(Presence(properties))
    }

    /// A presence of only these two words.
    pub fn of(availability: &str, activity: &str) -> Presence {
        let mut properties = Map::new();
        properties.insert("availability".into(), availability.into());
        properties.insert("activity".into(), activity.into());
        Presence(properties)
    }

    /// Whose it is: the object id of a user; empty when missing.
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// Graph's `availability`, in its own spelling; empty when missing.
    pub fn availability(&self) -> &str {
        self.text("availability").unwrap_or_default()
    }

    /// Graph's `activity`, in its own spelling; empty when missing.
    pub fn activity(&self) -> &str {
        self.text("activity").unwrap_or_default()
    }

    /// What to call it: the activity where it says more, else the availability.
    pub fn doing(&self) -> Activity {
        match Activity::parse(self.activity()) {
            Activity::Unknown => Activity::parse(self.availability()),
            activity => activity,
        }
    }

    /// What to draw: the availability decides, and the activity where the availability is not known, or where it is the finer of two
    /// kinds of being away.
    pub fn badge(&self) -> Badge {
        let activity = Activity::parse(self.activity()).badge();
        match Activity::parse(self.availability()).badge() {
            Badge::Unknown => activity,
            Badge::Away if activity == Badge::BeRightBack => Badge::BeRightBack,
            badge => badge,
        }
    }

    /// A stamp that sorts as text: of two reads the one with the smaller stamp is the older.
    pub fn sequence_number(&self) -> Option<&str> {
        self.text("sequenceNumber")
    }

    /// The status message, where one is set.
    pub fn message(&self) -> Option<ShownMessage> {
        ShownMessage::from_graph(self.0.get("statusMessage")?)
    }

    /// The work location, where the cloud has it and one is set.
    pub fn location(&self) -> Option<ShownLocation> {
        ShownLocation::from_graph(self.0.get("workLocation")?)
    }

    /// Being out of office, where the person is and the cloud tells it. Neither can be set through the presence operations.
    pub fn out_of_office(&self) -> Option<OutOfOffice> {
        OutOfOffice::from_graph(self.0.get("outOfOfficeSettings")?)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_presence_keeps_what_it_does_not_know() {
        let body = json!({"@odata.context": "x", "availability": "Busy", "activity": "Juggling", "mood": {"a": [1]}});
        let presence = Presence::from_graph(body.clone()).unwrap();
        assert_eq!(serde_json::to_value(&presence).unwrap(), body);
        assert_eq!(presence.doing(), Activity::Busy);
        assert_eq!(presence.badge(), Badge::Busy);
    }

    #[test]
    fn what_is_no_presence_is_refused() {
        for (body, error) in [
            (json!([]), NotAPresence::NotAnObject),
            (json!("Busy"), NotAPresence::NotAnObject),
            (json!({"error": {}}), NotAPresence::NoAvailability),
            (json!({"availability": 7}), NotAPresence::NoAvailability),
        ] {
            assert_eq!(Presence::from_graph(body), Err(error));
        }
    }

    #[test]
    fn be_right_back_is_drawn_as_such_in_both_of_graphs_spellings() {
        for (availability, activity) in [("Away", "BeRightBack"), ("BeRightBack", "BeRightBack")] {
            assert_eq!(Presence::of(availability, activity).badge(), Badge::BeRightBack);
        }
    }

    #[test]
    fn a_presence_of_a_cloud_without_the_newer_properties_is_read_all_the_same() {
        let presence =
            Presence::from_graph(json!({"id": "fa8bf3dc", "availability": "Away", "activity": null})).unwrap();
        assert_eq!(
            (presence.id(), presence.badge(), presence.activity()),
            ("fa8bf3dc", Badge::Away, "")
        );
        assert_eq!(presence.sequence_number(), None);
        assert_eq!(
            (presence.message(), presence.location(), presence.out_of_office()),
            (None, None, None)
        );
    }

    proptest! {
        #[test]
        fn no_object_of_a_stranger_makes_the_readers_panic(availability in ".*", activity in ".*", content in ".*", zone in ".*", at in ".*", html: bool) {
            let kind = if html { "html" } else { "text" };
            let presence = Presence::from_graph(json!({
                "availability": availability, "activity": activity,
                "statusMessage": {
                    "message": {"content": content, "contentType": kind},
                    "expiryDateTime": {"dateTime": at, "timeZone": zone},
                    "publishedDateTime": at,
                },
                "workLocation": {"workLocationType": activity, "placeId": zone, "source": at},
                "outOfOfficeSettings": {"isOutOfOffice": true, "message": content},
            })).unwrap();
            let _ = (presence.doing(), presence.badge(), presence.sequence_number());
            let _ = (presence.message(), presence.location(), presence.out_of_office());
        }
    }
}
