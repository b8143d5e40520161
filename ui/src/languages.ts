import type { Language } from './contract.ts';

/** The catalogue's languages, in the order in which each sentence has them. */
export const LANGUAGES = ['en', 'de'] as const satisfies Language[];
