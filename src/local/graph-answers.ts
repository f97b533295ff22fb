import type { RequestTarget } from './request-target.ts';

/** What a call answers, before the headers that every reply bears. */
export interface Answer {
  readonly status: number;
  /** JSON; undefined for no body at all */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** what the request costs of the throttling limits; 1 unless told */
  readonly resourceUnits?: number;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

export const context = (version: RequestTarget['version'], what: string) =>
  `https://graph.microsoft.com/${version}/$metadata#${what}`;

/** The part of a context that names the selected properties. */
export const selected = (select: readonly string[] | undefined) =>
  select === undefined ? '' : `(${select.join(',')})`;
