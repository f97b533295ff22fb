/**
 * What to do with a request next: look again after `ms`, look again when something that is under way has ended (or try
 * again when it failed), or never again, but at another.
 */
export type Next =
  | { readonly again: true; readonly afterMs: number }
  | { readonly again: true; readonly when: Promise<void> }
  | { readonly again: false; readonly other?: string };

export const now: Next = { again: true, afterMs: 0 };
export const never: Next = { again: false };
export const after = (ms: number): Next => ({ again: true, afterMs: Math.max(0, ms) });
