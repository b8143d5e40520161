//! The committed pictures are those that the sources render.

use icons::files;

#[test]
fn the_committed_pictures_are_what_the_sources_render() {
    let differing: Vec<String> = files::all()
        .unwrap()
        .into_iter()
        .filter_map(|file| match file.committed() {
            Ok(committed) if committed == file.pictures => None,
            Ok(_) => Some(file.name),
            Err(error) => Some(format!("{}: {error:#}", file.name)),
        })
        .collect();
    assert!(
        differing.is_empty(),
        "`cargo run -p icons` renders them anew: {differing:#?}"
    );
}

#[test]
fn the_tray_s_pictures_stay_small() {
    let folder = std::path::Path::new(icons::FOLDER).join("tray");
    let bytes: u64 = icons::tray::Bar::ALL
        .iter()
        .flat_map(|bar| std::fs::read_dir(folder.join(bar.name())).unwrap())
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 150_000, "{bytes} bytes go into the executables");
}
