/** Letters and digits that cannot be taken for one another when read aloud or off a small screen. */
export const codeAlphabet = '34679ACDEFGHJKMNPQRTUVWXY2';

export const requestIdLength = 20;
export const shortestCode = 4;

/**
 * The code printed on the card: the shortest beginning of the request id, of at least four characters, that is not the
 * beginning of another id in use. Because the code is part of the id, it needs no table of its own.
 */
export function codeFor(requestId: string, inUse: readonly string[]): string {
  for (let length = shortestCode; length < requestId.length; length += 1) {
    const code = requestId.slice(0, length);
    if (!inUse.some((id) => id !== requestId && id.startsWith(code))) return code;
  }
  return requestId;
}

/** A typed code in the form it is stored in, or `null` when it cannot be one. */
export function normaliseCode(typed: string): string | null {
  const code = typed.toUpperCase();
  if (code.length < shortestCode || code.length > requestIdLength) return null;
  return [...code].every((character) => codeAlphabet.includes(character)) ? code : null;
}
