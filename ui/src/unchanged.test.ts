import { expect, test } from 'vitest';

import { unchanged } from './unchanged.ts';

const before = { at: 1, person: { name: 'Megan', roles: ['one', 'two'] }, places: [{ id: 'a' }, { id: 'b' }], none: null };
const copy = () => structuredClone(before);

test('what says the same is the very same', () => {
  expect(unchanged(before, copy())).toBe(before);
});

test('beside what changed, the rest is the very same', () => {
  const latest = unchanged(before, { ...copy(), at: 2 });
  expect(latest).toEqual({ ...before, at: 2 });
  expect(latest.person).toBe(before.person);
  expect(latest.places).toBe(before.places);
});

test.each([
  ['a value', { ...before, none: 1 }],
  ['a value in depth', { ...before, person: { ...before.person, roles: ['one', 'three'] } }],
  ['a longer list', { ...before, places: [...before.places, { id: 'c' }] }],
  ['a shorter list', { ...before, places: [{ id: 'a' }] }],
  ['another order', { ...before, places: [{ id: 'b' }, { id: 'a' }] }],
  ['a part that is gone', { at: 1, person: before.person, places: before.places }],
  ['a part that is new', { ...before, more: undefined }],
  ['a list in place of an object', { ...before, person: [] }],
  ['nothing in place of an object', { ...before, person: null }],
])('%s comes through', (_, latest) => {
  expect(unchanged(before as unknown, structuredClone(latest))).toStrictEqual(latest);
});
