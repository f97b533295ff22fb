import type { AskedAgain } from '../../app/ask-again.ts';
import { DirectoryError, isInDoubt, isTrailDamaged, UnreadableRequest } from '../../app/errors.ts';
import type { Log } from '../../app/ports.ts';
import type { Click } from '../../app/read-for-click.ts';
import type { Reviewed } from '../../app/review.ts';
import type { Submitted } from '../../app/submit.ts';
import type { RefusalCode } from '../../domain/command.ts';
import type { KnownRequest } from '../../domain/request.ts';
import { leftOutLines } from '../cards/accounts.ts';
import { noteView } from '../cards/dialog.ts';
import { type LinkTo, openLines, refusalLine } from '../cards/in-words.ts';
import type { AdaptiveCardJson, CardRenderer } from '../cards/render-card.ts';
import { miscalledLines } from '../cards/unsure.ts';
import { whatIfView } from '../cards/what-if.ts';
import type { RequestCard } from '../chat/notifier.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Incoming } from '../wire/incoming.ts';

/** What a person is told. The conversation, the answer to a click and a dialog each show of it what they can. */
export interface Reply {
  /** In words. */
  readonly lines: readonly string[];
  /** Says it better than the words. */
  readonly card?: AdaptiveCardJson;
  /** The card is for this person alone: where others read the answer, the words stand for it. */
  readonly isPrivate?: true;
  /** What was done shows in the conversation by itself, so nothing is said there. */
  readonly shows?: true;
  /** All who read the request were told, so the conversation hears nothing else. */
  readonly toldToAll?: true;
  /** The person has to sign in for it, which only the answer to a click can ask. */
  readonly login?: SignInRequest & { readonly requestId: string };
  /** It is about what was asked for, so entering something else may help. */
  readonly isAboutEntry?: true;
  /** Over the card or the words, in a dialog. */
  readonly title?: string;
  /** The request whose next step is due now. */
  readonly due?: string;
}

/** How a person is asked to sign in: the connection's name, and what the token is to be made for. */
export interface SignInRequest {
  readonly connectionName: string;
  readonly resource: string;
}

/** What came of something that a person asked for. */
type Outcome =
  | Submitted
  | (Extract<Submitted, { kind: 'preview' }> & { readonly inDialog: true })
  | AskedAgain
  | { readonly kind: 'reviewed'; readonly click: Click; readonly reviewed: Reviewed }
  /** Nothing is known but what was thrown. */
  | { readonly kind: 'failed'; readonly error: unknown };

interface Deps {
  readonly cards: CardRenderer;
  readonly requestCard: RequestCard;
  readonly linkTo: LinkTo;
  /** `null` where Graph is called as the app, and no one signs in. */
  readonly signInRequest: SignInRequest | null;
  readonly now: () => Date;
  readonly log: Pick<Log, 'error'>;
}

export const words = (...lines: readonly string[]): Reply => ({ lines });

const aboutThePerson: ReadonlySet<RefusalCode> = new Set(['notMember', 'disabled', 'notRequester']);
/** Another was quicker, or this is the same click again. */
const over: ReadonlySet<RefusalCode> = new Set(['alreadyDecided', 'expired', 'superseded']);

/** The one place that says what each outcome is in words, and which card says it better. */
export function createReply({ cards, requestCard, linkTo, signInRequest, now, log }: Deps) {
  return function reply(outcome: Outcome, texts: Texts): Reply {
    switch (outcome.kind) {
      case 'recorded':
        return { lines: [texts.askedAgain], shows: true, due: outcome.requestId };
      case 'preview': {
        const view = whatIfView(outcome.state.request, texts, now(), 'inDialog' in outcome);
        return { lines: [view.title], card: cards.render('what-if', view), title: view.title };
      }
      case 'already':
        return words(texts.alreadyAskedAgain(outcome.state.request.code));
      case 'alreadyOpen':
        return words(...openLines(outcome, linkTo(outcome.state), now(), texts));
      case 'refused': {
        const refused = words(refusalLine(outcome, texts));
        return aboutThePerson.has(outcome.code) ? refused : { ...refused, isAboutEntry: true };
      }
      case 'miscalled':
        return { lines: miscalledLines(outcome.miscalled, texts), isAboutEntry: true };
      case 'noOneLeft':
        return { lines: [texts.notRequested, ...leftOutLines(outcome.omitted, texts)], isAboutEntry: true };
      case 'reviewed':
        return reviewedReply(outcome.click, outcome.reviewed, texts);
      case 'failed':
        return { lines: [whyFailed(outcome.error, texts)], isAboutEntry: true };
      default:
        return outcome satisfies never;
    }
  };

  function reviewedReply(click: Click, reviewed: Reviewed, texts: Texts): Reply {
    const { requestId, token } = click;
    if (reviewed.ok) return { ...asItIs(click, reviewed.state, texts.isDecided), shows: true, due: requestId };
    const { code, toldToAll, state } = reviewed;
    const refusal = refusalLine(reviewed, texts);
    if (code === 'signInNeeded' && signInRequest && token === undefined) {
      return { lines: [refusal], login: { ...signInRequest, requestId } };
    }
    if (state.phase === 'none') return words(refusal);
    // A superseded request has a new card to come.
    const due = code === 'superseded' ? { due: requestId } : {};
    // The card as it is now says it best.
    if (over.has(code) && state.phase !== 'requested') return { ...asItIs(click, state, refusal), ...due };
    return { lines: [refusal], ...due, ...(toldToAll ? { toldToAll } : {}) };
  }

  /** The request's card as it is now, in the place of the one that was pressed. */
  function asItIs({ requestId, by }: Click, state: KnownRequest, line: string): Reply {
    try {
      return { lines: [line], card: requestCard(requestId, state, by), isPrivate: true };
    } catch (error) {
      // A decision stands; saying that something went wrong would make the person think it does not.
      log.error({ err: error, requestId }, 'a card could not be made');
      return words(line);
    }
  }
}

export type ReplyTo = ReturnType<typeof createReply>;

/** What it means for the person, and nothing raw. */
function whyFailed(error: unknown, texts: Texts): string {
  if (error instanceof DirectoryError) return texts.problem(error.problem);
  if (isTrailDamaged(error)) return texts.unreadableRequest.damaged;
  if (error instanceof UnreadableRequest) return texts.unreadableRequest.newer;
  return isInDoubt(error) ? texts.inDoubt : texts.internal;
}

/**
 * The answer to a click, which the one who pressed alone sees. HTTP says 200 whatever it holds; Teams takes anything else as
 * "try again", and so it does with an empty message. Teams answers an OAuth card with the same click once more, and the
 * person's token for `uri`; it sends `id` back with that, from which nothing is concluded.
 */
export function showInClick({ lines, card, login }: Reply, texts: Texts) {
  if (login) {
    const { connectionName, resource: uri, requestId: id } = login;
    const value = { text: texts.signIn, connectionName, tokenExchangeResource: { id, uri }, buttons: [] } as const;
    return { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value } as const;
  }
  if (card) return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card } as const;
  return message(lines.join('\n'));
}

export type ClickAnswer = ReturnType<typeof showInClick>;

/** Shows a card in the dialog. No body where the dialog has done what it was for: then Teams closes it. */
export function showInDialog(reply: Reply, cards: CardRenderer, texts: Texts) {
  const { lines, card, shows, title } = reply;
  if (shows) return null;
  const own = texts.dialog;
  const content = card ?? cards.render('dialog-note', noteView(title ?? own.refused, lines, texts));
  const shown = { contentType: 'application/vnd.microsoft.card.adaptive', content };
  const bar = card && title !== undefined ? title : own.title;
  return { task: { type: 'continue', value: { title: bar, width: 'medium', height: 'medium', card: shown } } };
}

/**
 * What a person of another organisation is told who presses a button in a shared channel, privately: always the same,
 * because nothing is looked up. `null` where Teams waits for no answer.
 */
export function refusalForOutsider(incoming: Incoming): object | null {
  if (incoming.type !== 'invoke' || !('via' in incoming)) return null;
  const { notMember } = textsFor('by' in incoming ? incoming.by.locale : incoming.locale).refusals;
  return incoming.via === 'click' ? message(notMember) : { task: { type: 'message', value: notMember } };
}

const message = (value: string) =>
  ({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value }) as const;
