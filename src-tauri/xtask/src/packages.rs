//! What must be installed on the system, and what for.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use crate::steps::answer;

/// What a package is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To compile the product.
    Build,
    /// The virtual desktop of the tests and the demonstration.
    Session,
    /// Hands and eyes in it.
    Drive,
    /// What it is drawn with.
    Fonts,
    /// Microsoft's own clients, which try the simulator.
    Clients,
    /// Stand-ins for the system's services, in tests of what the desktop is told.
    StandIns,
    /// The programs that the product is measured beside.
    Peers,
    /// To see which code runs.
    Trace,
    /// To make the product's packages.
    Distribution,
    /// To try the product's packages: what looks at them, and a Debian to install them in.
    Packages,
    /// To check the code for Windows: the resources of a program.
    Resources,
    /// To build for Windows, and to run what was built.
    Wine,
}

/// How to tell without Debian's package list whether a package's contents are there.
#[derive(Debug, Clone, Copy)]
enum Gives {
    Program(&'static str),
    /// A library with its headers, by its pkg-config name.
    Library(&'static str),
    /// A module of Debian's own Python.
    Module(&'static str),
    /// Only makes pictures prettier.
    Nothing,
}

use Gives::{Library, Module, Nothing, Program};
use Purpose::{Build, Clients, Distribution, Drive, Fonts, Packages, Peers, Resources, Session, StandIns, Trace, Wine};

/// Every package by its name in Debian 12.
const PACKAGES: &[(Purpose, &str, Gives)] = &[
    (Build, "build-essential", Program("cc")),
    (Build, "pkg-config", Program("pkg-config")),
    (Build, "libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1")),
    (Session, "xvfb", Program("Xvfb")),
    (Session, "openbox", Program("openbox")),
    (Session, "xfce4-panel", Program("xfce4-panel")),
    (Session, "xfconf", Program("xfconf-query")),
    (Session, "dbus", Program("dbus-daemon")),
    (Session, "gnome-keyring", Program("gnome-keyring-daemon")),
    (Session, "libsecret-tools", Program("secret-tool")),
    (Session, "dunst", Program("dunst")),
    (Session, "libnotify-bin", Program("notify-send")),
    (Drive, "chromium", Program("chromium")),
    (Drive, "chromium-driver", Program("chromedriver")),
    (Drive, "webkit2gtk-driver", Program("WebKitWebDriver")),
    (Drive, "xdotool", Program("xdotool")),
    (Drive, "maim", Program("maim")),
    (Drive, "imagemagick", Program("identify")),
    (Fonts, "fonts-noto-core", Nothing),
    (Fonts, "fonts-noto-color-emoji", Nothing),
    (Fonts, "adwaita-icon-theme", Nothing),
    (Clients, "python3", Program("python3")),
    (Clients, "python3-venv", Program("python3")),
    (StandIns, "python3-dbusmock", Module("dbusmock")),
    (Peers, "libayatana-appindicator3-1", Nothing),
    (Trace, "valgrind", Program("valgrind")),
    (Distribution, "dpkg-dev", Program("dpkg-shlibdeps")),
    (Distribution, "rpm", Program("rpm")),
    (Packages, "debootstrap", Program("debootstrap")),
    (Packages, "lintian", Program("lintian")),
    (Packages, "desktop-file-utils", Program("desktop-file-validate")),
    (Packages, "appstream", Program("appstreamcli")),
    (Resources, "llvm", Program("llvm-rc")),
    (Wine, "gcc-mingw-w64-x86-64-win32", Program("x86_64-w64-mingw32-gcc")),
    (Wine, "wine", Program("wine")),
    (Wine, "wine64", Program("wine")),
    (Wine, "xvfb", Program("Xvfb")),
];

/// What this system's own build and tests need.
pub(crate) const TO_BUILD_AND_TEST: &[Purpose] = &[Build, Session, Drive, Fonts, Clients, StandIns];

/// Whether this system has Debian's packages.
pub(crate) fn is_debian() -> bool {
    cfg!(target_os = "linux")
        && answer("dpkg-query", &["--version"]).is_some()
        && answer("apt-get", &["--version"]).is_some()
}

/// The packages for these purposes that Debian's package list does not have as installed.
pub(crate) fn missing(purposes: &[Purpose]) -> Vec<&'static str> {
    let wanted: Vec<&str> = packages(purposes).map(|(name, _)| name).collect();
    // dpkg-query fails if one of them is unknown, and still prints the others.
    let listed = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${db:Status-Status} ${Package}\n"])
        .args(&wanted)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let listed = listed
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let installed: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .collect();
    wanted.into_iter().filter(|name| !installed.contains(name)).collect()
}

/// The packages for these purposes whose programs and libraries are not there, on a system that is not Debian.
pub(crate) fn absent(purposes: &[Purpose]) -> Vec<&'static str> {
    let there = |gives| match gives {
        Program(name) => on_path(name),
        Module(name) => answer("/usr/bin/python3", &["-c", &format!("import {name}")]).is_some(),
        Library(name) => answer("pkg-config", &["--exists", name]).is_some(),
        Nothing => true,
    };
    packages(purposes)
        .filter(|(_, gives)| !there(*gives))
        .map(|(name, _)| name)
        .collect()
}

fn packages(purposes: &[Purpose]) -> impl Iterator<Item = (&'static str, Gives)> {
    let chosen = PACKAGES.iter().filter(move |(purpose, ..)| purposes.contains(purpose));
    chosen.map(|(_, name, gives)| (*name, *gives))
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
