import type { Explain } from '../../app/explain.ts';
import { whyView } from '../cards/dialog.ts';
import { refusalLine } from '../cards/in-words.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Asked } from '../wire/incoming.ts';
import type { Reply } from './reply.ts';

interface Deps {
  readonly explain: Explain;
  readonly cards: CardRenderer;
}

/** Why a request was denied: asked in a small dialog, or, where a client has none, for the person to type. */
export function createOnWhy({ explain, cards }: Deps) {
  return async function why(
    asked: Pick<Extract<Asked, { kind: 'why' }>, 'by' | 'requestId' | 'reason'>,
  ): Promise<Reply> {
    const { by, requestId, reason } = asked;
    const texts = textsFor(by.locale);
    const { title } = texts.why;
    const { state, refused } = await explain({ requestId, by: by.person, where: by.conversation.id, reason });
    if (refused !== null || state.phase === 'none') {
      return { lines: [refusalLine({ code: refused ?? 'unknownRequest', state }, texts)], title };
    }
    if (reason !== null) return { lines: [], shows: true, due: requestId };
    const card = cards.render('dialog-why', whyView(requestId, state.request, texts));
    return { lines: [texts.why.typed(state.request.code)], card, title, isPrivate: true };
  };
}

export type OnWhy = ReturnType<typeof createOnWhy>;
