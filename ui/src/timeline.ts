/** Where the day's presence lies on a strip: places in per cent of its length, from the start of the working day to its end, or further. */

import type { Badge, Stretch } from './contract.ts';

export interface Bar {
  badge: Badge;
  since: Date;
  until: Date;
  x: number;
  width: number;
}

export interface Timeline {
  bars: Bar[];
  hours: { hour: number; x: number }[];
  now: number;
}

/** The hours that are drawn on any day. */
const DAY = [8, 18] as const;
/** So narrow a bar can still be seen. */
const NARROWEST = 0.6;

/** The strip at `now`: from 8 to 18 o'clock of that day, and as far beyond as there is something to show. */
export function timeline(today: Stretch[], now: Date): Timeline {
  const hour = (hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate(), hour);
  const midnights = [hour(0), hour(24)] as const;
  const read = today
    .map(({ badge, since, until }) => ({ badge, since: new Date(since), until: new Date(until) }))
    .filter(({ since, until }) => since <= until && until >= midnights[0] && since < midnights[1]);

  const earliest = Math.min(now.getHours(), ...read.map(({ since }) => (since < midnights[0] ? 0 : since.getHours())));
  const first = Math.min(DAY[0], earliest);
  const last = Math.max(DAY[1], now.getHours() + 1);
  const [start, end] = [hour(first), hour(last)];
  const place = (at: Date) => within(((at.getTime() - start.getTime()) / (end.getTime() - start.getTime())) * 100);

  const bars = read.map(({ badge, since, until }) => {
    const width = Math.max(place(until) - place(since), NARROWEST);
    return { badge, since, until, x: Math.min(place(since), 100 - width), width };
  });
  return { bars, hours: marks(first, last).map((mark) => ({ hour: mark, x: place(hour(mark)) })), now: place(now) };
}

/** Full hours to name: as many as can be read beside each other, and none at the very ends. */
function marks(first: number, last: number): number[] {
  const step = [2, 3, 4].find((step) => (last - first) / step <= 6) ?? 4;
  const all = Array.from({ length: last - first - 1 }, (_, index) => first + 1 + index);
  return all.filter((hour) => hour % step === 0);
}

function within(percent: number): number {
  return Math.min(100, Math.max(0, Math.round(percent * 100) / 100));
}
