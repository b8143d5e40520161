import { expect, test } from 'vitest';

import { initials, within, Words } from './words.ts';

const en = new Words('en');
const de = new Words('de');
const now = new Date(2026, 10, 20, 14, 30);

test.each([
  [new Date(2026, 10, 20, 15, 30), '15:30', '15:30'],
  [new Date(2026, 10, 21), 'tomorrow', 'morgen'],
  [new Date(2026, 10, 21, 9), 'tomorrow 09:00', 'morgen 09:00'],
  [new Date(2026, 10, 23, 9), 'Mon 09:00', 'Mo 09:00'],
  [new Date(2026, 10, 27, 9), 'Nov 27 09:00', '27. Nov. 09:00'],
])('%s is said as "%s"', (at, english, german) => {
  expect([en.moment(at, now), de.moment(at, now)]).toEqual([english, german]);
});

test.each([
  [-12, '12 sec. ago', 'vor 12 Sek.'],
  [-61, '1 min. ago', 'vor 1 Min.'],
  [-7200, '2 hr. ago', 'vor 2 Std.'],
  [40, 'in 40 sec.', 'in 40 Sek.'],
])('%d seconds away is "%s"', (seconds, english, german) => {
  const at = new Date(now.getTime() + seconds * 1000);
  expect([en.distance(at, now), de.distance(at, now)]).toEqual([english, german]);
});

test('values are put in as they are', () => {
  expect(en.say('state.until', { what: '{time} $&', time: '15:30' })).toBe('{time} $& until 15:30');
});

test.each([
  ['Megan Bowen', 'MB'],
  ['Anna-Lena van der Berg', 'AB'],
  ['Björk', 'B'],
  ['<img src=x>', 'IS'],
  ['🙂 édith piaf', 'ÉP'],
  ['𝒜lice', '𝒜'],
  ['123', ''],
  ['', ''],
])('the initials of %s are %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('a text from outside is cut where a character ends', () => {
  expect(within('short')).toBe('short');
  expect(within('🙂🙂', 3)).toBe('🙂…');
  expect(within('x'.repeat(10_000))).toHaveLength(401);
});
