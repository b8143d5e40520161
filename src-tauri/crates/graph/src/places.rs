//! The tenant's buildings.

use serde_json::Value;
use url::Url;

use crate::{
    Graph, RequestError,
    error::first_line,
    exchange::{self, Longest},
    graph::Answer,
    reads::list,
};

/// The most pages read: a page has up to a thousand buildings, and no tenant has more than this many.
const MOST_PAGES: usize = 100;

/// A building of the tenant, as the places directory knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Building {
    /// What a work location names it by.
    pub id: String,
    /// Its name, in one line; its id where it has none.
    pub name: String,
}

impl Graph {
    /// Lists the tenant's buildings, page by page. An empty list is common: many tenants never fill the directory.
    ///
    /// Needs the scope `Place.Read.All`, to which an administrator has to consent; without it this is [`RequestError::Forbidden`]. What is no
    /// building in the answer is left out.
    pub async fn list_buildings(&self, token: &str) -> Answer<Vec<Building>> {
        let mut buildings = Vec::new();
        let mut next = Some(self.url(&["places", "microsoft.graph.building"]));
        for _ in 0..MOST_PAGES {
            let Some(url) = next else {
                return Ok(buildings);
            };
            let page = exchange::read(self.http.get(url), token, Longest::PAGE).await?;
            next = self.next_page(&page)?;
            buildings.extend(list(page)?.iter().filter_map(Building::from_graph));
        }
        Err(RequestError::Nonsense(format!("more than {MOST_PAGES} pages")))
    }

    /// The token goes along with it, so it has to be Graph's own address.
    fn next_page(&self, page: &Value) -> Answer<Option<Url>> {
        let Some(link) = page.get("@odata.nextLink").filter(|link| !link.is_null()) else {
            return Ok(None);
        };
        let url = link.as_str().and_then(|link| Url::parse(link).ok());
        match url.filter(|url| url.origin() == self.base.origin()) {
            Some(url) => Ok(Some(url)),
            None => Err(RequestError::Nonsense("the next page is not Graph's".to_owned())),
        }
    }
}

impl Building {
    /// `placeId` where there is one, else `id`: the pages do not say which of them a work location wants.
    fn from_graph(value: &Value) -> Option<Building> {
        let text = |name: &str| value.get(name)?.as_str().filter(|text| !text.is_empty());
        let id = text("placeId").or_else(|| text("id"))?.to_owned();
        let name = text("displayName").map(first_line).filter(|name| !name.is_empty());
        Some(Building {
            name: name.unwrap_or_else(|| id.clone()),
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_building_has_an_id_and_a_name_of_one_line() {
        let building = |id: &str, name: &str| {
            Some(Building {
                id: id.to_owned(),
                name: name.to_owned(),
            })
        };
        for (value, expected) in [
            (
                json!({"id": "a", "placeId": "b", "displayName": "Harbour House"}),
                building("b", "Harbour House"),
            ),
            (
                json!({"id": "a", "placeId": null, "displayName": "Harbour\nHouse"}),
                building("a", "Harbour"),
            ),
            (json!({"id": "a", "placeId": ""}), building("a", "a")),
            (json!({"placeId": "b", "displayName": "\u{1b}"}), building("b", "b")),
            (json!({"displayName": "Nowhere"}), None),
            (json!("a"), None),
        ] {
            assert_eq!(Building::from_graph(&value), expected, "{value}");
        }
    }
}
