import type { Agent } from './agent/agent.ts';
import type { Command, Trouble } from './contract.ts';
import type { Words } from './words.ts';

/** What became of the last thing tried in one part of the window: under way, done, or trouble to show beside it. */
export class Attempt {
  #agent: Agent;
  #words: () => Words;
  #latest = 0;
  underWay = $state(false);
  trouble = $state<Trouble>();

  constructor(agent: Agent, words: () => Words) {
    this.#agent = agent;
    this.#words = words;
  }

  /** Sends `command`. True when it was carried out; a later attempt takes the place of this one. */
  async send(command: Command): Promise<boolean> {
    const number = ++this.#latest;
    this.underWay = true;
    this.trouble = undefined;
    const trouble = await this.#trouble(command);
    if (number === this.#latest) {
      this.underWay = false;
      this.trouble = trouble;
    }
    return trouble === undefined;
  }

  async #trouble(command: Command): Promise<Trouble | undefined> {
    try {
      const reply = await this.#agent.send(command);
      // What was done otherwise is among the snapshot's notices; who gives up a sign-in knows it.
      const failed = typeof reply === 'object' && 'failed' in reply ? reply.failed : undefined;
      return failed?.code === 'sign-in-cancelled' ? undefined : failed;
    } catch {
      const words = this.#words();
      return { code: 'failed', message: words.say('flyout.gone.message'), advice: words.say('flyout.gone.advice') };
    }
  }
}
