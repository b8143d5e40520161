use reqwest::Client;
use url::Url;

use crate::RequestError;

/// Microsoft Graph, as one cloud offers it.
///
/// Reading, writing and places have a file each.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(crate) http: Client,
    pub(crate) base: Url,
}

/// What every operation returns: see [`RequestError`] for the errors.
pub(crate) type Answer<T> = Result<T, RequestError>;

impl Graph {
    /// `base` is what stands before `/v1.0`; a slash at its end does not matter.
    ///
    /// `http` decides on time limits and proxies. It has to be built with redirects off: Graph sends none, and whoever does is not Graph.
    pub fn new(http: Client, base: Url) -> Graph {
        Graph { http, base }
    }

    /// Whatever is in `path` stays a segment: a slash in it is escaped.
    pub(crate) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only an address that is no http address has no path, and such a one reqwest refuses to send to.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1.0").extend(path);
        }
        url
    }
}
