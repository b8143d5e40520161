import type { Agent } from './agent/agent.ts';
import type { Command, Reply, Snapshot, Subject } from './contract.ts';
import { type Change, change, holds } from './way-back.ts';

/** An agent that notes the latest change that went through it, so that it can be taken back. */
export class Changes implements Agent {
  readonly #agent: Agent;
  readonly #snapshot: () => Snapshot | undefined;
  #latest = $state.raw<Change>();

  constructor(agent: Agent, snapshot: () => Snapshot | undefined) {
    this.#agent = agent;
    this.#snapshot = snapshot;
  }

  watch(onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
    return this.#agent.watch(onSnapshot);
  }

  startDemo(): Promise<void> {
    return this.#agent.startDemo();
  }

  hide(): void {
    this.#agent.hide();
  }

  async send(command: Command): Promise<Reply> {
    const before = this.#snapshot();
    const made = before && change(before, command);
    const reply = await this.#agent.send(command);
    const failed = typeof reply === 'object' && 'failed' in reply;
    if (made !== undefined && !failed) this.#latest = made;
    return reply;
  }

  /** What there is to take back beside `about`: a preset's parts together, beside the presets. */
  offer(about: Subject | 'preset', snapshot: Snapshot): Change | undefined {
    const latest = this.#latest;
    if (latest === undefined || !holds(latest, snapshot)) return undefined;
    const beside = latest.command.do === 'apply-preset' ? 'preset' : latest.about[0];
    return beside === about ? latest : undefined;
  }

  /** Takes it back. What was taken back is not offered to be taken back again. */
  async undo(change: Change): Promise<Reply> {
    let reply: Reply = 'done';
    for (const command of change.back) {
      reply = await this.#agent.send(command);
      if (typeof reply === 'object' && 'failed' in reply) return reply;
    }
    if (this.#latest === change) this.#latest = undefined;
    return reply;
  }
}
