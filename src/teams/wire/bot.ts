import type { Log } from '../../app/ports.ts';
import type { PutRight } from '../../app/put-right.ts';
import { type ClickAnswer, message } from '../answer/click-answer.ts';
import type { DialogAnswer } from '../answer/dialog-answer.ts';
import type { OnClick } from '../answer/on-click.ts';
import type { OnDialog } from '../answer/on-dialog.ts';
import type { OnLookUp } from '../answer/on-look-up.ts';
import type { Heard, OnMessage } from '../answer/on-message.ts';
import type { Addresses } from '../chat/addresses.ts';
import type { Chat } from '../chat/chat.ts';
import type { Welcome } from '../chat/welcome.ts';
import { longestText } from '../sentence/markup-text.ts';
import { readSentence } from '../sentence/read-sentence.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { FloodGate } from './flood.ts';
import type { Asked, Incoming, Said } from './incoming.ts';

interface Deps {
  readonly allowedConversations: ReadonlySet<string> | null;
  readonly admit: FloodGate;
  /** For what clients ask by themselves. */
  readonly admitRefresh: FloodGate;
  readonly onMessage: OnMessage;
  readonly onClick: OnClick;
  readonly putRight: PutRight;
  readonly addresses: Pick<Addresses, 'note'>;
  readonly onDialog: OnDialog;
  readonly welcome: Welcome;
  readonly onLookUp: OnLookUp;
  readonly chat: Chat;
  readonly outsideTurn: (name: string, work: () => Promise<void>) => void;
  readonly log: Log;
}

/**
 * From what came in to the use cases. Answers the body of an invoke's answer; without one Teams closes a dialog. Messages
 * are answered outside the turn, so that Teams gets its 200 at once whatever Graph does.
 */
export function createBot(deps: Deps) {
  const { allowedConversations, admit, admitRefresh, onMessage, onClick, onDialog, onLookUp } = deps;
  const { putRight, addresses, welcome, chat, outsideTurn, log } = deps;
  const isAllowed = (places: readonly string[]) =>
    allowedConversations === null || places.some((id) => allowedConversations.has(id));

  return async function bot(incoming: Incoming): Promise<object | null> {
    const { where } = incoming;
    if (where) addresses.note(where.id, where.serviceUrl);
    switch (incoming.kind) {
      case 'ignored':
        if (incoming.type === 'message') log.warn({}, 'a message from nobody in the directory was not answered');
        return null;
      case 'installed': {
        const { where: place, locale } = incoming;
        if (isAllowed(incoming.places)) outsideTurn('welcome', () => welcome.come(place, locale));
        return null;
      }
      case 'removed':
        welcome.go(incoming.where);
        return null;
      case 'signInFailed':
        log.warn({ code: incoming.code }, 'Teams could not get a token for somebody who is to sign in');
        return null;
      case 'otherInvoke': {
        const value = { code: 'NotImplemented', message: textsFor(incoming.locale).unknownInvoke };
        return { statusCode: 501, type: 'application/vnd.microsoft.error', value };
      }
      case 'nobody': {
        const texts = textsFor(incoming.locale);
        return incoming.via === 'click' ? message(texts.noPerson) : inDialog(onDialog.refuse(texts.noPerson, texts));
      }
      default:
        return answer(incoming);
    }
  };

  async function answer(incoming: Asked): Promise<object | null> {
    const { by, via } = incoming;
    const texts = textsFor(by.locale);
    const refusal = whyNot(incoming);
    if (via === 'message') {
      if (refusal === null) outsideTurn('message', () => inConversation(incoming));
      else if (refusal !== '') say(incoming, refusal);
      return null;
    }
    try {
      if (incoming.via === 'dialog') {
        if (refusal !== null) return inDialog(onDialog.refuse(refusal, texts));
        return inDialog(await onDialog.answer({ speaker: by, locale: by.locale }, incoming));
      }
      // What a client asks by itself is no reason for words.
      if (refusal !== null) return message(incoming.kind === 'refreshed' ? texts.stillOpen : refusal);
      return await toClick(incoming);
    } catch (error) {
      log.error({ err: error }, `a ${via} failed`);
      return via === 'click' ? message(texts.internal) : inDialog(onDialog.refuse(texts.internal, texts));
    }
  }

  /** Why it gets no answer but that; empty: not even that, because it was said already, or nobody waits for it. */
  function whyNot({ kind, via, by }: Asked): string | null {
    const texts = textsFor(by.locale);
    const isHere = isAllowed(by.places);
    if (kind === 'edited' && !isHere) return '';
    // What clients ask by themselves must not use up what a person may press and type.
    const admission = (kind === 'refreshed' ? admitRefresh : admit)(by.person.id);
    if (admission !== 'admit') return admission === 'tell' || via !== 'message' ? texts.flood : '';
    return isHere ? null : texts.notAllowedHere;
  }

  function say({ by }: Asked, words: string): void {
    outsideTurn('answer', () => chat.postText(by.conversation, words, { for: by.person.id }));
  }

  async function inConversation(incoming: Exclude<Asked, { via: 'dialog' }>): Promise<void> {
    const { by } = incoming;
    const texts = textsFor(by.locale);
    switch (incoming.kind) {
      case 'said': {
        const { words } = incoming;
        const isTooLong = typeof words.text === 'string' && words.text.length > longestText;
        if (isTooLong) return chat.postText(by.conversation, texts.tooLong, { for: by.person.id });
        const sentence = readSentence(words);
        const isQuestion = sentence.kind === 'status' || sentence.kind === 'history';
        return isQuestion
          ? onLookUp.sentence(heard(incoming), sentence)
          : onMessage.sentence(heard(incoming), sentence);
      }
      case 'edited':
        if (isOrder(incoming.words)) await chat.postText(by.conversation, texts.editedIsNoOrder, { for: by.person.id });
        return;
      case 'pressed': {
        const { requestId, seen } = incoming;
        outsideTurn('copy', () => putRight(requestId, seen));
        return onMessage.click(heard(incoming), incoming);
      }
      case 'turned':
        return onLookUp.submit(heard(incoming), incoming.page);
      case 'refreshed':
      case 'unknown':
        return;
      default:
        return incoming satisfies never;
    }
  }

  async function toClick(incoming: Exclude<Asked, { via: 'dialog' }>): Promise<ClickAnswer> {
    const { by } = incoming;
    const texts = textsFor(by.locale);
    switch (incoming.kind) {
      case 'said':
        // As if the presser had typed it: answered in the conversation.
        outsideTurn('message', () => inConversation(incoming));
        return message(texts.answerFollows);
      case 'pressed':
      case 'refreshed': {
        const { requestId, seen } = incoming;
        // Beside the answer, which does not wait for it.
        outsideTurn('copy', () => putRight(requestId, seen));
        const verb = incoming.kind === 'pressed' ? incoming.verb : 'refresh';
        const token = incoming.kind === 'pressed' ? incoming.token : undefined;
        return onClick(by, { verb, requestId, ...(token === undefined ? {} : { token }) }, texts);
      }
      case 'turned':
        return onLookUp.click(by, incoming.page, texts);
      case 'unknown':
      case 'edited':
        return message(texts.refusals.unknownRequest);
      default:
        return incoming satisfies never;
    }
  }
}

/** Without a body Teams closes the dialog. */
const inDialog = (answer: DialogAnswer): object | null => (answer.task ? answer : null);

function heard(incoming: Asked): Heard {
  const { by } = incoming;
  const { activityId = '', saidAt = null }: Partial<Said> = incoming.kind === 'said' ? incoming : {};
  return { speaker: by, activityId, locale: by.locale, team: by.team, ...(saidAt === null ? {} : { saidAt }) };
}

function isOrder(words: Said['words']): boolean {
  if (typeof words.text !== 'string' || words.text.length > longestText) return false;
  const { kind } = readSentence(words);
  return kind === 'revoke' || kind === 'revokeMine' || kind === 'decide';
}
