//! The files of the log: the latest and a few before it, none larger than [`LIMIT`], for this user alone.
//!
//! Of the crates for it, `tracing-appender` changes files by time alone, and those that do so by size bring a second library for time and one
//! for compression.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// The latest.
const FILE: &str = "presence-tray.log";
/// No file grows larger, in bytes.
const LIMIT: u64 = 1_000_000;
/// How many files before the latest are kept.
const EARLIER: usize = 2;

/// The log's folder, open for writing.
#[derive(Debug)]
pub(crate) struct LogFiles {
    folder: PathBuf,
    limit: u64,
    /// `None` after something went wrong; the next line tries anew.
    latest: Option<Latest>,
}

#[derive(Debug)]
struct Latest {
    file: File,
    size: u64,
}

impl LogFiles {
    /// Goes on with what an earlier process wrote.
    ///
    /// # Errors
    /// Those of making or opening folder and file.
    pub(crate) fn open(folder: &Path) -> io::Result<LogFiles> {
        make_private(folder)?;
        let mut files = LogFiles {
            folder: folder.to_owned(),
            limit: LIMIT,
            latest: None,
        };
        files.latest = Some(files.open_latest()?);
        Ok(files)
    }

    /// Writes a line. One that does not fit any more begins the next file.
    ///
    /// # Errors
    /// Then the line is lost, at least in part, and the files are as large as they were.
    pub(crate) fn write(&mut self, line: &str) -> io::Result<()> {
        let mut latest = match self.latest.take() {
            Some(latest) => latest,
            None => self.open_latest()?,
        };
        let line = format!("{line}\n");
        let length = line.len() as u64;
        if latest.size > 0 && latest.size + length > self.limit {
            drop(latest);
            self.make_room()?;
            latest = self.open_latest()?;
        }
        latest.file.write_all(line.as_bytes())?;
        latest.size += length;
        self.latest = Some(latest);
        Ok(())
    }

    /// How many bytes the files in `folder` have, all together.
    ///
    /// # Errors
    /// Where the latest cannot be written.
    pub(crate) fn size(folder: &Path) -> io::Result<u64> {
        OpenOptions::new().append(true).open(folder.join(FILE))?;
        let sizes = (0..=EARLIER).filter_map(|age| Some(fs::metadata(named(folder, age)).ok()?.len()));
        Ok(sizes.sum())
    }

    fn open_latest(&self) -> io::Result<Latest> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(named(&self.folder, 0))?;
        let size = file.metadata()?.len();
        Ok(Latest { file, size })
    }

    /// Each file becomes the next older one; the oldest goes.
    fn make_room(&self) -> io::Result<()> {
        for age in (0..EARLIER).rev() {
            match fs::rename(named(&self.folder, age), named(&self.folder, age + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The file that is `age` files older than the latest.
fn named(folder: &Path, age: usize) -> PathBuf {
    match age {
        0 => folder.join(FILE),
        _ => folder.join(format!("{FILE}.{age}")),
    }
}

/// Elsewhere than on Unix the folder is in the person's own anyway.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
        builder.mode(0o700).create(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
    }
    #[cfg(not(unix))]
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(folder: &Path, age: usize) -> Vec<String> {
        let text = fs::read_to_string(named(folder, age)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_file_that_is_full_makes_room_and_the_oldest_goes() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("deep/log");
        let mut files = LogFiles::open(&folder).unwrap();
        files.limit = 10;
        for line in [
            "one",
            "two",
            "three",
            "four",
            "longer than a whole file",
            "six",
            "seven",
        ] {
            files.write(line).unwrap();
        }
        assert_eq!(
            lines(&folder, 0),
            ["six"; 1].into_iter().chain(["seven"]).collect::<Vec<_>>()
        );
        assert_eq!(lines(&folder, 1), ["longer than a whole file"]);
        assert_eq!(lines(&folder, 2), ["four"]);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        assert_eq!(LogFiles::size(&folder).unwrap(), 10 + 25 + 5);
        drop(files);
        let mut files = LogFiles::open(&folder).unwrap();
        files.limit = 10;
        files.write("8").unwrap();
        assert_eq!(
            (lines(&folder, 0), lines(&folder, 1).len()),
            (vec!["8".to_owned()], 2),
            "it goes on"
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("log");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        LogFiles::open(&folder).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(FILE))), (0o700, 0o600));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn after_a_full_disk_it_goes_on_by_itself() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path();
        std::os::unix::fs::symlink("/dev/full", folder.join(FILE)).unwrap();
        let mut files = LogFiles::open(folder).unwrap();
        for _ in 0..3 {
            assert_eq!(files.write("lost").unwrap_err().kind(), io::ErrorKind::StorageFull);
        }
        fs::remove_file(folder.join(FILE)).unwrap();
        files.write("kept").unwrap();
        assert_eq!(lines(folder, 0), ["kept"]);
    }

    #[test]
    fn where_no_folder_can_be_made_nothing_is_kept() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("log");
        fs::write(&folder, "a file").unwrap();
        assert!(LogFiles::open(&folder).is_err());
        assert!(LogFiles::size(&folder).is_err());
    }
}
