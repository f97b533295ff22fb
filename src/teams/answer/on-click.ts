import type { AskAgain } from '../../app/ask-again.ts';
import type { Review } from '../../app/review.ts';
import type { Look } from '../../app/view-for.ts';
import type { RequestCard } from '../chat/notifier.ts';
import { textsFor } from '../texts/texts-for.ts';
import { type Asked, isAgain, type Pressed } from '../wire/incoming.ts';
import { type Reply, type ReplyTo, words } from './reply.ts';

interface Deps {
  readonly review: Review;
  readonly askAgain: AskAgain;
  readonly look: Look;
  readonly requestCard: RequestCard;
  readonly reply: ReplyTo;
}

/** The buttons on the card of a request. */
export function createOnClick({ review, askAgain, look, requestCard, reply }: Deps) {
  return {
    async pressed({ by, verb, requestId, token }: Pressed): Promise<Reply> {
      const texts = textsFor(by.locale);
      const from = { requestId, by: by.person, where: by.conversation.id };
      if (isAgain(verb)) return reply(await askAgain(verb, from), texts);
      const click = { ...from, verb, ...(token === undefined ? {} : { token }) };
      return reply({ kind: 'reviewed', click, reviewed: await review(click) }, texts);
    },
    /** Asked by the client itself, so it must change nothing. */
    async refreshed({ by, requestId }: Extract<Asked, { kind: 'refreshed' }>): Promise<Reply> {
      const seen = await look({ requestId, by: by.person, where: by.conversation.id });
      if (seen === null) return words(textsFor(by.locale).refusals.unknownRequest);
      return { lines: [], card: requestCard(requestId, seen.state, seen.powers), isPrivate: true };
    },
  };
}

export type OnClick = ReturnType<typeof createOnClick>;
