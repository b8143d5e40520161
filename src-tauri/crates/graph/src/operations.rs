use jiff::{SignedDuration, Timestamp};
use presence::{MessageText, PreferredPresence, Presence, WorkLocation};
use reqwest::Client;
use url::Url;

use crate::{
    RequestError, body,
    exchange::{self, Content},
};

/// Microsoft Graph, as one cloud offers it.
#[derive(Debug, Clone)]
pub struct Graph {
    http: Client,
    base: Url,
}

/// What every operation returns: see [`RequestError`] for the errors.
type Answer<T> = Result<T, RequestError>;

impl Graph {
    /// `base` is what stands before `/v1.0`; a slash at its end does not matter.
    ///
    /// `http` decides on time limits and proxies. It has to be built with redirects off: Graph sends none, and whoever does is not Graph.
    pub fn new(http: Client, base: Url) -> Graph {
        Graph { http, base }
    }

    /// Reads the signed-in user's presence, status message and work location.
    pub async fn read_presence(&self, token: &str) -> Answer<Presence> {
        let request = self.http.get(self.url(&["me", "presence"]));
        exchange::read(request, token).await
    }

    /// Sets what shows over all that Teams works out by itself, for `length` or (`None`) as long as the service likes: a day for Busy and Do not
    /// disturb, a week for the others. It shows only while the user has a presence session, that is, while Teams runs somewhere.
    pub async fn set_user_preferred_presence(
        &self,
        token: &str,
        oid: &str,
        presence: PreferredPresence,
        length: Option<SignedDuration>,
    ) -> Answer<()> {
        let content = Content::Json(body::preferred_presence(presence, length));
        self.write_as_user(token, oid, "setUserPreferredPresence", content)
            .await
    }

    /// Back to what Teams works out by itself.
    pub async fn clear_user_preferred_presence(&self, token: &str, oid: &str) -> Answer<()> {
        self.write_as_user(token, oid, "clearUserPreferredPresence", Content::Json(body::nothing()))
            .await
    }

    /// Sets the status message, until `end` or (`None`) for good.
    pub async fn set_status_message(
        &self,
        token: &str,
        oid: &str,
        text: &MessageText,
        end: Option<Timestamp>,
    ) -> Answer<()> {
        let content = Content::Json(body::status_message(text.as_str(), end));
        self.write_as_user(token, oid, "setStatusMessage", content).await
    }

    /// Takes the status message away. Graph has no action for that; it takes an empty message for none.
    pub async fn clear_status_message(&self, token: &str, oid: &str) -> Answer<()> {
        let content = Content::Json(body::status_message("", None));
        self.write_as_user(token, oid, "setStatusMessage", content).await
    }

    /// Sets today's work location as said by a person: it wins over the automatic one and the calendar's.
    pub async fn set_manual_location(&self, token: &str, location: &WorkLocation) -> Answer<()> {
        self.write_as_me(token, "setManualLocation", Content::Json(body::location(location)))
            .await
    }

    /// Sets today's work location as found out by a program: it wins over the calendar's.
    pub async fn set_automatic_location(&self, token: &str, location: &WorkLocation) -> Answer<()> {
        self.write_as_me(token, "setAutomaticLocation", Content::Json(body::location(location)))
            .await
    }

    /// Clears today's manual and automatic work location. Graph has no way to clear the manual one alone.
    pub async fn clear_location(&self, token: &str) -> Answer<()> {
        self.write_as_me(token, "clearLocation", Content::Empty).await
    }

    /// Clears today's automatic work location.
    pub async fn clear_automatic_location(&self, token: &str) -> Answer<()> {
        self.write_as_me(token, "clearAutomaticLocation", Content::Empty).await
    }

    async fn write_as_user(&self, token: &str, oid: &str, action: &str, content: Content) -> Answer<()> {
        let request = self.http.post(self.url(&["users", oid, "presence", action]));
        exchange::write(request, token, content).await
    }

    async fn write_as_me(&self, token: &str, action: &str, content: Content) -> Answer<()> {
        let request = self.http.post(self.url(&["me", "presence", action]));
        exchange::write(request, token, content).await
    }

    /// Whatever is in `path` stays a segment: a slash in it is escaped.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only an address that is no http address has no path, and such a one reqwest refuses to send to.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1.0").extend(path);
        }
        url
    }
}
