//! Builds the UI where it is older than its sources, then everything Tauri derives from it.
//!
//! `SKIP_UI_BUILD=1` makes do without Node: where no UI was built, a placeholder takes its place. For `cargo check` and the like.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::SystemTime,
};

/// What the UI is made of, relative to this package.
const SOURCES: [&str; 8] = [
    "../ui/src",
    "../ui/build",
    "../ui/index.html",
    "../ui/package.json",
    "../ui/package-lock.json",
    "../ui/svelte.config.js",
    "../ui/vite.config.ts",
    "crates/phrases/catalogue",
];
const UI: &str = "../ui";
const BUILT: &str = "../ui/dist/index.html";
const PLACEHOLDER: &str = "<!doctype html><title>The UI was not built</title>\n";

fn main() -> ExitCode {
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    println!("cargo:rerun-if-changed={BUILT}");
    println!("cargo:rerun-if-env-changed=SKIP_UI_BUILD");
    let built = if env::var_os("SKIP_UI_BUILD").is_some_and(|value| value == "1") {
        put_placeholder().map_err(|error| format!("{BUILT}: {error}"))
    } else {
        build_ui()
    };
    if let Err(why) = built {
        eprintln!("\n{why}\n");
        return ExitCode::FAILURE;
    }
    let commands = tauri_build::AppManifest::new().commands(&["watch", "send_command", "start_demo", "hide_window"]);
    match tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn put_placeholder() -> io::Result<()> {
    let built = Path::new(BUILT);
    if built.exists() {
        return Ok(());
    }
    fs::create_dir_all(built.with_file_name(""))?;
    fs::write(built, PLACEHOLDER)
}

fn build_ui() -> Result<(), String> {
    let sources = newest(SOURCES.map(PathBuf::from)).map_err(|error| format!("the UI's sources: {error}"))?;
    if is_built_from(sources) {
        return Ok(());
    }
    if !modules_are_current() {
        npm(&["ci"])?;
    }
    npm(&["run", "build"])?;
    // Its age is that of what it was made of, not of this run: Cargo takes what changes during a run for a reason to run again.
    fs::File::options()
        .append(true)
        .open(BUILT)
        .and_then(|built| built.set_modified(sources))
        .map_err(|error| format!("{BUILT}: {error}"))
}

fn is_built_from(sources: SystemTime) -> bool {
    let built = fs::read_to_string(BUILT).is_ok_and(|page| page != PLACEHOLDER);
    built && modified(Path::new(BUILT)).is_ok_and(|time| time >= sources)
}

/// npm leaves a copy of the lock file it installed from.
fn modules_are_current() -> bool {
    let installed = modified(Path::new("../ui/node_modules/.package-lock.json"));
    let wanted = modified(Path::new("../ui/package-lock.json"));
    matches!((installed, wanted), (Ok(installed), Ok(wanted)) if installed >= wanted)
}

fn npm(arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let line = format!("npm {}", arguments.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(UI)
        .output()
        .map_err(|error| {
            format!(
                "The window's UI is built with npm, which could not be started ({error}).\n\
             Install Node 20.19 or newer (https://nodejs.org), or set SKIP_UI_BUILD=1 to build without a UI."
            )
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!(
        "`{line}` in ui failed:\n{}{}",
        said(&output.stdout),
        said(&output.stderr)
    ))
}

fn newest(paths: impl IntoIterator<Item = PathBuf>) -> io::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for path in paths {
        newest = newest.max(modified(&path)?);
        if path.is_dir() {
            let inside = fs::read_dir(&path)?.map(|entry| Ok(entry?.path()));
            newest = newest.max(self::newest(inside.collect::<io::Result<Vec<_>>>()?)?);
        }
    }
    Ok(newest)
}

fn modified(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(path)
        .and_then(|data| data.modified())
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
