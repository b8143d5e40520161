import type { Asked, Command, Expiry, PreferredPresence, Reply, Snapshot } from '../contract.ts';
import type { Agent } from './agent.ts';
import { MEGAN } from './scenes.ts';

const WIRE = {
  available: ['Available', 'Available'],
  busy: ['Busy', 'Busy'],
  'do-not-disturb': ['DoNotDisturb', 'DoNotDisturb'],
  'be-right-back': ['BeRightBack', 'BeRightBack'],
  away: ['Away', 'Away'],
  offline: ['Offline', 'OffWork'],
} satisfies Record<PreferredPresence, [string, string]>;

const MINUTES: Record<string, number> = { '30m': 30, '1h': 60, '2h': 120 };

/** How long the simulated service takes, in milliseconds: to accept a write, and to show what was written. */
export interface Pace {
  accept: number;
  show: number;
}

/** A resident and a tenant in memory, with the manners of the real ones: what was written shows a little later. */
export class Simulated implements Agent {
  #snapshot: Snapshot;
  #watchers: ((snapshot: Snapshot) => void)[] = [];
  #pace: Pace;
  #endSignIn: ((reply: Reply) => void) | undefined;
  /** Every command that came in, in order. */
  readonly received: Command[] = [];
  /** What the service answers to the next command, once. */
  nextReply: Reply | undefined;

  constructor(snapshot: Snapshot, pace: Pace = { accept: 300, show: 1500 }) {
    this.#snapshot = snapshot;
    this.#pace = pace;
  }

  watch(onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
    this.#watchers.push(onSnapshot);
    onSnapshot(this.#snapshot);
    return new Promise(() => {});
  }

  hide(): void {}

  async send(command: Command): Promise<Reply> {
    this.received.push(command);
    const refusal = this.nextReply;
    this.nextReply = undefined;
    if (refusal !== undefined) return refusal;
    if (command.do === 'sign-in') {
      const url = 'https://login.example/organizations/oauth2/v2.0/authorize?client_id=demo';
      this.change({ signing_in: { url, code: null } });
      return new Promise((done) => {
        this.#endSignIn = done;
      });
    }
    this.#carryOut(command);
    await pass(this.#pace.accept);
    return 'done';
  }

  /** Replaces parts of the picture and tells everyone. */
  change(parts: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...parts };
    for (const watcher of this.#watchers) watcher(this.#snapshot);
  }

  #carryOut(command: Command): void {
    const { asked } = this.#snapshot;
    switch (command.do) {
      case 'set-presence': {
        const [availability, activity] = WIRE[command.presence];
        this.change({ asked: { ...asked, presence: wish(command.presence, end(command.expiry ?? { for: '1d' })) } });
        return this.#showLater({ availability, activity });
      }
      case 'reset-presence':
        this.change({ asked: { ...asked, presence: null } });
        return this.#showLater({ availability: 'Available', activity: 'Available' });
      case 'set-message': {
        const recent = [command.text, ...this.#snapshot.recent_messages.filter((text) => text !== command.text)];
        this.change({
          asked: { ...asked, message: wish(command.text, command.expiry && end(command.expiry)) },
          recent_messages: recent.slice(0, 5),
        });
        return this.#showLater({ statusMessage: { message: { content: command.text } } });
      }
      case 'clear-message':
        this.change({ asked: { ...asked, message: null } });
        return this.#showLater({ statusMessage: null });
      case 'set-location': {
        const { kind, place } = command.location;
        this.change({ asked: { ...asked, location: { ...wish(kind, end({ until: 'tomorrow' })), place } } });
        const workLocationType = { office: 'office', remote: 'remote', 'time-off': 'timeOff' }[kind];
        return this.#showLater({ workLocation: { workLocationType, placeId: place } });
      }
      case 'clear-location':
        this.change({ asked: { ...asked, location: null } });
        return this.#showLater({ workLocation: null });
      case 'keep-alive':
        return this.change({ keep_alive: { on: command.on, until: command.on ? end({ for: '1h' }) : null } });
      case 'dismiss':
        return this.change({ notices: this.#snapshot.notices.filter((notice) => notice.about !== command.about) });
      case 'cancel-sign-in':
        return this.#finishSignIn({});
      case 'sign-out':
        return this.change({
          signed_in: false,
          account: null,
          presence: null,
          read_at: null,
          asked: { presence: null, message: null, location: null },
        });
      case 'refresh':
        return this.change({ read_at: new Date().toISOString(), problem: null });
      case 'set-start-at-login':
        return this.change({ start_at_login: command.on });
    }
  }

  /** What the browser does once the person has finished there. */
  finishSignIn(): void {
    const { account, presence } = MEGAN;
    this.#finishSignIn({ signed_in: true, problem: null, account, presence, read_at: new Date().toISOString() });
  }

  #finishSignIn(parts: Partial<Snapshot>): void {
    this.change({ ...parts, signing_in: null });
    this.#endSignIn?.('done');
    this.#endSignIn = undefined;
  }

  #showLater(properties: Record<string, unknown>): void {
    void pass(this.#pace.show).then(() => {
      const { asked, presence } = this.#snapshot;
      this.change({
        presence: { ...presence, ...properties },
        read_at: new Date().toISOString(),
        asked: {
          presence: confirmed(asked.presence),
          message: confirmed(asked.message),
          location: confirmed(asked.location),
        },
      });
    });
  }
}

function wish<Value>(value: Value, until: string | null): Asked<Value> {
  return { value, until, state: 'pending' };
}

function confirmed<Wish extends Asked<unknown>>(wish: Wish | null): Wish | null {
  return wish && { ...wish, state: 'confirmed' };
}

function end(expiry: Expiry): string {
  const now = new Date();
  const at =
    'until' in expiry
      ? new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1)
      : new Date(now.getTime() + (MINUTES[expiry.for] ?? 24 * 60) * 60_000);
  return at.toISOString();
}

function pass(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
