import type { ReadHistory, Status } from '../../app/lookups.ts';
import { accountsView } from '../cards/accounts.ts';
import type { LinkTo } from '../cards/already-open.ts';
import { historyView } from '../cards/history.ts';
import { leftOutLines } from '../cards/left-out.ts';
import type { AdaptiveCardJson, CardRenderer } from '../cards/render-card.ts';
import { openView, statusView } from '../cards/status.ts';
import type { RequestCard } from '../chat/notifier.ts';
import type { Texts } from '../texts/en.ts';
import type { Speaker } from '../wire/actor.ts';
import type { LookUp } from '../wire/page.ts';

/** What is read: a card, or a sentence where there is nothing to show. */
export type LookedUp =
  | { readonly kind: 'card'; readonly card: AdaptiveCardJson }
  | { readonly kind: 'text'; readonly text: string };

interface Deps {
  readonly status: Status;
  readonly history: ReadHistory;
  readonly cards: CardRenderer;
  readonly requestCard: RequestCard;
  /** Opens the card of a request where it stands; `null` where Teams has no link for that. */
  readonly linkTo: LinkTo;
}

/**
 * Answers *status* and *history*, typed or from the buttons *Older* and *Newer*. What may be seen is decided each time
 * anew, from who asks and where; the page alone comes from the button.
 * @throws DirectoryError when the directory could not be asked
 */
export function createLookUp({ status, history, cards, requestCard, linkTo }: Deps) {
  return async function lookUp({ person, conversation }: Speaker, asked: LookUp, texts: Texts): Promise<LookedUp> {
    const where = conversation.id;
    switch (asked.view) {
      case 'open': {
        const open = await status.open(where, asked.page);
        return open.requests.length === 0
          ? { kind: 'text', text: texts.lookUp.nothingOpen }
          : { kind: 'card', card: cards.render('list', openView(open, texts)) };
      }
      case 'code':
      case 'request': {
        const found =
          asked.view === 'code' ? await status.byCode(asked.code, where) : await status.byId(asked.requestId, where);
        if (!found) return { kind: 'text', text: texts.lookUp.unknownCode };
        const page = asked.view === 'code' ? 0 : asked.page;
        const data = statusView(found, linkTo(found.state), page, texts);
        return { kind: 'card', card: cards.render('status', data) };
      }
      case 'accounts':
      case 'card': {
        const found = await status.byId(asked.requestId, where);
        if (!found) return { kind: 'text', text: texts.lookUp.unknownCode };
        if (asked.view === 'card') return { kind: 'card', card: requestCard(found.requestId, found.state) };
        return { kind: 'card', card: cards.render('list', accountsView(found, asked.page, texts)) };
      }
      case 'target':
      case 'history': {
        const path = asked.view === 'history' ? asked.path : [];
        const target = asked.view === 'history' ? ({ kind: 'objectId', text: asked.accountId } as const) : asked.target;
        const before = path.at(-1);
        const found = await history({ by: person, where, target, ...(before === undefined ? {} : { before }) });
        if (found.kind === 'tooMany') return { kind: 'text', text: texts.refusals.lookUpLimit };
        if (found.kind === 'refused') return { kind: 'text', text: texts.lookUp.notOperator };
        if (found.kind === 'unclear') {
          return { kind: 'text', text: [texts.lookUp.notFound, ...leftOutLines([found.omission], texts)].join('\n') };
        }
        return { kind: 'card', card: cards.render('list', historyView(found, path, texts)) };
      }
      default:
        return asked satisfies never;
    }
  };
}

export type AnswerLookUp = ReturnType<typeof createLookUp>;
