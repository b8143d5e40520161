/** How long something is to last: the choices that the window offers. */

import type { Expiry } from './contract.ts';

export const LENGTHS = ['default', '30m', '1h', '2h', '4h', 'tomorrow', 'until'] as const;
export type Length = (typeof LENGTHS)[number];

const HALF_AN_HOUR = 30 * 60_000;

/** What to send. `default` leaves it to the service: its usual time for a presence, no end for a message. `until` lasts up to `time`. */
export function expiry(length: Length, time: string): Expiry | null {
  switch (length) {
    case 'default':
      return null;
    case 'tomorrow':
      return { until: 'tomorrow' };
    case 'until':
      return { until: time };
    default:
      return { for: length };
  }
}

/** Whether `text` is a time of day, such as 17:00. */
export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Whether `time` is still to come on the day of `now`. */
export function isAhead(time: string, now: Date): boolean {
  return isTime(time) && time > timeOf(now);
}

/** The next full hour that lies half an hour ahead at least; late in the evening the last minute of the day. */
export function nextHour(now: Date): string {
  const hour = new Date(now.getTime() + HALF_AN_HOUR);
  if (hour.getMinutes() > 0 || hour.getSeconds() > 0 || hour.getMilliseconds() > 0) hour.setHours(hour.getHours() + 1, 0, 0, 0);
  return hour.getDate() === now.getDate() ? timeOf(hour) : '23:59';
}

function timeOf(moment: Date): string {
  return [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
