//! Walks the sign-in the way an application and a browser do, by plain HTTP.

use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use simulator::Simulator;

// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const REDIRECT: &str = "http://localhost:50505";
pub(crate) const SCOPES: &str = "openid profile offline_access Presence.Read Presence.ReadWrite";

/// A simulator and a client that follows no redirect and knows no proxy.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) client: Client,
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let simulator = Simulator::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { simulator, client }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.announcement().graph)
    }

    pub(crate) fn authorize(&self, method: Method, changes: &[(&str, &str)]) -> RequestBuilder {
        let mut query = vec![
            ("client_id", self.simulator.announcement().client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("response_mode", "form_post"),
            ("scope", SCOPES),
            ("state", "st<at>e"),
            ("nonce", "n0nce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        query.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        query.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.client
            .request(method, self.at("/organizations/oauth2/v2.0/authorize"))
            .query(&query)
    }

    /// Chooses the `nth` person of the page; the fields of the form that goes back to the application.
    pub(crate) async fn choose(&self, nth: usize, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = self
            .authorize(Method::GET, changes)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let person = page
            .split("name=\"person\" value=\"")
            .nth(nth + 1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let page = self.post(changes, &[("person", person)]).await;
        if page.contains("id=\"accept\"") {
            let accepted = [("person", person), ("consent", "accept")];
            fields(&self.post(changes, &accepted).await)
        } else {
            fields(&page)
        }
    }

    /// The page that answers a form of the sign-in.
    pub(crate) async fn post(&self, changes: &[(&str, &str)], form: &[(&str, &str)]) -> String {
        let request = self.authorize(Method::POST, changes).form(form);
        request.send().await.unwrap().text().await.unwrap()
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Response {
        let url = self.at("/organizations/oauth2/v2.0/token");
        self.client.post(url).form(form).send().await.unwrap()
    }

    pub(crate) async fn redeem(&self, code: &str) -> Response {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.simulator.announcement().client_id),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_info", "1"),
        ])
        .await
    }

    /// The answer of the token endpoint to the first person's sign-in.
    pub(crate) async fn sign_in(&self, scopes: &str) -> Value {
        let fields = self.choose(0, &[("scope", scopes)]).await;
        let answer = self.redeem(&value(&fields, "code")).await;
        assert_eq!(answer.status(), 200);
        json(answer).await
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Response {
        self.client
            .post(self.at(&format!("/simulator/{path}")))
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn look_at(&self, path: &str, headers: &[(&str, &str)]) -> Value {
        let request = headers
            .iter()
            .fold(self.client.get(self.at(path)), |request, (name, value)| {
                request.header(*name, *value)
            });
        json(request.send().await.unwrap()).await
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        json(
            self.client
                .get(self.at(&format!("/simulator/{path}")))
                .send()
                .await
                .unwrap(),
        )
        .await
    }
}

/// Name and value of every hidden input of a page.
pub(crate) fn fields(page: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name.to_owned(), plain(rest.split_once("\">").unwrap().0))
        })
        .collect()
}

pub(crate) fn value(fields: &[(String, String)], name: &str) -> String {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .unwrap_or_else(|| panic!("no {name} in {fields:?}"))
        .1
        .clone()
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}
