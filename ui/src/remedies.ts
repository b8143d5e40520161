/** What helps at the press of a button: the words on it, and the command behind it. */

import type { Command, Remedy, Snapshot } from './contract.ts';
import { again } from './standing.ts';
import type { Key } from './words.ts';

export const LABELS = {
  'sign-in': 'flyout.sign-in',
  'try-again': 'flyout.retry',
  'keep-alive': 'flyout.stay-visible',
  'set-again': 'flyout.set-again',
} satisfies Record<Remedy, Key>;

/** Nothing where the snapshot does not say what there is to do. */
export function command(remedy: Remedy, snapshot: Snapshot): Command | undefined {
  switch (remedy) {
    case 'sign-in':
      return { do: 'sign-in' };
    case 'try-again':
      return { do: 'refresh' };
    case 'keep-alive':
      return { do: 'keep-alive', on: true };
    case 'set-again': {
      const presence = again(snapshot);
      if (presence === undefined) return undefined;
      const until = snapshot.asked.presence?.until ?? null;
      return { do: 'set-presence', presence, expiry: until === null ? null : { until } };
    }
  }
}
