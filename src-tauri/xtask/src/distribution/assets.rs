//! Every file of every package, in one list.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use super::{Edition, read, write};
use crate::steps::{Outcome, quietly};
use crate::{parts, root, target_folder};

/// For whom a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Debian and its relatives.
    Deb,
    /// Fedora and its relatives.
    Rpm,
}

use Format::{Deb, Rpm};

const BOTH: &[Format] = &[Deb, Rpm];

/// Where a file comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// An executable of the release build.
    Executable(&'static str),
    /// A file of the repository.
    File(&'static str),
    /// One in which version and date have to be filled in.
    Template(&'static str),
    /// What `presence-tray` prints, in English.
    Printed(&'static [&'static str]),
    /// The licences of what the package is made of.
    Licences,
}

use Source::{Executable, File, Licences, Printed, Template};

/// The tray and the command line.
const TRAY: &str = "presence-tray";
/// The window.
const FLYOUT: &str = "presence-tray-flyout";

/// Package, formats, source, and the place where it is installed.
///
/// Resident and window find each other in one folder, so both are in `usr/bin`.
const ASSETS: &[(&str, &[Format], Source, &str)] = &[
    (TRAY, BOTH, Executable("presence-tray"), "usr/bin/presence-tray"),
    (
        TRAY,
        BOTH,
        File("src-tauri/packaging/linux/org.presencetray.PresenceTray.desktop"),
        "usr/share/applications/org.presencetray.PresenceTray.desktop",
    ),
    (
        TRAY,
        BOTH,
        Template("src-tauri/packaging/linux/org.presencetray.PresenceTray.metainfo.xml"),
        "usr/share/metainfo/org.presencetray.PresenceTray.metainfo.xml",
    ),
    (
        TRAY,
        BOTH,
        File("icons/app.svg"),
        "usr/share/icons/hicolor/scalable/apps/org.presencetray.PresenceTray.svg",
    ),
    (
        TRAY,
        BOTH,
        File("icons/32x32.png"),
        "usr/share/icons/hicolor/32x32/apps/org.presencetray.PresenceTray.png",
    ),
    (
        TRAY,
        BOTH,
        File("icons/48x48.png"),
        "usr/share/icons/hicolor/48x48/apps/org.presencetray.PresenceTray.png",
    ),
    (
        TRAY,
        BOTH,
        File("icons/64x64.png"),
        "usr/share/icons/hicolor/64x64/apps/org.presencetray.PresenceTray.png",
    ),
    (
        TRAY,
        BOTH,
        File("icons/128x128.png"),
        "usr/share/icons/hicolor/128x128/apps/org.presencetray.PresenceTray.png",
    ),
    (
        TRAY,
        BOTH,
        File("icons/128x128@2x.png"),
        "usr/share/icons/hicolor/256x256/apps/org.presencetray.PresenceTray.png",
    ),
    (
        TRAY,
        BOTH,
        File("icons/icon.png"),
        "usr/share/icons/hicolor/512x512/apps/org.presencetray.PresenceTray.png",
    ),
    (
        TRAY,
        BOTH,
        Printed(&["completions", "bash"]),
        "usr/share/bash-completion/completions/presence-tray",
    ),
    (
        TRAY,
        BOTH,
        Printed(&["completions", "fish"]),
        "usr/share/fish/vendor_completions.d/presence-tray.fish",
    ),
    (
        TRAY,
        &[Deb],
        Printed(&["completions", "zsh"]),
        "usr/share/zsh/vendor-completions/_presence-tray",
    ),
    (
        TRAY,
        &[Rpm],
        Printed(&["completions", "zsh"]),
        "usr/share/zsh/site-functions/_presence-tray",
    ),
    (TRAY, BOTH, Printed(&["man"]), "usr/share/man/man1/presence-tray.1.gz"),
    (
        TRAY,
        BOTH,
        File("CHANGELOG.md"),
        "usr/share/doc/presence-tray/changelog",
    ),
    (
        TRAY,
        &[Deb],
        File("src-tauri/packaging/linux/copyright"),
        "usr/share/doc/presence-tray/copyright",
    ),
    (
        TRAY,
        &[Rpm],
        File("LICENSE"),
        "usr/share/licenses/presence-tray/LICENSE",
    ),
    (
        TRAY,
        BOTH,
        Licences,
        "usr/share/doc/presence-tray/third-party-licences.txt.gz",
    ),
    (FLYOUT, BOTH, Executable("presence-flyout"), "usr/bin/presence-flyout"),
    (
        FLYOUT,
        BOTH,
        Template("src-tauri/packaging/linux/presence-flyout.1"),
        "usr/share/man/man1/presence-flyout.1.gz",
    ),
    (
        FLYOUT,
        &[Deb],
        File("src-tauri/packaging/linux/copyright"),
        "usr/share/doc/presence-tray-flyout/copyright",
    ),
    (
        FLYOUT,
        &[Rpm],
        File("LICENSE"),
        "usr/share/licenses/presence-tray-flyout/LICENSE",
    ),
    (
        FLYOUT,
        BOTH,
        Licences,
        "usr/share/doc/presence-tray-flyout/third-party-licences.txt.gz",
    ),
];

/// What an rpm marks as documentation.
const DOCUMENTATION: [&str; 3] = ["usr/share/doc/", "usr/share/licenses/", "usr/share/man/"];

/// A file as it is, and where it is installed.
#[derive(Debug)]
pub(super) struct Asset {
    formats: &'static [Format],
    file: PathBuf,
    destination: &'static str,
    /// As `chmod` has it.
    mode: &'static str,
}

/// Puts the files of `package` into `folder`, each in its place and with the time of the edition, which an rpm takes over.
pub(super) fn gather(edition: &Edition, package: &str, folder: &Path) -> Result<Vec<Asset>, String> {
    let programs = target_folder()?.join("release");
    let wanted = ASSETS.iter().filter(|(whose, ..)| *whose == package);
    wanted
        .map(|&(_, formats, source, destination)| {
            let file = folder.join(destination);
            let mode = match source {
                Executable(name) => copied(&programs.join(name), &file).map(|()| "755"),
                File(name) => copied(&root()?.join(name), &file).map(|()| "644"),
                Template(name) => {
                    let text = edition.fill(&read(&root()?.join(name))?)?;
                    written(&file, &text).map(|()| "644")
                }
                Licences => written(&file, &read(&parts::licences_of(package)?)?).map(|()| "644"),
                Printed(arguments) => {
                    let text = printed(&programs.join("presence-tray"), arguments)?;
                    written(&file, &text).map(|()| "644")
                }
            }?;
            let dated = fs::File::options().append(true).open(&file);
            dated
                .and_then(|dated| dated.set_modified(UNIX_EPOCH + Duration::from_secs(edition.time)))
                .map_err(|error| format!("{}: {error}", file.display()))?;
            Ok(Asset {
                formats,
                file,
                destination,
                mode,
            })
        })
        .collect()
}

/// As a manifest has them for one format: each program in its own spelling, with TOML's strings in which nothing is escaped.
pub(super) fn listed(assets: &[Asset], format: Format) -> String {
    let wanted = assets.iter().filter(|asset| asset.formats.contains(&format));
    let entries = wanted.map(|asset| {
        let (source, dest, mode) = (asset.file.display(), asset.destination, asset.mode);
        match format {
            Deb => format!("  ['{source}', '{dest}', '{mode}'],\n"),
            Rpm => {
                let doc = DOCUMENTATION.iter().any(|folder| dest.starts_with(folder));
                format!("  {{ source = '{source}', dest = '/{dest}', mode = '{mode}', doc = {doc} }},\n")
            }
        }
    });
    format!("[\n{}]", entries.collect::<String>())
}

/// Copies what is for Debian into a folder, which it lays out like the root of a system.
pub(super) fn copy(assets: &[Asset], folder: &Path) -> Outcome {
    for asset in assets.iter().filter(|asset| asset.formats.contains(&Deb)) {
        let place = folder.join(asset.destination);
        fs::create_dir_all(place.parent().unwrap_or(folder))
            .map_err(|error| format!("{}: {error}", place.display()))?;
        let mode = format!("--mode={}", asset.mode);
        quietly(Command::new("install").arg(mode).arg(&asset.file).arg(&place))?;
    }
    Ok(())
}

fn copied(from: &Path, file: &Path) -> Outcome {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(from, file))
        .map(drop)
        .map_err(|error| format!("{} to {}: {error}", from.display(), file.display()))
}

/// A page of the manual is installed compressed.
fn written(file: &Path, text: &str) -> Outcome {
    if file.extension().is_none_or(|extension| extension != "gz") {
        return write(file, text);
    }
    let plain = file.with_extension("");
    write(&plain, text)?;
    // Without name and time in it, so that the same text is the same file.
    quietly(
        Command::new("gzip")
            .args(["--force", "--best", "--no-name"])
            .arg(&plain),
    )
}

fn printed(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if !output.status.success() || output.stdout.is_empty() {
        return Err(format!(
            "`presence-tray {}` ended with {}",
            arguments.join(" "),
            output.status
        ));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_files_of_a_format_go_to_one_place_and_every_source_is_there() {
        for format in [Deb, Rpm] {
            let mut places = BTreeSet::new();
            for (_, formats, source, place) in ASSETS {
                if formats.contains(&format) {
                    assert!(places.insert(place), "{place}");
                }
                if let File(name) | Template(name) = source {
                    assert!(root().unwrap().join(name).is_file(), "{name}");
                }
            }
        }
    }

    #[test]
    fn each_program_gets_its_own_spelling_and_its_own_files() {
        let asset = |formats, destination| Asset {
            formats,
            file: PathBuf::from("/a b"),
            destination,
            mode: "644",
        };
        let assets = [asset(BOTH, "usr/bin/x"), asset(&[Rpm], "usr/share/doc/x/y")];
        assert_eq!(listed(&assets, Deb), "[\n  ['/a b', 'usr/bin/x', '644'],\n]");
        assert_eq!(
            listed(&assets, Rpm),
            "[\n  { source = '/a b', dest = '/usr/bin/x', mode = '644', doc = false },\n  \
             { source = '/a b', dest = '/usr/share/doc/x/y', mode = '644', doc = true },\n]"
        );
    }
}
