//! The packages of a release: `presence-tray` with tray and command line, `presence-tray-flyout` with the window, each for Debian and for
//! Fedora and their relatives.
//!
//! Who they are and what they need stands in `src-tauri/packaging/linux/*.toml`; what is in them, in [`assets`]. Made again from the same
//! commit by the same compiler in the same folder, they are the same to the byte: every file has the time of the commit.

mod assets;
mod clean_root;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::Purpose;
use crate::steps::{Outcome, Steps, answer, quietly};
use crate::tool::{CARGO_DEB, CARGO_GENERATE_RPM};
use crate::{cargo, parts, root, setup, target_folder};
use assets::Format;
pub(crate) use trial::test;

/// The packages, each with a manifest of its name.
const PACKAGES: [&str; 2] = ["presence-tray", "presence-tray-flyout"];
/// How often this version was packaged anew.
const REVISION: &str = "1";
const MANIFESTS: &str = "src-tauri/packaging/linux";

/// What was made.
#[derive(Debug)]
struct Packages {
    /// For Debian, in the order of [`PACKAGES`].
    deb: Vec<PathBuf>,
    /// For Fedora.
    rpm: Vec<PathBuf>,
}

/// Lays the files of both packages into `folder`, as if it were the root of a system: for whoever makes another kind of
/// package of them.
pub(crate) fn lay_out(steps: &mut Steps, folder: &Path) -> Outcome {
    build(steps)?;
    let edition = Edition::of_this_commit()?;
    steps.take("The files of both packages", || {
        for package in PACKAGES {
            let made = edition.folder.join("manifest").join(package).join("files");
            assets::copy(&assets::gather(&edition, package, &made)?, folder)?;
        }
        Ok(())
    })
}

/// Makes all packages, and says where they are.
pub(crate) fn package(steps: &mut Steps) -> Outcome {
    let made = make(steps)?;
    println!();
    for file in made.deb.iter().chain(&made.rpm) {
        let size = fs::metadata(file).map_or(0, |data| data.len());
        println!("{:>6} KiB  {}", size / 1024, file.display());
    }
    Ok(())
}

fn make(steps: &mut Steps) -> Result<Packages, String> {
    build(steps)?;
    setup::with(steps, &[Purpose::Distribution])?;
    let deb = CARGO_DEB.at_hand(steps)?;
    let rpm = CARGO_GENERATE_RPM.at_hand(steps)?;
    let edition = Edition::of_this_commit()?;
    let mut made = Packages {
        deb: Vec::new(),
        rpm: Vec::new(),
    };
    steps.take("Packages", || {
        for package in PACKAGES {
            let manifest = edition.manifest(package)?;
            let mut for_debian = Command::new(&deb);
            for_debian.args(["--no-build", "--no-strip", "--quiet", "--output"]);
            made.deb
                .push(edition.made(for_debian, &manifest, &edition.deb_file(package))?);
            let mut for_fedora = Command::new(&rpm);
            // Its own way is `ldd`, which names the libraries of libraries too: those of this system, which no other one has in these versions.
            for_fedora.args(["--auto-req", "find-requires", "--output"]);
            made.rpm
                .push(edition.made(for_fedora, &manifest, &edition.rpm_file(package))?);
        }
        Ok(())
    })?;
    Ok(made)
}

/// The two executables.
fn build(steps: &mut Steps) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err("these packages are made on Linux; docs/packaging.md has the other systems".to_owned());
    }
    setup::with(steps, &[Purpose::Build])?;
    let mut build = cargo();
    build
        .args(["build", "--release", "--locked"])
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?.join("\u{1f}"));
    steps.run("Release build (minutes)", &mut build)?;
    parts::tell(steps)
}

/// What the packages of one commit have in common.
#[derive(Debug)]
struct Edition {
    version: &'static str,
    /// Seconds since 1970: when the commit was made.
    time: u64,
    /// Who answers for the packages, with an address.
    maintainer: String,
    /// Where they are made.
    folder: PathBuf,
}

impl Edition {
    fn of_this_commit() -> Result<Self, String> {
        let root = root()?.to_string_lossy();
        let set = std::env::var("SOURCE_DATE_EPOCH").ok();
        let time = set.or_else(|| answer("git", &["-C", &root, "log", "-1", "--format=%ct"]));
        let time = time.ok_or("this is no git repository; SOURCE_DATE_EPOCH has to say of when the sources are")?;
        let number = time.parse();
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            time: number.map_err(|_| format!("{time:?} is no number of seconds since 1970"))?,
            maintainer: maintainer(|name| std::env::var(name).ok()),
            folder: target_folder()?.join("package"),
        })
    }

    /// The file names are the ones that Debian and Fedora give.
    fn deb_file(&self, package: &str) -> PathBuf {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        let version = self.version;
        self.folder
            .join(format!("{package}_{version}-{REVISION}_{architecture}.deb"))
    }

    fn rpm_file(&self, package: &str) -> PathBuf {
        let (version, architecture) = (self.version, std::env::consts::ARCH);
        self.folder
            .join(format!("{package}-{version}-{REVISION}.{architecture}.rpm"))
    }

    /// Writes the manifest by which both programs make `package`, and says in which folder.
    fn manifest(&self, package: &str) -> Result<PathBuf, String> {
        let folder = self.folder.join("manifest").join(package);
        let changelog = folder.join("changelog");
        write(&changelog, &self.debian_changelog(package)?)?;
        // A manifest without a target is none to Cargo.
        write(&folder.join("src/lib.rs"), "")?;
        let files = assets::gather(self, package, &folder.join("files"))?;
        let template = root()?.join(MANIFESTS).join(format!("{package}.toml"));
        let filled = self
            .fill(&read(&template)?)?
            .replace("@MAINTAINER@", &self.maintainer)
            .replace("@CHANGELOG@", &changelog.display().to_string())
            .replace("@DEB_ASSETS@", &assets::listed(&files, Format::Deb))
            .replace("@RPM_ASSETS@", &assets::listed(&files, Format::Rpm));
        write(&folder.join("Cargo.toml"), &filled)?;
        Ok(folder)
    }

    /// Puts version and date into a text.
    fn fill(&self, text: &str) -> Result<String, String> {
        Ok(text
            .replace("@VERSION@", self.version)
            .replace("@REVISION@", REVISION)
            .replace("@DATE@", &self.date("+%F")?))
    }

    fn debian_changelog(&self, package: &str) -> Result<String, String> {
        let (version, maintainer, date) = (self.version, &self.maintainer, self.date("--rfc-email")?);
        Ok(format!(
            "{package} ({version}-{REVISION}) unstable; urgency=medium\n\n  \
             * Version {version}; what is new in it stands in presence-tray's\n    changelog.gz.\n\n \
             -- {maintainer}  {date}\n"
        ))
    }

    fn date(&self, format: &str) -> Result<String, String> {
        let time = format!("--date=@{}", self.time);
        answer("env", &["LC_ALL=C", "date", "--utc", &time, format])
            .ok_or_else(|| format!("no date has {} seconds since 1970", self.time))
    }

    /// Has one package made, from nothing.
    fn made(&self, mut program: Command, manifest: &Path, file: &Path) -> Result<PathBuf, String> {
        if file.exists() {
            fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        program
            .arg(file)
            .current_dir(manifest)
            .env("SOURCE_DATE_EPOCH", self.time.to_string());
        quietly(&mut program)?;
        Ok(file.to_owned())
    }
}

/// For the compiler: those of whoever builds, and that an executable names no folder of theirs. Where it was built makes no difference then.
fn flags() -> Result<Vec<String>, String> {
    let set = std::env::var("RUSTFLAGS").unwrap_or_default();
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let folders = [(Some(root()?.to_owned()), "/presence-tray"), (cargo_home, "/cargo")];
    let named = folders
        .into_iter()
        .filter_map(|(folder, name)| Some(format!("--remap-path-prefix={}={name}", folder?.display())));
    Ok(set.split_whitespace().map(str::to_owned).chain(named).collect())
}

/// As Debian's own tools learn it. The address that stands in for one is nobody's, and can be nobody's.
fn maintainer(variable: impl Fn(&str) -> Option<String>) -> String {
    let name = variable("DEBFULLNAME").unwrap_or_else(|| "The Presence Tray authors".to_owned());
    let address = variable("DEBEMAIL").unwrap_or_else(|| "authors@presence-tray.invalid".to_owned());
    format!("{name} <{address}>")
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, contents: &str) -> Outcome {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, contents))
        .map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::{Edition, PathBuf, maintainer};

    #[test]
    fn the_changelog_has_debians_form_and_the_time_of_the_commit() {
        let edition = Edition {
            version: "1.2.3",
            time: 1_700_000_000,
            maintainer: "Somebody <somebody@example.org>".to_owned(),
            folder: PathBuf::new(),
        };
        let changelog = edition.debian_changelog("presence-tray").unwrap();
        assert!(changelog.starts_with("presence-tray (1.2.3-1) unstable; urgency=medium\n\n  * "));
        assert!(changelog.ends_with("\n\n -- Somebody <somebody@example.org>  Tue, 14 Nov 2023 22:13:20 +0000\n"));
        assert_eq!(edition.fill("@VERSION@ of @DATE@").unwrap(), "1.2.3 of 2023-11-14");
    }

    #[test]
    fn the_maintainer_is_whoever_packages() {
        assert_eq!(
            maintainer(|_| None),
            "The Presence Tray authors <authors@presence-tray.invalid>"
        );
        let variable = |name: &str| (name == "DEBEMAIL").then(|| "me@example.org".to_owned());
        assert_eq!(maintainer(variable), "The Presence Tray authors <me@example.org>");
    }
}
