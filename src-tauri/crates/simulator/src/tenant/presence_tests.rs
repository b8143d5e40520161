use jiff::{SignedDuration, Timestamp};

use super::{
    NoSuchSession, PREFERRED_PAIRS, Pair, Presence, SESSION_PAIRS, SetPreferredError, SetSessionError, TeamsClient,
};

const APP: &str = "a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab";

fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn after(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}

fn shown(presence: &Presence, minutes: i64) -> String {
    let Pair { availability, activity } = presence.effective(after(minutes));
    format!("{availability}/{activity}")
}

#[test]
fn only_the_documented_session_pairs_are_accepted() {
    let known = [
        "Available",
        "Busy",
        "DoNotDisturb",
        "BeRightBack",
        "Away",
        "Offline",
        "available",
        "",
    ];
    let finer = [
        "Available",
        "Busy",
        "InACall",
        "InAConferenceCall",
        "Presenting",
        "Away",
        "OffWork",
        "inACall",
    ];
    for availability in known {
        for activity in finer {
            let answer = Presence::default().set_session(APP, APP, &Pair::new(availability, activity), None, start());
            let documented = SESSION_PAIRS.contains(&(availability, activity));
            let expected = if documented {
                Ok(())
            } else {
                Err(SetSessionError::UnsupportedPair)
            };
            assert_eq!(answer, expected, "{availability}/{activity}");
        }
    }
}

#[test]
fn only_the_documented_preferred_pairs_are_accepted() {
    let words = [
        "Available",
        "Busy",
        "DoNotDisturb",
        "BeRightBack",
        "Away",
        "Offline",
        "OffWork",
        "InACall",
        "busy",
        "",
    ];
    for availability in words {
        for activity in words {
            let answer = Presence::default().set_preferred(&Pair::new(availability, activity), None, start());
            let documented = PREFERRED_PAIRS.contains(&(availability, activity));
            let expected = if documented {
                Ok(())
            } else {
                Err(SetPreferredError::UnsupportedPair)
            };
            assert_eq!(answer, expected, "{availability}/{activity}");
        }
    }
}

#[test]
fn a_session_lasts_from_five_minutes_to_four_hours() {
    for (duration, ends) in [
        (None, Some(5)),
        (Some("PT5M"), Some(5)),
        (Some("PT4H"), Some(240)),
        (Some("PT4M59S"), None),
        (Some("PT4H1S"), None),
        (Some("P1D"), None),
        (Some("P1W"), None),
        (Some(""), None),
    ] {
        let mut presence = Presence::default();
        let answer = presence.set_session(APP, APP, &Pair::new("Busy", "InACall"), duration, start());
        match ends {
            Some(minutes) => {
                assert_eq!(answer, Ok(()), "{duration:?}");
                assert_eq!(shown(&presence, minutes - 1), "Busy/InACall", "{duration:?}");
                assert_eq!(shown(&presence, minutes), "Offline/Offline", "{duration:?}");
            }
            None => assert_eq!(answer, Err(SetSessionError::Duration), "{duration:?}"),
        }
    }
}

#[test]
fn a_preferred_presence_has_the_documented_default_length() {
    let day = 24 * 60;
    for (availability, activity) in PREFERRED_PAIRS {
        let days = if ["Busy", "DoNotDisturb"].contains(&availability) {
            1
        } else {
            7
        };
        let mut presence = Presence::with_teams(start());
        presence.set_teams(Some(Pair::new("Busy", "InAMeeting")), start());
        presence
            .set_preferred(&Pair::new(availability, activity), None, start())
            .unwrap();
        assert_eq!(shown(&presence, days * day - 1), format!("{availability}/{activity}"));
        assert_eq!(shown(&presence, days * day), "Busy/InAMeeting", "{availability}");
    }
}

#[test]
fn a_preferred_duration_must_be_positive_and_end_within_time() {
    for duration in ["PT0S", "-PT1H", "P1W", "P100000000D", "soon", ""] {
        let answer = Presence::default().set_preferred(&Pair::new("Busy", "Busy"), Some(duration), start());
        assert_eq!(answer, Err(SetPreferredError::Duration), "{duration}");
    }
}

#[test]
fn the_sessions_highest_wins_and_the_preferred_presence_over_all() {
    for (teams, app, expected) in [
        (("Available", "Available"), ("Away", "Away"), "Available/Available"),
        (("Away", "Away"), ("Available", "Available"), "Available/Available"),
        (("Available", "Available"), ("Busy", "InACall"), "Busy/InACall"),
        (("Busy", "InAMeeting"), ("Available", "Available"), "Busy/InAMeeting"),
        (
            ("Busy", "InAMeeting"),
            ("DoNotDisturb", "Presenting"),
            "DoNotDisturb/Presenting",
        ),
        (
            ("DoNotDisturb", "Focusing"),
            ("Busy", "InACall"),
            "DoNotDisturb/Focusing",
        ),
        (
            ("BeRightBack", "BeRightBack"),
            ("Available", "Available"),
            "Available/Available",
        ),
    ] {
        let mut presence = Presence::with_teams(start());
        presence.set_teams(Some(Pair::new(teams.0, teams.1)), start());
        presence
            .set_session(APP, APP, &Pair::new(app.0, app.1), None, start())
            .unwrap();
        assert_eq!(shown(&presence, 1), expected, "{teams:?} and {app:?}");
        presence
            .set_preferred(&Pair::new("Offline", "OffWork"), None, start())
            .unwrap();
        assert_eq!(shown(&presence, 1), "Offline/OffWork");
        presence.clear_preferred();
        presence.clear_preferred();
        assert_eq!(shown(&presence, 1), expected);
    }
}

#[test]
fn a_preferred_presence_shows_only_while_a_session_lives() {
    let mut presence = Presence::default();
    presence
        .set_preferred(&Pair::new("Busy", "Busy"), None, start())
        .unwrap();
    assert_eq!(shown(&presence, 1), "Offline/Offline");
    presence
        .set_session(APP, APP, &Pair::new("Away", "Away"), Some("PT10M"), start())
        .unwrap();
    assert_eq!(shown(&presence, 9), "Busy/Busy");
    assert_eq!(shown(&presence, 10), "Offline/Offline");
}

#[test]
fn an_applications_available_fades_and_is_renewed_by_setting_it_again() {
    let mut presence = Presence::default();
    let available = Pair::new("Available", "Available");
    presence
        .set_session(APP, APP, &available, Some("PT4H"), start())
        .unwrap();
    for (minutes, expected) in [
        (4, "Available/Available"),
        (5, "Available/AvailableInactive"),
        (9, "Available/AvailableInactive"),
        (10, "Away/Away"),
        (239, "Away/Away"),
        (240, "Offline/Offline"),
    ] {
        assert_eq!(shown(&presence, minutes), expected, "after {minutes} min");
    }
    presence
        .set_session(APP, APP, &available, Some("PT4H"), after(30))
        .unwrap();
    assert_eq!(shown(&presence, 34), "Available/Available");
}

#[test]
fn a_call_and_a_teams_client_do_not_fade() {
    let mut presence = Presence::default();
    presence
        .set_session(APP, APP, &Pair::new("Busy", "InACall"), Some("PT4H"), start())
        .unwrap();
    assert_eq!(shown(&presence, 239), "Busy/InACall");
    assert_eq!(shown(&Presence::with_teams(start()), 10_000), "Available/Available");
}

#[test]
fn clearing_ends_the_session_once() {
    let mut presence = Presence::default();
    presence
        .set_session(APP, APP, &Pair::new("Busy", "InACall"), None, start())
        .unwrap();
    assert_eq!(presence.clear_session("another", after(1)), Err(NoSuchSession));
    assert_eq!(presence.clear_session(APP, after(1)), Ok(()));
    assert_eq!(shown(&presence, 1), "Offline/Offline");
    assert_eq!(presence.clear_session(APP, after(1)), Err(NoSuchSession));
    presence
        .set_session(APP, APP, &Pair::new("Busy", "InACall"), None, start())
        .unwrap();
    assert_eq!(
        presence.clear_session(APP, after(5)),
        Err(NoSuchSession),
        "expired is as good as gone"
    );
}

#[test]
fn a_session_is_named_after_the_application() {
    let answer = Presence::default().set_session(APP, "mine", &Pair::new("Away", "Away"), None, start());
    assert_eq!(answer, Err(SetSessionError::NotTheApplication));
}

#[test]
fn each_teams_client_is_a_session_of_its_own() {
    let mut presence = Presence::with_teams(start());
    presence.set_teams_client(TeamsClient::Mobile, Some(Pair::new("Away", "Away")), start());
    presence.set_teams_client(TeamsClient::Web, Some(Pair::new("Busy", "InACall")), start());
    assert_eq!(presence.sessions(start()).count(), 3);
    assert_eq!(shown(&presence, 0), "Busy/InACall");
    presence.set_teams_client(TeamsClient::Web, None, start());
    assert_eq!(shown(&presence, 0), "Available/Available");
    presence.set_teams_client(TeamsClient::Desktop, None, start());
    assert_eq!(shown(&presence, 24 * 60), "Away/Away", "a client stays until it leaves");
    presence.set_teams(None, start());
    assert_eq!(shown(&presence, 0), "Offline/Offline");
}

#[test]
fn a_teams_client_does_not_fade_and_may_know_other_words() {
    let mut presence = Presence::with_teams(start());
    assert_eq!(shown(&presence, 11), "Available/Available");
    presence.set_teams(Some(Pair::new("Focusing", "Focusing")), start());
    presence.set_teams_client(TeamsClient::Web, Some(Pair::new("Busy", "InACall")), start());
    assert_eq!(shown(&presence, 0), "Focusing/Focusing");
}
