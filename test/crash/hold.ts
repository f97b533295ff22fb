import type { Fault, Faults } from '../support/production/faults.ts';
import type { FakeAnswer } from '../support/production/https-server.ts';

/** A request that stands where it is until it is let go; for ever, when it never is. */
export interface Hold {
  readonly reached: Promise<void>;
  release(): void;
}

interface HoldOptions {
  /** How many that match go by first. */
  readonly skip?: number;
  /** Told of the answer, which nobody will get. */
  readonly onDone?: (answer: FakeAnswer) => void;
}

type Match = Pick<Fault, 'method' | 'path' | 'body'>;

/** Holds one request: `before` it is done, or `after`, with only its answer missing. */
export function hold(faults: Faults, match: Match, side: 'before' | 'after', options: HoldOptions = {}): Hold {
  const { skip = 0, onDone } = options;
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  if (skip > 0) faults.inject({ ...match, times: skip });
  faults.inject({
    ...match,
    ...(side === 'before' ? { until: released.promise } : { answerAfter: released.promise }),
    onHit: () => reached.resolve(),
    ...(onDone && { onDone }),
  });
  return { reached: reached.promise, release: () => released.resolve() };
}
