/** What takes a change back: the commands that restore what held before it. */

import { type Command, type LocationKind, LOCATIONS, PREFERRED, type PreferredPresence, type Snapshot, type Subject } from './contract.ts';
import { commands } from './presets.ts';
import { badge, location, message } from './reading.ts';

/** A change that can be taken back. */
export interface Change {
  command: Command;
  /** The parts of the picture that it is about. */
  about: Subject[];
  /** What restores them, in order. */
  back: Command[];
}

/** How `command` would be taken back, said before it is sent. Nothing where there is nothing to go back to. */
export function change(before: Snapshot, command: Command): Change | undefined {
  const parts = command.do === 'apply-preset' ? before.presets.filter(({ name }) => name === command.name).flatMap(commands) : [command];
  const ways = parts.map((part) => ({ about: subject(part), back: wayBack(before, part) }));
  const known = ways.filter((way): way is { about: Subject; back: Command[] } => way.about !== undefined && way.back !== undefined);
  if (known.length === 0) return undefined;
  return { command, about: known.map(({ about }) => about), back: known.flatMap(({ back }) => back) };
}

/** Whether what `change` brought about is still what is asked for. Not once something came after it. */
export function holds({ command, back }: Change, { asked, presets }: Snapshot): boolean {
  switch (command.do) {
    case 'set-presence':
      return asked.presence?.value === command.presence && asked.presence.state !== 'refused';
    case 'reset-presence':
      return asked.presence === null;
    case 'end-presence':
      return !back.some((way) => way.do === 'set-presence' && way.presence === asked.presence?.value);
    case 'set-message':
      return asked.message?.value === command.text && asked.message.state !== 'refused';
    case 'clear-message':
      return asked.message === null;
    case 'set-location':
      return asked.location?.value === command.location.kind && asked.location.place === command.location.place;
    case 'clear-location':
      return asked.location === null;
    case 'apply-preset': {
      const preset = presets.find(({ name }) => name === command.name);
      return preset !== undefined && (preset.presence === null || asked.presence?.value === preset.presence);
    }
    default:
      return true;
  }
}

function subject(command: Command): Subject | undefined {
  switch (command.do) {
    case 'set-presence':
    case 'reset-presence':
    case 'end-presence':
      return 'presence';
    case 'set-message':
    case 'clear-message':
      return 'message';
    case 'set-location':
    case 'clear-location':
      return 'location';
    default:
      return undefined;
  }
}

function wayBack(before: Snapshot, command: Command): Command[] | undefined {
  switch (command.do) {
    case 'set-presence':
      // Something timed covers what was there, and the engine knows best what that was.
      if (command.expiry) return [{ do: 'end-presence' }];
      return [presenceBefore(before) ?? { do: 'reset-presence' }];
    case 'reset-presence':
    case 'end-presence':
      return some(presenceBefore(before));
    case 'set-message':
      return message(before.presence) === undefined && inForce(before.asked.message) === undefined
        ? [{ do: 'clear-message' }]
        : some(messageBefore(before));
    case 'clear-message':
      return some(messageBefore(before));
    case 'set-location':
    case 'clear-location':
      return locationBefore(before);
    default:
      return undefined;
  }
}

function presenceBefore(before: Snapshot): Command | undefined {
  const wish = inForce(before.asked.presence);
  if (wish !== undefined) return { do: 'set-presence', presence: wish.value, expiry: expiry(wish.until) };
  const shown = badge(before.presence);
  const elsewhere = before.why?.kind === 'chosen-elsewhere' && PREFERRED.includes(shown as PreferredPresence);
  return elsewhere ? { do: 'set-presence', presence: shown as PreferredPresence, expiry: null } : undefined;
}

/** What was written, with its end. Nothing where its end cannot be told: put back without one it would stay. */
function messageBefore(before: Snapshot): Command | undefined {
  const wish = inForce(before.asked.message);
  const shown = message(before.presence);
  const text = wish?.value ?? shown;
  if (text === undefined || text.length > 280) return undefined;
  const status = before.presence?.statusMessage as { message?: { content?: unknown }; expiryDateTime?: unknown } | undefined;
  const pinned = shown === text && /<pinnednote><\/pinnednote>\s*$/.test(String(status?.message?.content));
  if (wish !== undefined) return { do: 'set-message', text, expiry: expiry(wish.until), pinned };
  const end = status?.expiryDateTime as { dateTime?: unknown; timeZone?: unknown } | null | undefined;
  if (end === null || end === undefined) return { do: 'set-message', text, expiry: null, pinned };
  const until = end.timeZone === 'UTC' ? Date.parse(`${String(end.dateTime).replace(/(\.\d{3})\d*$/, '$1')}Z`) : NaN;
  return until > Date.now() ? { do: 'set-message', text, expiry: expiry(new Date(until).toISOString()), pinned } : undefined;
}

function locationBefore({ asked, presence }: Snapshot): Command[] | undefined {
  const set = (kind: LocationKind, place: string | null, layer: 'manual' | 'automatic'): Command => ({
    do: 'set-location',
    location: { kind, place },
    layer,
  });
  const wish = inForce(asked.location);
  if (wish !== undefined && LOCATIONS.includes(wish.value)) return [set(wish.value, wish.place, 'manual')];
  const shown = location(presence);
  if (shown?.by === 'manual') return [set(shown.kind, shown.place, 'manual')];
  // Clearing takes the automatic layer, too; the calendar comes out by itself.
  const clear: Command = { do: 'clear-location', layer: 'manual' };
  return shown?.by === 'automatic' ? [clear, set(shown.kind, shown.place, 'automatic')] : [clear];
}

function inForce<W extends { until: string | null; state: string }>(wish: W | null): W | undefined {
  const over = wish === null || wish.state === 'refused' || (wish.until !== null && Date.parse(wish.until) <= Date.now());
  return over ? undefined : wish;
}

function expiry(until: string | null): { until: string } | null {
  return until === null ? null : { until };
}

function some(command: Command | undefined): Command[] | undefined {
  return command && [command];
}
