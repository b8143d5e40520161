/**
 * What travels between the resident and the window, as the crates `engine` and `presence` write it. `fixtures/` holds examples that the
 * engine's own tests write, and `contract.test.ts` reads them.
 */

export type Language = 'en' | 'de';

/** The six a person can prefer, in the order of Teams' own menu. */
export const PREFERRED = ['available', 'busy', 'do-not-disturb', 'be-right-back', 'away', 'offline'] as const;
export type PreferredPresence = (typeof PREFERRED)[number];

export const LOCATIONS = ['office', 'remote', 'time-off'] as const;
export type LocationKind = (typeof LOCATIONS)[number];

/** In the words of the command line: `{for: '1h30m'}`, `{until: 'tomorrow'}`. */
export type Expiry = { for: string } | { until: string };

/** Which of Graph's layers to write: said by a person, or by a rule. */
export type Layer = 'manual' | 'automatic';

export type Command =
  | { do: 'set-presence'; presence: PreferredPresence; expiry: Expiry | null }
  | { do: 'reset-presence' }
  | { do: 'set-message'; text: string; expiry: Expiry | null; pinned?: boolean | null }
  | { do: 'clear-message' }
  | { do: 'set-location'; location: { kind: LocationKind; place: string | null }; layer: Layer }
  | { do: 'clear-location'; layer: Layer }
  | { do: 'keep-alive'; on: boolean }
  | { do: 'dismiss'; about: Subject }
  | { do: 'sign-in'; by_code?: boolean; session_only?: boolean }
  | { do: 'cancel-sign-in' }
  | { do: 'sign-out' }
  | { do: 'refresh' }
  | { do: 'open-flyout' }
  | { do: 'set-start-at-login'; on: boolean }
  | { do: 'quit' };

export type Reply = 'done' | { 'done-except': Trouble } | { failed: Trouble };

/** What a write, or what went wrong with it, is about. */
export type Subject = 'presence' | 'message' | 'location' | 'session' | 'state';

/** The crate `identity`'s name for a kind of sign-in trouble: the catalogue's `sign-in.{cause}`. */
export type Cause = string;

/** What helps at the press of a button. */
export type Remedy = 'sign-in' | 'try-again' | 'keep-alive' | 'set-again';

/** What happened and what to do about it, a sentence each, in the snapshot's language. */
export interface Trouble {
  code: string;
  message: string;
  advice: string;
  cause?: Cause;
  /** Names the refused request to an administrator; absent where there is none. */
  trace_id?: string;
  /** Names everything that belongs to the attempt. */
  correlation_id?: string;
}

/** Everything a surface may show. Times are RFC 3339. */
export interface Snapshot {
  signed_in: boolean;
  account: Account | null;
  presence: GraphPresence | null;
  read_at: string | null;
  asked: {
    presence: Asked<PreferredPresence> | null;
    message: Asked<string> | null;
    location: (Asked<LocationKind> & { place: string | null }) | null;
  };
  problem: (Trouble & { since: string; next_try: string | null; remedy: Remedy | null }) | null;
  /** How sure what is shown is. */
  certainty: 'unread' | 'settling' | 'fresh' | 'stale';
  why: Why | null;
  /** What was to be taken away, and is still shown. */
  clearing: Subject[];
  /** What could not be done, or was done otherwise. */
  notices: (Trouble & { about: Subject; since: string })[];
  /** The presence session of our own. */
  keep_alive: { on: boolean; until: string | null };
  read_only: boolean;
  signing_in: { url: string | null; code: string | null } | null;
  /** How the last sign-in ended, unless it went well or was given up. */
  sign_in_failed: Trouble | null;
  /** The sign-in ends with the program. */
  session_only: boolean;
  /** What an administrator asks for. */
  registration: Registration | null;
  recent_messages: string[];
  places: Place[];
  /** `null` where the system has no such thing. */
  start_at_login: boolean | null;
  flyout_calls: number;
  demo: boolean;
  language: Language;
}

/** Why a presence is shown, in a sentence. */
export interface Why {
  kind: string;
  message: string;
  remedy: Remedy | null;
  /** What this program had asked for: `set-again` means this one. */
  asked: PreferredPresence | null;
}

/** The app registration that the program signs in with, or how to get one. */
export interface Registration {
  /** `null` where neither settings nor build name one. */
  client_id: string | null;
  permissions: string[];
  /** Where an administrator approves it. */
  approval_link: string | null;
  /** The administration's web page. */
  portal: string;
  /** Registers an app of one's own, with `sh` and `az`. */
  script: string;
}

export interface Account {
  name: string;
  username: string;
  tenant_id: string;
  id: string;
}

export interface Place {
  name: string;
  id: string;
}

/** Something this program asked for, and how far it got. */
export interface Asked<Value> {
  value: Value;
  until: string | null;
  state: 'pending' | 'confirmed' | 'refused';
}

/** As Graph sent it: any property may be missing, or of a kind never seen before. `reading.ts` reads it. */
export type GraphPresence = Record<string, unknown>;
