/** Signing in: the wait, the code, what did not work, and what helps. */

import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';

import { scene } from './agent/scenes.ts';
import { click, find, openAt, openSettings, openLoaded, seen, text } from './hand.ts';

/** Once every reply has come. */
async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done, 20));
  flushSync();
}

test('signing in waits for the browser with a link, and can be given up', async () => {
  const agent = await openLoaded('signed-out');
  click('sign-in');
  expect(find<HTMLInputElement>('sign-in-link').value).toMatch(/^https:/);
  click('cancel');
  await vi.waitFor(() => expect(find('sign-in')).toBeTruthy());
  click('sign-in');
  agent.finishSignIn();
  await vi.waitFor(() => expect(text()).toContain('Megan Bowen'));
  expect(agent.received.map((command) => command.do)).toEqual(['sign-in', 'cancel-sign-in', 'sign-in']);
});

test('the demo is a button away, and this window makes room for it', async () => {
  const agent = await openLoaded('first-run');
  const hide = vi.spyOn(agent, 'hide');
  click('start-demo');
  expect(find<HTMLButtonElement>('start-demo').disabled).toBe(true);
  await vi.waitFor(() => expect(text()).toContain('nothing you do here leaves this computer'));
  expect(seen('start-demo'), 'there is none in the demo').toBe(false);
  expect(hide).toHaveBeenCalledOnce();
  expect(agent.received).toEqual([]);
});

test('without a tray the window stays beside the demo: it is the only way back', async () => {
  const agent = await openLoaded('first-run');
  agent.change({ missing_tray: { message: 'No tray.', advice: 'Get one.' } });
  const [start, hide] = [vi.spyOn(agent, 'startDemo').mockResolvedValue(), vi.spyOn(agent, 'hide')];
  click('start-demo');
  await settled();
  expect(start).toHaveBeenCalledOnce();
  expect(hide).not.toHaveBeenCalled();
});

test('a demo that cannot be started is told of, and can be tried again', async () => {
  const agent = await openLoaded('no-registration');
  const hide = vi.spyOn(agent, 'hide');
  vi.spyOn(agent, 'startDemo').mockRejectedValueOnce(new Error('no such file'));
  click('start-demo');
  await vi.waitFor(() => expect(text()).toContain("The demo could not be started. Try 'presence-tray --demo' in a terminal"));
  expect(hide).not.toHaveBeenCalled();
  click('start-demo');
  await vi.waitFor(() => expect(text()).toContain('nothing you do here leaves this computer'));
});

test('giving up is no trouble', async () => {
  await openLoaded('signed-out');
  click('sign-in');
  click('cancel');
  await settled();
  expect([seen('sign-in'), seen('sign-in-trouble')]).toEqual([true, false]);
});

test('a code takes the place of the browser, and the browser of the code', async () => {
  const agent = await openLoaded('waiting');
  click('other-way');
  expect(find<HTMLInputElement>('code').value).toBe('F7KQ2MDXP');
  expect(find<HTMLInputElement>('sign-in-link').value).toBe('https://login.example/device');
  click('other-way');
  expect(seen('code')).toBe(false);
  expect(agent.received).toEqual([
    { do: 'sign-in', by_code: true },
    { do: 'sign-in', by_code: false },
  ]);
  await settled();
  expect(seen('sign-in-trouble')).toBe(false);
});

test('"copied" is said of what was copied, and no longer when it changes', async () => {
  const written = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: { writeText: written } });
  const agent = await openLoaded('code');
  click('copy-code');
  await vi.waitFor(() => expect(find('copy-code').textContent).toBe('Copied'));
  expect(written).toHaveBeenCalledWith('F7KQ2MDXP');
  agent.change({ signing_in: { url: 'https://microsoft.com/devicelogin', code: 'ANOTHER' } });
  flushSync();
  expect(find('copy-code').textContent).toBe('Copy code');
  vi.unstubAllGlobals();
});

test('what cannot be copied is left marked, and not said to be copied', async () => {
  vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: { writeText: () => Promise.reject(new Error('denied')) } });
  document.execCommand = () => false;
  await openLoaded('code');
  click('copy-code');
  await settled();
  expect(find('copy-code').textContent).toBe('Copy code');
  expect(find<HTMLInputElement>('code').selectionEnd).toBe('F7KQ2MDXP'.length);
  vi.unstubAllGlobals();
});

test('a number of Microsoft\'s page is explained, with what helps', async () => {
  await openLoaded('waiting');
  find('browser-error').dispatchEvent(new Event('toggle'));
  await vi.waitFor(() => {
    click('number-90094');
    expect(find('meaning').textContent).toContain('wants an administrator to approve');
  });
  const field = find<HTMLInputElement>('number');
  const type = (number: string) => {
    field.value = number;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    return find('meaning').textContent.trim();
  };
  expect(type('500')).toBe('');
  expect(type('AADSTS50105')).toMatch(/^This app is only for people whom an administrator assigned/);
  expect(type('Sorry… AADSTS50011: The redirect URI')).toMatch(/^The way back from the browser/);
  expect(seen('recipe')).toBe(true);
  expect(type('12345')).toMatch(/^Nothing is known here/);
  expect(seen('approval')).toBe(true);
  click('number-90094');
  expect(field.value).toBe('90094');
  expect(find('meaning').textContent).toContain('wants an administrator to approve');
});

test('where an administrator must approve, there is a link and a letter to send', async () => {
  await openLoaded('blocked-by-it');
  expect(find('sign-in-trouble').textContent).toContain('AADSTS90094');
  const link = find<HTMLInputElement>('approval-link').value;
  expect(link).toMatch(/\/v2\.0\/adminconsent\?/);
  const letter = find<HTMLTextAreaElement>('mail').value;
  for (const part of [link, 'Presence.Read, Presence.ReadWrite', '7c6a0f1e-3a52-4c1f-9d0e-2b8f5a417d11', 'AADSTS90094']) {
    expect(letter).toContain(part);
  }
  expect(letter).not.toContain('{');
});

test('a policy\'s no can be copied as a whole', async () => {
  await openLoaded('policy');
  expect(find<HTMLInputElement>('details').value).toMatch(/AADSTS53003.*administrator/);
});

test('a wrong registration has its steps and its script', async () => {
  await openLoaded('registration');
  expect(find('recipe').querySelectorAll('li')).toHaveLength(6);
  expect(find('recipe').textContent).not.toContain('{');
  expect(find<HTMLTextAreaElement>('script').value).toContain('az ad app create');
});

test('without a keychain one may sign in for the session, after being told what that means', async () => {
  const agent = await openLoaded('keychain');
  click('session-only-offer');
  expect(find('session-only-ask').textContent).toContain('forgotten when Presence Tray ends');
  expect(agent.received).toEqual([]);
  click('session-only-agree');
  expect(agent.received).toEqual([{ do: 'sign-in', session_only: true }]);
  agent.finishSignIn();
  await vi.waitFor(() => expect(seen('open-settings')).toBe(true));
  await openSettings();
  expect(find('session-only').textContent).toContain('until Presence Tray ends');
});

test('a sign-in that fails again says so again', async () => {
  const agent = await openLoaded('keychain');
  click('sign-in');
  await vi.waitFor(() => expect(seen('session-only-offer')).toBe(true));
  expect(agent.received).toEqual([{ do: 'sign-in' }]);
});

test('the window of a resident that tells less draws what there is', async () => {
  const agent = await openLoaded('blocked-by-it');
  agent.change({ registration: undefined, session_only: undefined });
  flushSync();
  expect(find('sign-in-trouble').textContent).toContain('AADSTS90094');
  expect(find<HTMLInputElement>('details').value).toContain('AADSTS90094');
});

test('who is signed in and signs in again sees the wait, and what came of it', async () => {
  const agent = openAt('read-only');
  click('sign-in-again');
  await vi.waitFor(() => expect(seen('sign-in-link')).toBe(true));
  click('cancel');
  await vi.waitFor(() => expect(seen('read-only')).toBe(true));
  agent.nextReply = { failed: { code: 'sign-in-refused', message: 'No.', advice: 'Ask.', cause: 'blocked' } };
  click('sign-in-again');
  await vi.waitFor(() => expect(find('sign-in-trouble').textContent).toContain('No. Ask.'));
  click('dismiss-trouble');
  expect(seen('sign-in-trouble')).toBe(false);
});

test('after a sign-in that ran out of time the browser\'s number is asked for', async () => {
  const agent = await openLoaded('signed-out');
  agent.change({ sign_in_failed: { code: 'sign-in-timed-out', message: 'Too late.', advice: 'Start again.', cause: 'timed-out' } });
  flushSync();
  expect(seen('number')).toBe(true);
});

test('without a client id there is nothing to approve, but a registration to make', async () => {
  const agent = await openLoaded('registration');
  const { registration } = scene('registration');
  agent.change({
    registration: { ...registration!, client_id: null, approval_link: null },
    sign_in_failed: { code: 'no-client-id', message: 'No client id.', advice: 'Put one in.' },
  });
  flushSync();
  expect([seen('recipe'), seen('approval')]).toEqual([true, false]);
});

test('the keyboard is not left nowhere when the view changes', async () => {
  await openLoaded('signed-out');
  find('sign-in').focus();
  click('sign-in');
  expect(document.activeElement?.tagName).toBe('MAIN');
});
