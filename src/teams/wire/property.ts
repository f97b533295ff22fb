/** An own property of whatever was sent; `undefined` where there is none. */
export function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Longer than anything that a button or a dialog of ours sends. */
const longestJson = 100_000;

/** What some clients send as JSON, read; anything else as it is. */
export function unwrapped(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > longestJson || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
