/** The window against a simulated resident: what a hand does, what goes out, what is shown. */

import { flushSync, tick } from 'svelte';
import { expect, test, vi } from 'vitest';

import { Simulated } from './agent/browser.ts';
import { scene } from './agent/scenes.ts';
import type { Command } from './contract.ts';
import { alert, find, open, openAt, openLoaded, press, text, write } from './hand.ts';

/** Each thing a hand can do, and the one command that comes of it. */
const DEEDS: [string, () => void, Command][] = [
  ['a presence', () => find('presence-busy').click(), { do: 'set-presence', presence: 'busy', expiry: null }],
  [
    'a presence for an hour',
    () => {
      find('length-1h').click();
      find('presence-do-not-disturb').click();
    },
    { do: 'set-presence', presence: 'do-not-disturb', expiry: { for: '1h' } },
  ],
  [
    'a presence until tomorrow',
    () => {
      find('length-tomorrow').click();
      find('presence-away').click();
    },
    { do: 'set-presence', presence: 'away', expiry: { until: 'tomorrow' } },
  ],
  ['a number key', () => press('6'), { do: 'set-presence', presence: 'offline', expiry: null }],
  ['reset', () => find('presence-reset').click(), { do: 'reset-presence' }],
  [
    'a message',
    () => {
      write('  Back at four ');
      find('message-set').click();
    },
    { do: 'set-message', text: 'Back at four', expiry: null },
  ],
  [
    'a message that goes by itself',
    () => {
      write('Back at four');
      find('clear-after-2h').click();
      find('message-set').click();
    },
    { do: 'set-message', text: 'Back at four', expiry: { for: '2h' } },
  ],
  [
    'a recent message',
    () => {
      find('message-recent').click();
      flushSync();
      find('message-set').click();
    },
    { do: 'set-message', text: 'At lunch, back soon', expiry: null },
  ],
  ['no message', () => find('message-clear').click(), { do: 'clear-message' }],
  [
    'a location',
    () => find('location-remote').click(),
    { do: 'set-location', location: { kind: 'remote', place: null }, layer: 'manual' },
  ],
  [
    'a building',
    () => find('place-b-2').click(),
    { do: 'set-location', location: { kind: 'office', place: 'b-2' }, layer: 'manual' },
  ],
  ['no location', () => find('location-clear').click(), { do: 'clear-location', layer: 'manual' }],
  ['a look', () => find('refresh').click(), { do: 'refresh' }],
  ['a preset', () => find('preset').click(), { do: 'apply-preset', name: 'Focus' }],
  ['the end of what was set for a while', () => find('end-presence').click(), { do: 'end-presence' }],
];

test.each(DEEDS)('%s is one command', (_, deed, command) => {
  const agent = openAt('busy');
  deed();
  expect(agent.received).toEqual([command]);
});

test('what is set shows as asked, then as it is', async () => {
  const agent = openAt('automatic');
  find('presence-busy').click();
  flushSync();
  expect(find('because').textContent).toBe('You asked for Busy; Teams does not show it yet.');
  expect(find('presence-busy').closest('label')!.classList).toContain('pending');
  expect(find('state').textContent).toBe('Available');
  await vi.waitFor(() => expect(find('state').textContent).toMatch(/^Busy until /));
  expect(document.querySelector('[data-testid="because"], .pending')).toBeNull();
  expect(find<HTMLInputElement>('presence-busy').checked).toBe(true);
  expect(agent.received).toHaveLength(1);
});

test('a refusal is shown beside what was tried, and nothing stays marked', async () => {
  const agent = openAt('automatic');
  agent.nextReply = { failed: { code: 'forbidden', message: 'Not allowed.', advice: 'Ask.' } };
  find('presence-busy').click();
  await vi.waitFor(() => expect(alert()).toBe('Not allowed. Ask.'));
  expect(find<HTMLInputElement>('presence-busy').checked).toBe(false);
  find('presence-busy').click();
  await vi.waitFor(() => expect(alert()).toBeUndefined());
});

test('what was refused is not marked, and said beside what is', () => {
  const agent = openAt('pending');
  const { presence, asked } = scene('busy');
  agent.change({ presence, asked: { ...asked, location: { ...asked.location!, value: 'remote', state: 'refused' } } });
  flushSync();
  expect(text()).toContain('Remote was refused');
  expect(find<HTMLInputElement>('location-office').checked).toBe(true);
});

test('a resident that cannot be reached is said in words', async () => {
  const agent = new Simulated(scene('automatic'));
  agent.send = () => Promise.reject(new Error('gone'));
  open(agent);
  find('location-remote').click();
  await vi.waitFor(() => expect(alert()).toMatch(/^Presence Tray is not running\./));
});

test('a window without a resident says so', async () => {
  open({ watch: () => Promise.reject(new Error('no')), send: () => Promise.resolve('done'), startDemo: () => Promise.resolve(), hide: () => {} });
  await vi.waitFor(() => expect(find('gone').textContent).toMatch(/not running/));
});

test('the resident is watched once', () => {
  const agent = new Simulated(scene('automatic'));
  const watch = vi.spyOn(agent, 'watch');
  open(agent);
  agent.change({ flyout_calls: 2, read_at: new Date().toISOString() });
  flushSync();
  expect(watch).toHaveBeenCalledOnce();
});

test('arrow keys walk without choosing', () => {
  const agent = openAt('automatic');
  find('presence-available').focus();
  press('ArrowDown', find('presence-available'));
  expect(document.activeElement).toBe(find('presence-busy'));
  press('ArrowUp', find('presence-busy'));
  press('ArrowUp', find('presence-available'));
  expect(document.activeElement).toBe(find('presence-offline'));
  expect(agent.received).toEqual([]);
});

test('digits in a text are text', () => {
  const agent = openAt('automatic');
  press('2', find('message'));
  expect(agent.received).toEqual([]);
});

test('a text over the limit, counted as Teams counts, cannot be set', () => {
  openAt('automatic');
  write('🙂'.repeat(140));
  expect(find<HTMLButtonElement>('message-set').disabled).toBe(false);
  write('🙂'.repeat(141));
  expect(find<HTMLButtonElement>('message-set').disabled).toBe(true);
  expect(text()).toContain('2 characters too many');
});

test('what is being written outlives a snapshot', async () => {
  const agent = openAt('busy');
  write('half a sent');
  agent.change({ read_at: new Date().toISOString() });
  await tick();
  expect(find<HTMLTextAreaElement>('message').value).toBe('half a sent');
});

test('German is German', () => {
  openAt('busy,de');
  expect(document.documentElement.lang).toBe('de');
  expect(text()).toContain('Beschäftigt bis');
});

test.each(['hostile', 'hostile,de', 'hostile-sign-in'])('hostile text is text: %s', async (address) => {
  await openLoaded(address);
  expect(document.querySelectorAll('img, script, b, [style]')).toHaveLength(0);
  expect(text()).toContain('<img src=x onerror=alert(1)>');
  expect(text()).toContain('<script>alert(');
  expect(document.body.textContent.length).toBeLessThan(5_000);
});

test('Esc puts the window away', () => {
  const agent = new Simulated(scene('automatic'));
  const hide = vi.spyOn(agent, 'hide');
  open(agent);
  press('Escape');
  expect(hide).toHaveBeenCalledOnce();
});
