/** Pictures to begin with in a plain browser, chosen by the address: `#signed-out`, `#problem,de`. */

import {
  type Badge,
  type Code,
  type Expiry,
  type FlyoutCall,
  PREFERRED,
  type PreferredPresence,
  type Preset,
  type Registration,
  type Shortcut,
  type Snapshot,
  type Stretch,
  type Trouble,
  type View,
} from '../contract.ts';
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

/** A day as many are, up to `now`: since, until, what; in hours, with a gap where the computer slept. */
const HOURS: [number, number, Badge][] = [
  [8.1, 9, 'available'],
  [9, 9.75, 'busy'],
  [9.75, 10.5, 'available'],
  [10.5, 10.8, 'be-right-back'],
  [11.2, 11.4, 'away'],
  [11.4, 13.5, 'available'],
  [13.5, 14.5, 'do-not-disturb'],
  [14.5, 24, 'available'],
];

function day(now: number, hours = HOURS): Stretch[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const at = (hour: number) => Math.min(midnight + hour * 3_600_000, now);
  const stretches = hours.map(([since, until, badge]) => ({ badge, since: at(since), until: at(until) }));
  const began = stretches.filter(({ since }) => since < now);
  return began.map(({ badge, since, until }) => ({ badge, since: new Date(since).toISOString(), until: new Date(until).toISOString() }));
}

/** All there can be, none set but the one that opens the window. */
export function shortcuts(presets: Preset[]): Shortcut[] {
  const actions = ['open', ...PREFERRED, 'reset', 'last-preset'];
  const keys: Record<string, string> = { open: 'Ctrl+Alt+P' };
  const fixed = actions.map((action) => ({ action, keys: keys[action] ?? null, trigger: keys[action] ?? null, problem: null }));
  return [...fixed, ...presets.map(({ name, shortcut }) => ({ action: `preset:${name}`, keys: shortcut, trigger: shortcut, problem: null }))];
}

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

  /** The person of the demo on a usual day, with the presets that the program comes with. */
  get megan(): Snapshot {
    const presets = [
      this.#preset('focus', 'do-not-disturb', { for: '1h' }),
      this.#preset('lunch', 'be-right-back', { for: '30m' }),
      this.#preset('gone', 'offline', { until: 'tomorrow' }),
    ];
    return { ...MEGAN, today: day(this.#now), presets, shortcuts: shortcuts(presets) };
  }

  /** As many presets as there can be, some with long names, and shortcuts of which some do not work. */
  many(): Pick<Snapshot, 'presets' | 'shortcuts' | 'last_preset'> {
    const names = ['Standup', 'Workshop', 'Customer call', 'On the train', 'Writing', 'School run', 'Doctor', 'Review of everything that is open'];
    const more = names.map((name, index): Preset => ({
      name,
      presence: index === 7 ? null : PREFERRED[index % PREFERRED.length]!,
      message: index % 2 === 0 ? `${name}, back later` : null,
      pinned: index === 2,
      location: index % 3 === 0 ? { kind: 'office', place: 'b-1' } : null,
      expiry: [null, { for: '2h' }, { until: '17:00' }][index % 3]!,
      shortcut: index < 3 ? `Ctrl+Alt+${index + 1}` : null,
    }));
    const long: Preset = { ...more[0]!, name: 'Donaudampfschifffahrtsgesellschaftskapitän', shortcut: 'Ctrl+Alt+Shift+Super+BracketRight' };
    const presets = [...this.megan.presets, ...more, { ...long, name: long.name.slice(0, 40) }];
    const all = shortcuts(presets).map((shortcut): Shortcut => {
      if (shortcut.keys === 'Ctrl+Alt+1') return { ...shortcut, trigger: null, problem: `${shortcut.keys} is taken by another program.` };
      return shortcut.keys === 'Ctrl+Alt+2' ? { ...shortcut, trigger: 'Meta+Alt+2' } : shortcut;
    });
    return { presets, shortcuts: all, last_preset: 'Workshop' };
  }

  /** Everything there is to show, from early until now, and a while in which it flickered. */
  fullDay(): Stretch[] {
    const badges: Badge[] = ['offline', 'available', 'busy', 'do-not-disturb', 'away', 'be-right-back', 'out-of-office', 'unknown'];
    const whole = badges.map((badge, index): [number, number, Badge] => [5 + index * 0.75, 5.75 + index * 0.75, badge]);
    const flicker = Array.from({ length: 60 }, (_, index): [number, number, Badge] => [11 + index / 60, 11 + (index + 1) / 60, badges[index % 4]!]);
    return day(this.#now, [...whole, ...flicker, [12, 24, 'out-of-office']]);
  }

  #preset(which: string, presence: PreferredPresence, expiry: Expiry): Preset {
    const [name, message] = [`preset.${which}.name`, `preset.${which}.message`].map((key) => this.words.say(key as Key));
    return { name: name!, presence, message: message!, pinned: false, location: null, expiry, shortcut: null };
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

function called(view: View): FlyoutCall {
  return { ...SIGNED_OUT.flyout_call, view };
}

/** What a hand can write into the settings file, or a system say of keys. */
function nastySettings(nasty: string): Pick<Snapshot, 'presets' | 'own_places' | 'shortcuts' | 'missing_tray'> {
  const presets: Preset[] = [
    { name: nasty, presence: null, message: nasty, pinned: true, location: null, expiry: null, shortcut: nasty },
    { name: '\u202etxt.exe', presence: 'away', message: null, pinned: false, location: { kind: 'office', place: nasty }, expiry: { until: nasty }, shortcut: null },
  ];
  return {
    presets,
    own_places: [{ name: nasty, id: nasty }],
    shortcuts: shortcuts(presets).map((shortcut) => ({ ...shortcut, trigger: shortcut.keys && `\u202e${nasty}`, problem: shortcut.keys && nasty })),
    missing_tray: { message: nasty, advice: '<script>alert(3)</script>' },
  };
}

const SCENES: Record<string, (stage: Stage) => Snapshot> = {
  'signed-out': () => SIGNED_OUT,
  'first-run': () => ({ ...SIGNED_OUT, demo: false, registration: { ...REGISTRATION, built_in: true } }),
  'no-registration': () => ({
    ...SIGNED_OUT,
    demo: false,
    registration: { ...REGISTRATION, client_id: null, approval_link: null },
  }),
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
    ...stage.megan,
    signed_in: false,
    problem: { ...stage.problem('sign-in-needed'), next_try: null, remedy: 'sign-in' },
  }),
  automatic: (stage) => ({ ...stage.megan, read_at: stage.at(-12), demo: true }),
  busy: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    presence: {
      availability: 'Busy',
      activity: 'Busy',
      statusMessage: { message: { content: 'Deep work until four, please write' } },
      workLocation: { workLocationType: 'office', placeId: 'b-1', source: 'manual' },
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
    ...stage.megan,
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
    ...stage.megan,
    read_at: stage.at(-3),
    presence: { availability: 'Busy', activity: 'Busy', statusMessage: { message: { content: 'Deep work' } } },
    certainty: 'settling',
    clearing: ['presence', 'message'],
    recent_messages: RECENT,
  }),
  'no-session': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-40),
    presence: OFFLINE,
    asked: { presence: { value: 'busy', until: stage.at(3600), state: 'pending' }, message: null, location: null },
    recent_messages: RECENT,
  }),
  'not-taken': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-40),
    asked: { presence: { value: 'busy', until: stage.at(3600), state: 'pending' }, message: null, location: null },
  }),
  overtaken: (stage) => ({
    ...stage.megan,
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
    ...stage.megan,
    read_at: stage.at(-20),
    presence: { availability: 'Busy', activity: 'InACall' },
    why: { kind: 'teams-session', message: stage.words.say('why.teams-session' as Key), remedy: null, asked: null },
  }),
  stale: (stage) => ({ ...stage.megan, read_at: stage.at(-1900), certainty: 'stale' }),
  problem: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-260),
    certainty: 'stale',
    problem: { ...stage.problem('unreachable'), next_try: stage.at(40), remedy: 'try-again' },
  }),
  'keychain-lost': (stage) => ({
    ...stage.megan,
    presence: null,
    certainty: 'unread',
    problem: { ...stage.problem('keychain-unavailable'), next_try: stage.at(90), remedy: 'try-again' },
  }),
  'session-only': (stage) => ({ ...stage.megan, read_at: stage.at(-12), session_only: true }),
  'read-only': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    presence: { availability: 'Busy', activity: 'InAMeeting', statusMessage: { message: { content: 'Quarterly planning' } } },
    why: { kind: 'calendar', message: stage.words.say('why.calendar' as Key), remedy: null, asked: null },
    read_only: true,
  }),
  notice: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-30),
    presence: { ...stage.megan.presence, workLocation: { workLocationType: 'office' } },
    asked: { presence: null, message: null, location: { value: 'office', place: null, until: stage.at(30_000), state: 'confirmed' } },
    notices: [{ ...stage.trouble('place-refused', 'problem.place-refused'), about: 'location', since: stage.at(-300) }],
    recent_messages: RECENT,
  }),
  notices: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-30),
    notices: [
      { ...stage.trouble('overtaken', 'problem.overtaken'), about: 'message', since: stage.at(-4000) },
      { ...stage.trouble('lapsed', 'problem.lapsed'), about: 'presence', since: stage.at(-600) },
    ],
  }),
  damaged: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-30),
    notices: [
      {
        ...stage.trouble('state-damaged', 'problem.state-damaged', { detail: 'state.damaged.json' }),
        about: 'state',
        since: stage.at(-90),
      },
    ],
  }),
  throttled: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-100),
    problem: { ...stage.problem('throttled'), next_try: stage.at(75), remedy: null },
  }),
  'missing-tray': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    missing_tray: { message: stage.words.say('tray.missing.message' as Key), advice: stage.words.say('tray.missing.gnome' as Key) },
  }),
  'missing-tray-signed-out': (stage) => ({
    ...SIGNED_OUT,
    missing_tray: { message: stage.words.say('tray.missing.message' as Key), advice: stage.words.say('tray.missing.other' as Key) },
  }),
  'from-the-calendar': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    presence: { ...stage.megan.presence, workLocation: { workLocationType: 'remote', placeId: null, source: 'scheduled' } },
  }),
  'from-the-network': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    presence: { ...stage.megan.presence, workLocation: { workLocationType: 'office', placeId: 'b-2', source: 'automatic' } },
  }),
  'full-day': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    presence: { availability: 'OutOfOffice', activity: 'OutOfOffice' },
    today: stage.fullDay(),
  }),
  bare: (stage) => ({ ...stage.megan, read_at: stage.at(-12), today: [], presets: [], places: [], shortcuts: shortcuts([]) }),
  'many-presets': (stage) => ({ ...stage.megan, ...stage.many(), read_at: stage.at(-12) }),
  'many-buildings': (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    presence: { ...stage.megan.presence, workLocation: { workLocationType: 'office', placeId: 'b-77', source: 'manual' } },
    places: Array.from({ length: 120 }, (_, index) => ({ name: `Building ${index + 1}`, id: `b-${index + 1}` })),
  }),
  dark: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    preferences: { language: null, theme: 'dark', notifications: 'all' },
  }),
  light: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    preferences: { language: null, theme: 'light', notifications: 'all' },
  }),
  message: (stage) => ({ ...stage.megan, read_at: stage.at(-12), recent_messages: RECENT, flyout_call: called('message') }),
  settings: (stage) => ({
    ...stage.megan,
    read_at: stage.at(-12),
    keep_alive: { on: true, until: stage.at(2400) },
    own_places: MEGAN.places.slice(0, 1),
    flyout_call: called('settings'),
  }),
  'settings-signed-out': () => ({
    ...SIGNED_OUT,
    demo: false,
    shortcuts: shortcuts([]),
    flyout_call: called('settings'),
  }),
  'settings-many': (stage) => ({
    ...stage.megan,
    ...stage.many(),
    own_places: Array.from({ length: 12 }, (_, index) => ({ name: `Building ${index + 1}`, id: `b-${index + 1}` })),
    start_at_login: null,
    session_only: true,
    flyout_call: called('settings'),
  }),
  shortcuts: (stage) => ({ ...stage.megan, ...stage.many(), flyout_call: called('shortcuts') }),
  about: (stage) => ({ ...stage.megan, flyout_call: called('about') }),
  hostile: (stage) => {
    const nasty = `<b>\u202eevil</b> ${'🙂x'.repeat(5_000)}`;
    const trouble: Trouble = { code: 'refused', message: nasty, advice: '<script>alert(2)</script>' };
    return {
      ...stage.megan,
      ...nastySettings(nasty),
      read_at: stage.at(-90_000),
      account: { ...stage.megan.account!, name: `\u202e<img src=x onerror=alert(1)> ${'Wolfeschlegelsteinhausen'.repeat(400)}` },
      presence: { availability: 'Juggling', statusMessage: { message: { content: nasty } } },
      why: { kind: 'unknown', message: nasty, remedy: null, asked: null },
      notices: [{ ...trouble, about: 'message', since: stage.at(-60) }],
      problem: { ...trouble, since: stage.at(-90_000), next_try: null, remedy: null },
      recent_messages: [`</button><script>alert(1)</script>${'y'.repeat(280)}`, '\u202etxt.exe', '🙂'.repeat(140)],
      places: [{ name: 'A very long building name that goes on '.repeat(5), id: 'b-1' }],
    };
  },
  'hostile-settings': (stage) => ({
    ...stage.megan,
    ...nastySettings(`<b>\u202eevil</b> ${'🙂x'.repeat(5_000)}`),
    account: { ...stage.megan.account!, name: '\u202e<img src=x onerror=alert(1)>', username: 'x'.repeat(10_000) },
    flyout_call: called('settings'),
  }),
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
