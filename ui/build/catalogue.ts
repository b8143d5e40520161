import { readFileSync } from 'node:fs';

import type { Plugin } from 'vite';

import { LANGUAGES } from '../src/languages.ts';

/** Keys of the catalogue that the window shows begin with one of these; the other sentences stay out of the bundle. */
export const SHOWN = [
  'app.name',
  'flyout.',
  'location.',
  'menu.keep-alive',
  'menu.location',
  'menu.message',
  'menu.open',
  'menu.presence',
  'menu.reset',
  'menu.start-at-login',
  'prefer.',
  'presence.',
  'registration.mail.',
  'registration.new',
  'registration.permissions',
  'registration.platform',
  'registration.public-client-flows',
  'registration.single-tenant',
  'state.reading',
  'state.signed-out',
  'state.until',
  'state.day',
  'state.tomorrow',
  'problem.read-only.',
  'sign-in.account-disabled.',
  'sign-in.account-elsewhere.',
  'sign-in.account-locked.',
  'sign-in.admin-approval-needed.',
  'sign-in.admin-approval-requested.',
  'sign-in.app-disabled.',
  'sign-in.conditional-access.',
  'sign-in.consent-needed.',
  'sign-in.device-not-managed.',
  'sign-in.foreign-client-id.',
  'sign-in.not-assigned.',
  'sign-in.permission-not-configured.',
  'sign-in.redirect-not-registered.',
  'sign-in.security-policy.',
  'sign-in.single-page-registration.',
  'sign-in.single-tenant-app.',
  'sign-in.tenant-restricted.',
  'sign-in.unknown-client-id.',
  'sign-in.unknown-tenant.',
  'sign-in.web-registration.',
] as const;

/** Of these, the ones that only the views behind the first one show: they come with these views. */
export const BEHIND = [
  'app.name',
  'flyout.about',
  'flyout.account',
  'flyout.general',
  'flyout.language',
  'flyout.notifications',
  'flyout.places',
  'flyout.preset.',
  'flyout.presets.a',
  'flyout.presets.down',
  'flyout.presets.edit-one',
  'flyout.presets.m',
  'flyout.presets.remove',
  'flyout.presets.up',
  'flyout.shortcuts',
  'flyout.theme',
] as const;

/** What only signing in says: it comes where nobody is signed in, or a sign-in did not work. */
export const SIGN_IN = [
  'flyout.approval',
  'flyout.browser-error',
  'flyout.by-',
  'flyout.code',
  'flyout.cop',
  'flyout.link',
  'flyout.registration',
  'flyout.sign-in.body',
  'flyout.sign-in.demo',
  'flyout.sign-in.failed',
  'flyout.sign-in.title',
  'flyout.try-demo',
  'flyout.waiting.',
  'registration.',
] as const;

/** What the numbers on Microsoft's error pages mean: they come when somebody asks. */
export const NUMBERS = ['sign-in.'] as const;

/** The sentences of `keys`, each in every language. A key stands once, however many languages there are. */
function together(catalogues: Record<string, string>[], keys: string[]): Record<string, string[]> {
  return Object.fromEntries(keys.map((key) => [key, catalogues.map((catalogue) => catalogue[key]!)]));
}

export type Part = 'first' | 'behind' | 'sign-in' | 'numbers';

/** The keys of what a part of the window shows. */
export function shown(keys: string[], part: Part): string[] {
  const among = (prefixes: readonly string[], key: string) => prefixes.some((prefix) => key.startsWith(prefix));
  const later: [Part, readonly string[]][] = [['behind', BEHIND], ['sign-in', SIGN_IN], ['numbers', NUMBERS]];
  const partOf = (key: string): Part => later.find(([, prefixes]) => among(prefixes, key))?.[0] ?? 'first';
  return keys.filter((key) => among(SHOWN, key) && partOf(key) === part);
}

/** Serves the sentences of `folder`: what the window shows, and for the simulated agent all there are. */
export function catalogue(folder: string): Plugin {
  const modules: Record<string, (keys: string[]) => string[]> = {
    'virtual:sentences': (keys) => shown(keys, 'first'),
    'virtual:sentences-behind': (keys) => shown(keys, 'behind'),
    'virtual:sentences-sign-in': (keys) => shown(keys, 'sign-in'),
    'virtual:sentences-numbers': (keys) => shown(keys, 'numbers'),
    'virtual:every-sentence': (keys) => keys,
  };
  const files = LANGUAGES.map((language) => `${folder}/${language}.json`);
  return {
    name: 'catalogue',
    resolveId: (id) => (id in modules ? `\0${id}` : undefined),
    load(id) {
      const choose = modules[id.slice(1)];
      if (!id.startsWith('\0') || choose === undefined) return undefined;
      for (const file of files) this.addWatchFile(file);
      const catalogues = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
      return `export default ${JSON.stringify(together(catalogues, choose(Object.keys(catalogues[0]!))))}`;
    },
  };
}
