/** Reads Graph's presence as the crate `presence` does: any property may be missing, and a word never seen before is no error. */

import { type Badge, type LocationKind, LOCATIONS, type Presence } from './contract.ts';
import type { Key } from './words.ts';

interface Activity {
  badge: Badge;
  phrase: Key;
}

const UNKNOWN: Activity = { badge: 'unknown', phrase: 'presence.unknown' };

/** Graph's `availability` and `activity` in lower case: Microsoft's own tables disagree about which word belongs to which. */
const ACTIVITIES = new Map<string, Activity>(
  Object.entries({
    available: { badge: 'available', phrase: 'presence.available' },
    availableidle: { badge: 'available', phrase: 'presence.available' },
    availableinactive: { badge: 'away', phrase: 'presence.away' },
    away: { badge: 'away', phrase: 'presence.away' },
    berightback: { badge: 'be-right-back', phrase: 'presence.be-right-back' },
    busy: { badge: 'busy', phrase: 'presence.busy' },
    busyidle: { badge: 'busy', phrase: 'presence.busy' },
    donotdisturb: { badge: 'do-not-disturb', phrase: 'presence.do-not-disturb' },
    focusing: { badge: 'do-not-disturb', phrase: 'presence.focusing' },
    idle: { badge: 'away', phrase: 'presence.away' },
    inacall: { badge: 'busy', phrase: 'presence.in-a-call' },
    inaconferencecall: { badge: 'busy', phrase: 'presence.in-a-call' },
    inactive: { badge: 'away', phrase: 'presence.away' },
    inameeting: { badge: 'busy', phrase: 'presence.in-a-meeting' },
    offline: { badge: 'offline', phrase: 'presence.offline' },
    offwork: { badge: 'offline', phrase: 'presence.offline' },
    outofoffice: { badge: 'out-of-office', phrase: 'presence.out-of-office' },
    presenting: { badge: 'do-not-disturb', phrase: 'presence.presenting' },
    urgentinterruptionsonly: { badge: 'do-not-disturb', phrase: 'presence.do-not-disturb' },
  }),
);

/** The key of what to call it: the activity where it says more, else the availability. */
export function doing(presence: Presence): Key {
  const activity = read(presence.activity);
  return (activity === UNKNOWN ? read(presence.availability) : activity).phrase;
}

/** What to draw: the availability decides, and the activity where it is the only one known or the finer kind of being away. */
export function badge(presence: Presence | null): Badge {
  const activity = read(presence?.activity).badge;
  const availability = read(presence?.availability).badge;
  if (availability === 'unknown') return activity;
  return availability === 'away' && activity === 'be-right-back' ? activity : availability;
}

/** The status message, without the mark Teams appends to one shown to people who write. */
export function message(presence: Presence | null): string | undefined {
  const content = property(property(presence?.statusMessage, 'message'), 'content');
  if (typeof content !== 'string') return undefined;
  return content.trimEnd().replace(/<pinnednote><\/pinnednote>$/, '').trim() || undefined;
}

/** Which of Graph's layers a location is from: said by the person, by the network, by the calendar. */
export type LocationSource = 'manual' | 'automatic' | 'scheduled';

/** The work location, and whose word it is, where that is said. */
export function location(presence: Presence | null): { kind: LocationKind; place: string | null; by?: LocationSource } | undefined {
  const word = property(presence?.workLocation, 'workLocationType');
  const place = property(presence?.workLocation, 'placeId');
  const source = property(presence?.workLocation, 'source');
  const kind = LOCATIONS.find((kind) => typeof word === 'string' && kind.replace('-', '') === word.toLowerCase());
  const by = (['manual', 'automatic', 'scheduled'] as const).find((by) => typeof source === 'string' && by === source.toLowerCase());
  return kind && { kind, place: typeof place === 'string' ? place : null, ...(by && { by }) };
}

function read(word: unknown): Activity {
  return (typeof word === 'string' && ACTIVITIES.get(word.toLowerCase())) || UNKNOWN;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
