/** Sentences, times and names in the snapshot's language. The sentences are the catalogue that the tray menu and the command line use. */

import sentences from 'virtual:sentences';

import type english from '$catalogue/en.json';

import type { SHOWN } from '../build/catalogue.ts';
import type { Language } from './contract.ts';
import { LANGUAGES } from './languages.ts';

/** A sentence that is in the window's part of the catalogue. */
export type Key = Extract<keyof typeof english, `${(typeof SHOWN)[number]}${string}`>;


export class Words {
  readonly language: Language;

  readonly #sentences: Record<string, readonly string[]>;

  constructor(language: Language, from = sentences) {
    this.language = language;
    this.#sentences = from;
  }

  /** The sentence of `key`, each `{name}` in it replaced by its value. Values are put in as they are. */
  say(key: Key, values: Record<string, string> = {}): string {
    return this.#sentences[key]![LANGUAGES.indexOf(this.language)]!.replace(/\{([\w-]+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#sentences, key);
  }

  /** A point in time as one says it at `now`: "15:30", "tomorrow 09:00", "Mon 09:00", "27 Nov 09:00". Midnight at the end of today is
   * "tomorrow". */
  moment(at: Date, now: Date): string {
    const time = this.#format(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
    if (days === 0) return time;
    if (days === 1) return at.getTime() === startOfDay(at) ? this.say('flyout.tomorrow') : this.say('state.tomorrow', { time });
    const near = days > 1 && days < 7;
    const day = this.#format(at, near ? { weekday: 'short' } : { day: 'numeric', month: 'short' });
    return this.say('state.day', { day, time });
  }

  /** How far `at` lies from `now`: "12 sec. ago", "in 3 min." */
  distance(at: Date, now: Date): string {
    const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
    const format = new Intl.RelativeTimeFormat(this.language, { style: 'short' });
    if (Math.abs(seconds) < 60) return format.format(seconds, 'second');
    if (Math.abs(seconds) < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
    return format.format(Math.trunc(seconds / 3600), 'hour');
  }

  #format(at: Date, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.language, options).format(at);
  }
}

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** Up to two letters that stand for a name: of its first and its last word. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /\p{L}/u.test(word));
  const ends = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return ends.map((word) => /\p{L}/u.exec(word)![0].toLocaleUpperCase()).join('');
}

/** What came from outside, no longer than a sentence may be. */
export function within(text: string, longest = 400): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;
}
