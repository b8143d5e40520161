use std::{
    env, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::os;

/// Where a resident listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    folder: PathBuf,
    name: &'static str,
}

/// Why there is no safe place to listen.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum EndpointError {
    #[error("this user has no runtime folder and no home folder")]
    NoHome,
    #[error("{} does not belong to this user", .0.display())]
    NotOurs(PathBuf),
    #[error("{} cannot be used: {source}", folder.display())]
    Unusable { folder: PathBuf, source: io::Error },
}

impl Endpoint {
    /// The place of this user's resident, or of this user's demonstration. Nothing is created yet.
    ///
    /// # Errors
    /// [`EndpointError::NoHome`] where the environment names no folder.
    pub fn for_user(demo: bool) -> Result<Endpoint, EndpointError> {
        let folder = os::runtime_folder(|name| env::var_os(name)).ok_or(EndpointError::NoHome)?;
        let name = if demo { "demo" } else { "control" };
        Ok(Endpoint { folder, name })
    }

    /// A place of its own, in a folder of this user's choice. For tests.
    pub fn at(folder: impl Into<PathBuf>) -> Endpoint {
        Endpoint {
            folder: folder.into(),
            name: "control",
        }
    }

    /// The runtime folder: the socket's own, private to this user once a resident has run.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What to bind and to connect to: a file, or on Windows the name of a pipe.
    pub fn address(&self) -> PathBuf {
        os::address(&self.folder, self.name)
    }

    /// The file whose lock the resident holds.
    pub(crate) fn lock(&self) -> PathBuf {
        self.folder.join(self.name).with_extension("lock")
    }

    /// Makes the folder, or sees to it that an existing one is ours and private.
    pub(crate) fn prepare(&self) -> Result<(), EndpointError> {
        os::make_private(&self.folder)
    }
}
