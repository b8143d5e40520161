//! What is printed: results on standard output, everything else on standard error.

use std::io::{self, Write as _};

use anstream::AutoStream;
use engine::{Account, Snapshot, Trouble};
use jiff::{Timestamp, Zoned};
use phrases::Language;
use serde::Serialize;
use serde_json::json;

use super::{status, style::BAD};
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
            let lines = printable_lines(&lines);
            match lines.split_once('\n') {
                Some((message, others)) => format!("{BAD}{message}{BAD:#}\n{others}"),
                None => lines,
            }
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
                Ok(text) => print_json(&text),
                Err(error) => to_standard_error(&error.to_string()),
            }
        } else {
            print_line(&status::in_words(snapshot, now, self.language));
        }
    }

    /// One line for `watch`. Fails where whoever read our output has left.
    pub(crate) fn watched(&self, line: &str) -> io::Result<()> {
        if self.json {
            to_standard_output(format!("{line}\n").as_bytes())
        } else {
            styled_to_standard_output(&format!("{line}\n"))
        }
    }

    pub(crate) fn watch_line(&self, snapshot: &Snapshot, now: &Zoned) -> String {
        if self.json {
            serde_json::to_string(snapshot).unwrap_or_default()
        } else {
            status::in_a_line(snapshot, now, self.language)
        }
    }
}

/// One line of JSON on standard output.
pub(crate) fn json_line(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => print_json(&text),
        Err(error) => to_standard_error(&error.to_string()),
    }
}

fn print_line(text: &str) {
    // Whoever read it may have left; that is no trouble of ours.
    let _ = styled_to_standard_output(&format!("{text}\n"));
}

/// JSON is never coloured, whoever asks for it.
fn print_json(text: &str) {
    let _ = to_standard_output(format!("{text}\n").as_bytes());
}

/// The same with colours and weights, where a terminal shows them: not with `NO_COLOR`, and always with `CLICOLOR_FORCE`.
fn styled_to_standard_output(text: &str) -> io::Result<()> {
    let mut out = AutoStream::auto(io::stdout().lock());
    out.write_all(text.as_bytes())?;
    out.flush()
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
    let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{text}");
}
