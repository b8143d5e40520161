/** How one stands, in words: what Teams shows, and what was asked for where that is not the same. */

import type { Snapshot } from './contract.ts';
import { doing } from './reading.ts';
import type { Words } from './words.ts';

export interface Standing {
  /** What others see: "Busy until 15:30". */
  state: string;
  /** What was asked for, where the state does not say it already. */
  asked?: string;
}

export function standing({ presence, asked }: Snapshot, words: Words, now: Date): Standing {
  const wish = asked.presence;
  if (presence === null) return { state: words.say('state.reading') };
  const shown = words.say(doing(presence));
  if (wish === null) return { state: shown };

  const until = wish.until === null ? undefined : words.moment(new Date(wish.until), now);
  const last = (what: string) => (until === undefined ? what : words.say('state.until', { what, time: until }));
  const named = last(words.say(`prefer.${wish.value}`));
  switch (wish.state) {
    case 'confirmed':
      // In a call while Busy was asked for: the call ends when it ends, the wish at its time.
      return doing(presence) === `presence.${wish.value}`
        ? { state: last(shown) }
        : { state: shown, asked: words.say('flyout.you-set', { asked: named }) };
    case 'pending':
      return { state: shown, asked: words.say('flyout.asked', { asked: named, shown }) };
    case 'refused':
      return { state: shown, asked: words.say('flyout.refused', { asked: named }) };
  }
}
