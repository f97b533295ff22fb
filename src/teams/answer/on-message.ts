import type { AskAgain } from '../../app/ask-again.ts';
import type { FindByCode } from '../../app/lookups.ts';
import type { Log, RequestIdOf } from '../../app/ports.ts';
import type { PutRight } from '../../app/put-right.ts';
import type { Review } from '../../app/review.ts';
import type { Ask, Submit, Submitted } from '../../app/submit.ts';
import { placeOf, type Verb } from '../../domain/request.ts';
import { whyNotTyped } from '../../domain/who-may.ts';
import type { OpenLines } from '../cards/already-open.ts';
import { leftOutLines } from '../cards/left-out.ts';
import { ownAccountLine } from '../cards/notice.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import { miscalledLines, suggestionView, unclearLine, unresolvedLines, unsureLines } from '../cards/unsure.ts';
import { helpView, whatIfView } from '../cards/what-if.ts';
import type { Chat } from '../chat/chat.ts';
import type { Roster } from '../chat/roster.ts';
import type { Sentence } from '../sentence/command.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Speaker } from '../wire/actor.ts';
import { isAgain, type Pressed } from '../wire/incoming.ts';
import { sentenceFor } from './sentence-for.ts';
import type { SpeakUp } from './speak-up.ts';
import { mostMentions, whoIsMentioned } from './who-is-mentioned.ts';

interface Deps {
  readonly submit: Submit;
  readonly askAgain: AskAgain;
  readonly review: Review;
  readonly putRight: PutRight;
  readonly findByCode: FindByCode;
  readonly requestIdOf: RequestIdOf;
  readonly roster: Roster;
  readonly chat: Chat;
  readonly cards: CardRenderer;
  readonly openLines: OpenLines;
  readonly wake: (requestId: string) => void;
  readonly now: () => Date;
  readonly speakUp: SpeakUp;
  readonly log: Log;
}

export interface Heard {
  readonly speaker: Speaker;
  readonly activityId: string;
  /** When it was said, by Teams' clock (ISO 8601); absent where Teams does not say. */
  readonly saidAt?: string;
  readonly locale: string;
  /** Id of the team, in its channels. */
  readonly team?: string | null;
}

/** Does what a sentence says, and answers in the conversation it came from. Runs outside the turn. */
export function createOnMessage(deps: Deps) {
  const {
    submit,
    askAgain,
    review,
    putRight,
    findByCode,
    requestIdOf,
    roster,
    chat,
    cards,
    wake,
    now,
    log,
    speakUp,
    openLines,
  } = deps;

  /** Whatever goes wrong, the person hears of it, and nothing raw. */
  const answering = async (heard: Heard, work: () => Promise<string | null>): Promise<void> => {
    let answer: string | null;
    try {
      answer = await speakUp(heard.speaker.conversation, textsFor(heard.locale).stillWorking, work());
    } catch (error) {
      log.error({ err: error }, 'a message could not be dealt with');
      answer = sentenceFor(error, textsFor(heard.locale));
    }
    if (answer !== null) await chat.postText(heard.speaker.conversation, answer, { for: heard.speaker.person.id });
  };

  return {
    sentence(heard: Heard, sentence: Sentence): Promise<void> {
      const texts = textsFor(heard.locale);
      return answering(heard, async () => {
        switch (sentence.kind) {
          case 'revoke':
            return revoke(heard, sentence);
          case 'perhaps':
            return suggest(heard, sentence, []);
          case 'unsure':
            return unsureLines(sentence, texts).join('\n');
          case 'revokeMine':
            return ask(heard, 'self', sentence.reason, false);
          case 'decide':
            return decideByCode(heard, sentence);
          case 'help': {
            const card = cards.render('help', helpView(texts));
            const { conversation, person } = heard.speaker;
            await chat.postCard(conversation, card, card.fallbackText, { kind: 'text', for: person.id });
            return null;
          }
          case 'status':
          case 'history':
            throw new Error('on-look-up.ts answers these');
          case 'unknown':
            return texts.hint;
          default:
            return sentence satisfies never;
        }
      });
    },
    /** A button pressed on a client that sends it as a message. */
    click(heard: Heard, { verb, requestId }: Pick<Pressed, 'verb' | 'requestId'>): Promise<void> {
      return answering(heard, async () => {
        if (!isAgain(verb)) return decide(heard, verb, requestId);
        const { person, conversation } = heard.speaker;
        const asked = await askAgain(verb, { requestId, by: person, where: conversation.id });
        return asked.kind === 'already'
          ? textsFor(heard.locale).alreadyAskedAgain(asked.state.request.code)
          : answer(heard, asked);
      });
    },
  };

  async function revoke(heard: Heard, sentence: Extract<Sentence, { kind: 'revoke' }>): Promise<string | null> {
    const texts = textsFor(heard.locale);
    const { targets, unclear, reason, dryRun } = sentence;
    if (unclear.length > 0 && targets.length > 0) return suggest(heard, sentence, [unclearLine(unclear, texts)]);
    if (unclear.length > 0) return unclearLine(unclear, texts);
    if (targets.length === 0) return texts.nobodyNamed;
    const { speaker, team = null } = heard;
    const meant = await whoIsMentioned(roster, { conversation: speaker.conversation, team }, targets);
    if (meant.kind === 'tooMany') return texts.tooManyMentions(mostMentions);
    if (meant.kind === 'unresolved') return unresolvedLines(meant.unresolved, texts).join('\n');
    const submitted = await submitFor(heard, meant.references, reason, dryRun);
    return submitted.kind === 'miscalled'
      ? suggest(heard, sentence, miscalledLines(submitted.miscalled, texts))
      : answer(heard, submitted);
  }

  /** Nothing is looked up for it, so that it is the same for everybody. */
  async function suggest(
    { speaker, team = null, locale }: Heard,
    { targets, reason, dryRun }: Pick<Extract<Sentence, { kind: 'perhaps' }>, 'targets' | 'reason' | 'dryRun'>,
    lines: readonly string[],
  ): Promise<string | null> {
    const texts = textsFor(locale);
    const { conversation, person } = speaker;
    const found = await whoIsMentioned(roster, { conversation, team }, targets);
    if (found.kind === 'tooMany') return texts.tooManyMentions(mostMentions);
    if (found.kind === 'unresolved') return unresolvedLines(found.unresolved, texts).join('\n');
    const meant = found.references.map(({ text, kind }) => ({ reference: { text, kind }, shown: text }));
    const card = cards.render('suggestion', suggestionView({ meant, reason, dryRun, lines }, texts));
    await chat.postCard(conversation, card, card.fallbackText, { kind: 'text', for: person.id });
    return null;
  }

  async function ask(
    heard: Heard,
    targets: Ask['targets'],
    reason: string | null,
    dryRun: boolean,
  ): Promise<string | null> {
    return answer(heard, await submitFor(heard, targets, reason, dryRun));
  }

  function submitFor(heard: Heard, targets: Ask['targets'], reason: string | null, dryRun: boolean) {
    const { speaker, activityId, locale } = heard;
    const { person, conversation } = speaker;
    const requestId = requestIdOf(conversation.id, activityId, person.id);
    return submit({ requestId, by: person, conversation, targets, reason, dryRun, locale });
  }

  async function answer({ speaker, locale }: Heard, submitted: Submitted): Promise<string | null> {
    const texts = textsFor(locale);
    switch (submitted.kind) {
      case 'recorded':
        wake(submitted.requestId);
        return null;
      case 'preview': {
        const card = cards.render('what-if', whatIfView(submitted.state.request, texts, now()));
        await chat.postCard(speaker.conversation, card, card.fallbackText, { kind: 'text', for: speaker.person.id });
        return null;
      }
      case 'alreadyOpen':
        return openLines(submitted, texts).join('\n');
      case 'refused':
        return texts.refusals[submitted.code];
      case 'miscalled':
        return miscalledLines(submitted.miscalled, texts).join('\n');
      case 'nobody':
        return [texts.nobodyLeft, ...leftOutLines(submitted.omitted, texts)].join('\n');
      default:
        return submitted satisfies never;
    }
  }

  async function decideByCode(
    heard: Heard,
    { verb, code, reason }: Extract<Sentence, { kind: 'decide' }>,
  ): Promise<string | null> {
    const { conversation } = heard.speaker;
    const found = await findByCode(code, placeOf(conversation.id));
    const { refusals } = textsFor(heard.locale);
    if (found === null) return refusals.unknownRequest;
    const why = whyNotTyped(found.state, heard.saidAt ?? now().toISOString());
    if (why !== null) return refusals[why];
    const learning = putRight(found.requestId, {
      where: conversation.id,
      serviceUrl: conversation.serviceUrl,
      messageId: null,
      shows: 'card',
    });
    const answer = await decide(heard, verb, found.requestId, reason);
    await learning;
    return answer;
  }

  /** A decision shows on the card; only a refusal needs words. */
  async function decide(
    { speaker, locale }: Heard,
    verb: Verb,
    requestId: string,
    reason?: string,
  ): Promise<string | null> {
    const { person, conversation } = speaker;
    const why = reason === undefined ? {} : { reason };
    const reviewed = await review({ requestId, verb, by: person, where: conversation.id, ...why });
    // A superseded request has a new card to come.
    if (reviewed.ok || reviewed.code === 'superseded') wake(requestId);
    if (reviewed.ok) return null;
    const { code, ofNote, state } = reviewed;
    if (ofNote && state.phase !== 'none') return ownAccountLine(state.request, { by: person, verb });
    return textsFor(locale).refusals[code];
  }
}

export type OnMessage = ReturnType<typeof createOnMessage>;
