/** What takes a change back, and for how long it is offered. */

import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';

import { MEGAN } from './agent/scenes.ts';
import type { Command, Snapshot } from './contract.ts';
import { alert, click, find, openAt, press, seen, write } from './hand.ts';
import { change } from './way-back.ts';

const soon = new Date(Date.now() + 3_600_000).toISOString();
const past = new Date(Date.now() - 3_600_000).toISOString();
const busy = { value: 'busy', until: soon, state: 'confirmed' } as const;
const none = MEGAN.asked;
const SET: Command = { do: 'set-presence', presence: 'away', expiry: null };
const TIMED: Command = { ...SET, expiry: { for: '1h' } };
const REMOTE: Command = { do: 'set-location', location: { kind: 'remote', place: null }, layer: 'manual' };
const text = (content: string, expiryDateTime?: object) => ({ presence: { statusMessage: { message: { content }, expiryDateTime } } });
const at = (source: string) => ({ presence: { workLocation: { workLocationType: 'office', placeId: 'b-1', source } } });
const office = (layer: 'manual' | 'automatic'): Command => ({ do: 'set-location', location: { kind: 'office', place: 'b-1' }, layer });
const CLEAR: Command = { do: 'clear-location', layer: 'manual' };

test.each<[string, Partial<Snapshot>, Command, Command[] | undefined]>([
  ['something timed ends', { asked: { ...none, presence: busy } }, TIMED, [{ do: 'end-presence' }]],
  ['what was asked before comes back with its end', { asked: { ...none, presence: busy } }, SET, [{ do: 'set-presence', presence: 'busy', expiry: { until: soon } }]],
  ['where nothing was asked it is automatic again', {}, SET, [{ do: 'reset-presence' }]],
  ['what is over does not come back', { asked: { ...none, presence: { ...busy, until: past } } }, SET, [{ do: 'reset-presence' }]],
  ['what was refused does not come back', { asked: { ...none, presence: { ...busy, state: 'refused' } } }, SET, [{ do: 'reset-presence' }]],
  [
    'what was chosen in Teams comes back',
    { presence: { availability: 'DoNotDisturb' }, why: { kind: 'chosen-elsewhere', message: '', remedy: null, asked: null } },
    SET,
    [{ do: 'set-presence', presence: 'do-not-disturb', expiry: null }],
  ],
  ['a reset of nothing has no way back', {}, { do: 'reset-presence' }, undefined],
  ['a reset of something has one', { asked: { ...none, presence: busy } }, { do: 'reset-presence' }, [{ do: 'set-presence', presence: 'busy', expiry: { until: soon } }]],
  ['a first message is cleared', {}, { do: 'set-message', text: 'New' }, [{ do: 'clear-message' }]],
  [
    'a message comes back, shown to people who write if it was',
    text('Old<pinnednote></pinnednote>', { dateTime: soon.replace('Z', '0000'), timeZone: 'UTC' }),
    { do: 'set-message', text: 'New' },
    [{ do: 'set-message', text: 'Old', expiry: { until: soon }, pinned: true }],
  ],
  ['a message without an end comes back without one', text('Old'), { do: 'clear-message' }, [{ do: 'set-message', text: 'Old', expiry: null, pinned: false }]],
  ['a message whose end cannot be told does not', text('Old', { dateTime: 'x', timeZone: 'W. Europe' }), { do: 'clear-message' }, undefined],
  ['a message that is longer than may be sent does not', text('x'.repeat(281)), { do: 'clear-message' }, undefined],
  ['a location that nobody set is cleared', {}, REMOTE, [CLEAR]],
  ['a location of one\'s own comes back', at('manual'), REMOTE, [office('manual')]],
  ['the calendar\'s comes out by itself', at('scheduled'), REMOTE, [CLEAR]],
  ['the network\'s is said again, as clearing takes it, too', at('automatic'), REMOTE, [CLEAR, office('automatic')]],
  ['a look changes nothing', {}, { do: 'refresh' }, undefined],
])('%s', (_, before, command, back) => {
  expect(change({ ...MEGAN, ...before }, command)?.back).toEqual(back);
});

test('a preset is taken back as a whole', () => {
  const preset = { name: 'All', presence: 'busy', message: 'Gone', pinned: false, location: { kind: 'remote', place: null }, expiry: { for: '1h' }, shortcut: null } as const;
  const made = change({ ...MEGAN, presets: [preset] }, { do: 'apply-preset', name: 'All' });
  expect(made?.about).toEqual(['presence', 'message', 'location']);
  expect(made?.back).toEqual([{ do: 'end-presence' }, { do: 'clear-message' }, CLEAR]);
});

test('a change is taken back beside where it was made, once', async () => {
  const agent = openAt('automatic');
  expect(seen('undo-presence')).toBe(false);
  press('3');
  await vi.waitFor(() => find('undo-presence'));
  click('undo-presence');
  await vi.waitFor(() => expect(seen('undo-presence')).toBe(false));
  expect(agent.received.map((command) => command.do)).toEqual(['set-presence', 'reset-presence']);
  await vi.waitFor(() => expect(find('state').textContent).toBe('Available'));
});

test('the latest change alone can be taken back', async () => {
  openAt('automatic');
  press('3');
  await vi.waitFor(() => find('undo-presence'));
  write('Back at four');
  click('message-set');
  await vi.waitFor(() => find('undo-message'));
  expect(seen('undo-presence')).toBe(false);
});

test('what something else came after is not offered to be taken back', async () => {
  const agent = openAt('automatic');
  press('3');
  await vi.waitFor(() => find('undo-presence'));
  agent.change({ asked: { ...none, presence: busy } });
  flushSync();
  expect(seen('undo-presence')).toBe(false);
});

test('what was ended can be had again, until it is there again', async () => {
  const agent = openAt('busy');
  click('end-presence');
  await vi.waitFor(() => find('undo-presence'));
  agent.change({ asked: { ...none, presence: busy } });
  flushSync();
  expect(seen('undo-presence')).toBe(false);
});

test('what was refused is no change', async () => {
  const agent = openAt('automatic');
  agent.nextReply = { failed: { code: 'forbidden', message: 'Not allowed.', advice: 'Ask.' } };
  press('3');
  await vi.waitFor(() => expect(alert()).toBe('Not allowed. Ask.'));
  expect(seen('undo-presence')).toBe(false);
});

test('a way back that is refused says so', async () => {
  const agent = openAt('automatic');
  press('3');
  await vi.waitFor(() => find('undo-presence'));
  agent.nextReply = { failed: { code: 'forbidden', message: 'Not allowed.', advice: 'Ask.' } };
  click('undo-presence');
  await vi.waitFor(() => expect(alert()).toBe('Not allowed. Ask.'));
});

test('a preset\'s way back stands beside the presets', async () => {
  const agent = openAt('automatic');
  click('preset');
  await vi.waitFor(() => find('undo-preset'));
  click('undo-preset');
  await vi.waitFor(() => {
    expect(agent.received.map((command) => command.do)).toEqual(['apply-preset', 'end-presence', 'clear-message']);
  });
  expect(seen('undo-preset')).toBe(false);
});
