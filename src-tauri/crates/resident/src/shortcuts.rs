//! Global shortcuts: which keys do what, and how listening for them stands.

use desktop::shortcut::{Binding, Standing};
use engine::{Bound, Command, FlyoutCall, ShortcutAction, Snapshot, View};
use phrases::Language;

/// The keys to listen for.
pub(crate) fn bindings(snapshot: &Snapshot) -> Vec<Binding> {
    let set = snapshot.shortcuts.iter();
    let binding = |shortcut: &engine::Shortcut| {
        Some(Binding {
            id: shortcut.action.to_string(),
            keys: shortcut.keys.clone()?,
            description: description(&shortcut.action, snapshot.language),
        })
    };
    set.filter_map(binding).collect()
}

/// What pressing the keys of the binding with this id orders.
pub(crate) fn command(id: &str) -> Option<Command> {
    Some(match ShortcutAction::try_from(id.to_owned()).ok()? {
        ShortcutAction::Open => Command::OpenFlyout(FlyoutCall {
            toggle: true,
            view: View::Main,
            ..FlyoutCall::default()
        }),
        ShortcutAction::Set(presence) => Command::SetPresence { presence, expiry: None },
        ShortcutAction::Reset => Command::ResetPresence,
        ShortcutAction::LastPreset => Command::ApplyPreset { name: None },
        ShortcutAction::Preset(name) => Command::ApplyPreset { name: Some(name) },
    })
}

/// How listening for each stands, as it is told one after the other.
#[derive(Debug, Default)]
pub(crate) struct Standings(Vec<Bound>);

impl Standings {
    /// Takes in how the binding with this id stands. `None`: it is none of these.
    pub(crate) fn take(
        &mut self,
        id: &str,
        standing: Standing,
        bindings: &[Binding],
        language: Language,
    ) -> Option<Vec<Bound>> {
        let keys = &bindings.iter().find(|binding| binding.id == id)?.keys;
        let action = ShortcutAction::try_from(id.to_owned()).ok()?;
        self.0.retain(|bound| bound.action != action);
        self.0.push(Bound {
            action,
            result: in_words(standing, keys, language),
        });
        Some(self.0.clone())
    }
}

fn in_words(standing: Standing, keys: &str, language: Language) -> Result<String, String> {
    let phrases = language.phrases();
    match standing {
        Standing::Listening { trigger } if trigger.is_empty() => Ok(keys.to_owned()),
        Standing::Listening { trigger } => Ok(trigger),
        Standing::Asked => Err(phrases.fill("shortcut.asked", &[("keys", keys)])),
        Standing::Refused(error) => {
            tracing::warn!(%error, keys, "a shortcut cannot be used");
            let key = format!("shortcut.error.{}", error.kind());
            Err(phrases.fill(&key, &[("keys", keys), ("detail", error.detail())]))
        }
    }
}

/// For the desktop's own list of shortcuts.
fn description(action: &ShortcutAction, language: Language) -> String {
    let phrases = language.phrases();
    match action {
        ShortcutAction::Open => phrases.text("menu.open").to_owned(),
        ShortcutAction::Set(presence) => phrases.text(presence.phrase()).to_owned(),
        ShortcutAction::Reset => phrases.text("menu.reset").to_owned(),
        ShortcutAction::LastPreset => phrases.text("shortcut.last-preset").to_owned(),
        ShortcutAction::Preset(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use desktop::shortcut::ShortcutError;
    use presence::PreferredPresence;

    use super::*;

    #[test]
    fn every_action_orders_something_and_has_a_description() {
        let preset = ShortcutAction::Preset("Focus".into());
        for action in ShortcutAction::FIXED.into_iter().chain([preset]) {
            assert!(command(&action.to_string()).is_some(), "{action}");
            for language in Language::ALL {
                let words = description(&action, language);
                assert!(!words.is_empty() && !words.contains('.'), "{words}");
            }
        }
        assert_eq!(command("dance"), None);
        let busy = command("busy");
        let expected = Command::SetPresence {
            presence: PreferredPresence::Busy,
            expiry: None,
        };
        assert_eq!(busy, Some(expected));
    }

    #[test]
    fn how_one_stands_takes_the_place_of_how_it_stood() {
        let binding = |id: &str, keys: &str| Binding {
            id: id.into(),
            keys: keys.into(),
            description: id.into(),
        };
        let bindings = [binding("open", "Ctrl+Alt+P"), binding("reset", "Ctrl+Alt+R")];
        let mut standings = Standings::default();
        let mut take = |id: &str, standing| standings.take(id, standing, &bindings, Language::English);
        let refused = take("open", Standing::Refused(ShortcutError::Taken)).unwrap();
        assert!(
            refused[0].result.as_ref().unwrap_err().contains("Ctrl+Alt+P"),
            "{refused:?}"
        );
        let trigger = String::new();
        let listening = take("open", Standing::Listening { trigger }).unwrap();
        assert_eq!(listening.len(), 1);
        assert_eq!(listening[0].result, Ok("Ctrl+Alt+P".to_owned()));
        assert_eq!(take("reset", Standing::Asked).unwrap().len(), 2);
        assert_eq!(take("busy", Standing::Asked), None);
    }
}
