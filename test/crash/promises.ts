import type { RequestEvent } from '../../src/domain/request.ts';
import type { Evidence, TrailLine } from './evidence.ts';
import { judgeChat, type Twice } from './judge-chat.ts';
import { judgeTrail } from './judge-trail.ts';
import { judgeWrites } from './judge-writes.ts';

export type Promised =
  | 'every request ends, and its card and its result say how'
  | 'no write without an approval on record for exactly that account'
  | 'every account written to could be seen on the card that was approved'
  | 'one decision, and somebody made it'
  | 'nobody decides without the right to, and no target about the request'
  | 'no code twice in a place within a day'
  | 'no second write unless the first is on record as unknown'
  | 'what is claimed is what happened'
  | 'the trail verifies, with each step once'
  | 'no card without a record'
  | 'that somebody is back is told once, on record first, where it was asked'
  | 'said twice only where it was not known whether it was said';

export interface Broken {
  readonly promise: Promised;
  readonly how: string;
}

/** What one kind of promise is checked with; `broken` is called for each one that was not kept. */
export type Judge<T> = (evidence: Evidence, stories: Stories, broken: (promise: Promised, how: string) => void) => T;

/** The lines of each request, in order, by request id. */
type Stories = ReadonlyMap<string, readonly TrailLine[]>;

export interface Judged {
  readonly broken: readonly Broken[];
  readonly requests: number;
  readonly approved: number;
  readonly writes: number;
  /** Accounts whose write was made again, each time after the one before was on record as unknown. */
  readonly writtenAgain: number;
  /** Cards and results that stand in the chat once more. */
  readonly twice: readonly Twice[];
  /** Cards whose id was lost with its answer: they keep their buttons, and a press is answered with how things stand. */
  readonly orphans: number;
  /** Writes that came later than a later attempt's, from a holder that had stood still. */
  readonly stale: number;
}

/** Several types may share one form, so this looks at each form for those it stands for. */
type LineOf<T extends RequestEvent['type'], L = TrailLine> = L extends { readonly type: infer U }
  ? Extract<U, T> extends never
    ? never
    : L & { readonly type: Extract<U, T> }
  : never;

/** The lines of these types. */
export function only<T extends RequestEvent['type']>(lines: readonly TrailLine[], ...types: T[]): readonly LineOf<T>[] {
  return lines.filter((line) => (types as string[]).includes(line.type)) as unknown as readonly LineOf<T>[];
}

/** Checks every promise from outside, on what is left when all is over. */
export function judge(evidence: Evidence): Judged {
  const stories: Stories = Map.groupBy(evidence.trail, ({ requestId }) => requestId);
  const broken: Broken[] = [];
  const note = (promise: Promised, how: string) => broken.push({ promise, how });
  judgeTrail(evidence, stories, note);
  const written = judgeWrites(evidence, stories, note);
  const said = judgeChat(evidence, stories, note);
  return {
    broken,
    requests: stories.size,
    approved: only(evidence.trail, 'Approved').length,
    ...written,
    ...said,
  };
}
