import { expect, test } from 'vitest';

import { MEGAN } from './agent/scenes.ts';
import type { Asked, PreferredPresence } from './contract.ts';
import { standing } from './standing.ts';
import { Words } from './words.ts';

const now = new Date(2026, 10, 20, 14, 30);
const until = new Date(2026, 10, 20, 15, 30).toISOString();

function stand(availability: string, activity: string, presence: Asked<PreferredPresence> | null) {
  const snapshot = { ...MEGAN, presence: { availability, activity }, asked: { ...MEGAN.asked, presence } };
  return standing(snapshot, new Words('en'), now);
}

test('what was asked and is shown is one sentence', () => {
  expect(stand('Busy', 'Busy', { value: 'busy', until, state: 'confirmed' })).toEqual({ state: 'Busy until 15:30' });
});

test('what was asked and is not shown is said beside what is', () => {
  expect(stand('Available', 'Available', { value: 'busy', until, state: 'pending' })).toEqual({
    state: 'Available',
    asked: 'Asked for Busy until 15:30 – Teams shows Available',
  });
});

test('a call does not end when the wish does', () => {
  expect(stand('Busy', 'InACall', { value: 'busy', until, state: 'confirmed' })).toEqual({
    state: 'In a call',
    asked: 'You set Busy until 15:30',
  });
});

test('a refusal stays to be seen', () => {
  expect(stand('Away', 'Away', { value: 'busy', until: null, state: 'refused' })).toEqual({
    state: 'Away',
    asked: 'Busy was refused',
  });
});

test('nothing is claimed before the first read', () => {
  const snapshot = { ...MEGAN, presence: null };
  expect(standing(snapshot, new Words('en'), now)).toEqual({ state: 'Reading your presence…' });
});
