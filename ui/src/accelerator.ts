/** Keys that were pressed, as text such as `Ctrl+Alt+P`: the grammar of the crate `desktop` (`accelerator.rs`). */

/** What is read of a key press. */
export type Press = Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

/** Why keys are no shortcut, as the last part of a key of the catalogue. */
export type NoShortcut = 'needs-modifier' | 'unknown-key';

const MODIFIERS = [
  ['ctrlKey', 'Ctrl'],
  ['altKey', 'Alt'],
  ['shiftKey', 'Shift'],
  ['metaKey', 'Super'],
] as const;

/** Names of keys, by the names that the browser has for their places; letters, digits and F1 to F20 go by rule. */
const KEYS: Record<string, string> = {
  Space: 'Space',
  Tab: 'Tab',
  Enter: 'Enter',
  Escape: 'Escape',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Comma: 'Comma',
  Period: 'Period',
  Slash: 'Slash',
  Semicolon: 'Semicolon',
  Minus: 'Minus',
  Equal: 'Equal',
  BracketLeft: 'BracketLeft',
  BracketRight: 'BracketRight',
  Backslash: 'Backslash',
  Backquote: 'Backquote',
};

/** What was pressed: a shortcut, why it is none, or nothing yet where only modifiers are held down. */
export function accelerator(press: Press): { keys: string } | { fault: NoShortcut } | undefined {
  if (/^(Control|Alt|Shift|Meta|OS)(Left|Right)?$|^AltGraph$/.test(press.code) || /^(AltGraph|Super|Hyper|Fn|CapsLock)$/.test(press.key)) {
    return undefined;
  }
  const key = name(press);
  if (key === undefined) return { fault: 'unknown-key' };
  const held = MODIFIERS.filter(([flag]) => press[flag]).map(([, name]) => name);
  // Shift alone makes a capital letter; the function keys type nothing.
  const types = held.every((name) => name === 'Shift') && !/^F\d/.test(key);
  return types ? { fault: 'needs-modifier' } : { keys: [...held, key].join('+') };
}

/** Letters as they stand on the person's own keys, wherever these are; everything else by its place. */
function name({ code, key }: Press): string | undefined {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const ruled = /^(?:Key([A-Z])|Digit(\d)|(F(?:[1-9]|1\d|20)))$/.exec(code);
  return ruled?.slice(1).find(Boolean) ?? (Object.hasOwn(KEYS, code) ? KEYS[code] : undefined);
}
