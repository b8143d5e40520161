//! Settings that are changed from a surface: written by the driver, in force once they are.

use super::{Engine, Settings};
use crate::{
    Bound, Code, Command, Effect, Failure, Preferences, Reply, SettingsChange, Shortcut, ShortcutAction, Ticket,
};
use presence::Preset;

impl Engine {
    pub(super) fn prefer(&self, ticket: Ticket, command: Command, effects: &mut Vec<Effect>) {
        match self.change(command) {
            Ok(change) => effects.push(Effect::ChangeSettings(ticket, change)),
            Err(failure) => effects.push(self.refuse(ticket, &failure)),
        }
    }

    fn change(&self, command: Command) -> Result<SettingsChange, Failure> {
        let now = self.settings.preferences;
        let preferences = |preferences: Preferences| Ok(SettingsChange::Preferences(preferences));
        match command {
            Command::SetPresets { presets } => checked(presets),
            Command::SetShortcut { action, keys } => self.shortcut(action, keys),
            Command::SetNotifications { notifications } => preferences(Preferences { notifications, ..now }),
            Command::SetLanguage { language } => preferences(Preferences { language, ..now }),
            Command::SetTheme { theme } => preferences(Preferences { theme, ..now }),
            Command::SetPlaces { places } => Ok(SettingsChange::Places(places)),
            Command::SetRegistration { client_id, tenant } if self.memory.account.is_none() => {
                Ok(SettingsChange::Registration { client_id, tenant })
            }
            // The token is kept under the present one.
            _ => Err(Failure::of(Code::SignOutFirst)),
        }
    }

    /// Keys that apply a preset stand with it.
    fn shortcut(&self, action: ShortcutAction, keys: Option<String>) -> Result<SettingsChange, Failure> {
        let ShortcutAction::Preset(name) = &action else {
            return Ok(SettingsChange::Shortcut(action, keys));
        };
        let mut presets = self.settings.presets.clone();
        match presets.iter_mut().find(|preset| preset.is_called(name)) {
            Some(preset) => preset.shortcut = keys,
            None => return Err(Failure::with(Code::NoSuchPreset, name)),
        }
        checked(presets)
    }

    /// The settings are as `result` has them, by a command or by hand.
    pub(super) fn settings_changed(
        &mut self,
        ticket: Option<Ticket>,
        result: Result<Box<Settings>, Failure>,
        effects: &mut Vec<Effect>,
    ) {
        let changed = result.map(|new| {
            self.settings = Settings {
                // These are this process's own, or have a way of their own.
                demo: self.settings.demo,
                polls: self.settings.polls,
                keep_alive: self.settings.keep_alive,
                seed: self.settings.seed,
                reads_buildings: self.settings.reads_buildings,
                ..*new
            };
        });
        let reply: Reply = self.reply(changed);
        effects.extend(ticket.map(|ticket| Effect::Reply(ticket, reply)));
    }

    /// Every shortcut there could be, with how listening for it went.
    pub(super) fn shortcuts(&self) -> Vec<Shortcut> {
        let fixed = ShortcutAction::FIXED.into_iter().map(|action| {
            let set = self.settings.shortcuts.iter().find(|(of, _)| *of == action);
            (action, set.map(|(_, keys)| keys.clone()))
        });
        let presets = self.settings.presets.iter();
        let presets = presets.map(|preset| (ShortcutAction::Preset(preset.name.clone()), preset.shortcut.clone()));
        let with_state = |(action, keys)| {
            let bound = self.bound.iter().find(|Bound { action: of, .. }| *of == action);
            let result = bound.map(|bound| bound.result.as_ref());
            Shortcut {
                trigger: result.and_then(Result::ok).cloned(),
                problem: result.and_then(Result::err).cloned(),
                action,
                keys,
            }
        };
        fixed.chain(presets).map(with_state).collect()
    }
}

fn checked(presets: Vec<Preset>) -> Result<SettingsChange, Failure> {
    match Preset::check(&presets) {
        Ok(()) => Ok(SettingsChange::Presets(presets)),
        Err(error) => Err(Failure::with(Code::SettingsRefused, error.to_string())),
    }
}
