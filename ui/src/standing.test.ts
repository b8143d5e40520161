import { expect, test } from 'vitest';

import { MEGAN } from './agent/scenes.ts';
import type { PreferredPresence, Problem, Why, WhyKind, Wish } from './contract.ts';
import { settling, standing } from './standing.ts';
import { Words } from './words.ts';

const now = new Date(2026, 10, 20, 14, 30);
const until = new Date(2026, 10, 20, 15, 30).toISOString();

function stand(availability: string, activity: string, presence: Wish<PreferredPresence> | null) {
  const snapshot = { ...MEGAN, presence: { availability, activity }, asked: { ...MEGAN.asked, presence } };
  return standing(snapshot, new Words('en'), now);
}

test('what was asked and is shown is one sentence', () => {
  expect(stand('Busy', 'Busy', { value: 'busy', until, state: 'confirmed' })).toEqual({ state: 'Busy until 15:30' });
});

test('what was asked and is not shown is said beside what is', () => {
  expect(stand('Available', 'Available', { value: 'busy', until, state: 'pending' })).toEqual({
    state: 'Available',
    because: 'Asked for Busy until 15:30 – Teams shows Available',
  });
});

test('a call does not end when the wish does', () => {
  expect(stand('Busy', 'InACall', { value: 'busy', until, state: 'confirmed' })).toEqual({
    state: 'In a call',
    because: 'You set Busy until 15:30',
  });
});

test('a refusal stays to be seen', () => {
  expect(stand('Away', 'Away', { value: 'busy', until: null, state: 'refused' })).toEqual({
    state: 'Away',
    because: 'Busy was refused',
  });
});

const pending: Wish<PreferredPresence> = { value: 'busy', until, state: 'pending' };
const reason = (kind: WhyKind): Why => ({ kind, message: `because of ${kind}`, remedy: null, asked: null });

test.each<[WhyKind, string | undefined]>([
  ['asked', undefined],
  ['automatic', undefined],
  ['calendar', 'because of calendar'],
  ['chosen-elsewhere', 'because of chosen-elsewhere'],
])('the reason "%s" is said only where it says something', (kind, because) => {
  expect(standing({ ...MEGAN, why: reason(kind) }, new Words('en'), now).because).toBe(because);
});

test.each<[WhyKind, boolean]>([
  ['settling', true],
  ['not-taken', false],
  ['asked-without-session', false],
  ['outranked', false],
])('what was asked and is kept from showing (%s) does not look as if it were on its way', (kind, expected) => {
  expect(settling({ ...MEGAN, asked: { ...MEGAN.asked, presence: pending }, why: reason(kind) })).toBe(expected);
});

test('the reason goes before what was asked, as it says both', () => {
  const snapshot = { ...MEGAN, asked: { ...MEGAN.asked, presence: pending }, why: reason('not-taken') };
  expect(standing(snapshot, new Words('en'), now)).toEqual({ state: 'Available', because: 'because of not-taken' });
});

test('nothing is claimed before the first read', () => {
  const snapshot = { ...MEGAN, presence: null };
  expect(standing(snapshot, new Words('en'), now)).toEqual({ state: 'Reading your presence…' });
  const problem: Problem = { code: 'unreachable', message: '', advice: '', since: until, next_try: null, remedy: null };
  expect(standing({ ...snapshot, problem }, new Words('en'), now)).toEqual({ state: 'Presence unknown' });
});
