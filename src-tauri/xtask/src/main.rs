//! `cargo xtask …`: set-up, run, test, measure. Without dependencies, so that the first command of a newcomer compiles in a second.

mod archive;
mod bench;
#[cfg(test)]
mod crates;
mod distribution;
mod links;
mod packages;
mod parts;
mod platforms;
mod python;
mod setup;
mod standard_library;
mod steps;
mod test;
mod tool;
mod toolchain;
mod tree;
mod windows;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use packages::Purpose;
use steps::{Outcome, Steps};

const HELP: &str = "\
cargo xtask COMMAND

  setup            install what is missing of the system packages, check Rust and Node, make the tests' Python environment
  run [--release]  set up, build, and start the demonstration; without a display, show it in a virtual desktop
  test             set up, then every test
  check-platforms  check the code for Windows and macOS, without running it; says what could not be checked
  test-windows     the tests of the Windows build, linked with MinGW and run under Wine
  licences         the licences of all parts, and a list of them (CycloneDX) for each package, into target/package
  deny             whether every part has a licence and a source that are agreed to, and no known hole, where that can be looked up
  bench            a release build beside bare programs and Chromium: memory, start, idle, clicks; into target/bench/
  link-order       find out which code of the resident runs, for its release build to put side by side
  package          a release's packages for Debian and Fedora, into target/package; with --tree FOLDER, what is in them, as a folder
  test-packages    the same, then installed, tried and purged on a Debian of their own; needs root
  icons            render icons/ again from its SVG sources, and all tray icons at once into a picture to look at
  help             this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut steps = Steps::default();
    let outcome = match arguments.as_slice() {
        ["setup"] => setup::everything(&mut steps).and_then(|()| python::environment(&mut steps)),
        ["run"] => run(&mut steps, false),
        ["run", "--release"] => run(&mut steps, true),
        ["test"] => test::everything(&mut steps),
        ["check-platforms"] => platforms::check(&mut steps),
        ["test-windows"] => windows::test(&mut steps),
        ["bench"] => bench::measure(&mut steps),
        ["link-order"] => bench::link_order(&mut steps),
        ["package"] => distribution::package(&mut steps),
        ["package", "--tree", folder] => distribution::lay_out(&mut steps, Path::new(folder)),
        ["test-packages"] => distribution::test(&mut steps),
        ["licences"] => parts::tell(&mut steps),
        ["deny"] => parts::check(&mut steps),
        ["icons"] => icons(&mut steps),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprintln!("error: {} is no command of xtask\n\n{HELP}", unknown.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Starts the demonstration in front of the person, or shows it where there is no display.
fn run(steps: &mut Steps, release: bool) -> Outcome {
    let display = has_display();
    if display {
        setup::with(steps, &[Purpose::Build])?;
    } else {
        println!("There is no display here: the product will be shown in a virtual desktop.");
        setup::everything(steps)?;
    }
    let mut build = cargo();
    build.arg("build");
    if release {
        build.arg("--release");
    }
    if !display {
        build.args([
            "--package",
            "presence-flyout",
            "--package",
            "resident",
            "--package",
            "end-to-end",
            "--bins",
        ]);
    }
    steps.run(
        "Build the UI and both executables (minutes, the first time)",
        &mut build,
    )?;

    let programs = target_folder()?.join(if release { "release" } else { "debug" });
    if display {
        println!("\nThe demonstration runs: look for its icon in the tray. Quit is in its menu; Ctrl-C ends it too.");
        return steps::quietly(Command::new(programs.join("presence-tray")).arg("--demo"));
    }
    let pictures = target_folder()?.join("demo");
    steps.run(
        "The main job, in a virtual desktop",
        Command::new(programs.join("tour"))
            .arg(&pictures)
            .env("PRESENCE_TRAY_BIN_DIR", &programs),
    )?;
    println!("\nThe pictures are in {}.", pictures.display());
    Ok(())
}

fn icons(steps: &mut Steps) -> Outcome {
    let sheet = target_folder()?.join("tray-icons.png");
    let renderer = || {
        let mut renderer = cargo();
        renderer.args(["run", "--quiet", "--package", "icons"]);
        renderer
    };
    steps.run("Render the icons", &mut renderer())?;
    steps.run(
        "Draw the tray icons at once",
        renderer().args(["--", "--sheet"]).arg(&sheet),
    )?;
    println!("\nLook at {}.", sheet.display());
    Ok(())
}

/// Whether a window could be shown to somebody.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The Cargo that runs this.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    if let Ok(root) = root() {
        cargo.current_dir(root);
    }
    cargo
}

/// The root of the repository.
fn root() -> Result<&'static Path, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .ok_or_else(|| format!("{} is not two folders below the root", here.display()))
}

/// Where Cargo puts what it builds; this program is in its `debug`.
fn target_folder() -> Result<PathBuf, String> {
    let this = std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
    let folder = this.ancestors().nth(2);
    folder
        .map(Path::to_owned)
        .ok_or_else(|| format!("{} is not in a target folder", this.display()))
}
