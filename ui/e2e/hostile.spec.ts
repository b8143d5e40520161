/** What came from Graph, or from anybody else, is text: whatever it holds, nothing follows it. */

import type { Snapshot } from '../src/contract.ts';
import { expect, overflow, type Page, Process, scene, test } from './opening.ts';

const TEXTS: Record<string, string> = {
  markup: '<img src=x onerror=alert(1)><script>alert(2)</script><style>*{display:none}</style></textarea></button><b>bold</b>&lt;',
  'a foreign address': '<link rel=stylesheet href=http://evil.example/><iframe src=http://evil.example></iframe> http://evil.example',
  'the other direction': '\u202eevil\u202d \u2066one\u2069 \u2067two \u061c\u200f',
  'ten thousand characters': 'Wolfeschlegelsteinhausen'.repeat(500).slice(0, 10_000),
  'ten thousand words': 'no end '.repeat(10_000),
  emoji: '🙂👩‍👩‍👧‍👦🏳️‍🌈🇩🇪'.repeat(60),
  'no width': '\u200b\u200c\u200d\u2060\ufeff'.repeat(2_000),
  'lone halves': '\ud83d \ude42 \ud83d',
  'stacked accents': `Z${'\u0335\u0321\u0311'.repeat(300)}`,
  'line ends': 'one\ntwo\r\nthree\u2028four\u0085'.repeat(100),
  'control characters': '\u0000\u0007\u001b[31mred\u007f',
  templates: '{asked} ${alert(3)} {{constructor.constructor("alert(4)")()}} javascript:alert(5)',
};

/** Every place of a snapshot that somebody else's text can get to. */
function everywhere(text: string): Snapshot {
  const plain = scene('notice');
  const trouble = { code: 'refused', message: text, advice: text, trace_id: text, correlation_id: text } as const;
  const at = plain.read_at!;
  return {
    ...plain,
    account: { name: text, username: text, tenant_id: text, id: text },
    presence: {
      availability: text,
      activity: text,
      statusMessage: { message: { content: text } },
      workLocation: { workLocationType: 'office', placeId: text },
      outOfOfficeSettings: { isOutOfOffice: true, message: text },
      [text]: text,
    },
    why: { kind: 'unknown', message: text, remedy: null, asked: null },
    notices: [{ ...trouble, about: 'message', since: at }],
    problem: { ...trouble, since: at, next_try: null, remedy: null },
    sign_in_failed: { ...trouble, code: 'sign-in-refused', cause: text },
    recent_messages: [text, `${text}.`],
    places: [{ name: text, id: text }],
    own_places: [{ name: text, id: text }],
    presets: [
      {
        name: text,
        presence: null,
        message: text,
        pinned: false,
        location: { kind: 'office', place: text },
        expiry: { until: text },
        shortcut: text,
      },
    ],
    last_preset: text,
    shortcuts: [{ action: `preset:${text}`, keys: text, trigger: `${text}.`, problem: text }],
    missing_tray: { message: text, advice: text },
    asked: { ...plain.asked, message: { value: text, until: at, state: 'confirmed' } },
  };
}

const VIEWS: Record<string, Partial<Snapshot>> = {
  'signed in': {},
  'signed out': { signed_in: false, account: null },
  'waiting for the browser': { signing_in: { url: 'x', code: 'x' } },
  settings: { flyout_calls: 2, flyout_call: { at: null, token: null, toggle: false, view: 'settings' } },
};

for (const [what, text] of Object.entries(TEXTS)) {
  test(`${what} is text`, async ({ page }) => {
    // As the product's configuration has it (`freezePrototype`).
    await page.addInitScript(() => Object.freeze(Object.prototype));
    const process = await Process.open(page, scene('automatic'));
    for (const [view, change] of Object.entries(VIEWS)) {
      await process.show({ ...everywhere('plain'), ...change });
      // They are loaded first.
      if (change.flyout_call) await page.getByTestId('open-about').waitFor();
      else if (!change.signing_in) await page.getByTestId('sign-in-trouble').waitFor();
      const before = await elements(page);
      const signing_in = change.signing_in ? { url: text, code: text } : null;
      await process.show({ ...everywhere(text), ...change, signing_in });
      const said = await page.evaluate(() => document.body.textContent);
      if (signing_in === null) expect(said, 'it arrived').toContain(text.slice(0, 9));
      expect(await elements(page), `${view}: no element comes of it`).toEqual(before);
      expect(await overflow(page), view).toEqual([]);
      expect(await swallowing(page), `${view}: a direction ends with its text`).toEqual([]);
      expect(await height(page), `${view}: it leaves room for the rest`).toBeLessThan(2_500);
    }
  });
}

/** What the page is made of: kinds of elements, and attributes that only markup could bring. */
function elements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const names = [...document.querySelectorAll('body, body *')].flatMap((element) => [
      element.localName,
      ...element.getAttributeNames().filter((name) => /^(on|href|src|style)/.test(name)),
    ]);
    return [...new Set(names)].sort();
  });
}

/** Of all that can be scrolled to, in pixels. The window has 680. */
function height(page: Page): Promise<number> {
  return page.evaluate(() => {
    const scrolled = [...document.querySelectorAll(':root, :not(textarea)')].filter(
      (element) => element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowY),
    );
    return Math.max(...scrolled.map(({ scrollHeight }) => scrollHeight));
  });
}

/** Elements in a line with others whose text turns the direction of what follows. */
function swallowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      const element = text.parentElement!;
      const { display, unicodeBidi } = getComputedStyle(element);
      const isolated = display !== 'inline' || /isolate|plaintext/.test(unicodeBidi) || element.dir !== '';
      if (/[\u202a-\u202e\u2066-\u2068]/.test(text.data) && !isolated) out.push(element.outerHTML.slice(0, 200));
    }
    return out;
  });
}
