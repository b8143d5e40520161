//! Brings a machine to where everything can be built and tested. A second time it finds nothing to do and asks nothing.

use std::process::Command;

use crate::packages::{self, Purpose, TO_BUILD_AND_TEST};
use crate::steps::{Outcome, Steps, answer, quietly};
use crate::toolchain;

/// All that `run`, `test` and `bench` can need.
pub(crate) fn everything(steps: &mut Steps) -> Outcome {
    with(steps, TO_BUILD_AND_TEST)
}

/// What these purposes need.
pub(crate) fn with(steps: &mut Steps, purposes: &[Purpose]) -> Outcome {
    steps.take("Set up", || {
        toolchain::check_rust()?;
        if purposes.contains(&Purpose::Build) {
            toolchain::check_node()?;
        }
        if cfg!(not(target_os = "linux")) {
            println!("System packages are set up on Linux only; here the platform's own C compiler is enough.");
            return Ok(());
        }
        if packages::is_debian() {
            install(&packages::missing(purposes))
        } else {
            name(&packages::absent(purposes))
        }
    })
}

/// Lets apt learn what its sources have.
pub(crate) fn refresh_package_lists() -> Outcome {
    quietly(&mut Apt::find(&[])?.get(&["update"]))
}

/// Installs packages, as root or through sudo.
fn install(missing: &[&str]) -> Outcome {
    if missing.is_empty() {
        println!("Every system package is installed.");
        return Ok(());
    }
    println!("Missing system packages: {}", missing.join(" "));
    let apt = Apt::find(missing)?;
    if !known(missing) {
        println!("The package lists do not know all of them yet.");
        quietly(&mut apt.get(&["update"]))?;
    }
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(missing);
    // Lists that are older than the archive name files that are gone: fetch new lists, once.
    quietly(&mut apt.get(&arguments)).or_else(|_| {
        println!("That did not work; once more with new package lists.");
        quietly(&mut apt.get(&["update"]))?;
        quietly(&mut apt.get(&arguments))
    })
}

/// Says which packages are needed where they cannot be installed from here.
fn name(absent: &[&str]) -> Outcome {
    if absent.is_empty() {
        println!("Every program and library that is needed is there.");
        return Ok(());
    }
    Err(format!(
        "this is not Debian: please install what these Debian packages hold, then try again: {}",
        absent.join(" ")
    ))
}

/// Whether the package lists know every one of them.
fn known(packages: &[&str]) -> bool {
    let arguments: Vec<&str> = ["show", "--no-all-versions"].iter().chain(packages).copied().collect();
    answer("apt-cache", &arguments).is_some()
}

/// How to become root.
enum Apt {
    Root,
    Sudo,
}

impl Apt {
    fn find(missing: &[&str]) -> Result<Self, String> {
        if answer("id", &["-u"]).as_deref() == Some("0") {
            return Ok(Self::Root);
        }
        if answer("sudo", &["-n", "true"]).is_some() {
            return Ok(Self::Sudo);
        }
        if answer("sudo", &["--version"]).is_some() {
            println!("Installing them needs root: sudo asks for your password.");
            return Ok(Self::Sudo);
        }
        Err(format!(
            "installing them needs root. As root: apt-get install {}",
            missing.join(" ")
        ))
    }

    /// `apt-get` that asks nothing. sudo asks on the terminal, not on standard input.
    fn get(&self, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut sudo = Command::new("sudo");
                sudo.arg("env");
                sudo
            }
        };
        command
            .args([
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "--quiet",
                "-o",
                "DPkg::Lock::Timeout=300",
            ])
            .args(arguments);
        command
    }
}
