import { expect, test } from 'vitest';

import { expiry, isAhead, isTime, nextHour } from './lengths.ts';

const at = (hour: number, minute = 0, second = 0) => new Date(2026, 10, 20, hour, minute, second);

test.each([
  ['default', null],
  ['1h', { for: '1h' }],
  ['tomorrow', { until: 'tomorrow' }],
  ['until', { until: '17:00' }],
] as const)('%s is sent as %o', (length, sent) => {
  expect(expiry(length, '17:00')).toEqual(sent);
});

test.each([
  ['00:00', true],
  ['23:59', true],
  ['24:00', false],
  ['9:00', false],
  ['17:60', false],
  ['17:00:00', false],
  ['', false],
])('that "%s" is a time of day: %s', (text, expected) => {
  expect(isTime(text)).toBe(expected);
});

test('what lies ahead is later today', () => {
  expect(isAhead('17:00', at(16, 59, 59))).toBe(true);
  expect(isAhead('17:00', at(17))).toBe(false);
  expect(isAhead('09:00', at(23, 30))).toBe(false);
  expect(isAhead('', at(0))).toBe(false);
});

test.each([
  [at(12), '13:00'],
  [at(12, 30), '13:00'],
  [at(12, 30, 1), '14:00'],
  [at(12, 59), '14:00'],
  [at(8, 10), '09:00'],
  [at(22, 30), '23:00'],
  [at(22, 31), '23:59'],
  [at(23, 40), '23:59'],
])('at %s the next hour is %s', (now, expected) => {
  expect(nextHour(now)).toBe(expected);
});
