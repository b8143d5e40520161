/** What the window says of asked and shown, of trouble, and of how sure it is. */

import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';

import { SCENE_NAMES } from './agent/scenes.ts';
import { find, openAt, openSettings, press, seen } from './hand.ts';

test('without Teams what was asked does not show, and one press keeps it visible', async () => {
  const agent = openAt('no-session');
  expect(find('state').textContent).toBe('Offline');
  expect(find('because').textContent).toBe('No Teams is running, so Busy does not show.');
  find('remedy-keep-alive').click();
  expect(agent.received).toEqual([{ do: 'keep-alive', on: true }]);
  await vi.waitFor(() => expect(find('state').textContent).toMatch(/^Busy until /));
  await openSettings();
  expect(find<HTMLInputElement>('keep-alive').checked).toBe(true);
  expect(find('keep-alive-note').textContent).toMatch(/Now until .*; it is renewed/);
});

test('what somebody else overtook can be set again', async () => {
  const agent = openAt('overtaken');
  find('remedy-set-again').click();
  expect(agent.received).toEqual([{ do: 'set-presence', presence: 'busy', expiry: null }]);
  await vi.waitFor(() => expect(find('state').textContent).toMatch(/^Busy/));
});

test('what was not taken is set again with its end', () => {
  const agent = openAt('not-taken');
  find('remedy-set-again').click();
  expect(agent.received).toEqual([{ do: 'set-presence', presence: 'busy', expiry: { until: expect.stringMatching(/Z$/) } }]);
});

test('where the snapshot does not say what to set again there is no button', () => {
  const agent = openAt('overtaken');
  agent.change({ why: { kind: 'overtaken', message: 'Chosen elsewhere.', remedy: 'set-again', asked: null } });
  flushSync();
  expect(seen('remedy-set-again')).toBe(false);
});

test('keeping alive is a switch that says what it does, and goes back when it is refused', async () => {
  const agent = openAt('automatic');
  await openSettings();
  expect(find('keep-alive').getAttribute('aria-describedby')).toBe(find('keep-alive-note').id);
  agent.nextReply = { failed: { code: 'forbidden', message: 'Not allowed.', advice: 'Ask.' } };
  find('keep-alive').click();
  await vi.waitFor(() => expect(document.querySelector('[role=alert]')?.textContent).toContain('Not allowed.'));
  expect(find<HTMLInputElement>('keep-alive').checked).toBe(false);
});

test('a problem says since when, when it is tried again, what to do, and has its one action', () => {
  const agent = openAt('problem');
  expect(find('problem').textContent).toMatch(/could not be reached.*Check the network.*Since \d\d:\d\d\. Next try in \d+ sec/s);
  find('remedy-try-again').click();
  expect(agent.received).toEqual([{ do: 'refresh' }]);
});

test('the seconds that pass are not announced', () => {
  vi.useFakeTimers();
  try {
    openAt('problem');
    const live = () => [...document.querySelectorAll('[role=status], [role=alert]')].map((region) => region.textContent).join('|');
    const before = [live(), find('problem-times').textContent];
    vi.advanceTimersByTime(5000);
    flushSync();
    expect([live(), find('problem-times').textContent]).toEqual([before[0], expect.not.stringMatching(before[1]!)]);
  } finally {
    vi.useRealTimers();
  }
});

test('what was not read again is said to be old', () => {
  openAt('stale');
  expect(find('stale').textContent).toMatch(/^As of .*\d\d:\d\d, not read again since$/);
  expect(seen('updated')).toBe(false);
});

test('a notice says what it is about and is gone when it was read', async () => {
  const agent = openAt('notice');
  expect(find('notice-location').textContent).toMatch(/Work location, .*The building was not accepted.*Check the building/s);
  find('dismiss-location').click();
  flushSync();
  expect(agent.received).toEqual([{ do: 'dismiss', about: 'location' }]);
  expect(seen('notice-location')).toBe(false);
  expect(document.activeElement).not.toBe(document.body);
});

test('what was lost is an alert, what went another way is not', () => {
  openAt('damaged');
  expect(find('notice-state').querySelector('[role=alert]')).not.toBeNull();
});

test('who may only read can press nothing that writes, and is told why', async () => {
  const agent = openAt('read-only');
  expect(find('read-only').textContent).toContain('only reading was granted');
  press('2');
  // A disabled fieldset disables all that is in it, which happy-dom does not act out: the browser is asked.
  for (const id of ['presence-busy', 'message', 'location-office', 'presence-reset', 'message-clear']) {
    expect(find(id).closest('fieldset')?.disabled, id).toBe(true);
  }
  await openSettings();
  expect(find<HTMLInputElement>('keep-alive').disabled).toBe(true);
  expect(agent.received).toEqual([]);
});

test('what is being taken away is not drawn as gone before it is', async () => {
  const agent = openAt('busy');
  find('message-clear').click();
  find('presence-reset').click();
  flushSync();
  expect(find('state').textContent).toBe('Busy');
  expect(find('because').textContent).toBe('You reset it; Teams still shows Busy.');
  expect(document.body.textContent).toContain('Taken away; Teams still shows it');
  await vi.waitFor(() => expect(find('state').textContent).toBe('Available'));
  expect(document.body.textContent).not.toContain('Taken away');
  expect(agent.received).toHaveLength(2);
});

test.each(SCENE_NAMES.flatMap((name) => [name, `${name},de`]))('%s leaves no gap and no name of a value in its sentences', async (address) => {
  openAt(address);
  await vi.waitFor(() => expect(document.querySelector('main')).not.toBeNull());
  // The content security policy allows no style of an element's own.
  expect(document.querySelector('[style]')).toBeNull();
  expect(document.body.textContent).not.toMatch(/undefined|null|NaN|Invalid Date|\{\w+\}/);
  for (const control of document.querySelectorAll('button, input, textarea')) {
    const named = control.textContent.trim() || control.getAttribute('aria-label') || control.getAttribute('aria-labelledby');
    expect(named ?? control.closest('label')?.textContent.trim(), control.outerHTML).toBeTruthy();
  }
});
