//! Shows the product to somebody who has no display: does the main job once in a virtual desktop, tells what it saw, and leaves
//! pictures. `tour FOLDER` writes them there.

use std::path::PathBuf;
use std::process::ExitCode;

use end_to_end::main_job;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: tour FOLDER");
        return ExitCode::from(2);
    };
    let say = |step: &str, seen: &str| println!("• {step}\n{}", indented(seen));
    match main_job::whole(&folder, say).await {
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
