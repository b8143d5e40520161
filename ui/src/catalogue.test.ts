import { expect, test } from 'vitest';

import sentences from 'virtual:sentences';

import german from '$catalogue/de.json';
import english from '$catalogue/en.json';

import { BEHIND, NUMBERS, SHOWN, shown, SIGN_IN } from '../build/catalogue.ts';

test('what the window has is what it names, in both languages', () => {
  expect(Object.keys(german)).toEqual(Object.keys(english));
  for (const prefix of [...SHOWN, ...BEHIND, ...SIGN_IN, ...NUMBERS]) expect(Object.keys(english).some((key) => key.startsWith(prefix)), prefix).toBe(true);
});

test('the sentences of other surfaces stay out, and those of other views come with them', async () => {
  expect(shown(['cli.done', 'flyout.set', 'flyout.about'], 'first')).toEqual(['flyout.set']);
  expect(shown(['cli.done', 'flyout.set', 'flyout.about'], 'behind')).toEqual(['flyout.about']);
  expect(shown(['flyout.sign-in', 'flyout.sign-in.title'], 'sign-in')).toEqual(['flyout.sign-in.title']);
  const all = Object.keys(english);
  expect(Object.keys(sentences)).toEqual(shown(all, 'first'));
  expect(sentences['flyout.set']).toEqual(['Set', 'Setzen']);
  await import('./view/sign-in/index.ts');
  await import('./view/settings/index.ts');
  await import('./view/sign-in/numbers.ts');
  const parts = (['first', 'sign-in', 'behind', 'numbers'] as const).flatMap((part) => shown(all, part));
  expect(Object.keys(sentences)).toEqual(parts);
});

test('the first view says nothing whose sentence comes with a later one', () => {
  const sources = import.meta.glob<string>(['./*.ts', './*.svelte', './view/*.svelte', '!./*.test.ts'], { query: '?raw', import: 'default', eager: true });
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  for (const [file, source] of Object.entries(sources)) {
    for (const [, key] of source.matchAll(/['"`]((?:app|flyout|menu)\.[\w.-]+)/g)) {
      const later = [...BEHIND, ...SIGN_IN].some((prefix) => key!.startsWith(prefix) && Object.keys(english).includes(key!));
      expect(later, `${file} says ${key}`).toBe(false);
    }
  }
});
