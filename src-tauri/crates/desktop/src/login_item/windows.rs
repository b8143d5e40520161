//! Windows: a value under the person's `Run` key.
//!
//! Task Manager and Settings keep their switch beside it, under `StartupApproved`; neither is documented by Microsoft, both
//! are stable since Windows 8. What is pure here is tested on every system.

#[cfg(windows)]
pub(super) use entry::RunValue;

/// The longest command line that Windows starts from a `Run` key, in UTF-16 units (Microsoft's documentation of the key).
const LONGEST: usize = 260;

/// The command line, with the program always in quotes: unquoted, `C:\Program Files\…` would first try
/// `C:\Program.exe`. None where it is longer than Windows takes.
pub(super) fn render_run_value(executable: &str, arguments: &[&str]) -> Option<String> {
    // A path on Windows cannot contain a quote, so the program needs no escaping.
    let mut line = format!("\"{executable}\"");
    for argument in arguments {
        line.push(' ');
        line.push_str(&quote(argument));
    }
    (line.encode_utf16().count() <= LONGEST).then_some(line)
}

/// An argument as `CommandLineToArgvW` takes it apart: backslashes count double before a quote and nowhere else.
fn quote(argument: &str) -> String {
    if !argument.is_empty() && !argument.contains([' ', '\t', '"']) {
        return argument.to_owned();
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for character in argument.chars() {
        if character == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        quoted.push(character);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    quoted.push('"');
    quoted
}

/// Whether the system's switch leaves the entry on: the lowest bit of the first byte says "off". No value says nothing.
pub(super) fn is_approved(startup_approved: Option<&[u8]>) -> bool {
    startup_approved
        .and_then(<[u8]>::first)
        .is_none_or(|first| first & 1 == 0)
}

#[cfg(windows)]
mod entry {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::super::LoginItemError;
    use crate::AppIdentity;
    use crate::registry;

    const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
    const STARTUP_APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

    #[derive(Debug)]
    pub(in super::super) struct RunValue {
        name: &'static str,
        command: String,
    }

    impl RunValue {
        pub(in super::super) fn new(
            app: &AppIdentity,
            executable: PathBuf,
            arguments: &[&str],
            _variable: impl Fn(&str) -> Option<OsString>,
        ) -> Result<Self, LoginItemError> {
            let executable = executable
                .into_os_string()
                .into_string()
                .map_err(|path| LoginItemError::PathNotText(path.into()))?;
            let command = super::render_run_value(&executable, arguments).ok_or(LoginItemError::PathTooLong)?;
            Ok(Self { name: app.id, command })
        }

        pub(in super::super) fn is_enabled(&self) -> Result<bool, LoginItemError> {
            let switch = registry::read_binary(STARTUP_APPROVED, self.name).map_err(read_failed)?;
            Ok(self.stored()?.is_some() && super::is_approved(switch.as_deref()))
        }

        pub(in super::super) fn starts_us(&self) -> Result<bool, LoginItemError> {
            Ok(self.stored()?.as_ref() == Some(&self.command))
        }

        pub(in super::super) fn enable(&self) -> Result<(), LoginItemError> {
            registry::remove(STARTUP_APPROVED, self.name)
                .and_then(|()| registry::write_text(RUN, self.name, &self.command))
                .map_err(write_failed)
        }

        pub(in super::super) fn disable(&self) -> Result<(), LoginItemError> {
            registry::remove(RUN, self.name)
                .and_then(|()| registry::remove(STARTUP_APPROVED, self.name))
                .map_err(write_failed)
        }

        fn stored(&self) -> Result<Option<String>, LoginItemError> {
            registry::read_text(RUN, self.name).map_err(read_failed)
        }
    }

    fn read_failed(source: std::io::Error) -> LoginItemError {
        LoginItemError::Read {
            place: format!(r"HKEY_CURRENT_USER\{RUN}"),
            source,
        }
    }

    fn write_failed(source: std::io::Error) -> LoginItemError {
        LoginItemError::Write {
            place: format!(r"HKEY_CURRENT_USER\{RUN}"),
            source,
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_value_is_written_switched_off_by_the_system_and_removed() {
            let app = AppIdentity {
                id: "org.presencetray.LoginItemTest",
                name: "Test",
            };
            let entry =
                |path: &str| RunValue::new(&app, path.into(), &["--background"], |_| None).expect("short enough");
            let (before, now) = (entry(r"C:\old\app.exe"), entry(r"C:\new\app.exe"));

            now.disable().expect("a clean start");
            assert!(!now.is_enabled().expect("no value"));
            before.enable().expect("the value of before");
            assert!(now.is_enabled().expect("a value") && !now.starts_us().expect("a value"));
            now.enable().expect("our value");
            assert!(now.starts_us().expect("our value"));
            now.disable().expect("a value to remove");
            assert!(!now.is_enabled().expect("no value"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_always_quoted_and_the_arguments_where_they_must_be() {
        for (executable, arguments, expected) in [
            (
                r"C:\Program Files\App\app.exe",
                &["--background"][..],
                r#""C:\Program Files\App\app.exe" --background"#,
            ),
            (r"C:\app.exe", &[], r#""C:\app.exe""#),
            (r"C:\app.exe", &["two words", ""], r#""C:\app.exe" "two words" """#),
            (r"C:\app.exe", &[r#"say "x""#], r#""C:\app.exe" "say \"x\"""#),
            (
                r"C:\app.exe",
                &[r"ends in \", r"a\b"],
                r#""C:\app.exe" "ends in \\" a\b"#,
            ),
        ] {
            assert_eq!(render_run_value(executable, arguments).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_command_line_windows_would_not_start_is_refused() {
        let path = |length: usize| format!(r"C:\{}", "x".repeat(length - 5));
        assert_eq!(render_run_value(&path(260), &[]).map(|line| line.len()), Some(260));
        assert_eq!(render_run_value(&path(261), &[]), None);
    }

    #[test]
    fn the_systems_switch_is_the_lowest_bit_of_the_first_byte() {
        for (value, expected) in [
            (None, true),
            (Some(&[][..]), true),
            (Some(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), true),
            (Some(&[6, 0, 0, 0]), true),
            (Some(&[3, 0, 0, 0, 0x10, 0x20, 0, 0, 0, 0, 0, 0]), false),
            (Some(&[7]), false),
        ] {
            assert_eq!(is_approved(value), expected, "{value:?}");
        }
    }
}
