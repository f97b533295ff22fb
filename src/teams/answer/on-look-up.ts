import type { MaySeeHistory } from '../../app/lookups.ts';
import type { Log } from '../../app/ports.ts';
import { unclearLine, unresolvedLines } from '../cards/unsure.ts';
import type { Chat } from '../chat/chat.ts';
import type { Roster } from '../chat/roster.ts';
import type { Sentence } from '../sentence/command.ts';
import { isReference } from '../sentence/names.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Speaker } from '../wire/actor.ts';
import type { LookUp, Page } from '../wire/page.ts';
import { type ClickAnswer, message } from './click-answer.ts';
import { startClock } from './in-time.ts';
import type { AnswerLookUp, LookedUp } from './look-up.ts';
import type { Heard } from './on-message.ts';
import { sentenceFor } from './sentence-for.ts';
import type { SpeakUp } from './speak-up.ts';
import { mostMentions, whoIsMentioned } from './who-is-mentioned.ts';

type HistorySentence = Extract<Sentence, { kind: 'history' }>;
export type LookUpSentence = Extract<Sentence, { kind: 'status' }> | HistorySentence;

interface Deps {
  readonly lookUp: AnswerLookUp;
  readonly maySeeHistory: MaySeeHistory;
  readonly roster: Roster;
  readonly chat: Chat;
  readonly sleep: (ms: number) => Promise<void>;
  readonly speakUp: SpeakUp;
  readonly log: Log;
}

/** Answers *status* and *history* where they were typed, and turned pages to the one who turned them. Nothing changes. */
export function createOnLookUp({ lookUp, maySeeHistory, roster, chat, speakUp, sleep, log }: Deps) {
  /** Whatever goes wrong, the person hears of it, and nothing raw. */
  const answering = async ({ speaker, locale }: Heard, work: (texts: Texts) => Promise<LookedUp>): Promise<void> => {
    const texts = textsFor(locale);
    let found: LookedUp;
    try {
      found = await speakUp(speaker.conversation, texts.stillWorking, work(texts));
    } catch (error) {
      log.error({ err: error }, 'a question could not be answered');
      found = { kind: 'text', text: sentenceFor(error, texts) };
    }
    if (found.kind === 'text') await chat.postText(speaker.conversation, found.text, { for: speaker.person.id });
    else
      await chat.postCard(speaker.conversation, found.card, found.card.fallbackText, {
        kind: 'text',
        for: speaker.person.id,
      });
  };
  const answer = (heard: Heard, asked: LookUp) => answering(heard, (texts) => lookUp(heard.speaker, asked, texts));

  async function history(heard: Heard, { targets, unclear }: HistorySentence, texts: Texts): Promise<LookedUp> {
    const { speaker, team = null } = heard;
    const say = (text: string): LookedUp => ({ kind: 'text', text });
    if (unclear.length > 0) return say(unclearLine(unclear, texts));
    if (targets.length !== 1) return say(texts.lookUp.whose);
    // Nobody is looked up, not even in the chat, for somebody who may not see it.
    if (!targets.every(isReference) && !(await maySeeHistory(speaker.person))) return say(texts.lookUp.notOperator);
    const meant = await whoIsMentioned(roster, { conversation: speaker.conversation, team }, targets);
    if (meant.kind === 'tooMany') return say(texts.tooManyMentions(mostMentions));
    if (meant.kind === 'unresolved') return say(unresolvedLines(meant.unresolved, texts).join('\n'));
    const [target] = meant.references;
    return target ? lookUp(speaker, { view: 'target', target }, texts) : say(texts.lookUp.whose);
  }

  return {
    /** Runs outside the turn. */
    sentence(heard: Heard, sentence: LookUpSentence): Promise<void> {
      if (sentence.kind === 'history') return answering(heard, (texts) => history(heard, sentence, texts));
      const { code } = sentence;
      return answer(heard, code === null ? { view: 'open', page: 0 } : { view: 'code', code });
    },
    /** A button pressed on a client that sends it as a message: everybody there sees the answer. Outside the turn. */
    submit: (heard: Heard, page: Page): Promise<void> =>
      // A second card that asks would stay as it is when the request is over.
      answer(heard, page.view === 'card' ? { ...page, view: 'request', page: 0 } : page),
    /** Answered in the turn, to the one who clicked. */
    async click(speaker: Speaker, page: Page, texts: Texts): Promise<ClickAnswer> {
      const inTime = startClock(sleep);
      const asked = lookUp(speaker, page, texts).then(
        (found): ClickAnswer =>
          found.kind === 'text'
            ? message(found.text)
            : { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: found.card },
        (error: unknown) => {
          log.error({ err: error }, 'a page could not be shown');
          return message(sentenceFor(error, texts));
        },
      );
      return (await inTime(asked)) ?? message(texts.lookUp.tooSlow);
    },
  };
}

export type OnLookUp = ReturnType<typeof createOnLookUp>;
