import type { UseCases } from '../../app/use-cases.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import { type Asked, type Channel, isAgain, type Pressed } from '../wire/incoming.ts';
import { createLookUp } from './look-up.ts';
import { createOnDialog } from './on-dialog.ts';
import { createOnMessage } from './on-message.ts';
import { createReply, type Reply, showInClick, showInDialog, words } from './reply.ts';
import { type Behind, createRespond, type Late, startClock } from './respond.ts';

/** What goes back in the turn (`null`: no body), and what is done outside it. */
interface Answered {
  readonly now: object | null;
  readonly behind: Behind;
}

type Deps = Parameters<typeof createReply>[0] &
  Omit<Parameters<typeof createOnMessage>[0], 'reply' | 'lookUp' | 'why'> &
  Pick<UseCases, 'review' | 'askAgain' | 'look'> &
  Omit<Parameters<typeof createOnDialog>[0], 'reply'> &
  Omit<Parameters<typeof createRespond>[0], 'reply'> &
  Parameters<typeof createLookUp>[0];

/** What is said in the turn when there is no answer by the end of its time. */
const late: Readonly<Partial<Record<Asked['kind'], Late>>> = {
  pressed: { reply: (waitsFor, texts) => words(texts.stillChecking(waitsFor)), isTold: true },
  refreshed: { reply: (_, texts) => words(texts.stillOpen), isTold: false },
  turned: { reply: (_, texts) => words(texts.lookUp.tooSlow), isTold: false },
  why: { reply: (_, texts) => words(texts.lookUp.tooSlow), isTold: false },
  dialogSent: { reply: (_, { dialog }) => ({ lines: [dialog.lateText], title: dialog.late }), isTold: true },
};

/** The answer to whatever a person asks, whichever way it came in. */
export function createAnswers(deps: Deps) {
  const { review, askAgain, look, cards, requestCard, sleep } = deps;
  const reply = createReply(deps);
  const lookUp = createLookUp(deps);
  const onDialog = createOnDialog({ ...deps, reply });
  const onMessage = createOnMessage({ ...deps, reply, lookUp, why: onDialog.why });
  const respond = createRespond({ ...deps, reply });

  async function replyTo(asked: Exclude<Asked, { kind: 'dialogOpened' }>): Promise<Reply> {
    switch (asked.kind) {
      case 'said':
        return onMessage.said(asked);
      case 'edited':
        return onMessage.edited(asked.by, asked.words);
      case 'pressed':
        return pressed(asked);
      case 'refreshed':
        return refreshed(asked);
      case 'turned':
        return lookUp.turned(asked);
      case 'why':
        return onDialog.why(asked);
      case 'dialogSent':
        return onDialog.sent(asked);
      case 'unknown':
        return words(textsFor(asked.by.locale).refusals.unknownRequest);
      case 'unknownDialog':
        return words(textsFor(asked.by.locale).unknownInvoke);
      default:
        return asked satisfies never;
    }
  }

  async function pressed({ by, verb, requestId, token }: Pressed): Promise<Reply> {
    const texts = textsFor(by.locale);
    const from = { requestId, by: by.person, where: by.conversation.id };
    if (isAgain(verb)) return reply(await askAgain(verb, from), texts);
    const click = { ...from, verb, ...(token === undefined ? {} : { token }) };
    return reply({ kind: 'reviewed', click, reviewed: await review(click) }, texts);
  }

  /** Asked by the client itself, so it must change nothing. */
  async function refreshed({ by, requestId }: Extract<Asked, { kind: 'refreshed' }>): Promise<Reply> {
    const seen = await look({ requestId, by: by.person, where: by.conversation.id });
    if (seen === null) return words(textsFor(by.locale).refusals.unknownRequest);
    return {
      lines: [],
      card: requestCard(requestId, seen.state, { id: by.person.id, powers: seen.powers }),
      isPrivate: true,
    };
  }

  const show = (via: Exclude<Channel, 'message'>, said: Reply, texts: Texts): object | null =>
    via === 'click' ? showInClick(said, texts) : showInDialog(said, cards, texts);

  return {
    async answer(asked: Asked): Promise<Answered> {
      const texts = textsFor(asked.by.locale);
      if (asked.kind === 'edited' || asked.kind === 'said' || asked.via === 'message') {
        const behind = [['message', () => respond.inConversation(asked, () => replyTo(asked))]] as const;
        return { now: asked.via === 'click' ? showInClick(words(texts.answerFollows), texts) : null, behind };
      }
      const inTime = startClock(sleep);
      const work = () => (asked.kind === 'dialogOpened' ? onDialog.opened(asked, inTime) : replyTo(asked));
      const { said, behind } = await respond.inTurn(asked, inTime, late[asked.kind] ?? null, work);
      const isWrong = asked.kind === 'dialogSent' && said.isAboutEntry;
      return { now: show(asked.via, isWrong ? await onDialog.again(asked, said.lines, inTime) : said, texts), behind };
    },
    /** To a person who gets no answer but why not. */
    refuse(asked: Asked, why: string): Answered {
      const said = words(why);
      if (asked.via === 'message') return { now: null, behind: [['answer', () => respond.say(asked, said)]] };
      return { now: show(asked.via, said, textsFor(asked.by.locale)), behind: [] };
    },
    show,
  };
}

export type Answers = ReturnType<typeof createAnswers>;
