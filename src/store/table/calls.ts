import { setTimeout as delay } from 'node:timers/promises';
import { retryAfterMs } from '../../base/read.ts';
import { within } from '../../base/time.ts';
import { StoreDamaged, StoreError } from '../damage.ts';

/** What a failed call of the table service means. */
type CallFailureKind =
  /** A row to be added is there already. */
  | 'exists'
  /** A row is not as it was read. */
  | 'changed'
  | 'absent'
  | 'noTable'
  | 'forbidden'
  /** Wrong in itself: it would be refused again. */
  | 'refused'
  /** 429, 408, 5xx. */
  | 'busy'
  /** Nothing was there to send it to. */
  | 'unreached'
  /** Sent, perhaps, and no answer, or half of one. */
  | 'noAnswer'
  | 'signIn';

export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly kind: CallFailureKind;
  readonly retryAfterMs: number | undefined;
  /** The same call may work a moment later. */
  readonly again: boolean;
  /** The service may have done what was asked all the same, or may do so yet. */
  readonly inDoubt: boolean;
  constructor(
    kind: CallFailureKind,
    message: string,
    more: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.retryAfterMs = more.retryAfterMs;
    this.again = kind === 'busy' || kind === 'unreached' || kind === 'noAnswer';
    this.inDoubt = kind === 'busy' || kind === 'noAnswer';
  }
}

/** What the SDK's errors have that says something. */
interface Problem {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly details?: { readonly errorCode?: string; readonly 'odata.error'?: { readonly code?: string } };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function failureOf(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  const { name, message = String(error), code, statusCode, details, response } = (error ?? {}) as Problem;
  if (statusCode === undefined) {
    const kind = code !== undefined && unreached.has(code) ? 'unreached' : 'noAnswer';
    return new CallFailure(kind, `no answer (${code ?? name ?? 'unknown error'}: ${firstLine(message)})`, {
      cause: error,
    });
  }
  const told = code ?? details?.errorCode ?? details?.['odata.error']?.code;
  const kind = kindOf(statusCode, told);
  const text = `HTTP ${statusCode}${told ? ` ${told}` : ''}`;
  const wait = retryAfterMs(response?.headers?.get('retry-after'), Date.now());
  return new CallFailure(kind, text, { retryAfterMs: wait, cause: error });
}

function kindOf(status: number, code: string | undefined): CallFailureKind {
  if (code === 'TableNotFound' || code === 'TableBeingDeleted') return 'noTable';
  if (status === 409 && code === 'EntityAlreadyExists') return 'exists';
  if (status === 412) return 'changed';
  if (status === 404) return 'absent';
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 429 || status === 408 || status >= 500) return 'busy';
  // An answer of success that cannot be read says nothing.
  return status < 400 ? 'noAnswer' : 'refused';
}

export function unclearAnswer(): CallFailure {
  return new CallFailure('noAnswer', 'an answer that cannot be understood');
}

export function tooSlow(ms: number): CallFailure {
  return new CallFailure('noAnswer', `no answer within ${Math.round(ms)} ms`);
}

export function signInFailed(cause: unknown): CallFailure {
  return new CallFailure('signIn', `no token for storage (${cause instanceof Error ? cause.name : 'unknown error'})`, {
    cause,
  });
}

/** The service adds ids and times on further lines. */
function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? '';
}

/** How long things may take, in ms. */
export interface Times {
  /** Any call of the store, with everything it takes. */
  readonly callMs: number;
  /** One request to the service. */
  readonly tryMs: number;
}

/** When a call of the store has to end, by a clock that is never set. */
export interface Deadline {
  /** Milliseconds left; 0 when it is over. */
  left(): number;
}

export function deadlineIn(ms: number): Deadline {
  const end = performance.now() + ms;
  return { left: () => Math.max(0, end - performance.now()) };
}

/** Less time than this is not worth another try. */
export const leastMs = 50;

/** One request, which ends in time whatever the SDK makes of the signal. @throws CallFailure */
export async function once<T>(
  deadline: Deadline,
  { tryMs }: Times,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ms = Math.min(tryMs, deadline.left());
  const abort = new AbortController();
  try {
    return await within(ms, call(abort.signal), () => {
      throw tooSlow(ms);
    });
  } catch (error) {
    throw failureOf(error);
  } finally {
    abort.abort();
  }
}

/** Waits before the next try: as long as the service asks, or a little longer each time. `false`: there is no time. */
export async function pause(deadline: Deadline, tries: number, failure: CallFailure): Promise<boolean> {
  // When another replica was quicker nothing is overloaded; the two must only get out of step.
  const usual = failure.again ? Math.min(50 * 2 ** tries, 2000) : Math.min(3 * tries, 20);
  const ms = failure.retryAfterMs ?? usual * (0.5 + Math.random() / 2);
  if (ms + leastMs > deadline.left()) return false;
  await delay(ms);
  return true;
}

/** A request that may be repeated without harm, until it works or the time is over. @throws StoreError */
export async function repeated<T>(
  deadline: Deadline,
  times: Times,
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(deadline, times, call);
    } catch (error) {
      const failure = failureOf(error);
      if (!failure.again || !(await pause(deadline, tries, failure))) throw storeError(what, failure);
    }
  }
}

const meanings: Partial<Record<CallFailure['kind'], string>> = {
  noTable: 'the table is missing',
  forbidden: 'the identity or key may not do this',
  busy: 'the service is busy or in trouble',
  unreached: 'the service cannot be reached',
};

/** @param what what could not be done, to begin the sentence */
export function storeError(what: string, failure: CallFailure): StoreError {
  const meaning = meanings[failure.kind];
  const Kind = failure.kind === 'noTable' ? StoreDamaged : StoreError;
  return new Kind(`${what}: ${meaning ? `${meaning} (${failure.message})` : failure.message}`, {
    cause: failure,
  });
}
