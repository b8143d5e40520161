/** Why the simulated tenant shows what it shows, by the rules of the engine (`why.rs`). */

import every from 'virtual:every-sentence';

import type { Language, PreferredPresence, Remedy, Snapshot, Why, WhyKind } from '../contract.ts';
import { badge, doing } from '../reading.ts';
import { type Key, Words } from '../words.ts';

/** Graph's words for each presence that a person can prefer. */
export const WIRE = {
  available: ['Available', 'Available'],
  busy: ['Busy', 'Busy'],
  'do-not-disturb': ['DoNotDisturb', 'DoNotDisturb'],
  'be-right-back': ['BeRightBack', 'BeRightBack'],
  away: ['Away', 'Away'],
  offline: ['Offline', 'OffWork'],
} satisfies Record<PreferredPresence, [string, string]>;

/** What the resident would say: any sentence there is. */
export function resident(language: Language): Words {
  return new Words(language, every);
}

export function why(snapshot: Snapshot): Why | null {
  const { presence, asked, language } = snapshot;
  if (presence === null) return null;
  const words = resident(language);
  const wish = asked.presence?.state === 'refused' ? undefined : asked.presence?.value;
  const { kind, remedy } = reason(snapshot, wish);
  const named = wish === undefined ? '' : words.say(`prefer.${wish}`);
  const message = words.say(`why.${kind}` as Key, { asked: named, shown: words.say(doing(presence)) });
  return { kind, message, remedy, asked: wish ?? null };
}

function reason(snapshot: Snapshot, wish: PreferredPresence | undefined): { kind: WhyKind; remedy: Remedy | null } {
  const offline = snapshot.presence?.activity === 'Offline';
  if (wish === undefined) return { kind: offline ? 'no-session' : 'automatic', remedy: null };
  if (snapshot.certainty === 'settling') return { kind: 'settling', remedy: null };
  if (badge(snapshot.presence) === wish) return { kind: 'asked', remedy: null };
  if (offline) return { kind: 'asked-without-session', remedy: snapshot.keep_alive.on ? null : 'keep-alive' };
  return { kind: 'not-taken', remedy: 'set-again' };
}
