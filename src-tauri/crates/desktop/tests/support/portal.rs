//! A mock of the desktop's portal for shortcuts: the real one needs a compositor of KDE, GNOME or Hyprland.
//!
//! It speaks the documented interfaces `org.freedesktop.portal.GlobalShortcuts`, `.Request`, `.Session` and
//! `org.freedesktop.host.portal.Registry`, and answers as it is told to instead of asking a person.
#![allow(
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "methods and properties as the specification has them"
)]

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::Bus;

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";

/// What the person, or the portal, does with what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Gives the shortcuts with these ids.
    Give(&'static [&'static str]),
    /// The person closes the dialog.
    Cancel,
    /// It ends in some other way.
    Other,
    /// The call itself is refused.
    Refuse,
    /// The dialog stays open.
    Nothing,
    /// The session is said to be elsewhere.
    OtherSession,
    /// The session is said to be where nothing can be.
    NoSession,
    /// The list of shortcuts is none.
    NoList,
}

/// What was asked for.
#[derive(Debug)]
pub struct Bound {
    pub app: String,
    pub session: OwnedObjectPath,
    pub client: String,
    /// Id, description and preferred trigger of each.
    pub shortcuts: Vec<(String, String, String)>,
}

pub struct Portal {
    connection: Connection,
    bound: Receiver<Bound>,
}

impl Portal {
    pub fn start(bus: &Bus, answer: Answer) -> Self {
        let (tell, bound) = channel();
        let portal = Mock {
            answer,
            bound: tell,
            names: HashMap::new(),
        };
        let connection = bus
            .connection()
            .serve_at(PATH, portal)
            .and_then(|builder| builder.serve_at(PATH, Registry))
            .and_then(Builder::build)
            .expect("a portal");
        connection.request_name(NAME).expect("the name is free");
        Self { connection, bound }
    }

    pub fn bound(&self) -> Bound {
        self.bound
            .recv_timeout(super::PATIENCE)
            .expect("shortcuts are asked for")
    }

    pub fn press(&self, bound: &Bound, id: &str) {
        self.press_of(bound, &bound.session, id);
    }

    pub fn press_of(&self, bound: &Bound, session: &ObjectPath<'_>, id: &str) {
        let nothing = HashMap::<&str, Value<'_>>::new();
        self.signal(bound, PATH, SHORTCUTS, "Activated", &(session, id, 1_u64, nothing));
    }

    /// The person chooses other keys in the desktop's settings.
    pub fn change(&self, bound: &Bound, id: &str, trigger: &str) {
        let shortcuts = [shortcut(id, trigger)];
        let body = (&bound.session, &shortcuts[..]);
        self.signal(bound, PATH, SHORTCUTS, "ShortcutsChanged", &body);
    }

    pub fn end_session(&self, bound: &Bound) {
        let nothing = HashMap::<&str, Value<'_>>::new();
        let session = "org.freedesktop.portal.Session";
        self.signal(bound, bound.session.as_str(), session, "Closed", &(nothing,));
    }

    fn signal<B>(&self, to: &Bound, path: &str, interface: &str, member: &str, body: &B)
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let sent = self
            .connection
            .emit_signal(Some(to.client.as_str()), path, interface, member, body);
        sent.expect("a signal");
    }

    pub fn leave(self) {
        self.connection.close().expect("the portal leaves");
    }
}

struct Mock {
    answer: Answer,
    bound: Sender<Bound>,
    /// The app of each connection.
    names: HashMap<String, String>,
}

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.portal.Error")]
enum Refusal {
    #[zbus(error)]
    Bus(zbus::Error),
    Failed(String),
    NotAllowed(String),
}

type Options = HashMap<String, OwnedValue>;

#[zbus::interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl Mock {
    async fn create_session(
        &self,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> Result<OwnedObjectPath, Refusal> {
        let client = sender(&header);
        if !self.names.contains_key(&client) {
            return Err(Refusal::NotAllowed("An app id is required".to_owned()));
        }
        let session = match self.answer {
            Answer::OtherSession => format!("{PATH}/session/elsewhere"),
            Answer::NoSession => "nowhere".to_owned(),
            _ => below(&client, "session", &options, "session_handle_token").to_string(),
        };
        let request = below(&client, "request", &options, "handle_token");
        let results = HashMap::from([("session_handle", Value::from(session))]);
        respond(connection, &client, &request, 0, results).await?;
        Ok(request)
    }

    async fn bind_shortcuts(
        &self,
        session: OwnedObjectPath,
        shortcuts: Vec<(String, Options)>,
        _parent: String,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> Result<OwnedObjectPath, Refusal> {
        let client = sender(&header);
        let request = below(&client, "request", &options, "handle_token");
        let wishes: Vec<_> = shortcuts
            .into_iter()
            .map(|(id, details)| (id, text(&details, "description"), text(&details, "preferred_trigger")))
            .collect();
        let (code, shortcuts) = match self.answer {
            Answer::Refuse => return Err(Refusal::Failed("no\u{7} shortcuts today".to_owned())),
            Answer::Nothing => (None, Value::from(0_u32)),
            Answer::Cancel => (Some(1), Value::from(0_u32)),
            Answer::Other => (Some(2), Value::from(0_u32)),
            Answer::NoList => (Some(0), Value::from("none")),
            Answer::OtherSession | Answer::NoSession => (Some(0), Value::from(Vec::<String>::new())),
            Answer::Give(ids) => {
                let given = wishes.iter().filter(|(id, ..)| ids.contains(&id.as_str()));
                let given: Vec<_> = given
                    .map(|(id, _, wish)| shortcut(id, &format!("Press {wish}")))
                    .collect();
                (Some(0), Value::from(given))
            }
        };
        if let Some(code) = code {
            respond(
                connection,
                &client,
                &request,
                code,
                HashMap::from([("shortcuts", shortcuts)]),
            )
            .await?;
        }
        let app = self.names.get(&client).cloned().unwrap_or_default();
        let bound = Bound {
            app,
            session,
            client,
            shortcuts: wishes,
        };
        // The test may have seen enough.
        let _ = self.bound.send(bound);
        Ok(request)
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }
}

struct Registry;

#[zbus::interface(name = "org.freedesktop.host.portal.Registry")]
impl Registry {
    async fn register(
        &self,
        app: String,
        _options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> zbus::fdo::Result<()> {
        let portal = connection.object_server().interface::<_, Mock>(PATH).await?;
        portal.get_mut().await.names.insert(sender(&header), app);
        Ok(())
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }
}

fn sender(header: &Header<'_>) -> String {
    header.sender().expect("the bus names it").to_string()
}

fn text(options: &Options, key: &str) -> String {
    options
        .get(key)
        .and_then(|value| value.downcast_ref::<String>().ok())
        .unwrap_or_default()
}

/// Where the object of a call is, as the client expects it.
fn below(client: &str, kind: &str, options: &Options, token: &str) -> OwnedObjectPath {
    let client = client.trim_start_matches(':').replace('.', "_");
    let path = format!("{PATH}/{kind}/{client}/{}", text(options, token));
    ObjectPath::try_from(path).expect("a path").into()
}

fn shortcut(id: &str, trigger: &str) -> (String, HashMap<String, Value<'static>>) {
    let details = HashMap::from([
        ("description".to_owned(), Value::from("As the desktop remembers it")),
        ("trigger_description".to_owned(), Value::from(trigger.to_owned())),
    ]);
    (id.to_owned(), details)
}

async fn respond(
    connection: &zbus::Connection,
    client: &str,
    request: &OwnedObjectPath,
    code: u32,
    results: HashMap<&str, Value<'_>>,
) -> zbus::Result<()> {
    let interface = "org.freedesktop.portal.Request";
    connection
        .emit_signal(Some(client), request, interface, "Response", &(code, results))
        .await
}
