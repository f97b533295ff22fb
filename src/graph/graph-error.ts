import { DirectoryError, type DirectoryProblem } from '../app/errors.ts';

export interface GraphAnswer {
  readonly status: number;
  readonly graphRequestId: string | undefined;
  /** Graph's own clock: the `Date` header. */
  readonly date: string | undefined;
  /** Our clock when the answer was there. */
  readonly receivedAt: string;
  readonly resourceUnits: number | undefined;
  readonly throttlePercentage: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Until when the token counts that it was refused with, where no other can be had. */
  readonly tokenUntil: string | undefined;
  /** False: it bears none of Graph's marks, so something between here and Graph answered. */
  readonly isGraphs: boolean;
  /** Parsed body; `undefined` when there was none or it was not JSON. */
  readonly body: unknown;
}

/**
 * What an answer means. `null`: it is a success. Decided by status, at times by Graph's code with it; `message` is Graph's
 * prose, and tells one thing that no code does.
 */
export function problemOf({ status, body, isGraphs }: GraphAnswer): DirectoryProblem | null {
  if (status === 429) return 'throttled';
  if (status === 408 || status === 504) return 'noAnswer';
  if (status >= 500) return 'unavailable';
  if (!isGraphs) return 'notGraph';
  if (status === 401) return 'signIn';
  if (status >= 200 && status < 300) return null;
  // No permission is missing: Conditional Access wants another sign-in.
  if (status === 403) return errorCode(body) === 'insufficient_claims' ? 'signIn' : 'missingPermission';
  // A 404 without Graph's code, or about the path, says nothing about an account.
  if (status === 404) return errorCode(body) === '' || isUnknownPath(body) ? 'rejected' : 'notFound';
  const isBusy = busy.has(status) || errorCode(body) === 'Directory_ConcurrencyViolation';
  return isBusy ? 'conflict' : 'rejected';
}

/** Something else is being done to the account just now: precondition failed, locked, too early. Nothing was done. */
const busy: ReadonlySet<number> = new Set([412, 423, 425]);

/** Whether an answer is Graph's: it has a request-id, or JSON in Graph's form, and is no web page. */
export function bearsMarks(requestId: string | undefined, text: string | null | undefined, body: unknown): boolean {
  if (/^\s*</.test(text ?? '')) return false;
  const isInForm =
    typeof body === 'object' && body !== null && ['@odata.context', 'value', 'id'].some((key) => key in body);
  return requestId !== undefined || isInForm || errorCode(body) !== '';
}

export function directoryError(problem: DirectoryProblem, what: string, answer: GraphAnswer): DirectoryError {
  const { graphRequestId, retryAfterMs, status } = answer;
  const code = errorCode(answer.body);
  return new DirectoryError(problem, `${what}: Graph answered ${status} ${code}`, {
    code,
    graphRequestId,
    retryAfterMs,
  });
}

/** The cloud or the version does not have what was asked: no account is meant, though the status and the code are the same. */
function isUnknownPath(body: unknown): boolean {
  const { message } = (body as { error: { message?: unknown } }).error;
  return typeof message === 'string' && /\bResource not found for the segment\b/i.test(message);
}

/** Graph's own error code, for the log; empty when the body has none. */
export function errorCode(body: unknown): string {
  const error = (body as { error?: { code?: unknown } } | null | undefined)?.error;
  return typeof error?.code === 'string' ? error.code.slice(0, 100) : '';
}

/** Before a person who was not found is looked for again, in ms. */
const pausesUntilFound: readonly number[] = [200, 600];

/** Asks again for what is not there: another copy of the directory may have what the first did not. */
export function createReadAgain(sleep: (ms: number) => Promise<void>) {
  return async function readAgain<T>(ask: () => Promise<T>): Promise<T> {
    for (const pause of pausesUntilFound) {
      const found = await ask().catch((error: unknown) => missing(error, null));
      if (found !== null) return found;
      await sleep(pause);
    }
    return ask();
  };
}

export type ReadAgain = ReturnType<typeof createReadAgain>;

/** Only a 404 is "not there"; every other failure stays a failure. */
export function missing<T>(error: unknown, nothing: T): T {
  if (error instanceof DirectoryError && error.problem === 'notFound') return nothing;
  throw error;
}
