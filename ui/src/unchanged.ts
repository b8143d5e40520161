/** `latest`, made of those parts of `before` that say the same: what is drawn from them need not be drawn anew. */
export function unchanged<T>(before: unknown, latest: T): T {
  if (before === latest || !isParts(before) || !isParts(latest) || Array.isArray(before) !== Array.isArray(latest)) return latest;
  const keys = Object.keys(latest);
  const made = (Array.isArray(latest) ? [] : {}) as Record<string, unknown>;
  for (const key of keys) made[key] = unchanged(before[key], latest[key]);
  const same = keys.length === Object.keys(before).length && keys.every((key) => key in before && made[key] === before[key]);
  return (same ? before : made) as T;
}

/** An object or a list, as JSON has them. */
function isParts(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
