import { expect, test } from 'vitest';

import sentences from 'virtual:sentences';

import german from '$catalogue/de.json';
import english from '$catalogue/en.json';

import { SHOWN, shown } from '../build/catalogue.ts';

test('what the window has is what it names, in both languages', () => {
  expect(Object.keys(german)).toEqual(Object.keys(english));
  for (const prefix of SHOWN) expect(Object.keys(english).some((key) => key.startsWith(prefix)), prefix).toBe(true);
});

test('the sentences of other surfaces stay out', () => {
  expect(shown(['cli.done', 'flyout.set'])).toEqual(['flyout.set']);
  expect(Object.keys(sentences)).toEqual(shown(Object.keys(english)));
  expect(sentences['flyout.set']).toEqual(['Set', 'Setzen']);
});
