/** How one stands, in words: what Teams shows, how sure that is, and what was asked for where that is not the same. */

import type { PreferredPresence, Snapshot } from './contract.ts';
import { doing } from './reading.ts';
import type { Words } from './words.ts';

export interface Standing {
  /** What others see: "Busy until 15:30". */
  state: string;
  /** Why it is that, or what was asked for, where the state does not say it already. */
  because?: string;
}

export function standing(snapshot: Snapshot, words: Words, now: Date): Standing {
  const { presence, asked, why } = snapshot;
  // Nothing is being read while something is wrong.
  if (presence === null) return { state: words.say(snapshot.problem === null ? 'state.reading' : 'presence.unknown') };
  const shown = words.say(doing(presence));
  if (snapshot.clearing.includes('presence')) return { state: shown, because: words.say('flyout.resetting', { shown }) };
  const wish = asked.presence;
  // That it was set here, or is worked out, says nothing new.
  const reason = why === null || why.kind === 'asked' || why.kind === 'automatic' ? undefined : why.message;
  if (wish === null) return { state: shown, because: reason };

  const named = last(words.say(`prefer.${wish.value}`), wish.until, words, now);
  switch (wish.state) {
    case 'confirmed':
      // In a call while Busy was asked for: the call ends when it ends, the wish at its time.
      return doing(presence) === `presence.${wish.value}`
        ? { state: last(shown, wish.until, words, now), because: reason }
        : { state: shown, because: reason ?? words.say('flyout.you-set', { asked: named }) };
    case 'pending':
      return { state: shown, because: reason ?? words.say('flyout.asked', { asked: named, shown }) };
    case 'refused':
      return { state: shown, because: words.say('flyout.refused', { asked: named }) };
  }
}

/** Whether what was asked of the presence is on its way: not yet shown, and nothing known that keeps it from showing. */
export function settling({ asked, clearing, why }: Snapshot): boolean {
  if (clearing.includes('presence')) return true;
  return asked.presence?.state === 'pending' && (why === null || why.kind === 'settling');
}

/** What "set again" would set. */
export function again({ asked, why }: Snapshot): PreferredPresence | undefined {
  return why?.asked ?? asked.presence?.value;
}

function last(what: string, until: string | null, words: Words, now: Date): string {
  return until === null ? what : words.say('state.until', { what, time: words.moment(new Date(until), now) });
}
