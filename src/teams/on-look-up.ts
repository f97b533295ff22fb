import type { Log } from '../app/ports.ts';
import type { Speaker } from './actor.ts';
import type { Chat } from './chat.ts';
import type { Sentence } from './command.ts';
import type { AnswerLookUp } from './look-up.ts';
import { answerWithinMs, type ClickAnswer, message } from './on-click.ts';
import type { Heard } from './on-message.ts';
import type { LookUp, Page } from './page-action.ts';
import { sentenceFor } from './sentence-for.ts';
import type { Texts } from './texts/en.ts';
import { textsFor } from './texts/texts-for.ts';

export type LookUpSentence = Extract<Sentence, { kind: 'status' | 'history' }>;

interface Deps {
  readonly lookUp: AnswerLookUp;
  readonly chat: Chat;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** Answers *status* and *history* where they were typed, and turned pages to the one who turned them. Nothing changes. */
export function createOnLookUp({ lookUp, chat, sleep, log }: Deps) {
  const answer = async (heard: Heard, asked: LookUp): Promise<void> => {
    const { speaker, locale } = heard;
    const texts = textsFor(locale);
    try {
      const found = await lookUp(speaker, asked, texts);
      if (found.kind === 'text') return await chat.postText(speaker.conversation, found.text);
      await chat.postCard(speaker.conversation, found.card, found.card.fallbackText, { kind: 'text' });
    } catch (error) {
      log.error({ err: error }, 'a question could not be answered');
      await chat.postText(speaker.conversation, sentenceFor(error, texts));
    }
  };

  return {
    /** Runs outside the turn. */
    async sentence(heard: Heard, sentence: LookUpSentence): Promise<void> {
      if (sentence.kind === 'status') {
        const { code } = sentence;
        return answer(heard, code === null ? { view: 'open', page: 0 } : { view: 'code', code });
      }
      const texts = textsFor(heard.locale);
      const { targets, unclear } = sentence;
      const [target] = targets;
      const words = unclear.slice(0, 5).map((word) => word.slice(0, 80));
      if (words.length > 0) return chat.postText(heard.speaker.conversation, texts.unclear(words));
      if (!target || targets.length > 1) return chat.postText(heard.speaker.conversation, texts.lookUp.whose);
      return answer(heard, { view: 'target', target });
    },
    /** A button pressed on a client that sends it as a message: everybody there sees the answer. Outside the turn. */
    submit: (heard: Heard, page: Page): Promise<void> => answer(heard, page),
    /** Answered in the turn, to the one who clicked. */
    async click(speaker: Speaker, page: Page, texts: Texts): Promise<ClickAnswer> {
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
      return (await Promise.race([asked, sleep(answerWithinMs).then(() => null)])) ?? message(texts.lookUp.tooSlow);
    },
  };
}

export type OnLookUp = ReturnType<typeof createOnLookUp>;
