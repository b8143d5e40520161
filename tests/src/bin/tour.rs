//! Shows the product to somebody who has no display: does the main job once in a virtual desktop, tells what it saw, and leaves
//! pictures. `tour FOLDER` writes them there; `tour --without-window FOLDER` does what can be done where no window is installed.

use std::path::PathBuf;
use std::process::ExitCode;

use end_to_end::main_job;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let (has_window, folder) = match arguments.as_slice() {
        [folder] => (true, PathBuf::from(folder)),
        [option, folder] if option == "--without-window" => (false, PathBuf::from(folder)),
        _ => {
            eprintln!("usage: tour [--without-window] FOLDER");
            return ExitCode::from(2);
        }
    };
    let say = |step: &str, seen: &str| println!("• {step}\n{}", indented(seen));
    match main_job::whole(&folder, has_window, say).await {
        Ok(()) => {
            println!("Seen and done.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn indented(text: &str) -> String {
    format!("    {}\n", text.trim_end().replace('\n', "\n    "))
}
