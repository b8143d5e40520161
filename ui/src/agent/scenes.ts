/** Pictures to begin with in a plain browser, chosen by the address: `#signed-out`, `#problem,de`. */

import type { Code, Registration, Snapshot, Trouble } from '../contract.ts';
import type { Key, Words } from '../words.ts';
import { resident, why } from './telling.ts';

const CLIENT_ID = '7c6a0f1e-3a52-4c1f-9d0e-2b8f5a417d11';
const SCOPE = 'https://graph.microsoft.com/';

const REGISTRATION: Registration = {
  client_id: CLIENT_ID,
  tenant: null,
  built_in: false,
  permissions: ['Presence.Read', 'Presence.ReadWrite'],
  approval_link:
    `https://login.microsoftonline.com/organizations/v2.0/adminconsent?client_id=${CLIENT_ID}` +
    `&scope=${encodeURIComponent(SCOPE)}Presence.Read+${encodeURIComponent(SCOPE)}Presence.ReadWrite&redirect_uri=http%3A%2F%2Flocalhost`,
  portal: 'https://entra.microsoft.com',
  script: ['#!/bin/sh', '# Registers an app in your own tenant.', "az ad app create --display-name 'Presence Tray'", ''].join('\n'),
};

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
  sign_in_failed: null,
  session_only: false,
  registration: REGISTRATION,
  recent_messages: [],
  presets: [],
  last_preset: null,
  places: [],
  own_places: [],
  today: [],
  preferences: { language: null, theme: 'system', notifications: 'all' },
  shortcuts: [],
  missing_tray: null,
  start_at_login: false,
  flyout_calls: 1,
  flyout_call: { at: null, token: null, toggle: false, view: 'main' },
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

const RECENT = ['At lunch, back soon', 'On the road, reachable by phone'];
const OFFLINE = { availability: 'Offline', activity: 'Offline' };

/** A moment, with sentences and times to speak of. */
class Stage {
  readonly words: Words;
  readonly #now = Date.now();

  constructor(words: Words) {
    this.words = words;
  }

  at(seconds: number): string {
    return new Date(this.#now + seconds * 1000).toISOString();
  }

  trouble<C extends Code>(code: C, key: `problem.${C}` | `sign-in.${string}`, values: Record<string, string> = {}): Trouble {
    const [message, advice] = [`${key}.message`, `${key}.advice`].map((key) => this.words.say(key as Key, values));
    return { code, message: message!, advice: advice! };
  }

  problem(code: Code): Trouble & { since: string } {
    return { ...this.trouble(code, `problem.${code}`), since: this.at(-200) };
  }

  /** A sign-in that Microsoft refused. */
  refused(cause: string, reference: string): Trouble {
    const trouble = this.trouble('sign-in-refused', `sign-in.${cause}`);
    return { ...trouble, message: `${trouble.message} (${reference})`, cause };
  }
}

const SCENES: Record<string, (stage: Stage) => Snapshot> = {
  'signed-out': () => SIGNED_OUT,
  waiting: () => ({
    ...SIGNED_OUT,
    signing_in: {
      url: 'http://127.0.0.1:41573/organizations/oauth2/v2.0/authorize?client_id=presence-tray-demo&response_type=code',
      code: null,
    },
  }),
  code: () => ({ ...SIGNED_OUT, demo: false, signing_in: { url: 'https://microsoft.com/devicelogin', code: 'F7KQ2MDXP' } }),
  keychain: (stage) => ({
    ...SIGNED_OUT,
    demo: false,
    sign_in_failed: stage.trouble('keychain-unavailable', 'problem.keychain-unavailable'),
  }),
  'blocked-by-it': (stage) => ({
    ...SIGNED_OUT,
    demo: false,
    sign_in_failed: stage.refused('admin-approval-needed', 'AADSTS90094, correlation id 3f2b7c51-8e07-4a5e-9c9d-1b2f6a40d7e2'),
  }),
  policy: (stage) => ({
    ...SIGNED_OUT,
    demo: false,
    sign_in_failed: stage.refused('conditional-access', 'AADSTS53003, correlation id 3f2b7c51-8e07-4a5e-9c9d-1b2f6a40d7e2'),
  }),
  registration: (stage) => ({
    ...SIGNED_OUT,
    demo: false,
    sign_in_failed: stage.refused('web-registration', 'AADSTS7000218, trace id 3f2b7c51-8e07-4a5e-9c9d-1b2f6a40d7e2'),
  }),
  expired: (stage) => ({
    ...MEGAN,
    signed_in: false,
    problem: { ...stage.problem('sign-in-needed'), next_try: null, remedy: 'sign-in' },
  }),
  automatic: (stage) => ({ ...MEGAN, read_at: stage.at(-12), demo: true }),
  busy: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-12),
    presence: {
      availability: 'Busy',
      activity: 'Busy',
      statusMessage: { message: { content: 'Deep work until four, please write' } },
      workLocation: { workLocationType: 'office', placeId: 'b-1' },
    },
    asked: {
      presence: { value: 'busy', until: stage.at(3600), state: 'confirmed' },
      message: { value: 'Deep work until four, please write', until: stage.at(5400), state: 'confirmed' },
      location: { value: 'office', place: 'b-1', until: null, state: 'confirmed' },
    },
    keep_alive: { on: true, until: stage.at(2400) },
    recent_messages: ['Deep work until four, please write', ...RECENT],
  }),
  settling: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-3),
    certainty: 'settling',
    asked: {
      presence: { value: 'do-not-disturb', until: stage.at(7200), state: 'pending' },
      message: null,
      location: { value: 'remote', place: null, until: null, state: 'pending' },
    },
    recent_messages: RECENT,
  }),
  clearing: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-3),
    presence: { availability: 'Busy', activity: 'Busy', statusMessage: { message: { content: 'Deep work' } } },
    certainty: 'settling',
    clearing: ['presence', 'message'],
    recent_messages: RECENT,
  }),
  'no-session': (stage) => ({
    ...MEGAN,
    read_at: stage.at(-40),
    presence: OFFLINE,
    asked: { presence: { value: 'busy', until: stage.at(3600), state: 'pending' }, message: null, location: null },
    recent_messages: RECENT,
  }),
  'not-taken': (stage) => ({
    ...MEGAN,
    read_at: stage.at(-40),
    asked: { presence: { value: 'busy', until: stage.at(3600), state: 'pending' }, message: null, location: null },
  }),
  overtaken: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-20),
    presence: { availability: 'DoNotDisturb', activity: 'DoNotDisturb' },
    why: {
      kind: 'overtaken',
      message: stage.words.say('why.overtaken' as Key, {
        shown: stage.words.say('presence.do-not-disturb'),
        asked: stage.words.say('prefer.busy'),
      }),
      remedy: 'set-again',
      asked: 'busy',
    },
    recent_messages: RECENT,
  }),
  'in-a-call': (stage) => ({
    ...MEGAN,
    read_at: stage.at(-20),
    presence: { availability: 'Busy', activity: 'InACall' },
    why: { kind: 'teams-session', message: stage.words.say('why.teams-session' as Key), remedy: null, asked: null },
  }),
  stale: (stage) => ({ ...MEGAN, read_at: stage.at(-1900), certainty: 'stale' }),
  problem: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-260),
    certainty: 'stale',
    problem: { ...stage.problem('unreachable'), next_try: stage.at(40), remedy: 'try-again' },
  }),
  'keychain-lost': (stage) => ({
    ...MEGAN,
    presence: null,
    certainty: 'unread',
    problem: { ...stage.problem('keychain-unavailable'), next_try: stage.at(90), remedy: 'try-again' },
  }),
  'session-only': (stage) => ({ ...MEGAN, read_at: stage.at(-12), session_only: true }),
  'read-only': (stage) => ({
    ...MEGAN,
    read_at: stage.at(-12),
    presence: { availability: 'Busy', activity: 'InAMeeting', statusMessage: { message: { content: 'Quarterly planning' } } },
    why: { kind: 'calendar', message: stage.words.say('why.calendar' as Key), remedy: null, asked: null },
    read_only: true,
  }),
  notice: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-30),
    presence: { ...MEGAN.presence, workLocation: { workLocationType: 'office' } },
    asked: { presence: null, message: null, location: { value: 'office', place: null, until: stage.at(30_000), state: 'confirmed' } },
    notices: [{ ...stage.trouble('place-refused', 'problem.place-refused'), about: 'location', since: stage.at(-300) }],
    recent_messages: RECENT,
  }),
  notices: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-30),
    notices: [
      { ...stage.trouble('overtaken', 'problem.overtaken'), about: 'message', since: stage.at(-4000) },
      { ...stage.trouble('lapsed', 'problem.lapsed'), about: 'presence', since: stage.at(-600) },
    ],
  }),
  damaged: (stage) => ({
    ...MEGAN,
    read_at: stage.at(-30),
    notices: [
      {
        ...stage.trouble('state-damaged', 'problem.state-damaged', { detail: 'state.damaged.json' }),
        about: 'state',
        since: stage.at(-90),
      },
    ],
  }),
  hostile: (stage) => {
    const nasty = `<b>\u202eevil</b> ${'🙂x'.repeat(5_000)}`;
    const trouble: Trouble = { code: 'refused', message: nasty, advice: '<script>alert(2)</script>' };
    return {
      ...MEGAN,
      read_at: stage.at(-90_000),
      account: { ...MEGAN.account!, name: `\u202e<img src=x onerror=alert(1)> ${'Wolfeschlegelsteinhausen'.repeat(400)}` },
      presence: { availability: 'Juggling', statusMessage: { message: { content: nasty } } },
      why: { kind: 'unknown', message: nasty, remedy: null, asked: null },
      notices: [{ ...trouble, about: 'message', since: stage.at(-60) }],
      problem: { ...trouble, since: stage.at(-90_000), next_try: null, remedy: null },
      recent_messages: [`</button><script>alert(1)</script>${'y'.repeat(280)}`, '\u202etxt.exe', '🙂'.repeat(140)],
      places: [{ name: 'A very long building name that goes on '.repeat(5), id: 'b-1' }],
    };
  },
  'hostile-sign-in': () => ({
    ...SIGNED_OUT,
    sign_in_failed: {
      code: 'sign-in-refused',
      message: `<img src=x onerror=alert(1)>\u202e ${'Nein! 🙂'.repeat(2_000)}`,
      advice: '</p><script>alert(1)</script>',
      cause: '__proto__',
    },
  }),
};

export function scene(address: string): Snapshot {
  const [name = '', wanted] = address.split(',');
  const language = wanted === 'de' ? 'de' : 'en';
  const make = (Object.hasOwn(SCENES, name) ? SCENES[name] : undefined) ?? SCENES.automatic!;
  const snapshot = { ...make(new Stage(resident(language))), language } satisfies Snapshot;
  return { ...snapshot, why: snapshot.why ?? why(snapshot) };
}

/** Every scene there is. */
export const SCENE_NAMES = Object.keys(SCENES);
