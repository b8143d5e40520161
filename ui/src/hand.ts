/** For tests: the window over a simulated resident, and what hand and eye do with it. */

import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, vi } from 'vitest';

import type { Agent } from './agent/agent.ts';
import { Simulated } from './agent/browser.ts';
import { scene } from './agent/scenes.ts';
import App from './App.svelte';

let app: object | undefined;

export function open(agent: Agent): void {
  app = mount(App, { target: document.body, props: { agent } });
  flushSync();
}

export function openAt(address: string): Simulated {
  const agent = new Simulated(scene(address), { accept: 0, show: 0 });
  open(agent);
  return agent;
}

/** The same with a scene in which nobody is signed in: what is to be seen there is loaded first. */
export async function openLoaded(address: string): Promise<Simulated> {
  const agent = openAt(address);
  await vi.waitFor(() => expect(document.querySelector('main')).not.toBeNull(), { timeout: 10_000 });
  return agent;
}

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

export function find<Kind extends HTMLElement = HTMLElement>(testid: string): Kind {
  const found = document.querySelector<Kind>(`[data-testid="${testid}"]`);
  if (!found) throw new Error(`nothing is called ${testid}`);
  return found;
}

export const text = () => document.body.textContent.replace(/\s+/g, ' ');
export const alert = () => document.querySelector('[role="alert"]')?.textContent.trim();

export function write(words: string): void {
  const field = find<HTMLTextAreaElement>('message');
  field.value = words;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

export function press(key: string, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
}

export const seen = (testid: string) => document.querySelector(`[data-testid="${testid}"]`) !== null;

export function click(testid: string): void {
  find(testid).click();
  flushSync();
}

/** Goes to the settings. */
export async function openSettings(): Promise<void> {
  click('open-settings');
  await arrive('open-about');
}

/** Waits for what is in a view behind the first one, which is loaded before it is shown. */
export async function arrive(testid: string): Promise<void> {
  await vi.waitFor(() => find(testid), { timeout: 10_000 });
}
