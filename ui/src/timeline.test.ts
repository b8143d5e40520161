import { expect, test } from 'vitest';

import { timeline } from './timeline.ts';

const at = (hour: number, minute = 0, day = 20) => new Date(2026, 10, day, hour, minute);
const stretch = (badge: 'available' | 'busy', since: Date, until: Date) => ({ badge, since: since.toISOString(), until: until.toISOString() });

test('a working day reaches from 8 to 18', () => {
  const { bars, hours, now } = timeline([stretch('available', at(9), at(10, 30)), stretch('busy', at(10, 30), at(13))], at(13));
  expect(bars.map(({ x, width }) => [x, width])).toEqual([
    [10, 15],
    [25, 25],
  ]);
  expect(hours.map(({ hour, x }) => `${hour} ${x}`)).toEqual(['10 20', '12 40', '14 60', '16 80']);
  expect(now).toBe(50);
});

test('between stretches that do not touch there is a gap', () => {
  const { bars } = timeline([stretch('available', at(9), at(10)), stretch('available', at(12), at(13))], at(14));
  expect(bars[0]!.x + bars[0]!.width).toBe(20);
  expect(bars[1]!.x).toBe(40);
});

test('an early and a late day are drawn as a whole', () => {
  const early = timeline([stretch('available', at(5, 40), at(6))], at(6));
  expect(early.bars[0]!.x).toBeCloseTo(5.13, 2);
  expect(early.hours.map(({ hour }) => hour)).toEqual([6, 9, 12, 15]);
  const late = timeline([stretch('busy', at(22), at(23, 30))], at(23, 30));
  expect(late.hours.map(({ hour }) => hour)).toEqual([9, 12, 15, 18, 21]);
  expect(late.now).toBeCloseTo(96.88, 2);
  expect(timeline([], at(0, 10)).hours.map(({ hour }) => hour)).toEqual([3, 6, 9, 12, 15]);
});

test('what began before midnight begins there, and other days are not of today', () => {
  const { bars } = timeline([stretch('busy', at(9, 0, 19), at(10, 0, 19)), stretch('busy', at(23, 0, 19), at(1))], at(2));
  expect(bars.map(({ x }) => x)).toEqual([0]);
});

test('a single look can be seen, at the very end too', () => {
  const { bars } = timeline([stretch('busy', at(9), at(9)), stretch('busy', at(18), at(18))], at(17, 59));
  expect(bars.map(({ width }) => width)).toEqual([0.6, 0.6]);
  expect(bars[1]!.x).toBe(99.4);
});

test('times that are none, or turned around, draw nothing', () => {
  expect(timeline([stretch('busy', at(12), at(11)), { badge: 'busy', since: 'no', until: 'time' }], at(12)).bars).toEqual([]);
});
