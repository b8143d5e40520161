import type { Plugin } from 'vite';

/** Keys of the catalogue that the window shows begin with one of these; the other sentences stay out of the bundle. */
export const SHOWN = [
  'flyout.',
  'location.',
  'menu.keep-alive',
  'menu.location',
  'menu.message',
  'menu.presence',
  'menu.reset',
  'menu.start-at-login',
  'prefer.',
  'presence.',
  'registration.',
  'state.',
  'why.',
  'problem.keychain-unavailable.',
  'problem.lapsed.',
  'problem.overtaken.',
  'problem.place-refused.',
  'problem.read-only.',
  'problem.sign-in-cancelled.',
  'problem.sign-in-needed.',
  'problem.state-damaged.',
  'problem.unreachable.',
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

/** The part of a catalogue that the window shows. */
export function shown(catalogue: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(catalogue).filter(([key]) => SHOWN.some((prefix) => key.startsWith(prefix))));
}

/** Leaves in the catalogues of `folder` what the window shows. */
export function catalogue(folder: string): Plugin {
  return {
    name: 'catalogue',
    enforce: 'pre',
    transform: (code, id) => (id.startsWith(`${folder}/`) ? JSON.stringify(shown(JSON.parse(code) as Record<string, string>)) : undefined),
  };
}
