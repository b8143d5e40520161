import { expect, test } from 'vitest';

import sentences from 'virtual:sentences';

import german from '$catalogue/de.json';
import english from '$catalogue/en.json';

import { BEHIND, NUMBERS, SHOWN, shown } from '../build/catalogue.ts';

test('what the window has is what it names, in both languages', () => {
  expect(Object.keys(german)).toEqual(Object.keys(english));
  for (const prefix of [...SHOWN, ...BEHIND, ...NUMBERS]) expect(Object.keys(english).some((key) => key.startsWith(prefix)), prefix).toBe(true);
});

test('the sentences of other surfaces stay out, and those of other views come with them', async () => {
  expect(shown(['cli.done', 'flyout.set', 'flyout.about'], 'first')).toEqual(['flyout.set']);
  expect(shown(['cli.done', 'flyout.set', 'flyout.about'], 'behind')).toEqual(['flyout.about']);
  const all = Object.keys(english);
  expect(Object.keys(sentences)).toEqual(shown(all, 'first'));
  expect(sentences['flyout.set']).toEqual(['Set', 'Setzen']);
  await import('./view/settings/index.ts');
  await import('./numbers.ts');
  expect(Object.keys(sentences)).toEqual([...shown(all, 'first'), ...shown(all, 'behind'), ...shown(all, 'numbers')]);
});

test('the first view says nothing whose sentence comes with a later one', () => {
  const sources = import.meta.glob<string>(['./*.ts', './*.svelte', './view/*.svelte', '!./*.test.ts'], { query: '?raw', import: 'default', eager: true });
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  for (const [file, source] of Object.entries(sources)) {
    for (const [, key] of source.matchAll(/['"`]((?:app|flyout|menu)\.[\w.-]+)/g)) {
      const behind = BEHIND.some((prefix) => key!.startsWith(prefix) && Object.keys(english).includes(key!));
      expect(behind, `${file} says ${key}`).toBe(false);
    }
  }
});
