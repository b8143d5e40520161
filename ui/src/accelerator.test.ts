import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { accelerator, type Press } from './accelerator.ts';

const press = (code: string, key: string, held = ''): Press => ({
  code,
  key,
  ctrlKey: held.includes('c'),
  altKey: held.includes('a'),
  shiftKey: held.includes('s'),
  metaKey: held.includes('m'),
});

test.each<[Press, string]>([
  [press('KeyP', 'p', 'ca'), 'Ctrl+Alt+P'],
  [press('KeyP', 'P', 'cs'), 'Ctrl+Shift+P'],
  // The key that says Z on a German keyboard stands where others have Y.
  [press('KeyY', 'z', 'ca'), 'Ctrl+Alt+Z'],
  // With Option a Mac writes other letters.
  [press('KeyP', 'π', 'am'), 'Alt+Super+P'],
  [press('Digit7', '/', 'cs'), 'Ctrl+Shift+7'],
  [press('F9', 'F9'), 'F9'],
  [press('F20', 'F20', 's'), 'Shift+F20'],
  [press('ArrowUp', 'ArrowUp', 'm'), 'Super+Up'],
  [press('Space', ' ', 'cam'), 'Ctrl+Alt+Super+Space'],
  [press('Comma', ',', 'c'), 'Ctrl+Comma'],
])('%o is %s', (pressed, keys) => {
  expect(accelerator(pressed)).toEqual({ keys });
});

test.each([
  [press('KeyP', 'p'), { fault: 'needs-modifier' }],
  [press('KeyP', 'P', 's'), { fault: 'needs-modifier' }],
  [press('Space', ' '), { fault: 'needs-modifier' }],
  [press('F21', 'F21'), { fault: 'unknown-key' }],
  [press('F0', 'F0'), { fault: 'unknown-key' }],
  [press('Numpad1', '1', 'c'), { fault: 'unknown-key' }],
  [press('IntlBackslash', '<', 'c'), { fault: 'unknown-key' }],
  [press('constructor', 'constructor', 'c'), { fault: 'unknown-key' }],
  [press('', '', 'c'), { fault: 'unknown-key' }],
  [press('ControlLeft', 'Control', 'c'), undefined],
  [press('AltRight', 'AltGraph', 'a'), undefined],
  [press('MetaLeft', 'Super', 'm'), undefined],
])('%o is no shortcut', (pressed, expected) => {
  expect(accelerator(pressed)).toEqual(expected);
});

/** `("Space", &[], Code::Space),` in the crate's tables. */
const CRATE = [
  ...readFileSync('../src-tauri/crates/desktop/src/shortcut/accelerator.rs', 'utf8').matchAll(/\("(\w+)", &\[[^\]]*\], Code::(\w+)\),/g),
].map(([, name, code]) => [code!, name!] as const);

test('the crate knows the same keys by the same names', () => {
  expect(CRATE.length).toBeGreaterThan(20);
  for (const [code, name] of CRATE) expect(accelerator(press(code, '', 'c')), code).toEqual({ keys: `Ctrl+${name}` });
});
