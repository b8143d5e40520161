import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { COMMON, help, kindIn, NUMBERS, type Told } from './sign-in-trouble.ts';

/** `Name "kind" Next [12_345, …];` in the crate's table. */
const TABLE = new Map(
  [...readFileSync('../src-tauri/crates/identity/src/cause.rs', 'utf8').matchAll(/"([a-z-]+)" \w+\s+\[([\d_, \s]*)\];/g)].map(
    ([, kind, numbers]) => [kind!, numbers!.split(',').flatMap((number) => (number.trim() ? [Number(number.replaceAll('_', ''))] : []))],
  ),
);

test.each(Object.entries(NUMBERS))('the numbers of "%s" are those of the crate', (kind, numbers) => {
  expect(TABLE.get(kind)).toEqual(numbers);
});

test('every kind that something helps against is one that the crate knows', () => {
  for (const kind of TABLE.keys()) expect(['approval', 'registration', 'message', undefined]).toContain(help({ code: 'sign-in-refused', cause: kind }));
  expect(help({ code: 'sign-in-refused', cause: 'admin-approval-needed' })).toBe('approval');
  expect(help({ code: 'sign-in-refused', cause: 'never-heard-of' })).toBe('message');
  expect(help({ code: 'sign-in-refused', cause: '__proto__' })).toBe('message');
  expect(help({ code: 'no-client-id' })).toBe('registration');
  expect(help({ code: 'unreachable' })).toBeUndefined();
});

test.each<[string, Told | undefined]>([
  ['90094', 'admin-approval-needed'],
  ['AADSTS53003', 'conditional-access'],
  ['aadsts7000218: The request body', 'web-registration'],
  ['Request Id: 50011aaa-50011-50105 Error AADSTS50105: Your administrator', 'not-assigned'],
  ['5001', undefined],
  ['150011', undefined],
  ['', undefined],
  ['\u202eAADSTS99999', undefined],
])('in "%s" is %s', (text, kind) => {
  expect(kindIn(text)).toBe(kind);
});

test('a huge text is no trouble', () => {
  expect(kindIn('9'.repeat(1_000_000))).toBeUndefined();
});

test('each number to choose from is explained', () => {
  for (const number of COMMON) expect(kindIn(String(number))).toBeDefined();
});
