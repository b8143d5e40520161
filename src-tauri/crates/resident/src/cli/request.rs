//! From typed words to what is wanted, or to a sentence that says what is wrong with them.

use engine::{Code, Command, Reference, Trouble};
use jiff::Zoned;
use phrases::Language;
use presence::{Expiry, ExpiryError, Layer, LocationKind, MessageError, MessageText, PreferredPresence, WorkLocation};

use super::args::{End, Subcommands, Switch};

/// Works out the engine's command, before anything is asked of keychain or network. `None`: the words are no command of the engine.
pub(crate) fn command(words: &Subcommands, now: &Zoned, language: Language) -> Option<Result<Command, Trouble>> {
    let reader = Reader { now, language };
    let command = match words {
        Subcommands::SignIn {
            device, session_only, ..
        } => Ok(Command::SignIn {
            by_code: *device,
            session_only: *session_only,
        }),
        Subcommands::SignOut(_) => Ok(Command::SignOut),
        Subcommands::Set { presence, end, .. } => reader.set(presence, end),
        Subcommands::Reset(_) => Ok(Command::ResetPresence),
        Subcommands::Message { text, end, pin, .. } => match text {
            Some(text) => reader.message(text, end, *pin),
            None => Ok(Command::ClearMessage),
        },
        Subcommands::Location {
            location,
            place,
            automatic,
            ..
        } => {
            let layer = if *automatic { Layer::Automatic } else { Layer::Manual };
            match location {
                Some(word) => reader.location(word, place.as_deref(), layer),
                None => Ok(Command::ClearLocation { layer }),
            }
        }
        Subcommands::Preset { name, .. } => Ok(Command::ApplyPreset {
            name: Some(name.clone()),
        }),
        Subcommands::KeepAlive { switch, .. } => Ok(Command::KeepAlive {
            on: *switch == Switch::On,
        }),
        Subcommands::Quit(_) => Ok(Command::Quit),
        Subcommands::Status(_)
        | Subcommands::Watch(_)
        | Subcommands::Doctor(_)
        | Subcommands::Simulator { .. }
        | Subcommands::Completions { .. }
        | Subcommands::Man => return None,
    };
    Some(command)
}

struct Reader<'a> {
    now: &'a Zoned,
    language: Language,
}

impl Reader<'_> {
    fn set(&self, word: &str, end: &End) -> Result<Command, Trouble> {
        let presence: PreferredPresence = word.parse().map_err(|_| {
            let choices = PreferredPresence::ALL.map(PreferredPresence::name).join(", ");
            self.wrong("unknown-presence", &[("what", word), ("choices", &choices)])
        })?;
        let expiry = self.expiry(end)?;
        Ok(Command::SetPresence { presence, expiry })
    }

    fn message(&self, text: &str, end: &End, pin: bool) -> Result<Command, Trouble> {
        let text = MessageText::new(text).map_err(|error| match error {
            MessageError::Empty => self.wrong("message-empty", &[]),
            MessageError::TooLong { length } => self.wrong(
                "message-too-long",
                &[
                    ("length", &length.to_string()),
                    ("limit", &MessageText::LIMIT.to_string()),
                ],
            ),
        })?;
        let expiry = self.expiry(end)?;
        Ok(Command::SetMessage {
            text,
            expiry,
            pinned: pin.then_some(true),
        })
    }

    fn location(&self, word: &str, place: Option<&str>, layer: Layer) -> Result<Command, Trouble> {
        let kind = LocationKind::ALL
            .into_iter()
            .find(|kind| kind.name() == word)
            .ok_or_else(|| {
                let choices = LocationKind::ALL.map(LocationKind::name).join(", ");
                self.wrong("unknown-location", &[("what", word), ("choices", &choices)])
            })?;
        if place.is_some() && kind != LocationKind::Office {
            return Err(self.wrong("place-without-office", &[]));
        }
        let place = place.map(str::to_owned);
        Ok(Command::SetLocation {
            location: WorkLocation { kind, place },
            layer,
        })
    }

    fn expiry(&self, end: &End) -> Result<Option<Expiry>, Trouble> {
        let expiry = match (&end.length, &end.until) {
            (Some(length), _) => length.parse().map(|length| Some(Expiry::For(length))),
            (None, Some(until)) => Expiry::until(until).map(Some),
            (None, None) => Ok(None),
        };
        expiry
            .and_then(|expiry| {
                // A time of day that is gone is told here, and not only once it arrives where it would be carried out.
                expiry.as_ref().map(|expiry| expiry.resolve(self.now)).transpose()?;
                Ok(expiry)
            })
            .map_err(|error| {
                let (key, what) = match &error {
                    ExpiryError::NotALength(what) => ("not-a-length", what),
                    ExpiryError::NotAboveZero(what) => ("not-above-zero", what),
                    ExpiryError::TooLong(what) => ("too-long", what),
                    ExpiryError::NotATime(what) => ("not-a-time", what),
                    ExpiryError::Past(what) => ("past", what),
                };
                self.wrong(key, &[("what", what)])
            })
    }

    fn wrong(&self, key: &str, values: &[(&str, &str)]) -> Trouble {
        wrong(self.language, key, values)
    }
}

/// What is wrong with the words, and how to write them: the catalogue's `usage.{key}`.
pub(crate) fn wrong(language: Language, key: &str, values: &[(&str, &str)]) -> Trouble {
    let phrases = language.phrases();
    Trouble {
        code: Code::Usage,
        message: phrases.fill(&format!("usage.{key}.message"), values),
        advice: phrases.fill(&format!("usage.{key}.advice"), values),
        reference: Reference::default(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{super::args::Arguments, *};

    fn read(line: &str) -> Result<Command, Trouble> {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let words =
            Arguments::try_parse_from(std::iter::once("presence-tray").chain(line.split('|'))).expect("clap takes it");
        command(&words.command.unwrap(), &now, Language::English).expect("an engine's command")
    }

    #[test]
    fn words_become_commands() {
        let length = |text: &str| Some(Expiry::For(text.parse().unwrap()));
        let until = |text: &str| Some(Expiry::until(text).unwrap());
        let text = MessageText::new("Back soon").unwrap();
        for (line, command) in [
            (
                "set|busy",
                Command::SetPresence {
                    presence: PreferredPresence::Busy,
                    expiry: None,
                },
            ),
            (
                "set|do-not-disturb|--for|90m",
                Command::SetPresence {
                    presence: PreferredPresence::DoNotDisturb,
                    expiry: length("1h30m"),
                },
            ),
            (
                "set|away|--until|17:00",
                Command::SetPresence {
                    presence: PreferredPresence::Away,
                    expiry: until("17:00"),
                },
            ),
            ("reset", Command::ResetPresence),
            (
                "message|Back soon|--until|tomorrow",
                Command::SetMessage {
                    text: text.clone(),
                    expiry: until("tomorrow"),
                    pinned: None,
                },
            ),
            (
                "message|Back soon|--pin",
                Command::SetMessage {
                    text,
                    expiry: None,
                    pinned: Some(true),
                },
            ),
            (
                "preset|Gone for today",
                Command::ApplyPreset {
                    name: Some("Gone for today".into()),
                },
            ),
            ("keep-alive|on", Command::KeepAlive { on: true }),
            ("keep-alive|off", Command::KeepAlive { on: false }),
            ("sign-in", Command::SIGN_IN),
            (
                "sign-in|--device",
                Command::SignIn {
                    by_code: true,
                    session_only: false,
                },
            ),
            ("message|--clear", Command::ClearMessage),
            ("location|--clear", Command::ClearLocation { layer: Layer::Manual }),
            (
                "location|--clear|--automatic",
                Command::ClearLocation {
                    layer: Layer::Automatic,
                },
            ),
            (
                "location|office|--place|b1|--automatic",
                Command::SetLocation {
                    location: WorkLocation {
                        kind: LocationKind::Office,
                        place: Some("b1".into()),
                    },
                    layer: Layer::Automatic,
                },
            ),
        ] {
            assert_eq!(read(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn wrong_words_get_one_sentence_and_a_fix() {
        let long = format!("message|{}", "x".repeat(281));
        for (line, hint) in [
            ("set|asleep", "be-right-back"),
            ("set|busy|--for|banana", "90m"),
            ("set|busy|--for|-5m", "90m"),
            ("set|busy|--for|0", "90m"),
            ("set|busy|--for|31d", "30 days"),
            ("set|busy|--until|09:00", "tomorrow"),
            ("set|busy|--until|noon", "17:00"),
            (long.as_str(), "280"),
            ("message| ", "--clear"),
            ("location|moon", "time-off"),
            ("location|remote|--place|b1", "office"),
        ] {
            let trouble = read(line).expect_err(line);
            assert_eq!(trouble.code.exit(), 2, "{line}");
            assert!(
                format!("{} {}", trouble.message, trouble.advice).contains(hint),
                "{line}: {trouble:?}"
            );
            assert!(!trouble.message.contains("usage."), "the catalogue has it: {trouble:?}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused_while_it_is_read() {
        for line in [
            "set|busy|--for|1h|--until|17:00",
            "message|hello|--clear",
            "message|--clear|--pin",
            "keep-alive",
            "keep-alive|maybe",
            "message",
            "location",
            "location|office|--clear",
            "set",
            "dance",
        ] {
            let words = Arguments::try_parse_from(std::iter::once("presence-tray").chain(line.split('|')));
            assert!(words.is_err(), "{line}");
        }
    }
}
