/** The fixtures are written by the engine's own tests, and held against the types by `svelte-check`; here the window reads them. */

import { expect, expectTypeOf, test } from 'vitest';

import commands from '../fixtures/commands.ts';
import replies from '../fixtures/replies.ts';
import signedIn from '../fixtures/snapshot.signed-in.ts';
import { type Command, LOCATIONS, type LocationKind, PREFERRED, type PreferredPresence } from './contract.ts';
import { badge, doing, location, message } from './reading.ts';

const COMMANDS: Record<Command['do'], true> = {
  'set-presence': true,
  'reset-presence': true,
  'end-presence': true,
  'apply-preset': true,
  'set-presets': true,
  'set-shortcut': true,
  'set-notifications': true,
  'set-language': true,
  'set-theme': true,
  'set-registration': true,
  'set-places': true,
  'set-message': true,
  'clear-message': true,
  'set-location': true,
  'clear-location': true,
  'keep-alive': true,
  dismiss: true,
  'sign-in': true,
  'cancel-sign-in': true,
  'sign-out': true,
  refresh: true,
  'open-flyout': true,
  'set-start-at-login': true,
  quit: true,
};

test('every command has its example', () => {
  expect([...new Set(commands.map((command) => command.do))].sort()).toEqual(Object.keys(COMMANDS).sort());
});

test('every presence and every location can be chosen', () => {
  expectTypeOf<(typeof PREFERRED)[number]>().toEqualTypeOf<PreferredPresence>();
  expectTypeOf<(typeof LOCATIONS)[number]>().toEqualTypeOf<LocationKind>();
});

test('a reply is done, or says what happened and what to do', () => {
  const [done, except, failed] = replies;
  expect(done).toBe('done');
  const trouble = { code: expect.any(String), message: expect.any(String), advice: expect.any(String) };
  expect(except).toEqual({ 'done-except': trouble });
  expect(failed).toEqual({ failed: trouble });
});

test('presence, message and location are read as the engine reads them', () => {
  const { presence } = signedIn;
  expect(doing(presence)).toBe('presence.available');
  expect(badge(presence)).toBe('available');
  expect(message(presence)).toBe('Deep work');
  expect(location(presence)).toEqual({ kind: 'remote', place: null, by: 'manual' });
});

test.each([
  [{ availability: 'Busy', activity: 'InACall' }, 'busy', 'presence.in-a-call'],
  [{ availability: 'doNotDisturb', activity: 'Presenting' }, 'do-not-disturb', 'presence.presenting'],
  [{ availability: 'Away', activity: 'BeRightBack' }, 'be-right-back', 'presence.be-right-back'],
  [{ availability: 'Offline', activity: 'OffWork' }, 'offline', 'presence.offline'],
  [{ availability: 'Juggling', activity: 'OutOfOffice' }, 'out-of-office', 'presence.out-of-office'],
  [{ availability: 'Busy', activity: 'Juggling' }, 'busy', 'presence.busy'],
  [{ availability: 7 }, 'unknown', 'presence.unknown'],
])('%o is drawn as %s and called %s', (presence, drawn, called) => {
  expect([badge(presence), doing(presence)]).toEqual([drawn, called]);
});

test('properties of a kind never seen before are no message and no location', () => {
  for (const odd of [null, 7, 'text', [], { message: null }, { message: { content: 7 } }, { workLocationType: 7 }]) {
    const presence = { statusMessage: odd, workLocation: odd };
    expect([message(presence), location(presence)]).toEqual([undefined, undefined]);
  }
  expect(location({ workLocation: { workLocationType: 'unspecified' } })).toBeUndefined();
  expect(location({ workLocation: { workLocationType: 'timeOff' } })?.kind).toBe('time-off');
});
