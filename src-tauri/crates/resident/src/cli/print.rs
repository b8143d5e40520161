//! What is printed: results on standard output, everything else on standard error.

use std::io::{self, Write as _};

use engine::{Account, AskState, Certainty, Snapshot, Trouble};
use jiff::{Timestamp, Zoned};
use phrases::Language;
use serde::Serialize;
use serde_json::json;

use crate::words;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    pub(crate) language: Language,
    pub(crate) json: bool,
}

impl Printer {
    /// One sentence and an advice, or the same as JSON.
    pub(crate) fn trouble(&self, trouble: &Trouble) {
        let text = if self.json {
            json!({"error": trouble}).to_string()
        } else {
            let ids = &trouble.reference;
            // As Microsoft's own pages name them, so that an administrator recognises them.
            let correlation = ids.correlation_id.iter().map(|id| format!("Correlation ID: {id}"));
            let trace = ids.trace_id.iter().map(|id| format!("Trace ID: {id}"));
            let lines = [trouble.message.clone(), trouble.advice.clone()];
            let lines: Vec<_> = lines.into_iter().chain(correlation).chain(trace).collect();
            printable_lines(&lines)
        };
        to_standard_error(&text);
    }

    /// A command was carried out. For people a word; scripts have the exit code.
    pub(crate) fn done(&self, key: &str) {
        if !self.json {
            print_line(self.language.phrases().text(key));
        }
    }

    /// What was asked for: as it is, or in words.
    pub(crate) fn result(&self, value: &impl Serialize, words: impl FnOnce() -> String) {
        if self.json {
            json_line(value);
        } else {
            print_line(&words());
        }
    }

    pub(crate) fn signed_in(&self, account: &Account) {
        if self.json {
            json_line(account);
        } else {
            let values = [("name", account.name.as_str()), ("username", account.username.as_str())];
            print_line(&self.language.phrases().fill("cli.sign-in.done", &values));
        }
    }

    /// Where the browser was sent, for whoever has to open it by hand; or where a code is to be typed in.
    pub(crate) fn open_by_hand(&self, url: &str, code: Option<&str>) {
        let phrases = self.language.phrases();
        let sentence = phrases.text(match code {
            Some(_) => "cli.sign-in.code",
            None => "cli.sign-in.browser",
        });
        to_standard_error(&if self.json {
            json!({"sign_in": {"message": sentence, "url": url, "code": code}}).to_string()
        } else {
            let lines = [Some(sentence), Some(url), code];
            lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
        });
    }

    /// How long a presence session lasts that nobody renews.
    pub(crate) fn kept_alive_until(&self, until: Option<Timestamp>, now: &Zoned) {
        if let Some(until) = until.filter(|_| !self.json) {
            let time = words::when(until, now, self.language);
            print_line(&self.language.phrases().fill("cli.keep-alive-lone", &[("time", &time)]));
        }
    }

    /// Something ignored in the settings.
    pub(crate) fn warning(&self, sentence: &str) {
        to_standard_error(&if self.json {
            json!({"warning": {"message": sentence}}).to_string()
        } else {
            sentence.to_owned()
        });
    }

    pub(crate) fn status(&self, snapshot: &Snapshot, now: &Zoned) {
        if self.json {
            match serde_json::to_string_pretty(snapshot) {
                Ok(text) => print_line(&text),
                Err(error) => to_standard_error(&error.to_string()),
            }
        } else {
            for line in self.in_words(snapshot, now) {
                print_line(&line);
            }
        }
    }

    /// One line for `watch`.
    pub(crate) fn watch_line(&self, snapshot: &Snapshot, now: &Zoned) -> String {
        if self.json {
            return serde_json::to_string(snapshot).unwrap_or_default();
        }
        let headline = words::headline(snapshot, self.language, now);
        match snapshot.problem.as_ref().filter(|_| snapshot.signed_in) {
            Some(problem) => format!("{headline} ({})", problem.message),
            None => headline,
        }
    }

    fn in_words(&self, snapshot: &Snapshot, now: &Zoned) -> Vec<String> {
        let phrases = self.language.phrases();
        let mut lines = vec![words::headline(snapshot, self.language, now)];
        lines.extend(snapshot.why.as_ref().map(|why| why.message.clone()));
        lines.extend(snapshot.notices.iter().map(|notice| notice.message.clone()));
        let mut add = |key: &str, text: String| lines.push(format!("{}: {text}", phrases.text(key)));
        if let Some(presence) = &snapshot.presence {
            if let Some(message) = presence.message() {
                add(
                    "cli.message",
                    self.with_end(&printable(&message.text), message.until, now),
                );
            }
            if let Some(location) = presence.location() {
                let place = location.place.as_ref().map(|id| {
                    let known = snapshot.places.iter().find(|place| place.id == *id);
                    printable(known.map_or(id, |place| &place.name))
                });
                let kind = phrases.text(location.kind.phrase());
                add(
                    "cli.location",
                    place.map_or(kind.to_owned(), |place| format!("{kind} – {place}")),
                );
            }
        }
        let asked = &snapshot.asked;
        let state = |state: AskState| {
            phrases.text(match state {
                AskState::Pending => "cli.state.pending",
                AskState::Confirmed => "cli.state.confirmed",
                AskState::Refused => "cli.state.refused",
            })
        };
        let mut ask = |what: &str, until, reached: AskState| {
            add(
                "cli.asked",
                format!("{}, {}", self.with_end(what, until, now), state(reached)),
            );
        };
        if let Some(asked) = &asked.presence {
            ask(phrases.text(asked.value.phrase()), asked.until, asked.state);
        }
        if let Some(asked) = &asked.message {
            ask(&printable(asked.value.as_str()), asked.until, asked.state);
        }
        if let Some(asked) = &asked.location {
            ask(phrases.text(asked.value.phrase()), asked.until, asked.state);
        }
        if let Some(account) = &snapshot.account {
            lines.push(format!(
                "{} ({})",
                printable(&account.name),
                printable(&account.username)
            ));
        }
        if snapshot.read_only {
            lines.push(phrases.text("cli.read-only").to_owned());
        }
        if let Some(at) = snapshot.read_at {
            let ago = words::ago(at, now, self.language);
            let key = match snapshot.certainty {
                Certainty::Stale => "cli.read.stale",
                _ => "cli.read",
            };
            lines.push(format!("{}: {ago}", phrases.text(key)));
        }
        lines
    }

    fn with_end(&self, what: &str, until: Option<Timestamp>, now: &Zoned) -> String {
        match until {
            Some(until) => {
                let time = words::when(until, now, self.language);
                self.language
                    .phrases()
                    .fill("state.until", &[("what", what), ("time", &time)])
            }
            None => what.to_owned(),
        }
    }
}

/// One line of JSON on standard output.
pub(crate) fn json_line(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => print_line(&text),
        Err(error) => to_standard_error(&error.to_string()),
    }
}

fn print_line(text: &str) {
    // Whoever read it may have left; that is no trouble of ours.
    let _ = to_standard_output(format!("{text}\n").as_bytes());
}

/// Fails where whoever read our output has left.
pub(crate) fn to_standard_output(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Returns when whoever read our output has left, as far as the system tells: it does for pipes.
pub(crate) async fn reader_left() {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, poll};
        let (left_in, left) = tokio::sync::oneshot::channel();
        // A thread that waits in the system, as tokio can watch standard output only by changing how everybody writes to it.
        std::thread::spawn(move || {
            let out = io::stdout();
            // No events asked for: errors and hanging up are told in any case.
            let ended = poll(&mut [PollFd::new(&out, PollFlags::empty())], None);
            let _ = left_in.send(ended.is_ok());
        });
        if left.await.unwrap_or(false) {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// Each in a line of its own.
fn printable_lines(lines: &[String]) -> String {
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}

/// Text of a stranger on a terminal: without control characters, which could move the cursor or recolour what follows.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

fn to_standard_error(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
