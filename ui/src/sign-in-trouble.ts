/** What the numbers mean that Microsoft's sign-in pages show, and what an administrator needs for which kind of trouble. */

import type { Trouble } from './contract.ts';
import type { Key } from './words.ts';

/** The kinds that have a sentence in the window. */
export type Told = Key extends infer K ? (K extends `sign-in.${infer Kind}.message` ? Kind : never) : never;

/** As in the crate `identity` (`cause.rs`); a test holds both against each other. Of the kinds that a page in the browser shows. */
export const NUMBERS: Record<Told, readonly number[]> = {
  'consent-needed': [65_001],
  'admin-approval-needed': [90_094],
  'admin-approval-requested': [90_095],
  'not-assigned': [50_105],
  'foreign-client-id': [65_002],
  'permission-not-configured': [65_005, 650_052, 650_056, 650_057],
  'account-locked': [50_053],
  'account-disabled': [50_057],
  'account-elsewhere': [50_034, 50_020, 51_004, 16_000, 500_208],
  'device-not-managed': [53_000, 53_001, 53_002, 530_003],
  'conditional-access': [53_003],
  'security-policy': [530_032, 530_035],
  'tenant-restricted': [500_021, 500_022, 500_212, 500_213],
  'unknown-client-id': [700_016],
  'unknown-tenant': [90_002],
  'single-tenant-app': [50_194],
  'web-registration': [7_000_218],
  'single-page-registration': [700_084, 9_002_327, 9_002_326],
  'redirect-not-registered': [50_011, 900_971],
  'app-disabled': [7_000_112, 1_000_031],
};

/** Those that people meet most, to choose from. */
export const COMMON = [90_094, 50_105, 53_003, 700_016, 50_011, 50_020] as const;

/** What helps, apart from trying again: a letter with the approval link, the steps of a registration, or the message to pass on. */
export type Help = 'approval' | 'registration' | 'message';

const HELP: Record<string, Help> = {
  'consent-needed': 'approval',
  'admin-approval-needed': 'approval',
  'admin-approval-requested': 'approval',
  'permission-missing': 'approval',
  'unknown-client-id': 'approval',
  'foreign-client-id': 'registration',
  'permission-not-configured': 'registration',
  'registration-refused': 'registration',
  'redirect-not-registered': 'registration',
  'single-page-registration': 'registration',
  'single-tenant-app': 'registration',
  'web-registration': 'registration',
  'account-disabled': 'message',
  'account-locked': 'message',
  'app-disabled': 'message',
  'app-protection-needed': 'message',
  blocked: 'message',
  'conditional-access': 'message',
  'device-authentication-failed': 'message',
  'device-not-managed': 'message',
  'not-assigned': 'message',
  refused: 'message',
  'security-policy': 'message',
  'tenant-restricted': 'message',
};

export function help({ code, cause }: Pick<Trouble, 'code' | 'cause'>): Help | undefined {
  if (code === 'no-client-id') return 'registration';
  if (cause != null && Object.hasOwn(HELP, cause)) return HELP[cause];
  return code === 'sign-in-refused' ? 'message' : undefined;
}

/** The kind of trouble that a number means, or the first one in a whole pasted page that is known. */
export function kindIn(text: string): Told | undefined {
  // Ids on such a page are made of digits, too; the numbers stand alone or after AADSTS.
  for (const [, digits] of text.slice(0, 10_000).matchAll(/(?:^|[^\w-])(?:AADSTS)?(\d{5,7})(?![\w-])/gi)) {
    const kind = (Object.keys(NUMBERS) as Told[]).find((kind) => NUMBERS[kind].includes(Number(digits)));
    if (kind !== undefined) return kind;
  }
  return undefined;
}
