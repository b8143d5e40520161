/** A time of day as an end: what is offered, what is sent, and what is not. */

import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Simulated } from './agent/browser.ts';
import type { Command, Expiry } from './contract.ts';
import { alert, arrive, click, find, openAt, press, seen, text, write } from './hand.ts';

beforeEach(() => void vi.setSystemTime(new Date(2026, 10, 20, 14, 40)));
afterEach(() => void vi.useRealTimers());

const field = (id: string) => find<HTMLInputElement>(`${id}-time`);

function type(id: string, time: string): void {
  field(id).value = time;
  field(id).dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

/** Where an end is chosen beside what is set: the choice, what sets it, and what that sends. */
const PLACES: [string, string, (expiry: Expiry) => Command][] = [
  ['length', 'presence-away', (expiry) => ({ do: 'set-presence', presence: 'away', expiry })],
  ['clear-after', 'message-set', (expiry) => ({ do: 'set-message', text: 'Back at four', expiry })],
];

function at(id: string): Simulated {
  const agent = openAt('automatic');
  write('Back at four');
  click(`${id}-until`);
  return agent;
}

test.each(PLACES)('%s offers the next full hour, and sends the time that is there', (id, set, command) => {
  const agent = at(id);
  expect(field(id).value).toBe('16:00');
  expect(field(id).labels?.[0]?.textContent.trim()).toBe('Time');
  type(id, '17:30');
  click(set);
  expect(agent.received).toEqual([command({ until: '17:30' })]);
});

test.each(PLACES)('%s does not send a time that has passed, and says why', async (id, set, command) => {
  const agent = at(id);
  for (const time of ['14:40', '09:00', '']) {
    type(id, time);
    expect(alert()).toBe('');
    click(set);
    expect(alert(), time).toBe('Choose a time that is still to come today.');
    expect(document.activeElement, time).toBe(field(id));
  }
  expect(field(id).getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(field(id).getAttribute('aria-describedby')!)?.textContent.trim()).toBe(alert());
  expect(find<HTMLInputElement>('presence-away').checked, 'nothing that was not sent is marked').toBe(false);
  expect(agent.received).toEqual([]);
  type(id, '14:41');
  expect([alert(), field(id).getAttribute('aria-invalid')]).toEqual(['', 'false']);
  click(set);
  expect(agent.received).toEqual([command({ until: '14:41' })]);
});

test('a time that has passed meanwhile is not offered again', () => {
  at('length');
  type('length', '01:00');
  click('length-1h');
  click('length-until');
  expect([field('length').value, alert()]).toEqual(['16:00', '']);
});

test('a time that was chosen is kept while another length is tried', () => {
  at('length');
  type('length', '17:30');
  click('length-1h');
  click('length-until');
  expect(field('length').value).toBe('17:30');
});

test('digits in a time are typed, and choose nothing', () => {
  const agent = at('length');
  for (const key of '123456') press(key, field('length'));
  expect(agent.received).toEqual([]);
});

test('a digit elsewhere chooses nothing either while the time has passed', () => {
  const agent = at('length');
  type('length', '09:00');
  press('2');
  expect(document.activeElement).toBe(field('length'));
  press('2', find('presence-busy'));
  expect([agent.received, find<HTMLInputElement>('presence-busy').checked]).toEqual([[], false]);
});

test('what is set until a time shows that time', async () => {
  at('length');
  click('presence-away');
  await vi.waitFor(() => expect(find('state').textContent).toBe('Away until 16:00'));
});

test('a simulated resident refuses an end that has passed, as the real one does', async () => {
  const reply = await openAt('automatic').send({ do: 'set-presence', presence: 'busy', expiry: { until: '09:00' } });
  expect(reply).toMatchObject({ failed: { code: 'past' } });
});

test('German says it in German', () => {
  openAt('automatic,de');
  click('length-until');
  type('length', '09:00');
  click('presence-away');
  expect(alert()).toBe('Wählen Sie eine Uhrzeit, die heute noch kommt.');
  expect(text()).toContain('Bis …');
});

test('a preset keeps its time, whenever it is edited', async () => {
  const agent = openAt('shortcuts');
  await arrive('open-about');
  document.querySelector<HTMLElement>('[data-preset="5"] [data-tool=edit]')!.click();
  flushSync();
  expect(find<HTMLInputElement>('preset-length-until').checked).toBe(true);
  expect(field('preset-length').value).toBe('17:00');
  type('preset-length', '');
  click('preset-keep');
  expect(alert()).toBe('Enter a time.');
  expect(agent.received).toEqual([]);
  type('preset-length', '09:00');
  click('preset-keep');
  await vi.waitFor(() => expect(seen('preset-form')).toBe(false));
  const [sent] = agent.received;
  expect(sent?.do === 'set-presets' && sent.presets[5]?.expiry).toEqual({ until: '09:00' });
});
