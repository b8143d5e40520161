import { expect, test } from 'vitest';

import type { Agent } from './agent/agent.ts';
import { MEGAN } from './agent/scenes.ts';
import { Attempt } from './attempt.svelte.ts';
import type { Code, Reply, Snapshot } from './contract.ts';
import { Words } from './words.ts';

const words = () => new Words('en');
const before: Snapshot = { ...MEGAN, read_at: '2020-01-01T00:00:00Z' };
const after: Snapshot = { ...MEGAN, read_at: '2100-01-01T00:00:00Z' };
const pending = { ...after.asked, presence: { value: 'busy', until: null, state: 'pending' } as const };

async function failing(code: Code): Promise<Attempt> {
  const reply: Reply = { failed: { code, message: 'No.', advice: 'Wait.' } };
  const attempt = new Attempt({ watch: () => new Promise(() => {}), send: () => Promise.resolve(reply), startDemo: () => Promise.resolve(), hide: () => {} }, words);
  expect(await attempt.send({ do: 'reset-presence' })).toBe(false);
  return attempt;
}

test.each<[Code, Snapshot, boolean]>([
  ['unreachable', before, true],
  ['unreachable', { ...after, asked: pending }, true],
  ['unreachable', after, false],
  ['forbidden', after, true],
])('trouble of the kind "%s" is shown as long as it lasts', async (code, snapshot, shown) => {
  expect((await failing(code)).remaining(snapshot, 'presence') !== undefined).toBe(shown);
});

test('what a notice says is not said twice', async () => {
  const notice = { about: 'presence', code: 'refused', message: 'No.', advice: 'Wait.', since: '2026-11-20T14:00:00Z' } as const;
  const attempt = await failing('refused');
  expect(attempt.remaining({ ...before, notices: [notice] }, 'presence')).toBeUndefined();
  expect(attempt.remaining({ ...before, notices: [notice] }, 'message')).toBeDefined();
});

test('a resident that cannot be reached is said to be gone', async () => {
  const agent: Agent = { watch: () => new Promise(() => {}), send: () => Promise.reject(new Error('closed')), startDemo: () => Promise.resolve(), hide: () => {} };
  const attempt = new Attempt(agent, words);
  await attempt.send({ do: 'refresh' });
  expect(attempt.remaining(after, 'state')?.message).toBe('Presence Tray is not running.');
});
