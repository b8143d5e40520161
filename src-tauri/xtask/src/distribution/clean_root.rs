//! A Debian with nothing but its essential packages in a folder: what a package needs and did not say is missing here.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Steps, answer, quietly};
use crate::{archive, target_folder};

/// Gives the root what a running system has, in a mount namespace of its own: with the last process in it all mounts are gone. Then runs
/// the rest of the arguments.
const MOUNTED: &str = r#"
root=$1 parcel=$2 archives=$3
shift 3
mount -t proc proc "$root/proc"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount --bind /dev/shm "$root/dev/shm"
mount --bind /tmp "$root/tmp"
mount --bind "$parcel" "$root/mnt"
mount --bind "$archives" "$root/var/cache/apt/archives"
exec "$@"
"#;

/// Certificate authorities for a mirror behind TLS; the root itself has none at first.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Runs processes as root, in the folder, with this system's network and `/tmp`.
#[derive(Debug)]
pub(super) struct CleanRoot {
    folder: PathBuf,
    /// Seen in it as `/mnt`.
    parcel: PathBuf,
    /// Where apt keeps what it downloads, from one run to the next.
    archives: PathBuf,
}

impl CleanRoot {
    /// A fresh one. The download it is copied from is kept in the target folder.
    pub(super) fn fresh(steps: &mut Steps) -> Result<Self, String> {
        let suite = answer("sh", &["-c", ". /etc/os-release && echo $VERSION_CODENAME"]);
        // Programs linked here need this libc or a later one.
        let suite = suite.ok_or("this system does not say which release of Debian it is")?;
        let folder = target_folder()?.join("clean-root");
        let base = folder.join(&suite);
        if !base.exists() {
            let incomplete = folder.join(format!("{suite}.incomplete"));
            remove(&incomplete)?;
            let mut debootstrap = Command::new("debootstrap");
            debootstrap.arg("--variant=minbase").arg(suite);
            debootstrap.arg(&incomplete).arg(archive::mirror()?);
            steps.run("Debian's essential packages, into a folder", &mut debootstrap)?;
            fs::rename(&incomplete, &base).map_err(|error| format!("{}: {error}", base.display()))?;
        }
        let clean = Self {
            folder: folder.join("root"),
            parcel: folder.join("parcel"),
            archives: folder.join("archives"),
        };
        for empty in [&clean.folder, &clean.parcel] {
            remove(empty)?;
        }
        steps.take("A fresh copy of it", || {
            for needed in [&clean.parcel, &clean.archives.join("partial")] {
                fs::create_dir_all(needed).map_err(|error| format!("{}: {error}", needed.display()))?;
            }
            if Path::new(AUTHORITIES).exists() {
                clean.put(Path::new(AUTHORITIES))?;
            }
            quietly(Command::new("cp").arg("--archive").arg(&base).arg(&clean.folder))
        })?;
        Ok(clean)
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Copies a file into what is `/mnt` in the root.
    pub(super) fn put(&self, file: &Path) -> Result<(), String> {
        let name = file
            .file_name()
            .ok_or_else(|| format!("{} is no file", file.display()))?;
        let copied = fs::copy(file, self.parcel.join(name));
        copied.map(drop).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// A program of this system, which sees the root with all its mounts.
    pub(super) fn around(&self, program: &Path) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-euc", MOUNTED, "sh"]);
        command.args([&self.folder, &self.parcel, &self.archives]).arg(program);
        command
    }

    /// A program of the root, in it, with an environment of its own.
    pub(super) fn inside(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.around(Path::new("env"));
        command.args(["--ignore-environment", "LC_ALL=C.UTF-8", "HOME=/root"]);
        command.args(["DEBIAN_FRONTEND=noninteractive", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);
        // The way to the mirror, where there is but one.
        let proxies = ["http_proxy", "https_proxy", "no_proxy"];
        let proxies = proxies
            .into_iter()
            .filter_map(|name| Some((name, std::env::var(name).ok()?)));
        command.args(proxies.map(|(name, value)| format!("{name}={value}")));
        command.arg("chroot").arg(&self.folder).arg(program).args(arguments);
        command
    }

    /// apt, which asks nothing and takes only what is really needed.
    pub(super) fn apt(&self, arguments: &[&str]) -> Command {
        let mut command = self.inside("apt-get", &["--yes", "--quiet=2", "--no-install-recommends"]);
        command.args(["-o", "Dpkg::Use-Pty=0", "-o", "APT::Sandbox::User=root"]);
        command.args(["-o", "Acquire::https::CaInfo=/mnt/ca-certificates.crt"]);
        command.args(arguments);
        command
    }

    /// Everything in it by its path, with what can be told apart of it.
    pub(super) fn contents(&self) -> Result<BTreeMap<PathBuf, String>, String> {
        let mut contents = BTreeMap::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                let data = path.symlink_metadata().map_err(failed)?;
                let told = if data.is_dir() {
                    folders.push(path.clone());
                    "a folder".to_owned()
                } else if data.is_symlink() {
                    format!("a link to {}", fs::read_link(&path).map_err(failed)?.display())
                } else if data.is_file() {
                    let mut hasher = DefaultHasher::new();
                    fs::read(&path).map_err(failed)?.hash(&mut hasher);
                    format!("a file of {} bytes, {:016x}", data.len(), hasher.finish())
                } else {
                    "something else".to_owned()
                };
                let within = path.strip_prefix(&self.folder).unwrap_or(&path);
                contents.insert(within.to_owned(), told);
            }
        }
        Ok(contents)
    }
}

fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {error}", folder.display())),
        _ => Ok(()),
    }
}
