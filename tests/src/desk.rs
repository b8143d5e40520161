//! A private desktop session: display, bus, keyring, window manager, panel with a tray, notification daemon.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use zbus::fdo::DBusProxy;

use crate::deadline::within;
use crate::warden::Warden;

/// Name on the bus of whoever keeps the list of tray icons; here the panel.
pub const TRAY: &str = "org.kde.StatusNotifierWatcher";
/// Name on the bus of the notification daemon.
pub const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
/// Name on the bus of the keyring.
pub const KEYRING: &str = "org.freedesktop.secrets";

/// Width and height of the display in pixels.
pub const SCREEN: (u32, u32) = (1280, 800);

/// A desktop session of its own in a temporary folder. It shares nothing with the session of whoever runs the test;
/// dropped, it ends every process that was started in it and removes the folder.
#[derive(Debug)]
pub struct Desk {
    folder: PathBuf,
    display: Option<String>,
    bus: zbus::Connection,
    panel: Option<Child>,
    keyring: Option<Child>,
    parts: Vec<Child>,
    // Last: the fields drop in this order, and the guard then ends whatever is still there.
    _warden: Warden,
}

/// Which parts a [`Desk`] has; all of them unless told otherwise.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    left_out: Vec<Part>,
    light_panel: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Display,
    Keyring,
    Panel,
    Notifications,
}

impl Desk {
    /// A session with every part, each of them ready.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// To leave parts out.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `program`, to be started in this session: with its environment and nothing of the test's own but `PATH`.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.home()).stdin(Stdio::null());
        for inherited in ["PATH", "RUST_BACKTRACE", "RUST_LOG", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(inherited) {
                command.env(inherited, value);
            }
        }
        for (name, folder) in FOLDERS {
            command.env(name, self.folder.join(folder));
        }
        if let Some(display) = &self.display {
            command
                .env("DISPLAY", display)
                .envs([("GDK_BACKEND", "x11"), ("XDG_SESSION_TYPE", "x11")]);
        }
        command
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus_address())
            .env("LANG", "C.UTF-8")
            .env("XDG_CURRENT_DESKTOP", "XFCE")
            // No accessibility bus, virtual file systems or settings daemon: none of them is started here.
            .envs([
                ("NO_AT_BRIDGE", "1"),
                ("GIO_USE_VFS", "local"),
                ("GSETTINGS_BACKEND", "memory"),
            ])
            // Xvfb has no graphics card to share buffers with.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        command
    }

    /// The test's own connection to the session bus.
    pub fn bus(&self) -> &zbus::Connection {
        &self.bus
    }

    /// Where the session's bus listens, in D-Bus' own notation.
    pub fn bus_address(&self) -> String {
        format!("unix:path={}", self.runtime_folder().join("bus").display())
    }

    /// The X display, like `:99`, where the session has one.
    pub fn display(&self) -> Option<&str> {
        self.display.as_deref()
    }

    /// A folder for whatever a test needs; gone with the session.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `$HOME` in the session.
    pub fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// `$XDG_CONFIG_HOME` in the session.
    pub fn config_folder(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// `$XDG_STATE_HOME` in the session.
    pub fn state_folder(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// `$XDG_RUNTIME_DIR` in the session.
    pub fn runtime_folder(&self) -> PathBuf {
        self.folder.join("run")
    }

    /// Where the output of `part` (`panel`, `presence-tray` …) is kept while the session lasts.
    pub fn log_file(&self, part: &str) -> PathBuf {
        self.folder.join("logs").join(format!("{part}.log"))
    }

    /// Starts the panel (again); done when it keeps the tray. What a panel that crashed does to the icons in it.
    pub async fn restart_panel(&mut self) -> Result<()> {
        if let Some(mut panel) = self.panel.take() {
            panel.kill().await.context("ending the panel")?;
            within("the old panel to give up the tray", self.name_is(TRAY, false)).await?;
        }
        let command = self.command("xfce4-panel");
        let mut panel = self.spawn("panel", command)?;
        within("the panel's tray", self.ready(&mut panel, "panel", TRAY)).await?;
        self.panel = Some(panel);
        Ok(())
    }

    /// Waits until this many notifications are on the screen. The daemon tells nobody when it shows one.
    pub async fn notifications_shown(&self, count: usize) -> Result<()> {
        within("a notification", async {
            loop {
                let mut shown = self.command("dunstctl");
                let shown = shown.args(["count", "displayed"]).output().await?;
                ensure!(
                    shown.status.success(),
                    "dunstctl: {}",
                    String::from_utf8_lossy(&shown.stderr)
                );
                if String::from_utf8_lossy(&shown.stdout).trim() == count.to_string() {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await
    }

    /// Waits until somebody on the bus owns `name`, or until nobody does.
    pub async fn name_is(&self, name: &str, owned: bool) -> Result<()> {
        let bus = DBusProxy::new(&self.bus).await?;
        let mut changes = bus.receive_name_owner_changed_with_args(&[(0, name)]).await?;
        if bus.name_has_owner(name.try_into()?).await? == owned {
            return Ok(());
        }
        while let Some(change) = changes.next().await {
            if change.args()?.new_owner().is_some() == owned {
                return Ok(());
            }
        }
        bail!("the bus went away")
    }

    /// Starts one part of the session, its output in its log file.
    fn spawn(&self, part: &str, mut command: Command) -> Result<Child> {
        let log = fs::File::create(self.log_file(part))?;
        command.stdout(log.try_clone()?).stderr(log);
        command.spawn().with_context(|| format!("starting {part}"))
    }

    /// Waits until `name` is owned; an error with the log of `part` where that ended first.
    async fn ready(&self, child: &mut Child, part: &str, name: &str) -> Result<()> {
        tokio::select! {
            owned = self.name_is(name, true) => owned,
            status = child.wait() => {
                let log = fs::read_to_string(self.log_file(part)).unwrap_or_default();
                bail!("{part} ended with {}: {log}", status?)
            }
        }
    }

    async fn start_part(&mut self, part: &str, command: Command, name: &str) -> Result<()> {
        let mut child = self.spawn(part, command)?;
        within(name, self.ready(&mut child, part, name)).await?;
        self.parts.push(child);
        Ok(())
    }

    /// Ends the keyring, as if it had not started yet. What is in it stays.
    pub async fn stop_keyring(&mut self) -> Result<()> {
        let mut keyring = self.keyring.take().context("there is no keyring")?;
        keyring.kill().await.context("ending the keyring")?;
        within("the keyring to leave the bus", self.name_is(KEYRING, false)).await
    }

    /// Starts the keyring and unlocks it; done when it answers.
    pub async fn start_keyring(&mut self) -> Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped());
        let mut daemon = self.spawn("keyring", command)?;
        // The password of the new login keyring; the daemon reads it to the end of its standard input.
        let mut stdin = daemon.stdin.take().context("the keyring's standard input")?;
        stdin.write_all(b"correct horse").await?;
        drop(stdin);
        within(KEYRING, self.ready(&mut daemon, "keyring", KEYRING)).await?;
        self.keyring = Some(daemon);
        Ok(())
    }

    /// Paints the background. Its program, `display`, ends with 1 even where it did, so its answer says nothing.
    async fn paint_background(&self) -> Result<()> {
        let (width, height) = SCREEN;
        let mut display = self.command("display");
        display.args([
            "-window",
            "root",
            "-size",
            &format!("{width}x{height}"),
            "gradient:#33415c-#7d90b5",
        ]);
        display.output().await.context("starting display")?;
        Ok(())
    }
}

impl Builder {
    /// No X server, and none of the parts that draw on it.
    #[must_use]
    pub fn without_display(self) -> Self {
        self.without(&[Part::Display, Part::Panel, Part::Notifications])
    }

    /// Nobody answers to `org.freedesktop.secrets`.
    #[must_use]
    pub fn without_keyring(self) -> Self {
        self.without(&[Part::Keyring])
    }

    /// No panel, and with it no tray; [`Desk::restart_panel`] can start one later.
    #[must_use]
    pub fn without_panel(self) -> Self {
        self.without(&[Part::Panel])
    }

    /// Nobody answers to `org.freedesktop.Notifications`.
    #[must_use]
    pub fn without_notifications(self) -> Self {
        self.without(&[Part::Notifications])
    }

    /// A panel of light colours; without this it is dark.
    #[must_use]
    pub fn with_light_panel(self) -> Self {
        Self {
            light_panel: true,
            ..self
        }
    }

    fn without(mut self, parts: &[Part]) -> Self {
        self.left_out.extend(parts);
        self
    }

    fn has(&self, part: Part) -> bool {
        !self.left_out.contains(&part)
    }

    /// Starts the session; done when every part of it is ready.
    pub async fn start(self) -> Result<Desk> {
        let folder = tempfile::Builder::new().prefix("presence-desk-").tempdir()?.keep();
        let warden = Warden::watch_over(&folder)?;
        prepare(&folder, self.light_panel).with_context(|| format!("preparing {}", folder.display()))?;

        let (server, display) = if self.has(Part::Display) {
            let (server, display) = start_display(&folder).await?;
            (Some(server), Some(display))
        } else {
            (None, None)
        };
        let (daemon, bus) = start_bus(&folder).await?;
        let parts = server.into_iter().chain([daemon]).collect();
        let mut desk = Desk {
            folder,
            display,
            bus,
            panel: None,
            keyring: None,
            parts,
            _warden: warden,
        };

        if self.has(Part::Keyring) {
            desk.start_keyring().await?;
        }
        if self.has(Part::Display) {
            desk.paint_background().await?;
            let openbox = desk.command("openbox");
            let child = desk.spawn("openbox", openbox)?;
            desk.parts.push(child);
        }
        if self.has(Part::Notifications) {
            let dunst = desk.command("dunst");
            desk.start_part("dunst", dunst, NOTIFICATIONS).await?;
        }
        if self.has(Part::Panel) {
            desk.restart_panel().await?;
        }
        Ok(desk)
    }
}

/// The session's folders, by the variable that names each.
const FOLDERS: [(&str, &str); 6] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "run"),
];

/// The panel's settings daemon, the one thing that the session bus starts on demand.
const XFCONF: &str = "org.xfce.Xfconf.service";

/// Makes the folders and writes the settings of every part.
fn prepare(folder: &Path, light_panel: bool) -> Result<()> {
    for (_, name) in FOLDERS {
        fs::create_dir_all(folder.join(name))?;
    }
    fs::set_permissions(folder.join("run"), fs::Permissions::from_mode(0o700))?;
    fs::create_dir_all(folder.join("logs"))?;

    let write = |path: &str, text: &str| -> Result<()> {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text).map_err(Into::into)
    };
    write(
        "bus.conf",
        &include_str!("session/bus.conf").replace("@FOLDER@", &folder.display().to_string()),
    )?;
    write(
        "config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml",
        &include_str!("session/xfce4-panel.xml").replace("@DARK@", if light_panel { "false" } else { "true" }),
    )?;
    write("config/gtk-3.0/settings.ini", include_str!("session/gtk.ini"))?;
    write("config/dunst/dunstrc", include_str!("session/dunstrc"))?;

    let installed = Path::new("/usr/share/dbus-1/services").join(XFCONF);
    if let Ok(service) = fs::read_to_string(&installed) {
        write(&format!("services/{XFCONF}"), &service)?;
    }
    Ok(())
}

/// Starts the X server; it chooses a free display itself and says which.
async fn start_display(folder: &Path) -> Result<(Child, String)> {
    let (width, height) = SCREEN;
    let mut server = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            &format!("{width}x{height}x24"),
        ])
        .env("XDG_RUNTIME_DIR", folder.join("run"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(fs::File::create(folder.join("logs/display.log"))?)
        .spawn()
        .context("starting Xvfb")?;
    let stdout = server.stdout.take().context("Xvfb's standard output")?;
    let mut number = String::new();
    within("the display's number", async {
        Ok(BufReader::new(stdout).read_line(&mut number).await?)
    })
    .await?;
    if number.trim().is_empty() {
        bail!(
            "Xvfb did not start: {}",
            fs::read_to_string(folder.join("logs/display.log")).unwrap_or_default()
        );
    }
    Ok((server, format!(":{}", number.trim())))
}

/// Starts the session bus and connects to it.
async fn start_bus(folder: &Path) -> Result<(Child, zbus::Connection)> {
    let mut config = std::ffi::OsString::from("--config-file=");
    config.push(folder.join("bus.conf"));
    let mut command = Command::new("dbus-daemon");
    command
        .arg(config)
        .args(["--nofork", "--nopidfile", "--print-address=1"])
        .env_clear();
    // What the bus starts on demand gets this environment.
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.envs(FOLDERS.map(|(name, part)| (name, folder.join(part))));
    let mut daemon = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(fs::File::create(folder.join("logs/bus.log"))?)
        .spawn()
        .context("starting dbus-daemon")?;
    let stdout = daemon.stdout.take().context("dbus-daemon's standard output")?;
    let mut address = String::new();
    within("the bus address", async {
        Ok(BufReader::new(stdout).read_line(&mut address).await?)
    })
    .await?;
    let bus = zbus::connection::Builder::address(address.trim())?
        .build()
        .await
        .context("connecting to the bus")?;
    Ok((daemon, bus))
}
