//! The nine actions.

use jiff::{SignedDuration, Timestamp};
use presence::{MessageText, PreferredPresence, SessionLength, SessionPresence, WorkLocation};

use crate::{
    Graph, RequestError, body,
    exchange::{self, Content},
    graph::Answer,
};

impl Graph {
    /// Opens this application's presence session, or sets it again, for `length` or (`None`) as long as the service likes: five minutes.
    ///
    /// The session's id has to be the application's own, `client_id`. So all its installations share one session of a user: the last writer
    /// wins, and clearing it on one machine clears it for all.
    pub async fn set_presence(
        &self,
        token: &str,
        oid: &str,
        client_id: &str,
        presence: SessionPresence,
        length: Option<SessionLength>,
    ) -> Answer<()> {
        let content = Content::Json(body::session(client_id, presence, length));
        self.write_as_user(token, oid, "setPresence", content).await
    }

    /// Closes this application's presence session. That there is none is success: it says so with 404.
    pub async fn clear_presence(&self, token: &str, oid: &str, client_id: &str) -> Answer<()> {
        let content = Content::Json(body::session_end(client_id));
        match self.write_as_user(token, oid, "clearPresence", content).await {
            Err(RequestError::Refused { status: 404, .. }) => Ok(()),
            answer => answer,
        }
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

    /// Sets the status message, until `end` or (`None`) for good. `pinned` is Teams' «Show when people message me», for which Graph has no
    /// property: see [`MessageText::wire`].
    pub async fn set_status_message(
        &self,
        token: &str,
        oid: &str,
        text: &MessageText,
        end: Option<Timestamp>,
        pinned: bool,
    ) -> Answer<()> {
        let content = Content::Json(body::status_message(&text.wire(pinned), end));
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
}
