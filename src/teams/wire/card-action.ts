import { requestIdLength } from '../../domain/code.ts';
import type { Seen } from '../../domain/command.ts';
import type { Conversation, Verb } from '../../domain/request.ts';
import { property, unwrapped } from './property.ts';

/** What a click may say: which button, on which request. Everything else is read from the record. */
export interface Press {
  readonly verb: Verb | AgainVerb;
  readonly requestId: string;
}

/** Asks anew for accounts of a result. */
type AgainVerb = 'retry' | 'again';

export function isAgain(verb: string): verb is AgainVerb {
  return verb === 'retry' || verb === 'again';
}

/** A press, or a client that asks for its reader's own view. */
export interface CardAction extends Omit<Press, 'verb'> {
  readonly verb: Press['verb'] | 'refresh';
  /** The person's token for this bot, after a login request. Secret. */
  readonly token?: string;
}

/** Tokens of people in very many groups come near it. */
const longestToken = 32_768;

const longestMessageId = 256;

const verbs: ReadonlySet<string> = new Set<CardAction['verb']>([
  'approve',
  'deny',
  'cancel',
  'stop',
  'continue',
  'retry',
  'again',
  'refresh',
]);

/** The value of an `adaptiveCard/action` invoke; `null` when it is not one of ours. */
export function readInvoke(sent: unknown): CardAction | null {
  const value = unwrapped(sent);
  const action = unwrapped(property(value, 'action'));
  const read = cardAction(property(action, 'verb'), property(unwrapped(property(action, 'data')), 'requestId'));
  const token = property(property(value, 'authentication'), 'token');
  return read && typeof token === 'string' && token !== '' && token.length <= longestToken ? { ...read, token } : read;
}

/** The value of a message sent by an Action.Submit (the fallback on old clients); `null` when it is not one of ours. */
export function readSubmit(sent: unknown): Press | null {
  const value = unwrapped(sent);
  const { verb, requestId } = cardAction(property(value, 'verb'), property(value, 'requestId')) ?? {};
  return verb === undefined || verb === 'refresh' || requestId === undefined ? null : { verb, requestId };
}

/** Beyond it nobody could have typed it. */
const longestSentence = 32_000;

/** The sentence that a button says for whoever presses it, as if they had typed it; `null` when it is no such button. */
export function readSaid(sent: unknown): string | null {
  const value = unwrapped(sent);
  const action = unwrapped(property(value, 'action')) ?? value;
  if (property(action, 'verb') !== 'say') return null;
  const sentence = property(unwrapped(property(action, 'data')) ?? action, 'says');
  return typeof sentence === 'string' && sentence.length <= longestSentence ? sentence : null;
}

/** What a press tells of the message it was made on. @param messageId as it was sent */
export function seenBy(verb: CardAction['verb'], { id, serviceUrl }: Conversation, messageId: unknown): Seen {
  const isId = typeof messageId === 'string' && messageId !== '' && messageId.length <= longestMessageId;
  return { where: id, serviceUrl, messageId: isId ? messageId : null, shows: isAgain(verb) ? 'result' : 'card' };
}

function cardAction(verb: unknown, requestId: unknown): CardAction | null {
  if (typeof verb !== 'string' || !verbs.has(verb)) return null;
  if (typeof requestId !== 'string' || requestId.length !== requestIdLength || !/^[A-Z0-9]+$/.test(requestId)) {
    return null;
  }
  return { verb: verb as CardAction['verb'], requestId };
}
