/** Every scene there is, in every way it can be looked at. A new scene is in here by itself. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';

import { expect, openScene, overflow, type Page, PICTURES, SCENE_NAMES, test, unfold } from './opening.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const APPEARANCES: Record<string, Parameters<Page['emulateMedia']>[0]> = {
  // First: a picture ends what moves.
  still: { colorScheme: 'light', reducedMotion: 'reduce' },
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'more-contrast': { colorScheme: 'light', contrast: 'more' },
  'forced-colors': { colorScheme: 'dark', forcedColors: 'active' },
};
const ANY = { colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none', reducedMotion: 'no-preference' } as const;

/** Zoomed in to 200 %, the same window has half the room. */
const SIZES = {
  '100': { viewport: { width: 400, height: 680 }, deviceScaleFactor: 1 },
  '200': { viewport: { width: 200, height: 340 }, deviceScaleFactor: 2 },
};

// Each looks five times, at everything: the longest view has two hundred controls.
test.describe.configure({ timeout: 90_000 });

for (const [zoom, size] of Object.entries(SIZES)) {
  test.describe(`at ${zoom} %`, () => {
    test.use(size);
    for (const language of ['en', 'de']) {
      for (const name of SCENE_NAMES) {
        test(`${name} in ${language} is for everybody`, async ({ page }) => {
          await openScene(page, `${name},${language}`);
          await page.evaluate(AXE);
          for (const [appearance, media] of Object.entries(APPEARANCES)) {
            await page.emulateMedia({ ...ANY, ...media });
            if (appearance === 'still') expect.soft(await moving(page), 'nothing moves').toEqual([]);
            await test.step(appearance, () => look(page, `${name}/${language}-${appearance}-${zoom}`));
          }
          if (await unfold(page)) await test.step('unfolded', () => look(page, `${name}/${language}-unfolded-${zoom}`));
          await page.evaluate(() => (document.documentElement.dir = 'rtl'));
          expect.soft(await overflow(page), 'nothing is wider than the window, from right to left').toEqual([]);
        });
      }
      test(`a time of day in ${language} is for everybody`, async ({ page }) => {
        await openScene(page, `busy,${language}`);
        await page.evaluate(AXE);
        for (const choice of ['length', 'clear-after']) {
          await page.getByTestId(`${choice}-until`).check();
          await page.getByTestId(`${choice}-time`).fill('09:00');
        }
        await page.getByTestId('presence-away').click();
        await expect(page.getByTestId('length-time')).toBeFocused();
        for (const [appearance, media] of Object.entries(APPEARANCES)) {
          await page.emulateMedia({ ...ANY, ...media });
          await test.step(appearance, () => look(page, `time/${language}-${appearance}-${zoom}`));
        }
        await page.emulateMedia(ANY);
        await page.getByTestId('open-settings').click();
        await page.getByTestId('preset-edit').first().click();
        await page.getByTestId('preset-length-until').check();
        await page.getByTestId('preset-length-time').scrollIntoViewIfNeeded();
        await look(page, `time-of-preset/${language}-light-${zoom}`);
      });
    }
  });
}

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true, animations: 'disabled' });
  expect.soft(await violations(page)).toEqual([]);
  expect.soft(await overflow(page), 'nothing is wider than the window').toEqual([]);
}

/** What axe-core finds, with the elements it found it at. */
function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  });
}

/** What is under way but changes of colour. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .map((animation) => (animation instanceof CSSTransition ? animation.transitionProperty : (animation as CSSAnimation).animationName))
      .filter((name) => !/color$/.test(name)),
  );
}
