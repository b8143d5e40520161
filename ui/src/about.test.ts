import { readFileSync } from 'node:fs';

import { carried, version as told } from 'virtual:about';
import { expect, test, vi } from 'vitest';

import { holder, packageOf, version } from '../build/about.ts';
import { arrive, find, openAt } from './hand.ts';

test('the version is the workspace\'s', () => {
  expect(told).toBe(version(readFileSync('../Cargo.toml', 'utf8')));
  expect(version('[package]\nversion = "9"\n[workspace.package]\nedition = "2024"\nversion = "1.2.3"\n')).toBe('1.2.3');
  expect(() => version('[package]\nversion = "9"\n[workspace.package]\nedition = "2024"\n[other]\nversion = "8"\n')).toThrow();
});

test('whatever is carried is named with its licence and who holds it', () => {
  expect(carried.map(({ name }) => name)).toContain('svelte');
  for (const { name, version, licence, copyright } of carried) {
    expect(version, name).toMatch(/^\d+\.\d+/);
    expect(licence, name).toBe('MIT');
    expect(copyright, name).toMatch(/^copyright/i);
  }
});

test('the crates are named under their licences once they are asked for', async () => {
  openAt('about');
  await arrive('crates');
  const crates = find<HTMLDetailsElement>('crates');
  expect(crates.textContent).not.toContain('tokio 1.');
  crates.open = true;
  await vi.waitFor(() => expect(crates.textContent).toMatch(/\bMIT\b.*tokio 1\./s));
});

test('a module is of the innermost package', () => {
  expect(packageOf('/x/node_modules/svelte/node_modules/clsx/dist/clsx.mjs')).toBe('clsx');
  expect(packageOf('/x/node_modules/@tauri-apps/api/core.js')).toBe('@tauri-apps/api');
  expect(packageOf('/x/src/App.svelte')).toBeUndefined();
});

test('the holder of a licence stands in its own line', () => {
  expect(holder('MIT License\n\nCopyright (c) 2026 Somebody\n\nPermission …')).toBe('Copyright (c) 2026 Somebody');
  expect(holder('The above copyright notice')).toBeUndefined();
});
