/** Derived from the crates `engine`, `presence` and `phrases` by `engine/tests/contract.rs`, which also says how to write it anew. */

/**
 * Who is signed in.
 */
export type Account = {
/**
 * The name to show.
 */
name: string,
/**
 * The name to sign in with. It may change; never a key.
 */
username: string,
/**
 * The tenant's id.
 */
tenant_id: string,
/**
 * The person's object id in the tenant.
 */
id: string, };

/**
 * How far something that was asked for got.
 */
export type AskState = "pending" | "confirmed" | "refused";

/**
 * What this program asked for. Graph exposes none of it, so it has to be remembered.
 */
export type Asked = {
/**
 * The preferred presence.
 */
presence: AskedPresence | null,
/**
 * The status message.
 */
message: AskedMessage | null,
/**
 * The work location.
 */
location: AskedLocation | null, };

/**
 * A work location that was asked for.
 */
export type AskedLocation = {
/**
 * Which.
 */
value: LocationKind,
/**
 * The building, if one was named.
 */
place: string | null,
/**
 * The next local midnight: Graph keeps a location for the day.
 */
until: string | null,
/**
 * How far it got.
 */
state: AskState, };

/**
 * A status message that was asked for.
 */
export type AskedMessage = {
/**
 * The text.
 */
value: MessageText,
/**
 * When it ends; `None`: never.
 */
until: string | null,
/**
 * How far it got.
 */
state: AskState, };

/**
 * A preferred presence that was asked for.
 */
export type AskedPresence = {
/**
 * Which.
 */
value: PreferredPresence,
/**
 * When it ends: as asked, else the service's default.
 */
until: string | null,
/**
 * How far it got.
 */
state: AskState, };

/**
 * The shape that stands for a presence on the tray icon and beside a name.
 */
export type Badge = "available" | "busy" | "do-not-disturb" | "away" | "be-right-back" | "offline" | "out-of-office" | "unknown";

/**
 * How sure what is shown is.
 */
export type Certainty = "unread" | "settling" | "fresh" | "stale";

/**
 * The kinds of trouble. Scripts branch on these; the names are fixed.
 */
export type Code = "not-signed-in" | "sign-in-needed" | "sign-in-cancelled" | "sign-in-timed-out" | "sign-in-refused" | "wrong-account" | "forbidden" | "refused" | "nonsense" | "unreachable" | "throttled" | "service-trouble" | "keychain-locked" | "keychain-denied" | "keychain-unavailable" | "not-licensed" | "read-only" | "past" | "lapsed" | "replaced" | "overtaken" | "not-taken" | "place-refused" | "state-damaged" | "state-busy" | "login-item" | "no-client-id" | "settings" | "settings-refused" | "settings-not-written" | "no-such-preset" | "sign-out-first" | "nothing-to-end" | "usage" | "port-in-use" | "failed";

/**
 * What a person or a rule wants. It travels as `{"do":"set-presence","presence":"busy","expiry":{"for":"1h"}}`.
 */
export type Command = { "do": "set-presence",
/**
 * Which of the six.
 */
presence: PreferredPresence,
/**
 * Until when.
 */
expiry?: Expiry | null, } | { "do": "reset-presence" } | { "do": "end-presence" } | { "do": "apply-preset",
/**
 * Its name, however it is capitalised; `None`: the one applied last, else the first.
 */
name?: string | null, } | { "do": "set-message",
/**
 * The text.
 */
text: MessageText,
/**
 * Until when.
 */
expiry?: Expiry | null,
/**
 * Whether people who write see it. Unsaid: as it is, where the text stays the same; else not.
 */
pinned?: boolean | null, } | { "do": "clear-message" } | { "do": "set-location",
/**
 * Where.
 */
location: WorkLocation,
/**
 * Said by a person, or by a rule.
 */
layer: Layer, } | { "do": "clear-location",
/**
 * The uppermost layer to clear.
 */
layer: Layer, } | { "do": "keep-alive",
/**
 * Whether to.
 */
on: boolean, } | { "do": "dismiss",
/**
 * About what.
 */
about: Subject, } | { "do": "sign-in",
/**
 * By a code that is typed into a browser anywhere, for a machine without one; else with the system browser.
 */
by_code?: boolean,
/**
 * Keep the token in memory alone, where there is no keychain and the person agreed.
 */
session_only?: boolean, } | { "do": "cancel-sign-in" } | { "do": "sign-out" } | { "do": "refresh" } | { "do": "open-flyout" } & FlyoutCall | { "do": "set-start-at-login",
/**
 * Whether to.
 */
on: boolean, } | { "do": "set-presets",
/**
 * All of them, in order.
 */
presets: Array<Preset>, } | { "do": "set-shortcut",
/**
 * What they do.
 */
action: ShortcutAction,
/**
 * Such as `Ctrl+Alt+P`; `None`: no keys any more.
 */
keys: string | null, } | { "do": "set-notifications",
/**
 * Which.
 */
notifications: Notifications, } | { "do": "set-language",
/**
 * Which; `None`: the system's.
 */
language: Language | null, } | { "do": "set-theme",
/**
 * Which.
 */
theme: Theme, } | { "do": "set-registration",
/**
 * The app's id; `None`: the one that was built in.
 */
client_id: string | null,
/**
 * A tenant's id or domain; `None`: any organisation.
 */
tenant: string | null, } | { "do": "set-places",
/**
 * All of them, in order.
 */
places: Array<Place>, } | { "do": "quit" };

/**
 * When something set is to end, in the words of the command line: `--for 90m`, `--until 17:00`, `--until tomorrow`.
 *
 * It travels in those words (`{"for":"1h30m"}`, `{"until":"17:00"}`) and becomes a point in time where it is carried out.
 */
export type Expiry = { "for": string } | { "until": string };

/**
 * Where the window was called from, and for what.
 */
export type FlyoutCall = {
/**
 * Where on the screen, in physical pixels from its upper left corner, if the desktop told.
 */
at: [number, number] | null,
/**
 * What a Wayland compositor wants of who asks to be in front (xdg-activation).
 */
token: string | null,
/**
 * A window that is there already goes: the icon was clicked again.
 */
toggle: boolean,
/**
 * The view to show.
 */
view: View, };

/**
 * Something to know, and what to do about it: a sentence each.
 */
export type Hint = {
/**
 * What is so.
 */
message: string,
/**
 * What to do about it.
 */
advice: string, };

/**
 * The presence session of our own.
 */
export type KeepAlive = {
/**
 * Whether the person wants one.
 */
on: boolean,
/**
 * Until when it lasts, if it is not renewed.
 */
until: string | null, };

/**
 * A language the catalogue has.
 */
export type Language = "en" | "de";

/**
 * Which of Graph's layers to write. Manual wins over automatic, automatic over the calendar's schedule
 * (resource page «userWorkLocation»).
 */
export type Layer = "manual" | "automatic";

/**
 * Where somebody works today.
 */
export type LocationKind = "office" | "remote" | "time-off";

/**
 * A status message that may be sent: not blank, at most [`MessageText::LIMIT`] units.
 *
 * Teams keeps no more; Graph's pages give no limit, so it is kept here.
 */
export type MessageText = string;

/**
 * Something that could not be done, or was done otherwise.
 */
export type Notice = {
/**
 * What it is about.
 */
about: Subject,
/**
 * For scripts.
 */
code: Code,
/**
 * What happened, in one sentence.
 */
message: string,
/**
 * What to do about it, in one sentence.
 */
advice: string,
/**
 * When it happened.
 */
since: string, };

/**
 * Which notifications are shown.
 */
export type Notifications = "all" | "important" | "none";

/**
 * A building of the tenant.
 */
export type Place = {
/**
 * The name to show.
 */
name: string,
/**
 * Its id in the places directory.
 */
id: string, };

/**
 * How the surfaces speak, look and speak up.
 */
export type Preferences = {
/**
 * The language; `None`: the system's.
 */
language: Language | null,
/**
 * The colours of the window.
 */
theme: Theme,
/**
 * Which notifications are shown.
 */
notifications: Notifications, };

/**
 * One of the six presences a person can prefer, over whatever Teams works out by itself.
 *
 * The names are those of the command line. Their pairs on the wire are the only ones that `setUserPreferredPresence` accepts
 * (API page «presence: setUserPreferredPresence»).
 */
export type PreferredPresence = "available" | "busy" | "do-not-disturb" | "be-right-back" | "away" | "offline";

/**
 * A presence as Graph sent it: every property kept under its own name, unknown ones too, and read through methods that
 * accept that any of them may be missing or of a kind never seen before.
 */
export type Presence = Record<string, unknown>;

/**
 * A named combination: presence, status message and work location, set together. What it does not name stays as it is.
 */
export type Preset = {
/**
 * What a person calls it; unique, however it is capitalised.
 */
name: string,
/**
 * The presence to prefer.
 */
presence: PreferredPresence | null,
/**
 * The status message to write.
 */
message: MessageText | null,
/**
 * Whether people who write see that message.
 */
pinned: boolean,
/**
 * The work location to set, for today.
 */
location: WorkLocation | null,
/**
 * When presence and message end; `None`: as each does by itself.
 */
expiry: Expiry | null,
/**
 * The global shortcut that applies it, as text such as `Ctrl+Alt+F`.
 */
shortcut: string | null, };

/**
 * What is wrong, since when, and when the program tries again by itself.
 */
export type Problem = {
/**
 * For scripts.
 */
code: Code,
/**
 * What happened, in one sentence.
 */
message: string,
/**
 * What to do about it, in one sentence.
 */
advice: string,
/**
 * When it began.
 */
since: string,
/**
 * When the program tries again by itself; `None`: it does not.
 */
next_try: string | null,
/**
 * What helps at the press of a button.
 */
remedy: Remedy | null,
/**
 * The kind of refusal, where that says more than the code: the catalogue's `sign-in.{cause}`.
 */
cause?: string,
/**
 * Of the request.
 */
trace_id?: string,
/**
 * Of everything that belongs to the attempt.
 */
correlation_id?: string, };

/**
 * The app registration that the program signs in with, or how to get one.
 */
export type Registration = {
/**
 * The app's id; `None` where neither the settings nor the build name one.
 */
client_id: string | null,
/**
 * The tenant that the settings name.
 */
tenant: string | null,
/**
 * Whether it was compiled in, and not chosen in the settings.
 */
built_in: boolean,
/**
 * What people are asked to grant.
 */
permissions: Array<string>,
/**
 * Where an administrator approves it for everybody.
 */
approval_link: string | null,
/**
 * The administration's web page.
 */
portal: string,
/**
 * Registers an app of one's own, with `sh` and `az`.
 */
script: string, };

/**
 * What a person can do about something at the press of a button.
 */
export type Remedy = "sign-in" | "try-again" | "keep-alive" | "set-again";

/**
 * The answer to a command.
 */
export type Reply = "done" | { "done-except": Trouble } | { "failed": Trouble };

/**
 * A global shortcut, set or not.
 */
export type Shortcut = {
/**
 * What it does.
 */
action: ShortcutAction,
/**
 * The keys in the settings, such as `Ctrl+Alt+P`; `None`: none.
 */
keys: string | null,
/**
 * The keys that the system listens for, in its own words; they may be others. `None`: it does not listen.
 */
trigger: string | null,
/**
 * Why it does not listen, in one sentence.
 */
problem: string | null, };

/**
 * What a global shortcut does. As text: `open`, a presence, `reset`, `last-preset`, `preset:NAME`.
 */
export type ShortcutAction = string;

/**
 * A sign-in that waits for the person.
 */
export type SigningIn = {
/**
 * The page to open, once it is known, for whoever has to open it by hand.
 */
url: string | null,
/**
 * The code to type in there, where one is needed.
 */
code: string | null, };

/**
 * Everything a surface may show, worked out. What `presence-tray status --json` prints.
 */
export type Snapshot = {
/**
 * Whether somebody is signed in.
 */
signed_in: boolean,
/**
 * Who.
 */
account: Account | null,
/**
 * What Graph said last, as it said it.
 */
presence: Presence | null,
/**
 * When it said so.
 */
read_at: string | null,
/**
 * What this program asked for.
 */
asked: Asked,
/**
 * What is wrong, if anything is.
 */
problem: Problem | null,
/**
 * How sure what is shown is.
 */
certainty: Certainty,
/**
 * Why it is what it is.
 */
why: Why | null,
/**
 * What was to be taken away, and is still shown.
 */
clearing: Array<Subject>,
/**
 * What could not be done, or was done otherwise, until the next try or until it was read.
 */
notices: Array<Notice>,
/**
 * The presence session of our own.
 */
keep_alive: KeepAlive,
/**
 * The sign-in granted reading alone.
 */
read_only: boolean,
/**
 * The sign-in that waits for the person.
 */
signing_in: SigningIn | null,
/**
 * How the last sign-in ended, unless it went well or was given up.
 */
sign_in_failed: Trouble | null,
/**
 * The token is in memory alone: the sign-in ends with the program.
 */
session_only: boolean,
/**
 * What an administrator asks for.
 */
registration: Registration | null,
/**
 * Messages set before, newest first.
 */
recent_messages: Array<string>,
/**
 * Named combinations that the settings offer.
 */
presets: Array<Preset>,
/**
 * The one that was applied last, if it is still there.
 */
last_preset: string | null,
/**
 * Buildings that the settings and the tenant's own list offer.
 */
places: Array<Place>,
/**
 * Those of them that stand in the settings.
 */
own_places: Array<Place>,
/**
 * What was read today, in order.
 */
today: Array<Stretch>,
/**
 * Language, colours, notifications, as chosen.
 */
preferences: Preferences,
/**
 * Global shortcuts, set or not.
 */
shortcuts: Array<Shortcut>,
/**
 * The desktop shows no tray icon: what to do about it.
 */
missing_tray: Hint | null,
/**
 * Whether the program starts at login; `None` where that cannot be known.
 */
start_at_login: boolean | null,
/**
 * How often the window was called for. A window that runs shows itself when this grows.
 */
flyout_calls: number,
/**
 * The latest of these calls.
 */
flyout_call: FlyoutCall,
/**
 * Whether this is the demonstration against the simulator.
 */
demo: boolean,
/**
 * The language of its sentences, and of the surfaces.
 */
language: Language, };

/**
 * A while in which every read showed the same.
 */
export type Stretch = {
/**
 * What was shown.
 */
badge: Badge,
/**
 * From the read that showed it first …
 */
since: string,
/**
 * … to the one that showed it last.
 */
until: string, };

/**
 * What a write, or what went wrong with it, is about. Of two writes about the same subject the later one counts.
 */
export type Subject = "presence" | "message" | "location" | "session" | "state";

/**
 * The colours of the window.
 */
export type Theme = "system" | "light" | "dark";

/**
 * Trouble in words: what happened, and what to do.
 */
export type Trouble = {
/**
 * For scripts.
 */
code: Code,
/**
 * What happened, in one sentence.
 */
message: string,
/**
 * What to do about it, in one sentence.
 */
advice: string,
/**
 * The kind of refusal, where that says more than the code: the catalogue's `sign-in.{cause}`.
 */
cause?: string,
/**
 * Of the request.
 */
trace_id?: string,
/**
 * Of everything that belongs to the attempt.
 */
correlation_id?: string, };

/**
 * A part of the window.
 */
export type View = "main" | "message" | "settings" | "shortcuts" | "about";

/**
 * Why a presence is shown, as far as it can be told.
 */
export type Why = {
/**
 * For scripts and for drawing.
 */
kind: WhyKind,
/**
 * In one sentence.
 */
message: string,
/**
 * What helps, where something else was asked for.
 */
remedy: Remedy | null,
/**
 * What this program had asked for, where it did: [`Remedy::SetAgain`] means this.
 */
asked: PreferredPresence | null, };

/**
 * The reasons.
 */
export type WhyKind = "asked" | "settling" | "not-taken" | "outranked" | "asked-without-session" | "overtaken" | "over" | "chosen-elsewhere" | "teams-session" | "calendar" | "out-of-office" | "no-session" | "kept-alive" | "automatic" | "unknown";

/**
 * A work location to set.
 */
export type WorkLocation = {
/**
 * Office, remote, time off.
 */
kind: LocationKind,
/**
 * A building of the tenant, by its id in the places directory. Only an office has one.
 */
place: string | null, };
