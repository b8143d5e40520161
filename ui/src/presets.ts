/** Presets as they are edited: the limits of the crate `presence` (`preset.rs`), and what each sets, in words. */

import type { Command, Expiry, Place, Preset } from './contract.ts';
import type { Key, Words } from './words.ts';

/** In characters, as Rust counts them. */
export const LONGEST_NAME = 40;
export const MOST = 12;
/** Of a status message, in UTF-16 units, as Teams and JavaScript count. */
export const LONGEST_MESSAGE = 280;

export const BLANK: Preset = { name: '', presence: 'busy', message: null, pinned: false, location: null, expiry: null, shortcut: null };

/** Why a preset cannot be kept, as the last part of a key of the catalogue. */
export type Fault = 'unnamed' | 'long-name' | 'twice' | 'empty' | 'long-message';

/** What is wrong with `preset` at `place` among `presets`, where it may be a new one at the end. */
export function fault(preset: Preset, presets: Preset[], place: number): Fault | undefined {
  const name = called(preset);
  if (name === '') return 'unnamed';
  if ([...preset.name.trim()].length > LONGEST_NAME) return 'long-name';
  if (presets.some((other, index) => index !== place && called(other) === name)) return 'twice';
  if ((preset.message?.length ?? 0) > LONGEST_MESSAGE) return 'long-message';
  if (preset.presence === null && preset.message === null && preset.location === null) return 'empty';
  return undefined;
}

/** `presets` with the one at `place` put there instead, or added at the end. */
export function put(presets: Preset[], place: number, preset: Preset): Preset[] {
  return place < presets.length ? presets.with(place, preset) : [...presets, preset];
}

/** `presets` with the one at `place` moved by `step`; the same where it cannot be. */
export function move<Item>(presets: Item[], place: number, step: -1 | 1): Item[] {
  const to = place + step;
  if (to < 0 || to >= presets.length) return presets;
  return presets.with(place, presets[to]!).with(to, presets[place]!);
}

/** What a preset sets, one command a write. */
export function commands({ presence, message: text, pinned, location, expiry }: Preset): Command[] {
  return [
    ...(presence === null ? [] : [{ do: 'set-presence', presence, expiry } as const]),
    ...(text === null ? [] : [{ do: 'set-message', text, expiry, pinned } as const]),
    ...(location === null ? [] : [{ do: 'set-location', location, layer: 'manual' } as const]),
  ];
}

/** "Do not disturb · “Focusing” · Office (Headquarters) · 1 h" */
export function summary({ presence, message, location, expiry }: Preset, places: Place[], words: Words): string {
  const building = places.find(({ id }) => id === location?.place)?.name;
  const kind = location && words.say(`location.${location.kind}`);
  return [
    presence && words.say(`prefer.${presence}`),
    message && words.say('flyout.quoted', { text: message }),
    kind && (building ? `${kind} (${building})` : kind),
    expiry && length(expiry, words),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** An end in words: "30 min", "1 h", "Today", "17:00". */
export function length(expiry: Expiry, words: Words): string {
  const text = 'for' in expiry ? expiry.for : expiry.until;
  const key = `flyout.length.${text}`;
  return words.has(key) ? words.say(key as Key) : text;
}

function called({ name }: Preset): string {
  return name.trim().toLowerCase();
}
