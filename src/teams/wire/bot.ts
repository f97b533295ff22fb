import { type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder';
import type { Log } from '../../app/ports.ts';
import type { PutRight } from '../../app/put-right.ts';
import type { Conversation } from '../../domain/request.ts';
import { type ClickAnswer, message } from '../answer/click-answer.ts';
import type { DialogAnswer } from '../answer/dialog-answer.ts';
import type { OnClick } from '../answer/on-click.ts';
import type { OnDialog } from '../answer/on-dialog.ts';
import type { OnLookUp } from '../answer/on-look-up.ts';
import type { OnMessage } from '../answer/on-message.ts';
import type { Addresses } from '../chat/addresses.ts';
import type { Chat } from '../chat/chat.ts';
import { teamOf } from '../chat/roster.ts';
import type { Welcome } from '../chat/welcome.ts';
import { longestText } from '../sentence/markup-text.ts';
import { readSentence } from '../sentence/read-sentence.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import { isAllowedPlace, readConversation, readSpeaker, type Speaker } from './actor.ts';
import { type CardAction, readInvoke, readSaid, readSubmit, seenBy } from './card-action.ts';
import { type DialogCall, readDialogCall } from './dialog-call.ts';
import type { FloodGate } from './flood.ts';
import { readPageInvoke, readPageSubmit } from './page-action.ts';
import { property } from './property.ts';

/** Teams' own are words, such as `resourcematchfailed`. */
const longestCode = 100;

/** Goes on record, so it is a short word or the default, whatever was sent. */
function readLocale(locale: unknown): string {
  return typeof locale === 'string' && /^[a-z0-9-]{1,35}$/i.test(locale) ? locale : 'en';
}

/** Where others talk as well, only what mentions the bot is meant for it. */
function isAddressed({ entities, recipient }: TurnContext['activity'], { kind }: Conversation): boolean {
  if (kind === 'personal') return true;
  const mentioned = Array.isArray(entities) ? entities.map((one) => property(property(one, 'mentioned'), 'id')) : [];
  return typeof recipient?.id === 'string' && mentioned.includes(recipient.id);
}

function isOrder(activity: TurnContext['activity']): boolean {
  if (typeof activity.text !== 'string' || activity.text.length > longestText) return false;
  const { kind } = readSentence(activity);
  return kind === 'revoke' || kind === 'revokeMine' || kind === 'decide';
}

interface Deps {
  readonly tenantId: string;
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
 * From activities to use cases. Messages are answered outside the turn, so that Teams gets its 200 at once whatever
 * Graph does. Edits, reactions and whatever else Teams sends never act.
 */
export class Bot extends TeamsActivityHandler {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    super();
    this.#deps = deps;
  }

  /** Nothing else reaches the SDK's handlers: some of them throw where a field is missing, and Teams would send again. */
  override async run(context: TurnContext): Promise<void> {
    const { type } = context.activity;
    const place = readConversation(context.activity);
    if (place) this.#deps.addresses.note(place.id, place.serviceUrl);
    if (type === 'message' || type === 'invoke') await super.run(context);
    if (type === 'installationUpdate') this.#arrive(context.activity);
    if (type === 'messageUpdate') this.#edited(context.activity);
  }

  /** Added to a team, a chat or by a person: not when it is updated, and not for people who join. */
  #arrive(activity: TurnContext['activity']): void {
    const { allowedConversations, welcome, outsideTurn } = this.#deps;
    const conversation = readConversation(activity);
    if (conversation && activity.action === 'remove') welcome.go(conversation);
    if (!conversation || activity.action !== 'add') return;
    if (!isAllowedPlace(activity, conversation.id, allowedConversations)) return;
    outsideTurn('welcome', () => welcome.come(conversation, readLocale(activity.locale)));
  }

  /** Edited, or deleted and restored: never an order. Whoever meant one is told. */
  #edited(activity: TurnContext['activity']): void {
    const { tenantId, allowedConversations, admit, chat, outsideTurn } = this.#deps;
    const speaker = readSpeaker(activity, tenantId);
    if (!speaker || !isAddressed(activity, speaker.conversation)) return;
    const { conversation, person } = speaker;
    if (!isAllowedPlace(activity, conversation.id, allowedConversations)) return;
    const texts = textsFor(readLocale(activity.locale));
    const admission = admit(person.id);
    const say = (words: string) => outsideTurn('answer', () => chat.postText(conversation, words, { for: person.id }));
    if (admission === 'tell') say(texts.flood);
    if (admission === 'admit' && isOrder(activity)) say(texts.editedIsNoOrder);
  }

  protected override async onMessageActivity({ activity }: TurnContext): Promise<void> {
    const { tenantId, allowedConversations, admit, onMessage, onLookUp, chat, outsideTurn, log } = this.#deps;
    const speaker = readSpeaker(activity, tenantId);
    if (!speaker || typeof activity.id !== 'string') {
      log.warn({ activityId: activity.id }, 'a message from nobody in the directory was not answered');
      return;
    }
    const { conversation } = speaker;
    const locale = readLocale(activity.locale);
    const texts = textsFor(locale);
    const admission = admit(speaker.person.id);
    if (admission !== 'admit') {
      if (admission === 'tell')
        outsideTurn('answer', () => chat.postText(conversation, texts.flood, { for: speaker.person.id }));
      return;
    }
    if (!isAllowedPlace(activity, conversation.id, allowedConversations)) {
      outsideTurn('answer', () => chat.postText(conversation, texts.notAllowedHere, { for: speaker.person.id }));
      return;
    }
    const heard = { speaker, activityId: activity.id, locale, team: teamOf(activity), ...saidAt(activity) };
    const click = activity.text ? null : readSubmit(activity.value);
    if (click) {
      this.#putRight(activity, speaker, click);
      outsideTurn('click', () => onMessage.click(heard, click));
      return;
    }
    const page = activity.text ? null : readPageSubmit(activity.value);
    if (page) {
      outsideTurn('page', () => onLookUp.submit(heard, page));
      return;
    }
    if (typeof activity.text === 'string' && activity.text.length > longestText) {
      outsideTurn('answer', () => chat.postText(conversation, texts.tooLong, { for: speaker.person.id }));
      return;
    }
    const said = activity.text ? null : readSaid(activity.value);
    const sentence = readSentence(said === null ? activity : { text: said });
    outsideTurn('message', () =>
      sentence.kind === 'status' || sentence.kind === 'history'
        ? onLookUp.sentence(heard, sentence)
        : onMessage.sentence(heard, sentence),
    );
  }

  /** The SDK would turn a sub-status into an HTTP error, and an exception into its text for anybody to read. */
  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    const { activity } = context;
    if (activity.name === 'adaptiveCard/action') return { status: 200, body: await this.#answerClick(activity) };
    const call = readDialogCall(activity);
    if (call) {
      const answer = await this.#answerDialog(activity, call);
      // Without a body Teams closes the dialog.
      return answer.task ? { status: 200, body: answer } : { status: 200 };
    }
    if (activity.name === 'signin/failure') {
      const code = property(activity.value, 'code');
      const fields = { code: typeof code === 'string' ? code.slice(0, longestCode) : undefined };
      this.#deps.log.warn(fields, 'Teams could not get a token for somebody who is to sign in');
      return { status: 200 };
    }
    const value = { code: 'NotImplemented', message: textsFor(readLocale(activity.locale)).unknownInvoke };
    return { status: 200, body: { statusCode: 501, type: 'application/vnd.microsoft.error', value } };
  }

  async #answerClick(activity: TurnContext['activity']): Promise<ClickAnswer> {
    const texts = textsFor(readLocale(activity.locale));
    try {
      const action = readInvoke(activity.value);
      // Clients ask for it by themselves: that must not use up what a person may press and type.
      const isRefresh = action?.verb === 'refresh';
      const admitted = this.#admit(activity, texts, isRefresh ? this.#deps.admitRefresh : this.#deps.admit);
      if (admitted.refusal !== null) return message(isRefresh ? texts.stillOpen : admitted.refusal);
      const said = readSaid(activity.value);
      if (said !== null && typeof activity.id === 'string') return this.#say(activity, admitted.speaker, said, texts);
      const page = readPageInvoke(activity.value);
      if (page) return await this.#deps.onLookUp.click(admitted.speaker, page, texts);
      if (action) this.#putRight(activity, admitted.speaker, action);
      return action
        ? await this.#deps.onClick(admitted.speaker, action, texts)
        : message(texts.refusals.unknownRequest);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a click failed');
      return message(texts.internal);
    }
  }

  /** As if the presser had typed it: answered in the conversation. */
  #say(activity: TurnContext['activity'], speaker: Speaker, said: string, texts: Texts): ClickAnswer {
    const { onMessage, onLookUp, outsideTurn } = this.#deps;
    const locale = readLocale(activity.locale);
    const heard = { speaker, activityId: String(activity.id), locale, team: teamOf(activity), ...saidAt(activity) };
    const sentence = readSentence({ text: said });
    outsideTurn('message', () =>
      sentence.kind === 'status' || sentence.kind === 'history'
        ? onLookUp.sentence(heard, sentence)
        : onMessage.sentence(heard, sentence),
    );
    return message(texts.answerFollows);
  }

  /** Beside the answer, which does not wait for it. */
  #putRight(
    { replyToId }: TurnContext['activity'],
    { conversation }: Speaker,
    action: Omit<CardAction, 'token'>,
  ): void {
    const { putRight, outsideTurn } = this.#deps;
    outsideTurn('copy', () => putRight(action.requestId, seenBy(action.verb, conversation, replyToId)));
  }

  async #answerDialog(activity: TurnContext['activity'], call: DialogCall): Promise<DialogAnswer> {
    const { onDialog, log } = this.#deps;
    const locale = readLocale(activity.locale);
    const texts = textsFor(locale);
    try {
      const admitted = this.#admit(activity, texts, this.#deps.admit);
      if (admitted.refusal !== null) return onDialog.refuse(admitted.refusal, texts);
      return await onDialog.answer({ speaker: admitted.speaker, locale }, call);
    } catch (error) {
      log.error({ err: error }, 'a dialog failed');
      return onDialog.refuse(texts.internal, texts);
    }
  }

  /** Who is waiting for an answer, or why they get none but that. */
  #admit(
    activity: TurnContext['activity'],
    texts: Texts,
    admit: FloodGate,
  ): { readonly refusal: string } | { readonly refusal: null; readonly speaker: Speaker } {
    const { tenantId, allowedConversations } = this.#deps;
    const speaker = readSpeaker(activity, tenantId);
    if (!speaker) return { refusal: texts.noPerson };
    // An invoke has to be answered, so here "ignored" means: nothing is looked at.
    if (admit(speaker.person.id) !== 'admit') return { refusal: texts.flood };
    if (!isAllowedPlace(activity, speaker.conversation.id, allowedConversations)) {
      return { refusal: texts.notAllowedHere };
    }
    return { refusal: null, speaker };
  }
}

/** The SDK makes a date of what it is sent, and an invalid one of what is none. */
function saidAt({ timestamp }: TurnContext['activity']): { readonly saidAt?: string } {
  const at = new Date(timestamp ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? {} : { saidAt: at.toISOString() };
}
