/**
 * What travels between the resident and the window. The types are derived from the engine's (`contract.generated.ts`); `fixtures/` holds
 * examples that its tests write, which the compiler holds against them.
 */

import type { AskState, LocationKind, PreferredPresence } from './contract.generated.ts';

export type * from './contract.generated.ts';

/** The six a person can prefer, in the order of Teams' own menu. */
export const PREFERRED = ['available', 'busy', 'do-not-disturb', 'be-right-back', 'away', 'offline'] as const satisfies PreferredPresence[];

export const LOCATIONS = ['office', 'remote', 'time-off'] as const satisfies LocationKind[];

/** Something this program asked for, and how far it got. */
export interface Wish<Value> {
  value: Value;
  until: string | null;
  state: AskState;
}
