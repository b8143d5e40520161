//! What the presence service knows of the signed-in user and of others.

use std::collections::HashMap;

use presence::Presence;
use serde_json::Value;

use crate::{
    Graph, RequestError, body,
    exchange::{self, Longest},
    graph::Answer,
};

/// The most people one request may ask about (API page «cloudCommunications: getPresencesByUserId»).
const IDS_A_REQUEST: usize = 650;

impl Graph {
    /// Reads the signed-in user's presence, status message and work location.
    pub async fn read_presence(&self, token: &str) -> Answer<Presence> {
        self.read(token, &["me", "presence"]).await
    }

    /// Reads the presence of the user with this object id. Another one than the signed-in user needs the scope `Presence.Read.All`; when their
    /// status message was set and when it ends is not told.
    pub async fn read_presence_of(&self, token: &str, oid: &str) -> Answer<Presence> {
        self.read(token, &["users", oid, "presence"]).await
    }

    /// The same under the path of the communications API.
    pub async fn read_presence_by_id(&self, token: &str, oid: &str) -> Answer<Presence> {
        self.read(token, &["communications", "presences", oid]).await
    }

    /// Reads the presence of any number of people, one request for each 650 of them. In the order of `oids`; `None` for whomever Graph says
    /// nothing about. Needs the scope `Presence.Read.All`, also for the signed-in user alone.
    ///
    /// # Errors
    /// The first request that fails ends it.
    pub async fn get_presences_by_user_id(
        &self,
        token: &str,
        oids: &[impl AsRef<str>],
    ) -> Answer<Vec<Option<Presence>>> {
        // Ids are compared without case, as they are UUIDs, and asked for once.
        let keys: Vec<String> = oids.iter().map(|oid| oid.as_ref().to_ascii_lowercase()).collect();
        let mut wanted: Vec<&str> = keys.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut known = HashMap::new();
        for ids in wanted.chunks(IDS_A_REQUEST) {
            let url = self.url(&["communications", "getPresencesByUserId"]);
            let request = self.http.post(url).json(&body::ids(ids));
            let answer = exchange::read(request, token, Longest::PAGE).await?;
            // The order of the answer is not documented; an object that is no presence says nothing.
            let presences = list(answer)?
                .into_iter()
                .filter_map(|value| Presence::from_graph(value).ok());
            known.extend(presences.map(|presence| (presence.id().to_ascii_lowercase(), presence)));
        }
        Ok(keys.iter().map(|key| known.get(key).cloned()).collect())
    }

    async fn read(&self, token: &str, path: &[&str]) -> Answer<Presence> {
        let request = self.http.get(self.url(path));
        let answer = exchange::read(request, token, Longest::OBJECT).await?;
        Presence::from_graph(answer).map_err(|error| RequestError::Nonsense(error.to_string()))
    }
}

/// The objects of an answer that is a collection.
pub(crate) fn list(mut answer: Value) -> Answer<Vec<Value>> {
    match answer.get_mut("value").map(Value::take) {
        Some(Value::Array(values)) => Ok(values),
        _ => Err(RequestError::Nonsense("the answer is no collection".to_owned())),
    }
}
