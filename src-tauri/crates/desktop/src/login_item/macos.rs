//! macOS: a launch agent in `~/Library/LaunchAgents`.
//!
//! Format: `launchd.plist(5)`. System Settings lists the agent under Login Items; its switch is kept in launchd's own
//! database, which has no interface to read, so an agent switched off there still counts as enabled here.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{LoginItemError, file};
use crate::AppIdentity;

#[derive(Debug)]
pub(super) struct LaunchAgent {
    path: PathBuf,
    contents: String,
}

impl LaunchAgent {
    pub(super) fn new(
        app: &AppIdentity,
        executable: PathBuf,
        arguments: &[&str],
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, LoginItemError> {
        let home = variable("HOME")
            .map(PathBuf::from)
            .filter(|home| home.has_root())
            .ok_or(LoginItemError::NoHome)?;
        let executable = executable
            .into_os_string()
            .into_string()
            .map_err(|path| LoginItemError::PathNotText(path.into()))?;
        Ok(Self {
            path: home.join("Library/LaunchAgents").join(format!("{}.plist", app.id)),
            contents: render_launch_agent(app.id, &executable, arguments),
        })
    }

    pub(super) fn is_enabled(&self) -> Result<bool, LoginItemError> {
        Ok(file::read(&self.path)?.is_some())
    }

    pub(super) fn starts_us(&self) -> Result<bool, LoginItemError> {
        Ok(file::read(&self.path)?.as_ref() == Some(&self.contents))
    }

    /// Takes effect at the next login: loading it now would start a second process.
    pub(super) fn enable(&self) -> Result<(), LoginItemError> {
        file::write(&self.path, &self.contents)
    }

    pub(super) fn disable(&self) -> Result<(), LoginItemError> {
        file::remove(&self.path)
    }
}

/// `Aqua` keeps it out of SSH sessions; `Interactive` keeps launchd from throttling it as a background daemon.
pub(super) fn render_launch_agent(id: &str, executable: &str, arguments: &[&str]) -> String {
    let command: Vec<_> = std::iter::once(executable)
        .chain(arguments.iter().copied())
        .map(escape_xml)
        .collect();
    let command = command.join("</string>\n\t\t<string>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \t<key>Label</key>\n\t<string>{}</string>\n\
         \t<key>ProgramArguments</key>\n\t<array>\n\t\t<string>{command}</string>\n\t</array>\n\
         \t<key>RunAtLoad</key>\n\t<true/>\n\
         \t<key>LimitLoadToSessionType</key>\n\t<string>Aqua</string>\n\
         \t<key>ProcessType</key>\n\t<string>Interactive</string>\n\
         </dict>\n\
         </plist>\n",
        escape_xml(id),
    )
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_is_a_property_list_with_one_string_an_argument() {
        let agent = render_launch_agent("org.example.App", "/Applications/A & B <1>.app/app", &["--background"]);
        assert!(
            agent.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist"),
            "{agent}"
        );
        assert!(
            agent.contains(
                "<key>Label</key>\n\t<string>org.example.App</string>\n\t<key>ProgramArguments</key>\n\t<array>\n\
                 \t\t<string>/Applications/A &amp; B &lt;1&gt;.app/app</string>\n\t\t<string>--background</string>\n\
                 \t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n"
            ),
            "{agent}"
        );
    }

    #[test]
    fn an_agent_that_points_elsewhere_is_enabled_but_does_not_start_us() {
        let home = tempfile::tempdir().expect("a folder");
        let app = AppIdentity {
            id: "org.example.App",
            name: "App",
        };
        let agent = |executable: &str| {
            LaunchAgent::new(&app, executable.into(), &[], |_| {
                Some(home.path().as_os_str().to_owned())
            })
            .expect("a home is known")
        };
        let (before, now) = (agent("/old"), agent("/new"));

        before.enable().expect("the agent of before");
        assert!(now.is_enabled().expect("an agent") && !now.starts_us().expect("an agent"));
        now.enable().expect("our agent");
        assert!(now.starts_us().expect("our agent"));
        now.disable().expect("an agent to remove");
        assert!(!now.is_enabled().expect("no agent"));
    }
}
