/** How long something is to last: the choices that the window offers. */

import type { Expiry } from './contract.ts';

export const LENGTHS = ['default', '30m', '1h', '2h', '4h', 'tomorrow'] as const;
export type Length = (typeof LENGTHS)[number];

/** What to send. `default` leaves it to the service: its usual time for a presence, no end for a message. */
export function expiry(length: Length): Expiry | null {
  switch (length) {
    case 'default':
      return null;
    case 'tomorrow':
      return { until: 'tomorrow' };
    default:
      return { for: length };
  }
}
