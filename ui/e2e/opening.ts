/** How the window is opened in a browser: as built, under the content security policy that it has in the product, and with nothing else to talk to. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type BrowserContext, expect, type Page, test as plain } from '@playwright/test';
import { createServer } from 'vite';

import type { Command, Snapshot } from '../src/contract.ts';

export { expect, type Page };

/** The built window (`npm run e2e`). */
export const BUILT = fileURLToPath(new URL('../../target/ui-e2e/window/', import.meta.url));
export const PICTURES = fileURLToPath(new URL('../../target/ui-pictures/', import.meta.url));

const ORIGIN = 'http://window.localhost';
const NOON = new Date('2026-11-20T12:00:00+01:00');
const KINDS: Record<string, string> = { css: 'text/css', html: 'text/html', js: 'text/javascript', svg: 'image/svg+xml' };

interface Configuration {
  app: { security: { csp: string; headers: Record<string, string> } };
}
const { security } = (
  JSON.parse(readFileSync(new URL('../../src-tauri/tauri.conf.json', import.meta.url), 'utf8')) as Configuration
).app;

/** The scenes of the plain browser, read as the browser reads them. */
const vite = await createServer({ server: { middlewareMode: true, watch: null, ws: false }, logLevel: 'error' });
export const { scene, SCENE_NAMES } = (await vite.ssrLoadModule('/src/agent/scenes.ts')) as typeof import('../src/agent/scenes.ts');
await vite.close();

/** A page on which nothing may go wrong unseen: no error, no dialog, no request to anywhere. */
export const test = plain.extend<{ page: Page }>({
  page: async ({ context, page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await serve(context, (address) => faults.push(`request: ${address}`));
    await use(page);
    expect(faults).toEqual([]);
  },
});

async function serve(context: BrowserContext, onStranger: (address: string) => void): Promise<void> {
  await context.route('**/*', async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== ORIGIN) {
      onStranger(route.request().url());
      return route.abort();
    }
    if (pathname === '/favicon.ico') return route.fulfill({ status: 204 });
    const file = pathname === '/' ? '/index.html' : pathname;
    return route.fulfill({
      body: readFileSync(BUILT + file),
      contentType: KINDS[file.split('.').pop()!] ?? 'application/octet-stream',
      headers: { ...security.headers, 'Content-Security-Policy': security.csp },
    });
  });
}

/** Opens a scene of the plain browser, at noon. */
export async function openScene(page: Page, address: string): Promise<void> {
  await page.clock.setFixedTime(NOON);
  await page.goto(`${ORIGIN}/#${address}`);
  await page.locator('main, .story').first().waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/** Opens whatever is folded; whether there was anything. */
export async function unfold(page: Page): Promise<boolean> {
  const unfolded = await page.evaluate(() => {
    const folded = document.querySelectorAll<HTMLDetailsElement>('details:not([open])');
    for (const details of folded) details.open = true;
    return folded.length > 0;
  });
  // What is in it is loaded when it opens.
  const crates = page.getByTestId('crates');
  if ((await crates.count()) > 0) await crates.getByRole('heading').first().waitFor();
  return unfolded;
}

/** What the window asked of its process. */
export type Call = { command: 'watch' } | { command: 'hide_window' | 'start_demo' } | { command: 'send_command'; sent: Command };

/** The window's process, in its place: takes the calls, and hands out snapshots. */
export class Process {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Opens the window as in the product, over a process that does nothing with what it is told. */
  static async open(page: Page, snapshot: Snapshot): Promise<Process> {
    await page.addInitScript((first) => {
      const callbacks: ((message: unknown) => void)[] = [];
      const double = { calls: [] as Call[], show: (_: unknown) => {} };
      const internals = {
        transformCallback: (callback: (message: unknown) => void) => callbacks.push(callback) - 1,
        unregisterCallback: () => {},
        invoke: (command: string, given: { snapshots?: { id: number }; command?: unknown }) => {
          double.calls.push((command === 'send_command' ? { command, sent: given.command } : { command }) as Call);
          if (given?.snapshots === undefined) return Promise.resolve(command === 'send_command' ? 'done' : null);
          const channel = callbacks[given.snapshots.id]!;
          let index = 0;
          double.show = (message) => channel({ index: index++, message });
          double.show(first);
          return new Promise(() => {});
        },
      };
      Object.assign(globalThis, { __TAURI_INTERNALS__: internals, double });
    }, snapshot);
    await page.goto(ORIGIN);
    await page.locator('main, .story').first().waitFor();
    return new Process(page);
  }

  /** What was asked of it beside the snapshots, since the last look. */
  calls(): Promise<Call[]> {
    return this.#page.evaluate(() => {
      const { double } = globalThis as unknown as { double: { calls: Call[] } };
      return double.calls.splice(0).filter(({ command }) => command !== 'watch');
    });
  }

  /** Shows the snapshot each second, as if it had just been read; `undefined` ends that. */
  repeat(snapshot: Snapshot | undefined): Promise<void> {
    return this.#page.evaluate((next) => {
      const { double } = globalThis as unknown as { double: { show(next: unknown): void; timer?: ReturnType<typeof setInterval> } };
      clearInterval(double.timer);
      if (next === undefined) return;
      double.timer = setInterval(() => double.show({ ...next, read_at: new Date().toISOString() }), 1000);
    }, snapshot);
  }

  show(snapshot: Snapshot): Promise<void> {
    return this.#page.evaluate((next) => (globalThis as unknown as { double: { show(next: unknown): void } }).double.show(next), snapshot);
  }
}

/** Every element and every piece of text that reaches over the left or right edge, and whatever can be scrolled sideways. */
export function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const out: string[] = [];
    const hides = (element: Element) => getComputedStyle(element).overflowX !== 'visible' && element !== document.body;
    const check = (what: string, { left, right, width }: DOMRect) => {
      if (width > 0 && (left < -0.5 || right > wide + 0.5)) out.push(`${what}: ${left} to ${right} of ${wide}`);
    };
    const walk = (element: Element) => {
      check(`${element.tagName}.${element.className}`, element.getBoundingClientRect());
      if (/auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth)
        out.push(`${element.tagName}.${element.className} scrolls`);
      if (hides(element)) return;
      for (const child of element.childNodes) {
        if (child instanceof Element) walk(child);
        else {
          const range = document.createRange();
          range.selectNode(child);
          for (const box of range.getClientRects()) check(JSON.stringify(child.textContent), box);
        }
      }
    };
    walk(document.body);
    if (document.documentElement.scrollWidth > wide) out.push('the page scrolls');
    return out;
  });
}
