import { expect, test } from 'vitest';

import type { Preset } from './contract.ts';
import { BLANK, fault, LONGEST_NAME, move, put, summary } from './presets.ts';
import { Words } from './words.ts';

const preset = (name: string, parts: Partial<Preset> = {}): Preset => ({ ...BLANK, name, ...parts });
const two = [preset('Focus'), preset('Lunch')];

test.each([
  [preset('Nap'), 2, undefined],
  [preset('Focus'), 0, undefined],
  [preset(' '), 2, 'unnamed'],
  [preset('fOCUS '), 1, 'twice'],
  [preset('🙂'.repeat(LONGEST_NAME)), 2, undefined],
  [preset('x'.repeat(LONGEST_NAME + 1)), 2, 'long-name'],
  [preset('Nap', { message: 'x'.repeat(281) }), 2, 'long-message'],
  [preset('Nap', { presence: null }), 2, 'empty'],
])('%o at %i: %s', (edited, place, expected) => {
  expect(fault(edited, two, place)).toBe(expected);
});

test('one takes the place of the one before, or comes last', () => {
  expect(put(two, 0, preset('Nap')).map(({ name }) => name)).toEqual(['Nap', 'Lunch']);
  expect(put(two, 2, preset('Nap')).map(({ name }) => name)).toEqual(['Focus', 'Lunch', 'Nap']);
});

test('one moves, but not over the ends', () => {
  expect(move(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  expect(move(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
  expect(move(two, 0, -1)).toBe(two);
  expect(move(two, 1, 1)).toBe(two);
});

test('what a preset sets is said in few words', () => {
  const all = preset('All', { message: 'Gone', location: { kind: 'office', place: 'b-1' }, expiry: { until: '17:00' } });
  const places = [{ id: 'b-1', name: 'Headquarters' }];
  expect(summary(all, places, new Words('en'))).toBe('Busy · “Gone” · Office (Headquarters) · 17:00');
  expect(summary({ ...all, expiry: { for: '1h' } }, [], new Words('de'))).toBe('Beschäftigt · „Gone“ · Büro · 1 h');
});
