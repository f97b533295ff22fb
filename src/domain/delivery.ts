/** Which answers of the connector are final, and what is done about the others. */

/** Something that is to stand in the chat: a card, which a few words can stand in for, or words. */
export type Said = 'card' | 'words';

export interface Answer {
  /** HTTP status; `null`: none came. */
  readonly status: number | null;
  /** The connector's own word for what is wrong. */
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export type Delivery =
  | { readonly do: 'deliver' }
  | { readonly do: 'retry'; readonly afterMs: number }
  /** It will be refused for ever as it is: say it in a few plain words. */
  | { readonly do: 'shorten' }
  | { readonly do: 'giveUp' };

/** So long the connector may refuse before something counts as undeliverable. */
export const patienceMs = 10 * 60_000;
const firstPauseMs = 1000;
const longestPauseMs = 15_000;
/** Whatever Teams asks for, the bot waits no longer than this before the next try. */
const longestRetryAfterMs = 60_000;

/** It is the message itself that is refused. */
const aboutTheMessage: ReadonlySet<number> = new Set([400, 413]);
/** They come and go, whatever status they come with. */
const passing: ReadonlySet<string> = new Set(['ConversationNotFound', 'ServiceError', 'ConversationBlockedByUser']);

/** Whether the same message may be taken another time. */
export function mayPass({ status, code = '' }: Pick<Answer, 'status' | 'code'>): boolean {
  return status === null || !aboutTheMessage.has(status) || passing.has(code);
}

/**
 * @param tries how often this was tried
 * @param triedMs since the first time
 */
export function afterAnswer(answer: Answer, what: Said, tries: number, triedMs: number): Delivery {
  const { status, retryAfterMs = 0 } = answer;
  // Delivered, also when the connector names no id for it.
  if (status !== null && status >= 200 && status < 300) return { do: 'deliver' };
  if (!mayPass(answer)) return { do: what === 'card' ? 'shorten' : 'giveUp' };
  if (triedMs >= patienceMs) return { do: 'giveUp' };
  const pauseMs = Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs);
  return { do: 'retry', afterMs: Math.max(pauseMs, Math.min(retryAfterMs, longestRetryAfterMs)) };
}
