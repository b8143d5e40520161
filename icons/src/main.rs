//! Renders the pictures: `cargo run -p icons` writes what the sources have changed, `cargo run -p icons -- --sheet FILE` writes all of the
//! tray's pictures at once to a PNG file, to look at.

use icons::{contact_sheet, files};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => render(),
        [option, file] if option == "--sheet" => Ok(std::fs::write(file, files::png(&contact_sheet::draw()?)?)?),
        _ => anyhow::bail!("this takes nothing, or `--sheet FILE`"),
    }
}

fn render() -> anyhow::Result<()> {
    for file in files::all()? {
        if file.committed().is_ok_and(|committed| committed == file.pictures) {
            continue;
        }
        file.write()?;
        println!("{} ({} bytes)", file.name, file.bytes.len());
    }
    Ok(())
}
