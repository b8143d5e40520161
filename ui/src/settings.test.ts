/** The views behind the first one: how one gets there and back, and what each control sends. */

import { flushSync, tick } from 'svelte';
import { expect, test, vi } from 'vitest';

import { MEGAN, scene } from './agent/scenes.ts';
import type { Command, Snapshot } from './contract.ts';
import { alert, arrive, click, find, openAt, openSettings, openLoaded, press, seen, text } from './hand.ts';

const rows = () => [...document.querySelectorAll('[data-preset]')].map((row) => row.querySelector('bdi')?.textContent);

async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done, 5));
  flushSync();
}

function type(testid: string, value: string): void {
  const field = find<HTMLInputElement>(testid);
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

test('the settings open and close, and the focus comes back', async () => {
  const agent = openAt('automatic');
  const hide = vi.spyOn(agent, 'hide');
  find('open-settings').focus();
  await openSettings();
  click('open-about');
  await arrive('version');
  press('Escape');
  await vi.waitFor(() => expect(document.activeElement).toBe(find('open-about')));
  click('back');
  await vi.waitFor(() => expect(document.activeElement).toBe(find('open-settings')));
  expect(hide).not.toHaveBeenCalled();
  expect(agent.received).toEqual([]);
});

test.each([
  ['settings', 'open-about'],
  ['shortcuts', 'shortcut-open'],
  ['about', 'version'],
  ['message', 'message'],
])('a window called for its part "%s" shows it', async (address, testid) => {
  openAt(address);
  await arrive(testid);
  if (address === 'shortcuts') expect(document.activeElement?.id).toBe('shortcuts');
  if (address === 'message') expect(document.activeElement).toBe(find('message'));
});

test('a later call shows its part, and nothing else does', async () => {
  const agent = openAt('automatic');
  agent.change({ flyout_calls: 2, flyout_call: { ...MEGAN.flyout_call, view: 'about' } });
  await arrive('version');
  agent.change({ read_at: new Date().toISOString() });
  flushSync();
  expect(seen('version')).toBe(true);
  agent.change({ flyout_calls: 3, flyout_call: { ...MEGAN.flyout_call, view: 'main' } });
  await arrive('presence-busy');
});

const DEEDS: [string, () => void, Command][] = [
  ['start at login', () => click('start-at-login'), { do: 'set-start-at-login', on: true }],
  ['keeping visible', () => click('keep-alive'), { do: 'keep-alive', on: false }],
  ['notifications', () => click('notifications-none'), { do: 'set-notifications', notifications: 'none' }],
  ['a language', () => click('language-de'), { do: 'set-language', language: 'de' }],
  ['a theme', () => click('theme-dark'), { do: 'set-theme', theme: 'dark' }],
  ['signing out', () => click('sign-out'), { do: 'sign-out' }],
  ['no keys', () => click('keys-clear'), { do: 'set-shortcut', action: 'open', keys: null }],
];

test.each(DEEDS)('%s is one command', async (_, deed, command) => {
  const agent = openAt('settings');
  await arrive('open-about');
  deed();
  expect(agent.received).toEqual([command]);
});

test('language and colours follow at once', async () => {
  openAt('settings');
  await arrive('open-about');
  click('language-de');
  await vi.waitFor(() => expect(text()).toContain('Darstellung'));
  expect(document.documentElement.lang).toBe('de');
  click('theme-dark');
  await vi.waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  click('theme-system');
  await vi.waitFor(() => expect(document.documentElement.dataset.theme).toBeUndefined());
});

test('what was refused goes back to what holds', async () => {
  const agent = openAt('settings');
  await arrive('open-about');
  agent.nextReply = { failed: { code: 'settings', message: 'Not writable.', advice: 'Look.' } };
  click('theme-dark');
  await vi.waitFor(() => expect(alert()).toBe('Not writable. Look.'));
  expect(find<HTMLInputElement>('theme-system').checked).toBe(true);
});

test('keys are recorded as they are pressed', async () => {
  const agent = openAt('settings');
  await arrive('open-about');
  const button = find('shortcut-busy').querySelector('button')!;
  const down = (key: string, code: string, held: KeyboardEventInit = {}) => {
    button.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...held }));
    flushSync();
  };
  const shown = () => button.textContent.trim();
  button.click();
  flushSync();
  expect(shown()).toBe('Press keys…');
  down('Control', 'ControlLeft', { ctrlKey: true });
  down('b', 'KeyB');
  expect(alert()).toBe('Add Ctrl, Alt or Super.');
  down('p', 'KeyP', { ctrlKey: true, altKey: true });
  expect(alert()).toBe('Ctrl+Alt+P is in use already: Open Presence Tray');
  expect(agent.received).toEqual([]);
  down('b', 'KeyB', { ctrlKey: true, altKey: true });
  expect(agent.received).toEqual([{ do: 'set-shortcut', action: 'busy', keys: 'Ctrl+Alt+B' }]);
  await vi.waitFor(() => expect(shown()).toBe('Ctrl+Alt+B'));

  button.click();
  flushSync();
  down('Escape', 'Escape');
  expect(shown()).toBe('Ctrl+Alt+B');
  expect(seen('open-about')).toBe(true);
});

test('a shortcut that does not work says why, and one with other keys which', async () => {
  openAt('shortcuts');
  await arrive('open-about');
  expect(find('shortcut-preset:Standup').textContent).toContain('Ctrl+Alt+1 is taken by another program.');
  expect(find('shortcut-preset:Workshop').textContent).toContain('The system listens for Meta+Alt+2');
});

test('a preset moves, and the button that moved it keeps the focus', async () => {
  const agent = openAt('settings');
  await arrive('open-about');
  find('preset-down').focus();
  click('preset-down');
  await settled();
  expect(rows()).toEqual(['Lunch', 'Focus', 'Gone for today']);
  const sent = agent.received[0]!;
  expect(sent.do === 'set-presets' && sent.presets.map(({ name }) => name)).toEqual(['Lunch', 'Focus', 'Gone for today']);
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Move Focus down');
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', altKey: true, bubbles: true, cancelable: true }));
  await settled();
  expect(rows()).toEqual(['Lunch', 'Gone for today', 'Focus']);
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Edit Focus');
  expect(text()).toContain('Focus: 3 of 3');
});

test('a preset that was removed can be had again', async () => {
  openAt('settings');
  await arrive('open-about');
  click('preset-remove');
  await settled();
  expect(rows()).toEqual(['Lunch', 'Gone for today']);
  expect(find('preset-removed').textContent).toContain('Focus was removed.');
  expect(document.activeElement).toBe(find('preset-restore'));
  click('preset-restore');
  await settled();
  expect(rows()).toEqual(['Focus', 'Lunch', 'Gone for today']);
});

test('a preset is edited without losing what the form does not show', async () => {
  const agent = openAt('shortcuts');
  await arrive('open-about');
  document.querySelector<HTMLElement>('[data-preset="3"] [data-tool=edit]')!.click();
  flushSync();
  expect(find<HTMLInputElement>('preset-name').value).toBe('Standup');
  type('preset-name', ' Daily ');
  click('preset-presence-do-not-disturb');
  click('preset-length-1h');
  click('preset-keep');
  await settled();
  const sent = agent.received[0]!;
  expect(sent.do === 'set-presets' && sent.presets[3]).toEqual({
    name: 'Daily',
    presence: 'do-not-disturb',
    message: 'Standup, back later',
    pinned: false,
    location: { kind: 'office', place: 'b-1' },
    expiry: { for: '1h' },
    shortcut: 'Ctrl+Alt+1',
  });
  expect(seen('preset-form')).toBe(false);
});

test('an end that is not among the choices stays one', async () => {
  const { presets } = scene('settings');
  const agent = openAt('settings');
  agent.change({ presets: presets.with(0, { ...presets[0]!, expiry: { for: '1h30m' } }) });
  await arrive('open-about');
  click('preset-edit');
  expect(find<HTMLInputElement>('preset-length-own').checked).toBe(true);
  expect(find('preset-length-own').closest('label')!.textContent.trim()).toBe('1h30m');
  click('preset-keep');
  await settled();
  const [sent] = agent.received;
  expect(sent?.do === 'set-presets' && sent.presets[0]?.expiry).toEqual({ for: '1h30m' });
});

test('a new preset says what is still wrong with it, and Esc gives it up', async () => {
  const agent = openAt('settings');
  await arrive('open-about');
  click('preset-add');
  expect(document.activeElement).toBe(find('preset-name'));
  click('preset-keep');
  expect(alert()).toBe('A preset needs a name.');
  type('preset-name', 'LUNCH');
  expect(alert()).toBe('There is a preset of that name already.');
  type('preset-name', 'Nap');
  click('preset-presence-');
  expect(alert()).toBe('Let it set something: presence, message or location.');
  press('Escape', find('preset-name'));
  await tick();
  expect([seen('preset-form'), seen('open-about')]).toEqual([false, true]);
  expect(agent.received).toEqual([]);
});

test('buildings are added and removed', async () => {
  const agent = openAt('settings');
  await arrive('open-about');
  click('place-add');
  type('place-name', 'Annex');
  expect(find<HTMLButtonElement>('place-keep').disabled).toBe(true);
  type('place-id', 'b-1');
  expect(find('place-id').getAttribute('aria-invalid')).toBe('true');
  type('place-id', ' b-9 ');
  click('place-keep');
  await settled();
  const places = [MEGAN.places[0]!, { name: 'Annex', id: 'b-9' }];
  expect(agent.received).toEqual([{ do: 'set-places', places }]);
  click('place-remove');
  await settled();
  click('place-restore');
  await settled();
  expect(document.querySelectorAll('[data-testid=own-place]')).toHaveLength(2);
});

test('the version and whose work it is are told', async () => {
  openAt('about');
  await vi.waitFor(() => expect(find('version').textContent).toMatch(/^Version \d+\.\d+\.\d+$/));
  expect(find('carried').textContent).toMatch(/svelte .*Copyright.*MIT/s);
});

test('an app registration of one\'s own is checked before it is sent', async () => {
  const agent = await openLoaded('no-registration');
  expect(seen('sign-in')).toBe(false);
  type('client-id', 'not one');
  click('registration-keep');
  expect(alert()).toBe('A client ID has 32 digits and letters in five groups.');
  type('client-id', 'a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab');
  type('tenant', 'contoso');
  expect(alert()).toBe('A tenant is an ID or a domain such as contoso.com.');
  type('tenant', '');
  click('registration-keep');
  expect(agent.received).toEqual([
    { do: 'set-registration', client_id: 'a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab', tenant: null },
  ]);
  await vi.waitFor(() => expect(seen('sign-in')).toBe(true));
});

test('who is only to sign in again is not asked for a registration, but can sign out', async () => {
  const agent = await openLoaded('expired');
  expect(seen('registration-form')).toBe(false);
  await openSettings();
  expect(seen('registration-form')).toBe(false);
  click('sign-out');
  expect(agent.received).toEqual([{ do: 'sign-out' }]);
  await vi.waitFor(() => expect(seen('registration-form')).toBe(true));
});

test('what is being typed outlives a snapshot', async () => {
  const agent = await openLoaded('no-registration');
  type('client-id', 'a64c');
  const { registration } = scene('no-registration');
  agent.change({ registration });
  flushSync();
  expect(find<HTMLInputElement>('client-id').value).toBe('a64c');
  const settings = openAt('settings');
  await arrive('open-about');
  click('preset-edit');
  type('preset-name', 'Deep');
  settings.change(JSON.parse(JSON.stringify(scene('settings'))) as Snapshot);
  flushSync();
  expect(find<HTMLInputElement>('preset-name').value).toBe('Deep');
});

test('the built-in registration is not put into the fields, and one\'s own can be removed', async () => {
  await openLoaded('first-run');
  expect(find<HTMLInputElement>('client-id').value).toBe('');
  expect(seen('registration-remove')).toBe(false);
  const agent = openAt('settings-signed-out');
  await arrive('open-about');
  click('registration-remove');
  expect(agent.received).toEqual([{ do: 'set-registration', client_id: null, tenant: null }]);
});
