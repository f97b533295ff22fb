import { retryAfterMs } from '../base/read.ts';

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
