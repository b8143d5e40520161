//! Who is the resident, and whom it talks to.

mod support;

use std::fs::File;

use control::{BindError, Endpoint, Listener};
use support::{Resident, snapshot};
use tempfile::tempdir;

#[tokio::test]
async fn a_second_resident_finds_the_place_taken_until_the_first_has_ended() {
    let folder = tempdir().unwrap();
    let first = Resident::start(folder.path());
    assert!(matches!(Listener::bind(&first.endpoint), Err(BindError::Taken)));
    assert_eq!(first.client().await.look().await, Ok(snapshot("first")));
    first.end().await;
    let second = Resident::start(folder.path());
    assert_eq!(second.client().await.look().await, Ok(snapshot("first")));
}

#[tokio::test]
async fn of_two_that_start_at_once_the_one_with_the_lock_wins() {
    let folder = tempdir().unwrap();
    let other = File::create(folder.path().join("control.lock")).unwrap();
    other.lock().unwrap();
    let endpoint = Endpoint::at(folder.path());
    assert!(matches!(Listener::bind(&endpoint), Err(BindError::Taken)));
    drop(other);
    assert!(Listener::bind(&endpoint).is_ok());
}

#[cfg(unix)]
mod unix {
    use std::{
        env, fs,
        io::{ErrorKind, Read, Write},
        os::unix::{
            fs::{MetadataExt, PermissionsExt},
            net::{UnixListener, UnixStream},
            process::CommandExt,
        },
        process::Command,
        time::Duration,
    };

    use control::{Client, ConnectError};

    use super::*;

    const STRANGER: u32 = 65_534;
    const FOLDER: &str = "CONTROL_TEST_FOLDER";

    #[tokio::test]
    async fn the_socket_and_its_folder_are_this_users_alone() {
        let place = tempdir().unwrap();
        let resident = Resident::start(&place.path().join("presence-tray"));
        for (path, mode) in [
            (resident.endpoint.folder().to_owned(), 0o700),
            (resident.endpoint.address(), 0o600),
            (resident.endpoint.folder().join("control.lock"), 0o600),
        ] {
            let found = fs::metadata(&path).unwrap().mode() & 0o777;
            assert_eq!(found, mode, "{} has {found:o}", path.display());
        }
    }

    #[tokio::test]
    async fn a_socket_that_nobody_answers_is_taken_over() {
        let folder = tempdir().unwrap();
        let endpoint = Endpoint::at(folder.path());
        drop(UnixListener::bind(endpoint.address()).unwrap());
        assert!(endpoint.address().exists(), "as a crash leaves it");
        assert!(matches!(
            Client::connect(&endpoint).await,
            Err(ConnectError::NobodyThere)
        ));
        let resident = Resident::start(folder.path());
        assert_eq!(resident.client().await.look().await, Ok(snapshot("first")));
    }

    #[tokio::test]
    async fn a_resident_whose_lock_file_was_cleaned_away_is_not_displaced() {
        let folder = tempdir().unwrap();
        let resident = Resident::start(folder.path());
        fs::remove_file(folder.path().join("control.lock")).unwrap();
        assert!(matches!(Listener::bind(&resident.endpoint), Err(BindError::Taken)));
        assert_eq!(resident.client().await.look().await, Ok(snapshot("first")));
    }

    #[tokio::test]
    async fn a_process_of_another_user_is_turned_away_at_an_open_door() {
        let folder = tempdir().unwrap();
        let resident = Resident::start(folder.path());
        if fs::metadata(folder.path()).unwrap().uid() != 0 {
            eprintln!("not tried: only the administrator can start a process of another user");
            return;
        }
        // Open what the file modes would have closed, so that only the look at the peer is left.
        let open = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        open(folder.path(), 0o755);
        open(&resident.endpoint.address(), 0o666);
        let probe = folder.path().join("probe");
        fs::copy(env::current_exe().unwrap(), &probe).unwrap();
        open(&probe, 0o755);

        let mut probe = Command::new(probe);
        probe.args(["--ignored", "--exact", "unix::as_a_stranger"]);
        probe.env(FOLDER, folder.path()).uid(STRANGER).gid(STRANGER);
        let result = tokio::task::spawn_blocking(move || probe.output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8_lossy(&result.stdout);
        assert!(result.status.success() && said.contains("1 passed"), "{said}");
        assert_eq!(resident.client().await.look().await, Ok(snapshot("first")));
    }

    #[tokio::test]
    #[ignore = "run as another user by the test above"]
    async fn as_a_stranger() {
        let endpoint = Endpoint::at(env::var_os(FOLDER).unwrap());
        assert!(matches!(Client::connect(&endpoint).await, Err(ConnectError::Stranger)));

        let mut raw = UnixStream::connect(endpoint.address()).unwrap();
        raw.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let _ = raw.write_all(b"{\"hello\":{\"version\":\"0\"}}\n{\"id\":1,\"look\":{}}\n");
        let mut said = String::new();
        let end = raw.read_to_string(&mut said).map_err(|error| error.kind());
        assert!(matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)), "{end:?}");
        assert_eq!(said, "");
    }
}
