import type { Agent } from './agent/agent.ts';
import type { Command, Reply, Snapshot, Subject, Trouble } from './contract.ts';
import type { Words } from './words.ts';

/** Trouble that passes by itself: what was asked is kept, and sent later. */
const PASSING = ['unreachable', 'throttled', 'service-trouble', 'keychain-locked'];

/** What became of the last thing tried in one part of the window: under way, done, or trouble to show beside it. */
export class Attempt {
  #agent: Agent;
  #words: () => Words;
  #latest = 0;
  /** When the trouble was met. */
  #met = 0;
  underWay = $state(false);
  trouble = $state.raw<Trouble>();

  constructor(agent: Agent, words: () => Words) {
    this.#agent = agent;
    this.#words = words;
  }

  /** Sends `command`. True when it was carried out; a later attempt takes the place of this one. */
  send(command: Command): Promise<boolean> {
    return this.do(() => this.#agent.send(command));
  }

  /** The same with whatever ends in a reply. */
  async do(deed: () => Promise<Reply>): Promise<boolean> {
    const number = ++this.#latest;
    this.underWay = true;
    this.trouble = undefined;
    const trouble = await this.#trouble(deed);
    if (number === this.#latest) {
      this.underWay = false;
      this.trouble = trouble;
      this.#met = Date.now();
    }
    return trouble === undefined;
  }

  /** The trouble as far as it is still to be shown: not what has passed since, nor what one of the notices says. */
  remaining({ notices, read_at, asked }: Snapshot, about: Subject): Trouble | undefined {
    const trouble = this.trouble;
    if (trouble === undefined) return undefined;
    if (notices.some((notice) => notice.about === about && notice.message === trouble.message)) return undefined;
    const waits = about in asked && asked[about as keyof typeof asked]?.state === 'pending';
    const reached = read_at !== null && Date.parse(read_at) > this.#met;
    return PASSING.includes(trouble.code) && reached && !waits ? undefined : trouble;
  }

  async #trouble(deed: () => Promise<Reply>): Promise<Trouble | undefined> {
    try {
      const reply = await deed();
      // What was done otherwise is among the snapshot's notices; who gives up a sign-in knows it.
      const failed = typeof reply === 'object' && 'failed' in reply ? reply.failed : undefined;
      return failed?.code === 'sign-in-cancelled' ? undefined : failed;
    } catch {
      const words = this.#words();
      return { code: 'failed', message: words.say('flyout.gone.message'), advice: words.say('flyout.gone.advice') };
    }
  }
}
