//! Linux: a desktop entry in `$XDG_CONFIG_HOME/autostart`.
//!
//! Formats: the Desktop Entry Specification (keys, two layers of escaping in `Exec`) and the Desktop Application Autostart
//! Specification (`Hidden`). `X-GNOME-Autostart-enabled` is what the switches of GNOME, Cinnamon and MATE write.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{LoginItemError, file};
use crate::AppIdentity;

#[derive(Debug)]
pub(super) struct AutostartEntry {
    path: PathBuf,
    name: &'static str,
    id: &'static str,
    executable: String,
    arguments: Vec<String>,
}

impl AutostartEntry {
    pub(super) fn new(
        app: &AppIdentity,
        executable: PathBuf,
        arguments: &[&str],
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, LoginItemError> {
        let folder = autostart_folder(&variable).ok_or(LoginItemError::NoHome)?;
        let executable = lasting_path(executable, &variable);
        Ok(Self {
            path: folder.join(format!("{}.desktop", app.id)),
            name: app.name,
            id: app.id,
            executable: executable
                .into_os_string()
                .into_string()
                .map_err(|path| LoginItemError::PathNotText(path.into()))?,
            arguments: arguments.iter().map(ToString::to_string).collect(),
        })
    }

    pub(super) fn is_enabled(&self) -> Result<bool, LoginItemError> {
        Ok(file::read(&self.path)?.is_some_and(|text| is_switched_on(&text)))
    }

    pub(super) fn starts_us(&self) -> Result<bool, LoginItemError> {
        let exec = render_exec(&self.executable, &self.arguments);
        Ok(file::read(&self.path)?.is_some_and(|text| value_of(&text, "Exec") == Some(&exec)))
    }

    pub(super) fn enable(&self) -> Result<(), LoginItemError> {
        file::write(&self.path, &self.render())
    }

    pub(super) fn disable(&self) -> Result<(), LoginItemError> {
        file::remove(&self.path)
    }

    /// `TryExec` lets the session skip the entry quietly where the program was removed and the entry was not.
    fn render(&self) -> String {
        let Self {
            name,
            id,
            executable,
            arguments,
            ..
        } = self;
        format!(
            "[Desktop Entry]\n\
             Type=Application\n\
             Name={name}\n\
             Icon={id}\n\
             Exec={exec}\n\
             TryExec={try_exec}\n\
             Terminal=false\n\
             StartupNotify=false\n\
             X-GNOME-Autostart-enabled=true\n",
            exec = render_exec(executable, arguments),
            try_exec = escape_string(executable),
        )
    }
}

/// The folder for autostart entries. A relative `XDG_CONFIG_HOME` is to be ignored, says the Base Directory Specification.
fn autostart_folder(variable: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.has_root());
    let configuration = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(configuration.join("autostart"))
}

/// The image file for an executable inside its mount. Only where the executable lies in that mount: a program started
/// from some other `AppImage`, a terminal say, inherits that one's variables.
fn lasting_path(executable: PathBuf, variable: &impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let mount = variable("APPDIR").filter(|mount| !mount.is_empty());
    match (variable("APPIMAGE"), mount) {
        (Some(image), Some(mount)) if executable.starts_with(Path::new(&mount)) && Path::new(&image).has_root() => {
            image.into()
        }
        _ => executable,
    }
}

/// The value of `Exec`: each argument quoted where it must be, then the whole escaped as any string value is.
pub(super) fn render_exec(executable: &str, arguments: &[String]) -> String {
    // GLib looks for the program before it undoes the doubled percent sign, finds none, and drops the whole entry: there
    // `env` stands first, which is found.
    let finder = executable.contains('%').then_some("/usr/bin/env");
    let command = finder
        .into_iter()
        .chain([executable])
        .chain(arguments.iter().map(String::as_str));
    let command: Vec<_> = command.map(quote).collect();
    escape_string(&command.join(" "))
}

/// One argument of `Exec`, before the escaping of string values. A percent sign is a field code unless doubled, also
/// inside quotes.
fn quote(argument: &str) -> String {
    const RESERVED: &[char] = &[
        ' ', '\t', '\n', '\r', '"', '\'', '\\', '>', '<', '~', '|', '&', ';', '$', '*', '?', '#', '(', ')', '`',
    ];
    let argument = argument.replace('%', "%%");
    if !argument.is_empty() && !argument.contains(RESERVED) {
        return argument;
    }
    let mut quoted = String::from('"');
    for character in argument.chars() {
        if matches!(character, '"' | '`' | '$' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// A value of type string. A leading space would be escaped too, but an absolute path has none.
fn escape_string(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether the desktop's own switch leaves the entry on.
fn is_switched_on(text: &str) -> bool {
    value_of(text, "Hidden") != Some("true") && value_of(text, "X-GNOME-Autostart-enabled") != Some("false")
}

/// The value of a key in the group `[Desktop Entry]`, still escaped.
fn value_of<'text>(text: &'text str, key: &str) -> Option<&'text str> {
    text.lines()
        .map(str::trim_ascii)
        .skip_while(|line| *line != "[Desktop Entry]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find_map(|(name, value)| (name.trim_ascii_end() == key).then(|| value.trim_ascii_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;

    const APP: AppIdentity = AppIdentity {
        id: "org.example.App",
        name: "App",
    };

    fn entry_in(folder: &Path, executable: &str) -> AutostartEntry {
        let configuration = folder.as_os_str().to_owned();
        AutostartEntry::new(&APP, executable.into(), &["--background"], |name| {
            (name == "XDG_CONFIG_HOME").then(|| configuration.clone())
        })
        .expect("a folder is known")
    }

    #[test]
    fn a_command_is_escaped_twice_as_the_specification_asks() {
        for (executable, expected) in [
            ("/usr/bin/app", r"/usr/bin/app --background"),
            ("/opt/my app/app", r#""/opt/my app/app" --background"#),
            ("/opt/100%/app", r"/usr/bin/env /opt/100%%/app --background"),
            ("/opt/a$b/app", r#""/opt/a\\$b/app" --background"#),
            ("/opt/`x`/app", r#""/opt/\\`x\\`/app" --background"#),
            (r#"/opt/"q"/app"#, r#""/opt/\\"q\\"/app" --background"#),
            (r"/opt/back\slash/app", r#""/opt/back\\\\slash/app" --background"#),
            ("/opt/new\nline/app", r#""/opt/new\nline/app" --background"#),
            ("/opt/it's/app", r#""/opt/it's/app" --background"#),
            ("/opt/größe/app", "/opt/größe/app --background"),
        ] {
            assert_eq!(
                render_exec(executable, &["--background".to_owned()]),
                expected,
                "{executable:?}"
            );
        }
        assert_eq!(render_exec("/a", &[String::new()]), r#"/a """#);
    }

    proptest! {
        #[test]
        fn what_was_rendered_reads_back_as_the_same_arguments(arguments in prop::collection::vec("[^\0]{0,12}", 1..4)) {
            let exec = render_exec(&arguments[0], &arguments[1..]);
            prop_assert!(!exec.contains(['\n', '\r']), "a line break in {exec:?}");
            let read = read_exec(&exec);
            prop_assert_eq!(read.strip_prefix(&["/usr/bin/env".to_owned()][..]).unwrap_or(&read), arguments);
        }
    }

    /// Reads `Exec` the way the specification tells an implementer to.
    fn read_exec(value: &str) -> Vec<String> {
        let mut string = String::new();
        let mut characters = value.chars();
        while let Some(character) = characters.next() {
            string.push(match character {
                '\\' => match characters.next() {
                    Some('s') => ' ',
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('\\') => '\\',
                    other => panic!("not an escape: {other:?}"),
                },
                other => other,
            });
        }
        let (mut arguments, mut argument, mut quoted) = (Vec::new(), None::<String>, false);
        let mut characters = string.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => {
                    quoted = !quoted;
                    argument.get_or_insert_default();
                }
                '\\' if quoted => argument
                    .get_or_insert_default()
                    .push(characters.next().expect("an escaped one")),
                ' ' if !quoted => arguments.extend(argument.take()),
                other => argument.get_or_insert_default().push(other),
            }
        }
        arguments.extend(argument);
        arguments.iter().map(|argument| argument.replace("%%", "%")).collect()
    }

    #[test]
    fn the_entry_is_switched_on_and_off_and_survives_being_asked_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let entry = entry_in(folder.path(), "/opt/my app/app");
        let file = folder.path().join("autostart/org.example.App.desktop");

        assert!(!entry.is_enabled().expect("no entry"));
        entry.disable().expect("nothing to remove");
        entry.enable().expect("a new entry");
        entry.enable().expect("the same again");
        assert!(entry.is_enabled().expect("an entry"));
        assert_eq!(
            fs::read_to_string(&file).expect("the file"),
            "[Desktop Entry]\nType=Application\nName=App\nIcon=org.example.App\n\
             Exec=\"/opt/my app/app\" --background\nTryExec=/opt/my app/app\n\
             Terminal=false\nStartupNotify=false\nX-GNOME-Autostart-enabled=true\n"
        );
        entry.disable().expect("an entry to remove");
        assert!(!entry.is_enabled().expect("no entry") && !file.exists());
    }

    #[test]
    fn the_desktops_own_switch_is_respected() {
        for (text, expected) in [
            ("[Desktop Entry]\nExec=/a\n", true),
            (
                "[Desktop Entry]\nExec=/a\nHidden=false\nX-GNOME-Autostart-enabled=true\n",
                true,
            ),
            ("[Desktop Entry]\nExec=/a\nHidden=true\n", false),
            ("[Desktop Entry]\nHidden = true\nExec=/a\n", false),
            ("[Desktop Entry]\r\nX-GNOME-Autostart-enabled=false\r\n", false),
            (
                "# Hidden=true\n[Desktop Entry]\nExec=/a\n[Desktop Action x]\nHidden=true\n",
                true,
            ),
        ] {
            assert_eq!(is_switched_on(text), expected, "{text:?}");
        }
    }

    #[test]
    fn only_an_entry_that_is_on_and_starts_another_program_is_stale() {
        let folder = tempfile::tempdir().expect("a folder");
        let (before, now) = (entry_in(folder.path(), "/old/app"), entry_in(folder.path(), "/new/app"));

        assert!(!now.starts_us().expect("no entry"));
        before.enable().expect("the entry of before");
        assert!(before.starts_us().expect("an entry"));
        assert!(!now.starts_us().expect("an entry of another"));
        now.enable().expect("our entry");
        assert!(now.starts_us().expect("our entry"));
    }

    #[test]
    fn the_folder_is_the_configuration_folder_and_a_relative_one_does_not_count() {
        for (configuration, home, expected) in [
            (Some("/c"), Some("/h"), Some("/c/autostart")),
            (None, Some("/h"), Some("/h/.config/autostart")),
            (Some("relative"), Some("/h"), Some("/h/.config/autostart")),
            (Some(""), Some("/h"), Some("/h/.config/autostart")),
            (None, None, None),
        ] {
            let folder =
                autostart_folder(&|name: &str| if name == "HOME" { home } else { configuration }.map(OsString::from));
            assert_eq!(folder, expected.map(PathBuf::from), "{configuration:?} {home:?}");
        }
    }

    #[test]
    fn an_executable_in_an_appimage_mount_stands_for_the_image_and_no_other_does() {
        for (executable, image, mount, expected) in [
            (
                "/tmp/.mount_x/usr/bin/app",
                Some("/home/a/App.AppImage"),
                Some("/tmp/.mount_x"),
                "/home/a/App.AppImage",
            ),
            (
                "/usr/bin/app",
                Some("/home/a/Terminal.AppImage"),
                Some("/tmp/.mount_y"),
                "/usr/bin/app",
            ),
            (
                "/tmp/.mount_x/usr/bin/app",
                None,
                Some("/tmp/.mount_x"),
                "/tmp/.mount_x/usr/bin/app",
            ),
            ("/usr/bin/app", Some("/x.AppImage"), Some(""), "/usr/bin/app"),
            ("/usr/bin/app", None, None, "/usr/bin/app"),
        ] {
            let variable = |name: &str| if name == "APPIMAGE" { image } else { mount }.map(OsString::from);
            assert_eq!(lasting_path(executable.into(), &variable), Path::new(expected));
        }
    }

    #[test]
    fn an_unreadable_entry_is_an_error_and_not_a_no() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("autostart/org.example.App.desktop")).expect("a folder in its place");
        let answer = entry_in(folder.path(), "/opt/app").is_enabled();
        assert!(matches!(answer, Err(LoginItemError::Read { .. })), "{answer:?}");
    }
}
