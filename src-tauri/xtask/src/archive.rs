//! Debian's archive beside this system's own packages: package lists of other suites, in a folder of their own. The system's lists stay as they
//! are, nothing is installed, and no rights are needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::quietly;
use crate::{packages, setup};

/// Suites of Debian, in the order in which they are asked: first those with several versions of a package in short lists.
const SUITES: [&str; 6] = [
    "stable-backports",
    "oldstable-backports",
    "stable",
    "testing",
    "unstable",
    "experimental",
];

/// Debian's keys, where its package of them puts them.
const KEYS: [&str; 2] = [
    "/usr/share/keyrings/debian-archive-keyring.pgp",
    "/usr/share/keyrings/debian-archive-keyring.gpg",
];

/// A view of Debian's archive, kept in a folder.
#[derive(Debug)]
pub(crate) struct Archive {
    folder: PathBuf,
    /// Where this system gets its own packages from; a mirror is a mirror for these, too.
    address: String,
}

impl Archive {
    pub(crate) fn of_this_system(folder: &Path) -> Result<Self, String> {
        if !packages::is_debian() {
            return Err("rustup has not installed it, and this is not Debian, which would have its sources".to_owned());
        }
        Ok(Self {
            folder: folder.to_owned(),
            address: mirror()?,
        })
    }

    /// Downloads a package of this upstream version from the first suite that has it, and says where it lies.
    pub(crate) fn fetch(&self, package: &str, version: &str) -> Result<PathBuf, String> {
        for suite in SUITES {
            if let Err(problem) = self.look_at(suite) {
                println!("{suite}: {problem}");
                continue;
            }
            let listed = printed(self.apt("apt-cache").args(["madison", package]));
            let Some(full) = full_version(&listed, version) else {
                println!("{suite}: no {package} {version}");
                continue;
            };
            println!("{suite}: {package} {full}");
            let wanted = format!("{package}={full}");
            quietly(self.apt("apt-get").args(["--quiet", "download", &wanted]))?;
            return self.downloaded();
        }
        Err(format!("Debian has no {package} of version {version}"))
    }

    /// Fetches the package lists of one suite, in place of those of another.
    fn look_at(&self, suite: &str) -> Result<(), String> {
        let key = KEYS.into_iter().find(|key| Path::new(key).exists());
        let signed = key.map_or_else(String::new, |key| format!("Signed-By: {key}\n"));
        let source = format!(
            "Types: deb\nURIs: {}\nSuites: {suite}\nComponents: main\nTargets: Packages\n{signed}",
            self.address
        );
        for needed in ["sources", "lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(self.folder.join(needed))
                .map_err(|error| format!("{}: {error}", self.folder.display()))?;
        }
        fs::write(self.folder.join("sources/debian.sources"), source).map_err(|error| error.to_string())?;
        quietly(self.apt("apt-get").args(["--quiet=2", "update", "--error-on=any"]))
    }

    /// A program of apt that knows nothing but this view.
    fn apt(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        for (option, place) in [
            ("Dir::Etc::SourceList", "no-such-file"),
            ("Dir::Etc::SourceParts", "sources"),
            ("Dir::State::Lists", "lists"),
            ("Dir::Cache", "cache"),
        ] {
            let place = self.folder.join(place);
            command.arg("-o").arg(format!("{option}={}", place.display()));
        }
        // For root apt would rather download as another user, who may not write here.
        command.args(["-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none"]);
        command
    }

    /// The one package in the folder.
    fn downloaded(&self) -> Result<PathBuf, String> {
        let files = fs::read_dir(&self.folder).map_err(|error| error.to_string())?;
        let mut paths = files.flatten().map(|file| file.path());
        paths
            .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
            .ok_or_else(|| "apt-get download has left no package".to_owned())
    }
}

/// The address of Debian's archive, or of the mirror from which this system has its own packages.
pub(crate) fn mirror() -> Result<String, String> {
    // Told of a repository only when its package lists are there.
    let address = address(&package_lists()).or_else(|| {
        setup::refresh_package_lists().ok()?;
        address(&package_lists())
    });
    address.ok_or_else(|| "none of the sources in apt's lists is Debian's own archive".to_owned())
}

/// What repositories this system's package lists come from, each as label and address.
fn package_lists() -> String {
    let arguments = [
        "indextargets",
        "--format",
        "$(LABEL) $(REPO_URI)",
        "Created-By: Packages",
    ];
    printed(Command::new("apt-get").args(arguments))
}

/// The address of Debian's archive itself, without its other ones such as that of security updates.
fn address(lists: &str) -> Option<String> {
    let repositories = lists.lines().filter_map(|line| line.rsplit_once(' '));
    let debian = repositories.filter(|(label, _)| *label == "Debian");
    debian.map(|(_, address)| address.to_owned()).next()
}

/// `1.95.0+dfsg1-2~bpo13+1` for `1.95.0`, from lines such as `rust-src | 1.95.0+dfsg1-2~bpo13+1 | …`.
fn full_version<'text>(listed: &'text str, version: &str) -> Option<&'text str> {
    let versions = listed.lines().filter_map(|line| line.split('|').nth(1));
    versions.map(str::trim).find(|full| {
        full.strip_prefix(version)
            .is_some_and(|rest| rest.starts_with(['+', '-', '~']))
    })
}

fn printed(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::{address, full_version};

    #[test]
    fn the_archive_is_debians_own_and_not_that_of_its_security_updates() {
        let lists = "\
            Debian-Security http://mirror.example/debian-security/\n\
            . stable https://vendor.example/repository/\n\
            Debian Backports http://mirror.example/debian/\n\
            Debian http://mirror.example/debian/\n";
        assert_eq!(address(lists).as_deref(), Some("http://mirror.example/debian/"));
        assert_eq!(
            address("Debian-Security http://mirror.example/debian-security/\n"),
            None
        );
        assert_eq!(address(""), None);
    }

    #[test]
    fn a_version_fits_as_a_whole() {
        let listed = " rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://mirror.example/debian stable-backports/main amd64 Packages\n \
            rust-src | 1.9.0-1 | http://mirror.example/debian stable-backports/main amd64 Packages\n";
        assert_eq!(full_version(listed, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(full_version(listed, "1.9.0"), Some("1.9.0-1"));
        for other in ["1.9", "1.95", "1.96.0", "11.95.0"] {
            assert_eq!(full_version(listed, other), None, "{other}");
        }
    }
}
