import { setTimeout as delay } from 'node:timers/promises';
import { retryAfterMs } from '../../base/read.ts';
import { within } from '../../base/time.ts';
import { StoreDamaged, StoreError } from '../damage.ts';

/** What a failed call of the table service means. */
type Kind =
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
  readonly kind: Kind;
  readonly retryAfterMs: number | undefined;
  /** The same call may work a moment later. */
  readonly again: boolean;
  /** The service may have done what was asked all the same, or may do so yet. */
  readonly inDoubt: boolean;
  constructor(kind: Kind, message: string, more: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.retryAfterMs = more.retryAfterMs;
    this.again = kind === 'busy' || kind === 'unreached' || kind === 'noAnswer';
    this.inDoubt = kind === 'busy' || kind === 'noAnswer';
  }
}

export const unclearAnswer = () => new CallFailure('noAnswer', 'an answer that cannot be understood');

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

export function failureOf(cause: unknown): CallFailure {
  if (cause instanceof CallFailure) return cause;
  const { name, message = String(cause), code, statusCode, details, response } = (cause ?? {}) as Problem;
  if (statusCode === undefined) {
    const kind = code !== undefined && unreached.has(code) ? 'unreached' : 'noAnswer';
    // The service adds ids and times on further lines.
    const [line = ''] = message.split('\n');
    return new CallFailure(kind, `no answer (${code ?? name ?? 'unknown error'}: ${line.slice(0, 300)})`, { cause });
  }
  const told = code ?? details?.errorCode ?? details?.['odata.error']?.code;
  return new CallFailure(kindOf(statusCode, told), `HTTP ${statusCode}${told ? ` ${told}` : ''}`, {
    retryAfterMs: retryAfterMs(response?.headers?.get('retry-after'), Date.now()),
    cause,
  });
}

function kindOf(status: number, code: string | undefined): Kind {
  if (code === 'TableNotFound' || code === 'TableBeingDeleted') return 'noTable';
  if (status === 409 && code === 'EntityAlreadyExists') return 'exists';
  if (status === 412) return 'changed';
  if (status === 404) return 'absent';
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 429 || status === 408 || status >= 500) return 'busy';
  // An answer of success that cannot be read says nothing.
  return status < 400 ? 'noAnswer' : 'refused';
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
  readonly tryMs: number;
}

export function deadlineIn({ callMs, tryMs }: Times): Deadline {
  const end = performance.now() + callMs;
  return { left: () => Math.max(0, end - performance.now()), tryMs };
}

/** Less time than this is not worth another try. */
export const leastMs = 50;

/** One request, which ends in time whatever the SDK makes of the signal. @throws CallFailure; StoreError as it is */
export async function once<T>(deadline: Deadline, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ms = Math.min(deadline.tryMs, deadline.left());
  const abort = new AbortController();
  try {
    return await within(ms, call(abort.signal), () => {
      throw new CallFailure('noAnswer', `no answer within ${Math.round(ms)} ms`);
    });
  } catch (error) {
    throw error instanceof StoreError ? error : failureOf(error);
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
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(deadline, call);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const failure = failureOf(error);
      if (!failure.again || !(await pause(deadline, tries, failure))) throw storeError(what, failure);
    }
  }
}

const meanings: Partial<Record<Kind, string>> = {
  noTable: 'the table is missing',
  forbidden: 'the identity or key may not do this',
  busy: 'the service is busy or in trouble',
  unreached: 'the service cannot be reached',
};

/** @param what what could not be done, to begin the sentence */
export function storeError(what: string, failure: CallFailure): StoreError {
  const meaning = meanings[failure.kind];
  const Kind = failure.kind === 'noTable' ? StoreDamaged : StoreError;
  return new Kind(`${what}: ${meaning ? `${meaning} (${failure.message})` : failure.message}`, { cause: failure });
}
