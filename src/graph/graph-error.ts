import { DirectoryError, type DirectoryProblem } from '../app/ports.ts';

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
  /** Parsed body; `undefined` when there was none or it was not JSON. */
  readonly body: unknown;
}

/**
 * What an answer means. `null`: it is a success. Decided by status, at times by Graph's code with it; `message` is Graph's
 * prose, and tells one thing that no code does.
 */
export function problemOf({ status, body }: GraphAnswer): DirectoryProblem | null {
  if (status >= 200 && status < 300) return null;
  if (status === 401) return 'signIn';
  // No permission is missing: Conditional Access wants another sign-in.
  if (status === 403) return errorCode(body) === 'insufficient_claims' ? 'signIn' : 'missingPermission';
  // A 404 that is not Graph's, of a proxy or a wrong address, says nothing about an account; nor does one about the path.
  if (status === 404) return errorCode(body) === '' || isUnknownPath(body) ? 'rejected' : 'notFound';
  if (status === 429) return 'throttled';
  if (status === 408 || status === 504) return 'noAnswer';
  return status >= 500 ? 'unavailable' : 'rejected';
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
