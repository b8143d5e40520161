//! Opens a web address in the person's browser.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use url::Url;

/// Why a web address could not be opened. Never contains the address: a sign-in address is not for logs.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Only `http` and `https` are ever handed to another program.
    #[error("only http and https addresses are opened in a browser")]
    NotAWebAddress,
    /// `$BROWSER` has an unclosed quote or is not UTF-8.
    #[error("the variable BROWSER cannot be read as a command; check its quotes")]
    BrowserVariable,
    /// The browser, or the system's opener, is missing or may not be run.
    #[error("the browser could not be started ({program}: {source})")]
    Start {
        /// The program that was tried.
        program: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Opens `url` with `$BROWSER` where that is set and not empty, else with the system's opener, and returns as soon as
/// the program was started.
///
/// `$BROWSER` is an argument vector: split at white space, with single or double quotes around what belongs together.
/// `%s` in it stands for the address; without one the address becomes the last argument. No shell sees any of it. The
/// program gets no standard streams of ours and its end is collected by a thread, so that it leaves no zombie.
pub fn open(url: &str) -> Result<(), OpenError> {
    open_with(env::var_os("BROWSER").as_deref(), url).map(drop)
}

/// Opens a file of ours with the program that the person reads such files with, and returns as soon as it was started.
pub fn open_file(path: &Path) -> Result<(), OpenError> {
    // A path begins with a slash or a drive, so that no opener takes it for an option.
    start(&system_opener(&path.to_string_lossy())).map(drop)
}

fn open_with(browser: Option<&OsStr>, url: &str) -> Result<JoinHandle<()>, OpenError> {
    let url = Url::parse(url).map_err(|_| OpenError::NotAWebAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(OpenError::NotAWebAddress);
    }
    let chosen = match browser {
        Some(text) => browser_arguments(text.to_str().ok_or(OpenError::BrowserVariable)?, url.as_str())?,
        None => Vec::new(),
    };
    let arguments = if chosen.is_empty() {
        system_opener(url.as_str())
    } else {
        chosen
    };
    start(&arguments)
}

/// The argument vector `$BROWSER` asks for; empty where the variable is blank.
fn browser_arguments(browser: &str, url: &str) -> Result<Vec<String>, OpenError> {
    let mut arguments = split(browser).ok_or(OpenError::BrowserVariable)?;
    let mut placed = false;
    // The program itself is never built from the address.
    for argument in arguments.iter_mut().skip(1).filter(|argument| argument.contains("%s")) {
        *argument = argument.replace("%s", url);
        placed = true;
    }
    if !placed && !arguments.is_empty() {
        arguments.push(url.to_owned());
    }
    Ok(arguments)
}

/// Splits at white space outside quotes. A quote of either kind ends at the next of its kind and means nothing else; a
/// backslash is an ordinary character, as Windows paths need it. `None` where a quote is not closed.
fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut open_quote = None;
    for character in text.chars() {
        match open_quote {
            Some(quote) if character == quote => open_quote = None,
            None if matches!(character, '"' | '\'') => {
                open_quote = Some(character);
                // `""` is a word, though an empty one.
                word.get_or_insert_default();
            }
            None if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    open_quote.is_none().then_some(words)
}

fn system_opener(url: &str) -> Vec<String> {
    let mut arguments = if cfg!(windows) {
        // By its full path, as a program of that name in the current folder must not be run instead.
        let system = env::var("SystemRoot").unwrap_or_else(|_| r"C:\Windows".to_owned());
        vec![
            format!(r"{system}\System32\rundll32.exe"),
            "url.dll,FileProtocolHandler".to_owned(),
        ]
    } else if cfg!(target_os = "macos") {
        vec!["/usr/bin/open".to_owned()]
    } else {
        vec!["xdg-open".to_owned()]
    };
    arguments.push(url.to_owned());
    arguments
}

/// The thread it returns ends when the program has ended and was reaped.
fn start(arguments: &[String]) -> Result<JoinHandle<()>, OpenError> {
    let Some((program, arguments)) = arguments.split_first() else {
        return Err(OpenError::BrowserVariable);
    };
    let failed = |source| OpenError::Start {
        program: program.clone(),
        source,
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own: Ctrl+C in the terminal of a waiting `sign-in` ends that, not the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(failed)?;
    thread::Builder::new()
        .name("browser".to_owned())
        .spawn(move || match child.wait() {
            Ok(status) if !status.success() => tracing::warn!(%status, "the browser ended with an error"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the browser could not be waited for"),
        })
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://login.example/authorize?a=1&b=%20$x";

    #[test]
    fn the_browser_variable_is_an_argument_vector_and_no_shell() {
        for (variable, expected) in [
            ("firefox", vec!["firefox", URL]),
            (
                "  firefox   --private-window ",
                vec!["firefox", "--private-window", URL],
            ),
            ("'/opt/my browser/run' --new", vec!["/opt/my browser/run", "--new", URL]),
            (
                r#""C:\Program Files\b.exe" -x"#,
                vec![r"C:\Program Files\b.exe", "-x", URL],
            ),
            (
                "b --app=%s --quiet",
                vec!["b", "--app=https://login.example/authorize?a=1&b=%20$x", "--quiet"],
            ),
            ("b '' %s", vec!["b", "", URL]),
            (
                "b $(rm -rf /) ; `x` | y",
                vec!["b", "$(rm", "-rf", "/)", ";", "`x`", "|", "y", URL],
            ),
            ("%s", vec!["%s", URL]),
            ("", vec![]),
            ("  \t", vec![]),
        ] {
            assert_eq!(
                browser_arguments(variable, URL).expect(variable),
                expected,
                "BROWSER={variable}"
            );
        }
        assert!(matches!(
            browser_arguments("'firefox", URL),
            Err(OpenError::BrowserVariable)
        ));
    }

    #[test]
    fn only_web_addresses_are_opened() {
        for refused in [
            "",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-version",
            "mailto:a@b.example",
            "https://",
        ] {
            let opened = open_with(Some(OsStr::new("/nonexistent/browser")), refused);
            assert!(
                matches!(opened, Err(OpenError::NotAWebAddress)),
                "{refused}: {opened:?}"
            );
        }
    }

    #[test]
    fn a_browser_that_is_missing_is_named_and_the_address_is_not() {
        let error = open_with(Some(OsStr::new("/nonexistent/browser")), URL).expect_err("it does not exist");
        let sentence = error.to_string();
        assert!(
            sentence.contains("/nonexistent/browser") && !sentence.contains("login.example"),
            "{sentence}"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_browser_gets_the_address_and_none_of_our_streams_and_is_reaped() {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;
        use std::path::Path;

        let folder = tempfile::tempdir().expect("a folder");
        let (script, pipe) = (folder.path().join("a browser"), folder.path().join("answer"));
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let says = r#"
            for stream in 0 1 2; do target=$(readlink /proc/$$/fd/$stream); echo "$target" >&3; done
            echo $$ >&3
            printf '%s\n' "$@" >&3"#;
        fs::write(&script, format!("#!/bin/sh\nexec 3> '{}'\n{says}\n", pipe.display())).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).expect("an executable script");

        let browser = format!("'{}' --first", script.display());
        let reaper = open_with(Some(OsStr::new(&browser)), URL).expect("it starts");

        let answer = fs::read_to_string(&pipe).expect("what it was given");
        let [stdin, stdout, stderr, pid, arguments @ ..] = &answer.lines().collect::<Vec<_>>()[..] else {
            panic!("too short an answer: {answer}");
        };
        assert_eq!([*stdin, *stdout, *stderr], ["/dev/null"; 3]);
        assert_eq!(arguments, ["--first", URL]);
        reaper.join().expect("the thread ends with the browser");
        assert!(!Path::new("/proc").join(pid).exists(), "a zombie is left");
    }
}
