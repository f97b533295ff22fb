/** The longest that a timer counts, some 25 days; a record could not hold "for ever" either. */
const mostMs = 2 ** 31 - 1;

/** `Retry-After` in ms: seconds or a date. `undefined` when absent or unreadable. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), mostMs);
}

/** What a JSON web token says, unverified: for what is checked elsewhere. @throws when it is none */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

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
