import type { Recorded } from '../../app/lookups.ts';
import { privilegedFirst } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { writePage } from '../wire/page.ts';
import { accountLines } from './each-outcome.ts';
import type { PageButton } from './parts.ts';
import { personLine } from './shown.ts';
import type { ListData } from './status.ts';

const onOnePage = 10;

/** All the accounts of a request, page by page, in the order in which its card names some of them. */
export function accountsView(
  { requestId, state }: Pick<Recorded, 'requestId' | 'state'>,
  wanted: number,
  texts: Texts,
): ListData {
  const { lookUp } = texts;
  const { targets, code } = state.request;
  const entries: readonly ListData['entries'][number][] =
    state.decision?.verb === 'approve'
      ? accountLines(state, texts).map(({ name, upn, outcome, color, reason }) => {
          return { name, code: null, color, lines: [upn, outcome, ...(reason === null ? [] : [reason])] };
        })
      : privilegedFirst(targets).map((target) => {
          const { name, upn, note } = personLine(target, texts);
          return { name, code: null, color: 'default', lines: note === null ? [upn] : [upn, note] };
        });
  const pages = Math.ceil(entries.length / onOnePage);
  const page = Math.min(wanted, pages - 1);
  const back: PageButton = { title: lookUp.back, page: writePage({ view: 'card', requestId }) };
  const turn = (to: number, title: string): PageButton => ({
    title,
    page: writePage({ view: 'accounts', requestId, page: to }),
  });
  const title = lookUp.accountsTitle(code, targets.length);
  return {
    lang: texts.lang,
    fallbackText: title,
    title: pages > 1 ? lookUp.page(title, page + 1, pages) : title,
    person: null,
    entries: entries.slice(page * onOnePage, (page + 1) * onOnePage),
    note: null,
    footer: null,
    older: page + 1 < pages ? turn(page + 1, lookUp.next) : back,
    newer: page > 0 ? turn(page - 1, lookUp.previous) : pages > 1 ? back : null,
  };
}
