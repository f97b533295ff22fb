import { property, unwrapped } from '../../base/read.ts';
import type { Seen } from '../../domain/command.ts';
import type { Conversation, Verb } from '../../domain/request.ts';
import type { IncomingText } from '../sentence/message-text.ts';
import { longestText } from '../sentence/written.ts';
import { type Actor, isAddressed, placesOf, readActor, readConversation } from './actor.ts';
import { type DialogCall, readDialog } from './dialog-call.ts';
import { type Page, readPage, readRequestId } from './page.ts';

/** Asks anew for accounts of a result. */
type AgainVerb = 'retry' | 'again';

export function isAgain(verb: string): verb is AgainVerb {
  return verb === 'retry' || verb === 'again';
}

/** How the answer goes back: said in the conversation, to the one who pressed alone, or in the dialog. */
export type Channel = 'message' | 'click' | 'dialog';

interface By<V extends Channel> {
  readonly via: V;
  readonly by: Actor;
}

/** Typed, or said by a button for the person who presses it. */
export interface Said extends By<'message' | 'click'> {
  readonly kind: 'said';
  readonly activityId: string;
  /** By Teams' clock (ISO 8601); `null` where Teams does not say. */
  readonly saidAt: string | null;
  /** As sent: it takes time to read, and is read only of people who are not sending too much. */
  readonly words: IncomingText;
}

/** A button of a card: which, and on which request. Everything else is read from the record. */
export interface Pressed extends By<'message' | 'click'> {
  readonly kind: 'pressed';
  readonly verb: Verb | AgainVerb;
  readonly requestId: string;
  /** The person's token for this bot, after a login request. Secret. */
  readonly token?: string;
  readonly seen: Seen;
}

/** A button that leads to a page. */
export interface Turned extends By<'message' | 'click'> {
  readonly kind: 'turned';
  readonly page: Page;
}

/** What a person did and gets an answer to. */
export type Asked =
  | Said
  /** Edited, or deleted and restored, where it is meant for the bot. */
  | (By<'message'> & { readonly kind: 'edited'; readonly words: IncomingText })
  | Pressed
  /** A client asks by itself for its reader's own view of a card. */
  | (By<'click'> & { readonly kind: 'refreshed'; readonly requestId: string; readonly seen: Seen })
  | Turned
  | (By<'dialog'> & DialogCall)
  | (By<'message' | 'click'> & Extract<DialogCall, { kind: 'why' }>)
  /** A button that is none of ours. */
  | (By<'click'> & { readonly kind: 'unknown' });

type Unasked =
  /** Teams waits for an answer, and no person of the directory does. */
  | {
      readonly kind: 'noPerson';
      readonly via: 'click' | 'dialog';
      /** A client asks by itself. */
      readonly isRefresh: boolean;
      readonly locale: string;
    }
  | {
      readonly kind: 'installed';
      readonly where: Conversation;
      readonly places: readonly string[];
      readonly locale: string;
    }
  | { readonly kind: 'removed'; readonly where: Conversation }
  /** Teams could not get a token for a person who is to sign in. `code`: Teams' own word for why. */
  | { readonly kind: 'signInFailed'; readonly code: string | undefined }
  | { readonly kind: 'otherInvoke'; readonly locale: string }
  | { readonly kind: 'ignored'; readonly why: 'noPerson' | 'notAddressed' | 'nothingOfOurs' };

/** One activity, read once: nothing behind this sees the activity. */
export type Incoming = {
  readonly type: 'message' | 'invoke' | 'activity';
  /** Where it comes from, and through which address the bot can speak there; `null` where the activity does not say. */
  readonly where: Conversation | null;
} & (Asked | Unasked);

const longestMessageId = 256;
/** Tokens of people in very many groups come near it. */
const longestToken = 32_768;
/** Teams' own are words, such as `resourcematchfailed`. */
const longestCode = 100;

/**
 * What an activity is, who acts and where. Never throws: anything in it may be missing or of another type, and then counts
 * as not said.
 * @param tenantId ours; the guard has checked that the activity is of it
 */
export function readIncoming(activity: unknown, tenantId: string): Incoming {
  const type = property(activity, 'type');
  const where = readConversation(activity);
  const locale = readLocale(property(activity, 'locale'));
  const by = where && readActor(activity, where, locale, tenantId);
  switch (type) {
    case 'message':
      return { type, where, ...(by ? readMessage(activity, by) : noPerson) };
    case 'invoke':
      return { type, where, ...readInvoke(activity, by, locale) };
    case 'messageUpdate':
      return { type: 'activity', where, ...(by ? readEdited(activity, by) : noPerson) };
    case 'installationUpdate':
      return { type: 'activity', where, ...(where ? readInstallation(activity, where, locale) : nothingOfOurs) };
    default:
      return { type: 'activity', where, ...nothingOfOurs };
  }
}

const noPerson = { kind: 'ignored', why: 'noPerson' } as const;
const nothingOfOurs = { kind: 'ignored', why: 'nothingOfOurs' } as const;

function readMessage(activity: unknown, by: Actor): Asked | Unasked {
  const activityId = property(activity, 'id');
  if (typeof activityId !== 'string') return noPerson;
  const via = 'message';
  // What an Action.Submit sends, the fallback on old clients.
  const button = property(activity, 'text') ? undefined : unwrapped(property(activity, 'value'));
  const pressed = readButton(property(button, 'verb'), button, activity, { via, by });
  if (pressed && pressed.kind !== 'refreshed') return pressed;
  return { kind: 'said', via, by, activityId, saidAt: readTime(activity), words: readWords(activity) };
}

/** Added to a team, a chat or by a person: not when it is updated, and not for people who join. */
function readInstallation(activity: unknown, where: Conversation, locale: string): Unasked {
  const action = property(activity, 'action');
  if (action === 'add') return { kind: 'installed', where, places: placesOf(activity, where.id), locale };
  return action === 'remove' ? { kind: 'removed', where } : nothingOfOurs;
}

function readEdited(activity: unknown, by: Actor): Asked | Unasked {
  if (!isAddressed(activity, by.conversation)) return { kind: 'ignored', why: 'notAddressed' };
  return { kind: 'edited', via: 'message', by, words: readWords(activity) };
}

function readInvoke(activity: unknown, by: Actor | null, locale: string): Asked | Unasked {
  const name = property(activity, 'name');
  const value = unwrapped(property(activity, 'value'));
  if (name === 'adaptiveCard/action') {
    const via = 'click';
    const action = unwrapped(property(value, 'action'));
    if (!by) return { kind: 'noPerson', via, isRefresh: property(action, 'verb') === 'refresh', locale };
    const read = readButton(property(action, 'verb'), unwrapped(property(action, 'data')), activity, { via, by });
    const token = property(property(value, 'authentication'), 'token');
    const isToken = typeof token === 'string' && token !== '' && token.length <= longestToken;
    if (read?.kind === 'pressed' && isToken) return { ...read, token };
    return read ?? { kind: 'unknown', via, by };
  }
  if (name === 'signin/failure') {
    const code = property(value, 'code');
    return { kind: 'signInFailed', code: typeof code === 'string' ? code.slice(0, longestCode) : undefined };
  }
  const dialog = readDialog(name, value);
  if (!dialog) return { kind: 'otherInvoke', locale };
  return by ? { ...dialog, via: 'dialog', by } : { kind: 'noPerson', via: 'dialog', isRefresh: false, locale };
}

const verbs: ReadonlySet<unknown> = new Set<Pressed['verb']>([
  ...(['approve', 'deny', 'cancel', 'stop', 'continue', 'retry', 'again'] as const),
]);

/** What a button says, and nothing else that comes with it; `null` when it is none of ours. */
function readButton<V extends 'message' | 'click'>(verb: unknown, data: unknown, activity: unknown, how: By<V>) {
  if (verb === 'say') {
    const text = property(data, 'says');
    const activityId = property(activity, 'id');
    if (typeof text !== 'string' || text.length > longestText || typeof activityId !== 'string') return null;
    return { kind: 'said', ...how, activityId, saidAt: readTime(activity), words: { text } } as const;
  }
  if (verb === 'page') {
    const page = readPage(property(data, 'page'));
    return page && ({ kind: 'turned', ...how, page } as const);
  }
  const requestId = readRequestId(data);
  if (requestId === null) return null;
  // Opens a dialog, where a client has dialogs.
  if (verb === 'why') return { kind: 'why', ...how, requestId, reason: null } as const;
  if (verb === 'refresh') {
    return {
      kind: 'refreshed',
      via: 'click',
      by: how.by,
      requestId,
      seen: readSeen(activity, how.by, 'card'),
    } as const;
  }
  if (!verbs.has(verb)) return null;
  const known = verb as Pressed['verb'];
  const seen = readSeen(activity, how.by, isAgain(known) ? 'result' : 'card');
  return { kind: 'pressed', ...how, verb: known, requestId, seen } as const;
}

/** What a press tells of the message it was made on. */
function readSeen(activity: unknown, { conversation: { id, serviceUrl } }: Actor, shows: Seen['shows']): Seen {
  const messageId = property(activity, 'replyToId');
  const isId = typeof messageId === 'string' && messageId !== '' && messageId.length <= longestMessageId;
  return { where: id, serviceUrl, messageId: isId ? messageId : null, shows };
}

function readWords(activity: unknown): IncomingText {
  const recipient = property(activity, 'recipient') as IncomingText['recipient'];
  const [text, entities, attachments] = ['text', 'entities', 'attachments'].map((name) => property(activity, name));
  return { text, entities, attachments, ...(recipient ? { recipient } : {}) };
}

function readTime(activity: unknown): string | null {
  const sent = property(activity, 'timestamp');
  const at = new Date(typeof sent === 'string' ? sent : Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** Goes on record, so it is a short word or the default, whatever was sent. */
function readLocale(locale: unknown): string {
  return typeof locale === 'string' && /^[a-z0-9-]{1,35}$/i.test(locale) ? locale : 'en';
}
