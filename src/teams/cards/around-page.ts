import type { AroundPage } from '../../app/around-page.ts';
import type { Texts } from '../texts/en.ts';
import { writePage } from '../wire/page.ts';
import { countOf, linesOf } from './around.ts';
import type { PageButton } from './parts.ts';
import { shownName, shownUpn } from './shown.ts';
import type { ListData } from './status.ts';

/** What Entra's logs tell of some of the accounts of a request. */
export function aroundPageView(
  { found, accounts, page, pages }: Extract<AroundPage, { kind: 'found' }>,
  texts: Texts,
): ListData {
  const { around, lookUp } = texts;
  const { requestId, state } = found;
  const turn = (to: number, title: string): PageButton => {
    return { title, page: writePage({ view: 'around', requestId, page: to }) };
  };
  const back: PageButton = { title: lookUp.back, page: writePage({ view: 'card', requestId }) };
  const title = around.pageTitle(state.request.code);
  return {
    lang: texts.lang,
    fallbackText: title,
    title: pages > 1 ? lookUp.page(title, page + 1, pages) : title,
    person: null,
    entries: accounts.map(({ target: { account }, findings }) => ({
      name: shownName(account),
      code: null,
      says: '',
      color: countOf([findings], texts) > 0 ? 'attention' : 'default',
      lines: [shownUpn(account), ...linesOf(findings, texts)],
    })),
    note: around.notLookedAt(true) + texts.marks.end,
    older: page + 1 < pages ? turn(page + 1, lookUp.next) : back,
    newer: page > 0 ? turn(page - 1, lookUp.previous) : pages > 1 ? back : null,
  };
}
