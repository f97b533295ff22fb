import type { TargetReference } from '../../app/ports.ts';
import type { UseCases } from '../../app/use-cases.ts';
import type { Found } from '../../domain/account.ts';
import { accountsView, leftOutLines } from '../cards/accounts.ts';
import { aroundPageView } from '../cards/around-page.ts';
import { historyView } from '../cards/history.ts';
import type { LinkTo } from '../cards/in-words.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import { openView, statusView } from '../cards/status.ts';
import { peopleView, unclearLine } from '../cards/unsure.ts';
import type { RequestCard } from '../chat/notifier.ts';
import type { Roster } from '../chat/roster.ts';
import type { Sentence } from '../sentence/command.ts';
import { isReference } from '../sentence/names.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Actor } from '../wire/actor.ts';
import type { Turned } from '../wire/incoming.ts';
import type { Page } from '../wire/page.ts';
import { type Reply, words } from './reply.ts';
import { whoIsMeant } from './who-is-meant.ts';

type Question = Extract<Sentence, { kind: 'status' | 'history' }>;

/** What may be looked at: a page, or what a sentence names. */
type View =
  | Page
  | { readonly view: 'code'; readonly code: string }
  | { readonly view: 'target'; readonly target: TargetReference };

interface Deps extends Pick<UseCases, 'status' | 'history' | 'aroundPage' | 'maySeeHistory' | 'findAlike'> {
  readonly roster: Roster;
  readonly cards: CardRenderer;
  readonly requestCard: RequestCard;
  /** Opens the card of a request where it stands; `null` where Teams has no link for that. */
  readonly linkTo: LinkTo;
}

/**
 * Answers *status* and *history*, typed or from the buttons *Older* and *Newer*. What may be seen is decided each time
 * anew, from who asks and where; the page alone comes from the button. Nothing changes.
 * @throws DirectoryError when the directory could not be asked
 */
export function createLookUp(deps: Deps) {
  const { status, history, aroundPage, maySeeHistory, findAlike, roster, cards, requestCard, linkTo } = deps;

  async function view(by: Actor, asked: View): Promise<Reply> {
    const texts = textsFor(by.locale);
    const where = by.conversation.id;
    switch (asked.view) {
      case 'open': {
        const open = await status.open(where, asked.page);
        return open.requests.length === 0
          ? words(texts.lookUp.nothingOpen)
          : card(cards.render('list', openView(open, texts)));
      }
      case 'code':
      case 'request': {
        const found =
          asked.view === 'code' ? await status.byCode(asked.code, where) : await status.byId(asked.requestId, where);
        if (!found) return words(texts.lookUp.unknownCode);
        const page = asked.view === 'code' ? 0 : asked.page;
        return card(cards.render('status', statusView(found, linkTo(found.state), page, texts)));
      }
      case 'accounts':
      case 'card': {
        const found = await status.byId(asked.requestId, where);
        if (!found) return words(texts.lookUp.unknownCode);
        if (asked.view === 'card') return card(requestCard(found.requestId, found.state));
        return card(cards.render('list', accountsView(found, asked.page, texts)));
      }
      case 'around': {
        const read = await aroundPage(by.person, where, asked.requestId, asked.page);
        if (read.kind === 'found') return card(cards.render('list', aroundPageView(read, texts)));
        const { lookUp, refusals, around } = texts;
        const why = { unknown: lookUp.unknownCode, refused: lookUp.notOperator, tooMany: refusals.lookUpLimit };
        return words(read.kind === 'reading' ? around.reading : why[read.kind]);
      }
      case 'target':
      case 'history': {
        const path = asked.view === 'history' ? asked.path : [];
        const target = asked.view === 'history' ? ({ kind: 'objectId', text: asked.accountId } as const) : asked.target;
        const before = path.at(-1);
        const found = await history({ by: by.person, where, target, ...(before === undefined ? {} : { before }) });
        if (found.kind === 'tooMany') return words(texts.refusals.lookUpLimit);
        if (found.kind === 'refused') return words(texts.lookUp.notOperator);
        if (found.kind === 'unclear') {
          const { omission } = found;
          const lines = [texts.lookUp.notFound, ...leftOutLines([omission], texts)];
          return offer(by, omission.code === 'ambiguous' ? omission.found : omission.asked, lines);
        }
        return card(cards.render('list', historyView(found, path, texts)));
      }
      default:
        return asked satisfies never;
    }
  }

  /** Who could be meant; by a name or a wrong address for a person who may ask, as in an order. */
  async function offer(by: Actor, meant: string | readonly Found[], lines: readonly string[]): Promise<Reply> {
    const texts = textsFor(by.locale);
    const people = typeof meant === 'string' ? await findAlike(by.person, meant) : meant;
    if (people.length === 0) return words(...lines);
    const button = { title: texts.lookUp.historyTitle, says: (who: string) => `history ${who}` };
    return { lines, card: cards.render('suggestion', peopleView(people, lines, button, texts)) };
  }

  return {
    async asked(by: Actor, question: Question): Promise<Reply> {
      if (question.kind === 'status') {
        const { code } = question;
        return view(by, code === null ? { view: 'open', page: 0 } : { view: 'code', code });
      }
      const texts = textsFor(by.locale);
      const { targets, unclear } = question;
      const isName = unclear.length > 0 && targets.length === 0;
      if (isName) return offer(by, unclear.join(' '), [unclearLine(unclear, texts)]);
      if (unclear.length > 0) return words(unclearLine(unclear, texts));
      if (targets.length !== 1) return words(texts.lookUp.whose);
      // No one is looked up, not even in the chat, for a person who may not see it.
      if (!targets.every(isReference) && !(await maySeeHistory(by.person))) return words(texts.lookUp.notOperator);
      const meant = await whoIsMeant(roster, by, targets);
      if ('lines' in meant) return meant;
      const [target] = meant.references;
      return target ? view(by, { view: 'target', target }) : words(texts.lookUp.whose);
    },
    turned({ by, via, page }: Turned): Promise<Reply> {
      // In the conversation a second card that asks would stay as it is when the request is over.
      const isSecond = via === 'message' && page.view === 'card';
      return view(by, isSecond ? { view: 'request', requestId: page.requestId, page: 0 } : page);
    },
  };
}

const card = (shown: NonNullable<Reply['card']>): Reply => ({ lines: [], card: shown });

export type LookUp = ReturnType<typeof createLookUp>;
