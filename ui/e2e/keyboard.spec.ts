/** Everything without a mouse: where the focus goes, that it can be seen, and what keys do. */

import type { PreferredPresence } from '../src/contract.ts';
import { expect, openScene, type Page, Process, scene, SCENE_NAMES, test, unfold } from './opening.ts';

for (const name of SCENE_NAMES) {
  test(`in ${name} Tab leads to everything, in the order it is read, and can be seen`, async ({ page }) => {
    await openScene(page, name);
    await unfold(page);
    await toTheTop(page);
    const expected = await stops(page);
    const passed: string[] = [];
    for (let count = 0; count <= expected.length; count++) {
      await page.keyboard.press('Tab');
      const stop = await focused(page);
      if (stop === undefined) break;
      passed.push(stop.name);
      expect.soft(stop.faults, stop.name).toEqual([]);
    }
    expect(passed).toEqual(expected);
  });
}

/** A view that was called for by name has put the focus where it belongs; here everything is passed from the start. */
function toTheTop(page: Page): Promise<void> {
  return page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
}

/** Every element that Tab has to stop at, in the order of the document. Of radio buttons one a group. */
function stops(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = document.querySelectorAll<HTMLInputElement>('a[href], button, input, select, textarea, summary, [tabindex="0"]');
    return [...all]
      .filter((element) => {
        const radios = element.type === 'radio' ? [...document.getElementsByName(element.name)] : [];
        const chosen = (radios as HTMLInputElement[]).find(({ checked }) => checked) ?? radios[0];
        return !element.matches(':disabled') && element.checkVisibility() && element.tabIndex >= 0 && (chosen ?? element) === element;
      })
      .map((element) => element.outerHTML.replace(/ class="[^"]*"/, ''));
  });
}

/** The element that has the focus, and what is wrong with how it shows. `undefined` once the focus has left the page. */
function focused(page: Page): Promise<{ name: string; faults: string[] } | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return undefined;
    const faults: string[] = [];
    const outlined = (candidate: Element | null) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(candidate ?? element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    };
    // What is drawn in a control's stead shows the focus for it.
    const drawn = [element, element.closest('label'), element.parentElement].filter((candidate) => outlined(candidate));
    if (drawn.length === 0) faults.push('no outline of two pixels');
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (hit === null) faults.push('out of sight');
    else if (!element.contains(hit) && !hit.contains(element)) faults.push(`covered by ${hit.outerHTML}`);
    return { name: element.outerHTML.replace(/ class="[^"]*"/, ''), faults };
  });
}

test('1 to 6 ask for a presence, wherever the focus is but in a text', async ({ page }) => {
  const process = await Process.open(page, scene('automatic'));
  const presences: PreferredPresence[] = ['available', 'busy', 'do-not-disturb', 'be-right-back', 'away', 'offline'];
  for (const [index, presence] of presences.entries()) {
    await page.keyboard.press(String(index + 1));
    await page.keyboard.press('Tab');
    const sent = { do: 'set-presence', presence, expiry: null } as const;
    expect(await process.calls()).toEqual([{ command: 'send_command', sent }]);
  }
  await page.getByTestId('message').focus();
  await page.keyboard.type('123456');
  expect(await process.calls()).toEqual([]);
});

test('arrows walk through the presences without choosing, and Space chooses', async ({ page }) => {
  const process = await Process.open(page, scene('automatic'));
  await page.getByTestId('presence-available').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByTestId('presence-busy')).toBeFocused();
  expect(await process.calls()).toEqual([]);
  await page.keyboard.press('Space');
  expect(await process.calls()).toEqual([{ command: 'send_command', sent: { do: 'set-presence', presence: 'busy', expiry: null } }]);
});

test('arrows change a length', async ({ page }) => {
  const process = await Process.open(page, scene('automatic'));
  await page.getByTestId('length-default').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('length-30m')).toBeChecked();
  await page.keyboard.press('2');
  const sent = { do: 'set-presence', presence: 'busy', expiry: { for: '30m' } } as const;
  expect(await process.calls()).toEqual([{ command: 'send_command', sent }]);
});

test('a time of day is typed, and digits in it choose nothing', async ({ page }) => {
  await page.clock.setFixedTime(new Date('2026-11-20T12:00:00+01:00'));
  const process = await Process.open(page, scene('automatic'));
  await page.getByTestId('length-tomorrow').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('length-until')).toBeChecked();
  await page.keyboard.press('Tab');
  const time = page.getByTestId('length-time');
  await expect(time).toBeFocused();
  await expect(time).toHaveValue('13:00');
  await page.keyboard.type('0415PM');
  await expect(time).toHaveValue('16:15');
  expect(await process.calls()).toEqual([]);
  await page.getByTestId('presence-available').focus();
  await page.keyboard.press('2');
  const sent = { do: 'set-presence', presence: 'busy', expiry: { until: '16:15' } } as const;
  expect(await process.calls()).toEqual([{ command: 'send_command', sent }]);
});

test('a time that has passed is not sent: the focus goes to it, and it says why', async ({ page }) => {
  await page.clock.setFixedTime(new Date('2026-11-20T12:00:00+01:00'));
  const process = await Process.open(page, scene('automatic'));
  await page.getByTestId('length-until').check();
  await page.getByTestId('length-time').fill('09:00');
  await page.getByTestId('presence-away').click();
  await expect(page.getByTestId('length-time')).toBeFocused();
  await expect(page.getByRole('alert').filter({ hasText: 'still to come today' })).toBeVisible();
  await expect(page.getByTestId('presence-away')).not.toBeChecked();
  expect(await process.calls()).toEqual([]);
});

test('Esc puts the window away, from wherever', async ({ page }) => {
  const process = await Process.open(page, scene('busy'));
  for (const place of ['refresh', 'message', 'presence-busy', 'open-settings']) {
    await page.getByTestId(place).focus();
    await page.keyboard.press('Escape');
    expect(await process.calls(), place).toEqual([{ command: 'hide_window' }]);
  }
});

test('Esc goes back from the views behind the first one, and the focus with it', async ({ page }) => {
  const process = await Process.open(page, scene('busy'));
  await page.getByTestId('open-settings').press('Enter');
  await page.getByTestId('open-about').press('Enter');
  await expect(page.getByTestId('version')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('open-about')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('open-settings')).toBeFocused();
  expect(await process.calls()).toEqual([]);
});

test('keys are recorded, and Esc gives that up without leaving', async ({ page }) => {
  const process = await Process.open(page, scene('settings'));
  const keys = page.getByTestId('shortcut-busy').getByTestId('keys');
  await keys.press('Enter');
  await page.keyboard.press('Escape');
  await expect(keys).toBeFocused();
  await keys.press('Enter');
  await page.keyboard.press('Control+Alt+KeyB');
  const sent = { do: 'set-shortcut', action: 'busy', keys: 'Ctrl+Alt+B' } as const;
  expect(await process.calls()).toEqual([{ command: 'send_command', sent }]);
});
