//! Tries the packages as somebody would who installs them, on a Debian with nothing on it but what they need: the tray alone, and both. Each
//! time the main job is done with them, then they are purged, and everything in that Debian is as it was before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::clean_root::CleanRoot;
use super::{PACKAGES, Packages};
use crate::packages::{self, Purpose};
use crate::steps::{Outcome, Steps, answer, quietly};
use crate::{cargo, setup, target_folder};

/// What nobody may need who has no window.
const TOOLKITS: [&str; 5] = ["libwebkit", "libjavascriptcore", "libgtk", "libgdk", "libqt"];

/// Where Debian's own programs keep notes about every package that ever was there.
const NOTES: [&str; 4] = ["var/log", "var/cache", "var/lib/apt", "var/lib/dpkg"];

/// Fails where a package is not what it should be, in any way that is looked at.
pub(crate) fn test(steps: &mut Steps) -> Outcome {
    if !packages::is_debian() {
        println!("\nnot run: the packages are tried on a Debian alone");
        return Ok(());
    }
    if answer("id", &["-u"]).as_deref() != Some("0") {
        return Err("installing into a folder of its own (debootstrap, chroot) needs root".to_owned());
    }
    let made = super::make(steps)?;
    setup::with(
        steps,
        &[Purpose::Packages, Purpose::Session, Purpose::Drive, Purpose::Fonts],
    )?;
    steps.take("What is said about them", || said_about(&made))?;
    steps.take("Fedora's packages, unpacked", || unpacked_by_rpm(&made))?;
    let mut build = cargo();
    build.args(["build", "--workspace", "--all-targets"]);
    steps.run("Build the person who tries them (as all tests are built)", &mut build)?;

    let clean = CleanRoot::fresh(steps)?;
    let wrappers = wrappers(&clean)?;
    for package in &made.deb {
        clean.put(package)?;
    }
    steps.run("Package lists", &mut clean.apt(&["update"]))?;
    let tray = Trial::of(&clean, &made.deb[..1]);
    let before = tray.prepare(steps)?;
    steps.take("presence-tray alone", || {
        tray.install().and_then(|()| tray_alone(&clean))
    })?;
    steps.run(
        "Its main job, from the tray",
        &mut tour(&clean, &wrappers, &["--without-window"])?,
    )?;
    steps.take("presence-tray, purged", || tray.purge(&before))?;

    let both = Trial::of(&clean, &made.deb);
    let before = both.prepare(steps)?;
    steps.take("presence-tray-flyout, too", || {
        both.install().and_then(|()| window_too(&clean))
    })?;
    steps.run("The main job, with the window", &mut tour(&clean, &wrappers, &[])?)?;
    steps.take("Both, purged", || both.purge(&before))?;
    println!("\n{}", steps.summary());
    Ok(())
}

/// Everything in the root by its path.
type Contents = BTreeMap<PathBuf, String>;

/// Some of the packages, from before they are installed until after they are gone.
#[derive(Debug)]
struct Trial<'test> {
    clean: &'test CleanRoot,
    /// As apt in the root finds them.
    files: Vec<String>,
}

impl<'test> Trial<'test> {
    fn of(clean: &'test CleanRoot, packages: &[PathBuf]) -> Self {
        let names = packages.iter().filter_map(|file| file.file_name());
        let files = names.map(|name| format!("/mnt/{}", name.to_string_lossy())).collect();
        Self { clean, files }
    }

    fn names(&self) -> &'static [&'static str] {
        &PACKAGES[..self.files.len()]
    }

    fn apt(&self, action: &[&str]) -> Command {
        let mut apt = self.clean.apt(action);
        apt.args(&self.files);
        apt
    }

    /// Installs what apt finds them to need, and nothing of the product: what is in the root then.
    fn prepare(&self, steps: &mut Steps) -> Result<Contents, String> {
        // Lines such as `Inst ca-certificates (20230311 Debian:12.0/stable [all])`.
        let planned = printed(&mut self.apt(&["install", "--simulate"]))?;
        let planned = planned
            .lines()
            .filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next());
        let needed: Vec<&str> = planned.filter(|name| !self.names().contains(name)).collect();
        if needed.is_empty() {
            return Err(format!(
                "{} needs nothing, not even ca-certificates",
                self.names().join(" and ")
            ));
        }
        println!("\n{} needs {}", self.names().join(" and "), needed.join(" "));
        let mut install = self.clean.apt(&["install"]);
        steps.run("What they need", install.args(&needed).stdout(Stdio::null()))?;
        self.clean.contents()
    }

    /// Installs them; there is everything they need.
    fn install(&self) -> Outcome {
        let there = installed(self.clean)?;
        quietly(&mut self.apt(&["install"]))?;
        let now = installed(self.clean)?;
        let new: Vec<&str> = now.difference(&there).map(String::as_str).collect();
        if new == self.names() {
            Ok(())
        } else {
            Err(format!("{new:?} was installed"))
        }
    }

    /// Removes them, and looks for what is left.
    fn purge(&self, before: &Contents) -> Outcome {
        let mut purge = self.clean.apt(&["purge"]);
        quietly(purge.args(self.names()))?;
        let after = self.clean.contents()?;
        let problems = differences(before, &after);
        if problems.is_empty() {
            println!("{} files and folders, as before", after.len());
            Ok(())
        } else {
            Err(problems.join("\n"))
        }
    }
}

/// Debian's own opinion, that of the desktop's specifications, and what is asked of other packages.
fn said_about(made: &Packages) -> Outcome {
    let mut lintian = Command::new("lintian");
    lintian.args(["--allow-root", "--tag-display-limit", "0", "--fail-on", "error,warning"]);
    // Asks for the number of a wish to have it in Debian.
    lintian.args(["--suppress-tags", "initial-upload-closes-no-bugs"]);
    quietly(lintian.args(&made.deb))?;
    let unpacked = target_folder()?.join("package/unpacked");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).map_err(|error| format!("{}: {error}", unpacked.display()))?;
    }
    quietly(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(&made.deb[0])
            .arg(&unpacked),
    )?;
    let share = unpacked.join("usr/share");
    let entry = share.join("applications/org.presencetray.PresenceTray.desktop");
    quietly(Command::new("desktop-file-validate").arg(entry))?;
    let metainfo = share.join("metainfo/org.presencetray.PresenceTray.metainfo.xml");
    quietly(
        Command::new("appstreamcli")
            .args(["validate", "--no-net"])
            .arg(metainfo),
    )?;

    let asked = |package: &Path| {
        printed(
            Command::new("rpm")
                .args(["--query", "--package", "--requires"])
                .arg(package),
        )
    };
    let (tray, flyout) = (asked(&made.rpm[0])?, asked(&made.rpm[1])?);
    let told = format!("the tray's rpm asks for:\n{tray}\nand the window's for:\n{flyout}");
    let of_a_toolkit = |line: &str| TOOLKITS.iter().any(|toolkit| line.starts_with(toolkit));
    let is_right = tray.contains("ca-certificates")
        && tray.contains("libc.so.6")
        && !tray.lines().any(of_a_toolkit)
        && flyout.contains("libwebkit2gtk-4.1.so.0")
        && flyout.contains("presence-tray = ");
    if is_right { Ok(()) } else { Err(told) }
}

/// Fedora's packages in a folder that has nothing: what they need is not asked there, what is in them arrives and leaves again.
fn unpacked_by_rpm(made: &Packages) -> Outcome {
    let folder = target_folder()?.join("clean-root/rpm");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let rpm = |arguments: &[&str]| {
        let mut rpm = Command::new("rpm");
        rpm.arg("--root").arg(&folder).args(arguments);
        rpm
    };
    quietly(&mut rpm(&["--initdb"]))?;
    quietly(rpm(&["--install", "--nodeps"]).args(&made.rpm))?;
    quietly(rpm(&["--verify", "--nodeps"]).args(PACKAGES))?;
    quietly(rpm(&["--erase", "--nodeps"]).args(PACKAGES))?;
    let left = folder.join("usr/bin/presence-tray");
    if left.exists() {
        Err(format!("{} is left", left.display()))
    } else {
        Ok(())
    }
}

fn tray_alone(clean: &CleanRoot) -> Outcome {
    let there = installed(clean)?;
    let is_heavy = |name: &&String| TOOLKITS.iter().any(|toolkit| name.starts_with(toolkit));
    if let Some(heavy) = there.iter().find(is_heavy) {
        return Err(format!("the tray pulls in {heavy}"));
    }
    if !there.contains("ca-certificates") {
        return Err("without ca-certificates nobody is trusted".to_owned());
    }
    let version = printed(&mut clean.inside("presence-tray", &["--version"]))?;
    let wanted = format!("presence-tray {}", env!("CARGO_PKG_VERSION"));
    if version.trim() != wanted {
        return Err(format!("{version:?} instead of {wanted:?}"));
    }
    // Nobody is signed in: 3.
    let status = clean.inside("presence-tray", &["--demo", "status", "--json"]).output();
    let status = status.map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&status.stdout);
    if status.status.code() != Some(3) || !told.contains("\"signed_in\": false") {
        return Err(format!(
            "`presence-tray --demo status` ended with {}: {told}",
            status.status
        ));
    }
    Ok(())
}

fn window_too(clean: &CleanRoot) -> Outcome {
    if !installed(clean)?
        .iter()
        .any(|name| name.starts_with("libwebkit2gtk-4.1"))
    {
        return Err("the window does not pull in what draws it".to_owned());
    }
    let version = printed(&mut clean.inside("presence-flyout", &["--version"]))?;
    let wanted = format!("presence-flyout {}", env!("CARGO_PKG_VERSION"));
    if version.trim() == wanted {
        Ok(())
    } else {
        Err(format!("{version:?} instead of {wanted:?}"))
    }
}

/// The main job by a person at a virtual desktop of this system, with the programs of the root.
fn tour(clean: &CleanRoot, wrappers: &Path, options: &[&str]) -> Result<Command, String> {
    let target = target_folder()?;
    let mut tour = clean.around(&target.join("debug/tour"));
    tour.args(options)
        .arg(target.join("package/pictures"))
        .env("PRESENCE_TRAY_BIN_DIR", wrappers);
    Ok(tour)
}

/// Programs by the names of the product's, which start those in the root.
fn wrappers(clean: &CleanRoot) -> Result<PathBuf, String> {
    let folder = target_folder()?.join("clean-root/bin");
    for name in ["presence-tray", "presence-flyout"] {
        let file = folder.join(name);
        let script = format!(
            "#!/bin/sh\nexec chroot '{}' /usr/bin/{name} \"$@\"\n",
            clean.folder().display()
        );
        super::write(&file, &script)?;
        quietly(Command::new("chmod").arg("+x").arg(&file))?;
    }
    Ok(folder)
}

/// What is not as it was before, but for the notes of Debian's own programs; and what they still know of the product.
fn differences(before: &Contents, after: &Contents) -> Vec<String> {
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let is_a_note = |path: &Path| NOTES.iter().any(|notes| path.starts_with(notes));
    let is_ours = |path: &Path| path.to_string_lossy().contains("presence");
    paths
        .into_iter()
        .filter(|path| !is_a_note(path) || is_ours(path))
        .filter_map(|path| {
            let (was, is) = (before.get(path), after.get(path));
            let told = |there: Option<&String>| there.map_or_else(|| "nothing".to_owned(), Clone::clone);
            (was != is).then(|| format!("{} was {} and is {}", path.display(), told(was), told(is)))
        })
        .collect()
}

fn installed(clean: &CleanRoot) -> Result<BTreeSet<String>, String> {
    let format = "--showformat=${Package}\\n";
    let listed = printed(&mut clean.inside("dpkg-query", &["--show", format]))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// What a command that succeeds prints.
fn printed(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?} ended with {}", output.status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_left_changed_or_taken_along_is_told() {
        let contents = |entries: &[(&str, &str)]| -> Contents {
            let entries = entries.iter();
            entries.map(|(path, what)| (path.into(), (*what).to_owned())).collect()
        };
        let before = contents(&[
            ("etc", "a folder"),
            ("etc/passwd", "a"),
            ("usr/bin/sh", "b"),
            ("var/log/dpkg.log", "c"),
        ]);
        assert_eq!(differences(&before, &before), Vec::<String>::new());
        let after = contents(&[
            ("etc", "a folder"),
            ("etc/passwd", "d"),
            ("root/.config", "a folder"),
            ("var/lib/dpkg/info/presence-tray.list", "e"),
            ("var/log/dpkg.log", "f"),
        ]);
        assert_eq!(
            differences(&before, &after),
            [
                "etc/passwd was a and is d",
                "root/.config was nothing and is a folder",
                "usr/bin/sh was b and is nothing",
                "var/lib/dpkg/info/presence-tray.list was nothing and is e",
            ]
        );
    }
}
