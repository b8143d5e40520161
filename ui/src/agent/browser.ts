import type { Code, Command, Expiry, PreferredPresence, Reply, Snapshot, Subject, Trouble, Wish } from '../contract.ts';
import type { Key } from '../words.ts';
import type { Agent } from './agent.ts';
import { commands } from '../presets.ts';
import { badge } from '../reading.ts';
import { MEGAN, scene, shortcuts } from './scenes.ts';
import { resident, why, WIRE } from './telling.ts';

const WRITES: Command['do'][] = [
  'set-presence',
  'reset-presence',
  'end-presence',
  'apply-preset',
  'set-message',
  'clear-message',
  'set-location',
  'clear-location',
  'keep-alive',
];

/** How long the simulated service takes, in milliseconds: to accept a write, and to show what was written. */
export interface Pace {
  accept: number;
  show: number;
}

type Signed = Extract<Command, { do: 'sign-in' }>;

/**
 * A resident and a tenant in memory, with the manners of the real ones: what was written shows a little later, nothing that is preferred
 * shows without a presence session, and a sign-in that failed fails again.
 */
export class Simulated implements Agent {
  #snapshot: Snapshot;
  #watchers: ((snapshot: Snapshot) => void)[] = [];
  #pace: Pace;
  #endSignIn: ((reply: Reply) => void) | undefined;
  #signedFor: Signed | undefined;
  /** What timed presences cover, the uppermost last. */
  #covered: (Wish<PreferredPresence> | null)[] = [];
  /** Whether a Teams client runs somewhere. */
  readonly #teams: boolean;
  readonly #refusesSignIn: Trouble | undefined;
  /** Every command that came in, in order. */
  readonly received: Command[] = [];
  /** What the service answers to the next command, once. */
  nextReply: Reply | undefined;

  constructor(snapshot: Snapshot, pace: Pace = { accept: 300, show: 1500 }) {
    this.#snapshot = snapshot;
    this.#pace = pace;
    this.#teams = !/-session$/.test(snapshot.why?.kind ?? '');
    this.#refusesSignIn = snapshot.sign_in_failed ?? undefined;
  }

  watch(onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
    this.#watchers.push(onSnapshot);
    onSnapshot(this.#snapshot);
    return new Promise(() => {});
  }

  /** There is one window here: it becomes the demo's. */
  async startDemo(): Promise<void> {
    await pass(this.#pace.accept);
    this.change(scene(`signed-out,${this.#snapshot.language}`));
  }

  hide(): void {}

  async send(command: Command): Promise<Reply> {
    this.received.push(command);
    const refusal = this.nextReply;
    this.nextReply = undefined;
    if (refusal !== undefined) return refusal;
    if (this.#snapshot.read_only && WRITES.includes(command.do)) return { failed: this.#trouble('read-only') };
    if (command.do === 'sign-in') return this.#signIn(command);
    const trouble = this.#carryOut(command);
    if (trouble !== undefined) return { failed: trouble };
    await pass(this.#pace.accept);
    return 'done';
  }

  /** Replaces parts of the picture and tells everyone. */
  change(parts: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...parts };
    for (const watcher of this.#watchers) watcher(this.#snapshot);
  }

  #carryOut(command: Command): Trouble | undefined | void {
    const { asked } = this.#snapshot;
    if ('expiry' in command && command.expiry && Date.parse(end(command.expiry)) <= Date.now()) {
      return this.#trouble('past', { detail: Object.values(command.expiry).join() });
    }
    switch (command.do) {
      case 'set-presence':
        if (command.expiry) this.#covered.push(asked.presence);
        else this.#covered = [];
        this.#write('presence', { asked: { ...asked, presence: wish(command.presence, end(command.expiry ?? { for: '1d' })) } });
        return this.#showLater({});
      case 'end-presence': {
        if (asked.presence === null) return this.#trouble('nothing-to-end');
        const beneath = this.#covered.pop() ?? null;
        if (beneath === null) this.#takeAway('presence');
        else this.#write('presence', { asked: { ...asked, presence: { ...beneath, state: 'pending' } } });
        return this.#showLater({});
      }
      case 'apply-preset': {
        const name = command.name ?? this.#snapshot.last_preset;
        const preset = this.#snapshot.presets.find((preset) => preset.name === name) ?? this.#snapshot.presets[0];
        if (preset === undefined) return this.#trouble('no-such-preset', { detail: name ?? '' });
        this.change({ last_preset: preset.name });
        return commands(preset).forEach((part) => this.#carryOut(part));
      }
      case 'reset-presence':
        this.#covered = [];
        this.#takeAway('presence');
        return this.#showLater({});
      case 'set-message': {
        const recent = [command.text, ...this.#snapshot.recent_messages.filter((text) => text !== command.text)];
        this.#write('message', {
          asked: { ...asked, message: wish(command.text, command.expiry ? end(command.expiry) : null) },
          recent_messages: recent.slice(0, 5),
        });
        return this.#showLater({ statusMessage: { message: { content: command.text } } });
      }
      case 'clear-message':
        this.#takeAway('message');
        return this.#showLater({ statusMessage: null });
      case 'set-location': {
        const { kind, place } = command.location;
        this.#write('location', { asked: { ...asked, location: { ...wish(kind, end({ until: 'tomorrow' })), place } } });
        const workLocationType = { office: 'office', remote: 'remote', 'time-off': 'timeOff' }[kind];
        const source = command.layer;
        return this.#showLater({ workLocation: { workLocationType, placeId: place, source } });
      }
      case 'clear-location':
        this.#takeAway('location');
        return this.#showLater({ workLocation: null });
      case 'keep-alive':
        this.#write('session', { keep_alive: { on: command.on, until: command.on ? end({ for: '1h' }) : null } });
        return this.#showLater({});
      case 'dismiss':
        return this.change({ notices: this.#snapshot.notices.filter((notice) => notice.about !== command.about) });
      case 'cancel-sign-in':
        this.#endSignIn?.({ failed: this.#trouble('sign-in-cancelled') });
        return this.#signInOver({});
      case 'sign-out':
        return this.change({
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
          read_only: false,
          session_only: false,
        });
      case 'refresh':
        return this.change({ read_at: new Date().toISOString(), problem: null, certainty: 'fresh' });
      case 'set-start-at-login':
        return this.change({ start_at_login: command.on });
      case 'set-presets': {
        const { presets } = command;
        const fixed = this.#snapshot.shortcuts.filter(({ action }) => !action.startsWith('preset:'));
        const last_preset = presets.find(({ name }) => name === this.#snapshot.last_preset)?.name ?? null;
        return this.change({ presets, last_preset, shortcuts: [...fixed, ...shortcuts(presets).slice(fixed.length)] });
      }
      case 'set-shortcut':
        return this.#listen(command.action, command.keys);
      case 'set-places': {
        const others = this.#snapshot.places.filter(({ id }) => !this.#snapshot.own_places.some((own) => own.id === id));
        const more = others.filter(({ id }) => !command.places.some((own) => own.id === id));
        return this.change({ own_places: command.places, places: [...command.places, ...more] });
      }
      case 'set-notifications':
        return this.#prefer({ notifications: command.notifications });
      case 'set-theme':
        return this.#prefer({ theme: command.theme });
      case 'set-language': {
        const language = command.language ?? (navigator.language.startsWith('de') ? 'de' : 'en');
        this.#prefer({ language: command.language });
        return this.change({ language, why: why({ ...this.#snapshot, language }) });
      }
      case 'set-registration': {
        const { registration } = this.#snapshot;
        if (this.#snapshot.account !== null || registration === null) return this.#trouble('sign-out-first');
        const { client_id, tenant } = command;
        return this.change({ registration: { ...registration, client_id, tenant, built_in: false } });
      }
      case 'open-flyout': {
        const { do: _, ...flyout_call } = command;
        return this.change({ flyout_call, flyout_calls: this.#snapshot.flyout_calls + 1 });
      }
    }
  }

  #prefer(parts: Partial<Snapshot['preferences']>): void {
    this.change({ preferences: { ...this.#snapshot.preferences, ...parts } });
  }

  #listen(action: string, keys: string | null): void {
    const listening = { keys, trigger: keys, problem: null };
    this.change({
      shortcuts: this.#snapshot.shortcuts.map((shortcut) => (shortcut.action === action ? { action, ...listening } : shortcut)),
      presets: this.#snapshot.presets.map((preset) => (`preset:${preset.name}` === action ? { ...preset, shortcut: keys } : preset)),
    });
  }

  /** Notes what was written: what was said of the subject before is over. */
  #write(about: Subject, parts: Partial<Snapshot>): void {
    const settling: Snapshot = { ...this.#snapshot, ...parts, certainty: 'settling' };
    const notices = settling.notices.filter((notice) => notice.about !== about);
    const clearing = settling.clearing.filter((subject) => subject !== about);
    this.change({ ...settling, notices, clearing, why: why(settling) });
  }

  #takeAway(about: 'presence' | 'message' | 'location'): void {
    this.#write(about, { asked: { ...this.#snapshot.asked, [about]: null } });
    this.change({ clearing: [...this.#snapshot.clearing, about] });
  }

  #signIn(command: Signed): Promise<Reply> {
    this.#endSignIn?.({ failed: this.#trouble('sign-in-cancelled') });
    this.#endSignIn = undefined;
    const refusal = this.#refusesSignIn;
    if (refusal !== undefined && !(refusal.code === 'keychain-unavailable' && command.session_only)) {
      this.change({ signing_in: { url: null, code: null }, sign_in_failed: null });
      return pass(this.#pace.accept).then(() => {
        this.change({ signing_in: null, sign_in_failed: refusal });
        return { failed: refusal };
      });
    }
    this.#signedFor = command;
    const page = command.by_code ? 'device' : 'organizations/oauth2/v2.0/authorize?client_id=demo';
    const code = command.by_code ? 'F7KQ2MDXP' : null;
    this.change({ signing_in: { url: `https://login.example/${page}`, code }, sign_in_failed: null });
    return new Promise((done) => {
      this.#endSignIn = done;
    });
  }

  /** What the browser does once the person has finished there. */
  finishSignIn(): void {
    const { account, presence } = MEGAN;
    const session_only = this.#signedFor?.session_only === true;
    this.#endSignIn?.('done');
    this.#signInOver({
      signed_in: true,
      problem: null,
      account,
      presence,
      certainty: 'fresh',
      read_only: false,
      session_only,
      read_at: new Date().toISOString(),
    });
  }

  #signInOver(parts: Partial<Snapshot>): void {
    this.#endSignIn = undefined;
    this.change({ ...parts, signing_in: null });
  }

  #showLater(properties: Record<string, unknown>): void {
    void pass(this.#pace.show).then(() => {
      const { asked } = this.#snapshot;
      const [availability, activity] = this.#effective();
      const presence = { ...this.#snapshot.presence, ...properties, availability, activity };
      const shown: Snapshot = {
        ...this.#snapshot,
        presence,
        read_at: new Date().toISOString(),
        certainty: 'fresh',
        clearing: [],
        asked: { presence: asked.presence, message: confirmed(asked.message), location: confirmed(asked.location) },
      };
      const reason = why(shown);
      if (reason?.kind === 'asked') shown.asked.presence = confirmed(asked.presence);
      shown.today = seen(shown);
      this.change({ ...shown, why: reason });
    });
  }

  /** What others see: without a session nobody is seen, whatever they prefer. */
  #effective(): [string, string] {
    const { asked, keep_alive } = this.#snapshot;
    if (!this.#teams && !keep_alive.on) return ['Offline', 'Offline'];
    if (asked.presence !== null && asked.presence.state !== 'refused') return WIRE[asked.presence.value];
    return this.#teams ? WIRE.available : WIRE.away;
  }

  #trouble(code: Code, values: Record<string, string> = {}): Trouble {
    const [message, advice] = (['message', 'advice'] as const).map((part) => resident(this.#snapshot.language).say(`problem.${code}.${part}` as Key, values));
    return { code, message: message!, advice: advice! };
  }
}

function wish<Value>(value: Value, until: string | null): Wish<Value> {
  return { value, until, state: 'pending' };
}

function confirmed<W extends Wish<unknown>>(wish: W | null): W | null {
  return wish && { ...wish, state: 'confirmed' };
}

/** The day with one more look at it. */
function seen({ today, presence }: Snapshot): Snapshot['today'] {
  const [now, shows] = [new Date().toISOString(), badge(presence)];
  const last = today.at(-1);
  const before = last === undefined ? [] : [...today.slice(0, -1), { ...last, until: now }];
  return last?.badge === shows ? before : [...before, { badge: shows, since: now, until: now }];
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function end(expiry: Expiry): string {
  const now = new Date();
  if ('for' in expiry) {
    const lengths = [...expiry.for.matchAll(/(\d+)([mhd])/g)].map(([, count, unit]) => Number(count) * UNITS[unit as 'm' | 'h' | 'd']);
    return new Date(now.getTime() + lengths.reduce((sum, length) => sum + length, 0)).toISOString();
  }
  if (expiry.until === 'tomorrow') return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).toISOString();
  const [, hour, minute] = /^(\d\d?):(\d\d)$/.exec(expiry.until) ?? [];
  if (hour === undefined) return expiry.until;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate(), Number(hour), Number(minute)).toISOString();
}

function pass(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
