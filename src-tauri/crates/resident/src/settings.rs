//! `settings.toml`: read with the line of whatever is wrong in it.
//!
//! An unknown key is warned about and ignored, so that an older program reads a newer file; a wrong type or value stops the
//! program, so that nobody signs in to the wrong place by accident.

mod edit;
mod keys;
mod personal;

use std::{
    fmt, fs, io,
    ops::Range,
    path::{Path, PathBuf},
    str::FromStr,
};

use engine::{Place, Preferences, ShortcutAction};
use identity::{Endpoint, ProxyChoice, Tenant};
use presence::Preset;
use thiserror::Error;
use toml_edit::{Document, Item, Table, TableLike};
use tracing::level_filters::LevelFilter;

pub(crate) use edit::SettingsFile;

/// What the file says, with the defaults of what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The application's id in Entra. Without one nobody can sign in.
    pub(crate) client_id: Option<String>,
    /// One tenant by id or domain; `None`: any organisation's.
    pub(crate) tenant: Option<Tenant>,
    pub(crate) cloud: Cloud,
    /// Buildings to offer.
    pub(crate) places: Vec<Place>,
    /// Whether to offer those of the tenant's own list, too. Reading it needs an administrator's consent, so nobody is asked for it by default.
    pub(crate) tenant_places: bool,
    /// Whether to keep a presence session of our own.
    pub(crate) keep_alive: bool,
    /// Named combinations; `None`: those that come with the program.
    pub(crate) presets: Option<Vec<Preset>>,
    /// Keys of global shortcuts, but for those of presets.
    pub(crate) shortcuts: Vec<(ShortcutAction, String)>,
    /// Language, colours, notifications.
    pub(crate) preferences: Preferences,
    pub(crate) network: NetworkSettings,
    /// How talkative the log is.
    pub(crate) log_level: LevelFilter,
}

/// The way out of a company's network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NetworkSettings {
    pub(crate) proxy: ProxyChoice,
    /// A PEM file of certificates to trust beside the system's. What is not absolute begins at the settings' own folder.
    pub(crate) ca_file: Option<PathBuf>,
}

/// Whose servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cloud {
    Global,
    UsGovHigh,
    UsGovDod,
    Custom { authority: Endpoint, graph: Endpoint },
}

/// The settings, and what was ignored in the file: a sentence each.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) settings: Settings,
    pub(crate) warnings: Vec<String>,
}

/// Why the file cannot be used.
#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    #[error("{path}: {error}")]
    Unreadable { path: String, error: io::Error },
    #[error("{path}, line {line}: {problem}")]
    Wrong { path: String, line: usize, problem: String },
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            client_id: None,
            tenant: None,
            cloud: Cloud::Global,
            places: Vec::new(),
            tenant_places: false,
            keep_alive: false,
            presets: None,
            shortcuts: Vec::new(),
            preferences: Preferences::default(),
            network: NetworkSettings::default(),
            log_level: LevelFilter::INFO,
        }
    }
}

impl Settings {
    /// Reads the file; one that is not there is an empty one.
    pub(crate) fn read(path: &Path) -> Result<Reading, SettingsError> {
        let shown = path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(SettingsError::Unreadable { path: shown, error }),
        };
        let mut reading = Settings::parse(&text).map_err(|wrong| SettingsError::Wrong {
            path: shown,
            line: line_of(&text, wrong.at),
            problem: wrong.problem,
        })?;
        if let (Some(file), Some(folder)) = (&mut reading.settings.network.ca_file, path.parent()) {
            *file = folder.join(&file);
        }
        Ok(reading)
    }

    fn parse(text: &str) -> Result<Reading, Wrong> {
        let document = Document::parse(text).map_err(|error| Wrong {
            at: error.span(),
            problem: error.message().to_owned(),
        })?;
        let mut reader = Reader {
            text,
            ignored: Vec::new(),
        };
        let settings = reader.settings(document.as_table())?;
        let mut ignored = reader.ignored;
        ignored.sort_by_key(|(line, _)| *line);
        let warning = |(line, key)| format!("line {line}: unknown key '{key}' is ignored");
        Ok(Reading {
            settings,
            warnings: ignored.into_iter().map(warning).collect(),
        })
    }
}

struct Wrong {
    at: Option<Range<usize>>,
    problem: String,
}

struct Reader<'a> {
    text: &'a str,
    /// Keys that there are not, each with its line.
    ignored: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn settings(&mut self, root: &Table) -> Result<Settings, Wrong> {
        let mut settings = Settings::default();
        for (key, item) in self.known("", root) {
            match key {
                "account" => self.account(&mut settings, table(key, item)?)?,
                "presence" => {
                    for (key, item) in self.known(key, table(key, item)?) {
                        if key == "keep_alive" {
                            settings.keep_alive = switch(key, item)?;
                        }
                    }
                }
                "places" => settings.places = self.entries(key, item, Self::place)?,
                "network" => {
                    for (key, item) in self.known(key, table(key, item)?) {
                        match key {
                            "proxy" => settings.network.proxy = proxy(item)?,
                            "ca_file" => settings.network.ca_file = Some(text(key, item)?.into()),
                            _ => {}
                        }
                    }
                }
                "presets" => settings.presets = Some(self.presets(item)?),
                "shortcuts" => settings.shortcuts = self.shortcuts(item)?,
                "interface" => settings.preferences = self.interface(item)?,
                "log" => {
                    for (key, item) in self.known(key, table(key, item)?) {
                        if key == "level" {
                            settings.log_level = level(item)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(settings)
    }

    fn account(&mut self, settings: &mut Settings, account: &dyn TableLike) -> Result<(), Wrong> {
        let mut cloud = None;
        let mut endpoints = None;
        for (key, item) in self.known("account", account) {
            match key {
                "client_id" => settings.client_id = Some(word(key, item)?),
                "tenant" => settings.tenant = Some(parsed(key, item)?),
                "tenant_places" => settings.tenant_places = switch(key, item)?,
                "cloud" => cloud = Some((text(key, item)?, item)),
                "endpoints" => endpoints = Some((self.endpoints(item)?, item)),
                _ => {}
            }
        }
        settings.cloud = match (cloud, endpoints) {
            (Some(("custom", _)), Some((custom, _))) => custom,
            (Some(("custom", item)), None) => {
                return Err(wrong(
                    item,
                    "cloud = \"custom\" needs [account.endpoints] with authority and graph",
                ));
            }
            (_, Some((_, item))) => return Err(wrong(item, "[account.endpoints] needs cloud = \"custom\"")),
            (None | Some(("global", _)), None) => Cloud::Global,
            (Some(("us-gov-high", _)), None) => Cloud::UsGovHigh,
            (Some(("us-gov-dod", _)), None) => Cloud::UsGovDod,
            (Some((_, item)), None) => {
                return Err(wrong(
                    item,
                    "cloud must be \"global\", \"us-gov-high\", \"us-gov-dod\" or \"custom\"",
                ));
            }
        };
        Ok(())
    }

    fn endpoints(&mut self, item: &Item) -> Result<Cloud, Wrong> {
        let mut authority = None;
        let mut graph = None;
        for (key, item) in self.known("account.endpoints", table("account.endpoints", item)?) {
            match key {
                "authority" => authority = Some(parsed(key, item)?),
                "graph" => graph = Some(parsed(key, item)?),
                _ => {}
            }
        }
        match (authority, graph) {
            (Some(authority), Some(graph)) => Ok(Cloud::Custom { authority, graph }),
            _ => Err(wrong(item, "[account.endpoints] needs both authority and graph")),
        }
    }

    /// `[[places]]`, or the same written as `places = [{ name = …, id = … }]`.
    fn entries<T>(
        &mut self,
        key: &str,
        item: &Item,
        mut entry: impl FnMut(&mut Self, &dyn TableLike, &Item) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        let entries: Option<Vec<&dyn TableLike>> = match (item.as_array_of_tables(), item.as_array()) {
            (Some(tables), _) => Some(tables.iter().map(|table| table as &dyn TableLike).collect()),
            (None, Some(values)) => values
                .iter()
                .map(|value| value.as_inline_table().map(|table| table as &dyn TableLike))
                .collect(),
            (None, None) => None,
        };
        let entries =
            entries.ok_or_else(|| wrong(item, &format!("{key} must be written as [[{key}]], once for each")))?;
        entries.into_iter().map(|one| entry(self, one, item)).collect()
    }

    fn place(&mut self, entry: &dyn TableLike, places: &Item) -> Result<Place, Wrong> {
        let mut name = None;
        let mut id = None;
        for (key, item) in self.known("places", entry) {
            match key {
                "name" => name = Some((text(key, item)?.to_owned(), item)),
                "id" => id = Some((word(key, item)?, item)),
                _ => {}
            }
        }
        match (name, id) {
            (Some((name, _)), Some((id, _))) => Ok(Place { name, id }),
            (one, other) => {
                let at = one.or(other).map_or(places, |(_, item)| item);
                Err(wrong(at, "each of [[places]] needs a name and an id"))
            }
        }
    }
}

fn wrong(item: &Item, problem: &str) -> Wrong {
    Wrong {
        at: item.span(),
        problem: problem.to_owned(),
    }
}

fn table<'a>(key: &str, item: &'a Item) -> Result<&'a dyn TableLike, Wrong> {
    item.as_table_like()
        .ok_or_else(|| wrong(item, &format!("{key} must be a table: [{key}]")))
}

fn text<'a>(key: &str, item: &'a Item) -> Result<&'a str, Wrong> {
    item.as_str()
        .ok_or_else(|| wrong(item, &format!("{key} must be a text in quotation marks")))
}

fn switch(key: &str, item: &Item) -> Result<bool, Wrong> {
    item.as_bool()
        .ok_or_else(|| wrong(item, &format!("{key} must be true or false")))
}

/// A text that may not be empty nor hold white space or slashes: it becomes part of a web address.
fn word(key: &str, item: &Item) -> Result<String, Wrong> {
    let word = text(key, item)?;
    if !is_word(word) {
        return Err(wrong(
            item,
            &format!("{key} must be one word, without spaces or slashes"),
        ));
    }
    Ok(word.to_owned())
}

/// Whether it can be part of a web address.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|character: char| character.is_whitespace() || "/?#%\\".contains(character))
}

fn parsed<T: FromStr<Err: fmt::Display>>(key: &str, item: &Item) -> Result<T, Wrong> {
    text(key, item)?
        .parse()
        .map_err(|error| wrong(item, &format!("{key}: {error}")))
}

/// The reason is never repeated: the address may hold a password.
fn proxy(item: &Item) -> Result<ProxyChoice, Wrong> {
    match text("proxy", item)? {
        "system" => Ok(ProxyChoice::System),
        "none" => Ok(ProxyChoice::Direct),
        address => address.parse().map(ProxyChoice::Manual).map_err(|_| {
            wrong(
                item,
                "proxy must be \"system\", \"none\" or an address such as \"http://proxy.example:3128\"",
            )
        }),
    }
}

fn level(item: &Item) -> Result<LevelFilter, Wrong> {
    Ok(match text("level", item)? {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" => LevelFilter::TRACE,
        _ => {
            return Err(wrong(
                item,
                "level must be \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
            ));
        }
    })
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start).min(text.len());
    1 + text[..start].matches('\n').count()
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
