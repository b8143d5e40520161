/** Pictures to begin with in a plain browser, chosen by the address: `#signed-out`, `#problem,de`. */

import type { Snapshot } from '../contract.ts';
import { Words } from '../words.ts';

const SIGNED_OUT: Snapshot = {
  signed_in: false,
  account: null,
  presence: null,
  read_at: null,
  asked: { presence: null, message: null, location: null },
  problem: null,
  certainty: 'unread',
  why: null,
  clearing: [],
  notices: [],
  keep_alive: { on: false, until: null },
  read_only: false,
  signing_in: null,
  recent_messages: [],
  places: [],
  start_at_login: false,
  flyout_calls: 1,
  demo: true,
  language: 'en',
};

/** A person of the demo, as the service shows her. */
export const MEGAN: Snapshot = {
  ...SIGNED_OUT,
  signed_in: true,
  account: {
    name: 'Megan Bowen',
    username: 'megan@contoso.example',
    tenant_id: '3c1fbb05-9a0c-4d59-8bd7-2f4f8d0c1f10',
    id: 'fa8bf3dc-eca7-46b7-bad1-db199b62afc3',
  },
  presence: { availability: 'Available', activity: 'Available' },
  places: [
    { name: 'Headquarters', id: 'b-1' },
    { name: 'Harbour Campus', id: 'b-2' },
  ],
  certainty: 'fresh',
  demo: false,
};

const SCENES: Record<string, (now: number, words: Words) => Snapshot> = {
  'signed-out': () => SIGNED_OUT,
  waiting: () => ({
    ...SIGNED_OUT,
    signing_in: {
      url: 'http://127.0.0.1:41573/organizations/oauth2/v2.0/authorize?client_id=presence-tray-demo&response_type=code',
      code: null,
    },
  }),
  expired: (now, words) => ({
    ...MEGAN,
    signed_in: false,
    problem: {
      code: 'sign-in-needed',
      message: words.say('problem.sign-in-needed.message'),
      advice: words.say('problem.sign-in-needed.advice'),
      since: at(now, -60),
      next_try: null,
      remedy: 'sign-in',
    },
  }),
  automatic: (now) => ({ ...MEGAN, read_at: at(now, -12), demo: true }),
  busy: (now) => ({
    ...MEGAN,
    read_at: at(now, -12),
    presence: {
      availability: 'Busy',
      activity: 'Busy',
      statusMessage: { message: { content: 'Deep work until four, please write' } },
      workLocation: { workLocationType: 'office', placeId: 'b-1' },
    },
    asked: {
      presence: { value: 'busy', until: at(now, 3600), state: 'confirmed' },
      message: { value: 'Deep work until four, please write', until: at(now, 5400), state: 'confirmed' },
      location: { value: 'office', place: 'b-1', until: null, state: 'confirmed' },
    },
    recent_messages: ['Deep work until four, please write', 'At lunch, back soon', 'On the road, reachable by phone'],
  }),
  pending: (now) => ({
    ...MEGAN,
    read_at: at(now, -3),
    asked: {
      presence: { value: 'do-not-disturb', until: at(now, 7200), state: 'pending' },
      message: null,
      location: { value: 'remote', place: null, until: null, state: 'pending' },
    },
    recent_messages: ['At lunch, back soon', 'On the road, reachable by phone'],
  }),
  problem: (now, words) => ({
    ...MEGAN,
    read_at: at(now, -260),
    problem: {
      code: 'unreachable',
      message: words.say('problem.unreachable.message'),
      advice: words.say('problem.unreachable.advice'),
      since: at(now, -200),
      next_try: at(now, 40),
      remedy: 'try-again',
    },
  }),
  hostile: (now) => ({
    ...MEGAN,
    read_at: at(now, -90_000),
    account: { ...MEGAN.account!, name: `\u202e<img src=x onerror=alert(1)> ${'Wolfeschlegelsteinhausen'.repeat(9)}` },
    presence: {
      availability: 'Juggling',
      statusMessage: { message: { content: `<b>\u202eevil</b> ${'🙂x'.repeat(5_000)}` } },
    },
    recent_messages: [`</button><script>alert(1)</script>${'y'.repeat(280)}`, '\u202etxt.exe', '🙂'.repeat(140)],
    places: [{ name: 'A very long building name that goes on '.repeat(5), id: 'b-1' }],
  }),
};

export function scene(address: string): Snapshot {
  const [name = '', wanted] = address.split(',');
  const language = wanted === 'de' ? 'de' : 'en';
  return { ...(SCENES[name] ?? SCENES.automatic!)(Date.now(), new Words(language)), language };
}

function at(now: number, seconds: number): string {
  return new Date(now + seconds * 1000).toISOString();
}
