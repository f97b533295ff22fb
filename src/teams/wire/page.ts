import { property } from '../../base/read.ts';
import { requestIdLength } from '../../domain/code.ts';

/** Which page of what a button *Older* or *Newer* leads to. */
export type Page =
  | { readonly view: 'open'; readonly page: number }
  | { readonly view: 'request' | 'accounts' | 'around'; readonly requestId: string; readonly page: number }
  /** The card of the request, for a reader who has looked at its accounts. */
  | { readonly view: 'card'; readonly requestId: string }
  /** `path`: where each page after the first began, so that the way back is known without asking the store. */
  | { readonly view: 'history'; readonly accountId: string; readonly path: readonly number[] };

/** Beyond this the way back leads to the newest. */
const longestPath = 12;
const mostPages = 999;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const requestId = new RegExp(`^[A-Z0-9]{${requestIdLength}}$`);
/** The request that a button names; `null` for none. */
export function readRequestId(data: unknown): string | null {
  const id = property(data, 'requestId');
  return typeof id === 'string' && requestId.test(id) ? id : null;
}

const longest = 400;

/** The page as a button carries it. Nothing in it is trusted when it comes back. */
export function writePage(page: Page): string {
  switch (page.view) {
    case 'open':
      return `open.${page.page}`;
    case 'request':
    case 'accounts':
    case 'around':
      return `${page.view}.${page.requestId}.${page.page}`;
    case 'card':
      return `card.${page.requestId}`;
    case 'history':
      return ['history', page.accountId, ...page.path.slice(-longestPath)].join('.');
    default:
      return page satisfies never;
  }
}

/** The page that a button names; `null` for anything that no button of ours says. */
export function readPage(text: unknown): Page | null {
  if (typeof text !== 'string' || text.length > longest) return null;
  const [view, ...parts] = text.split('.');
  if (view === 'open' && parts.length === 1) {
    const page = readNumber(parts[0], mostPages);
    return page === null ? null : { view, page };
  }
  if (view === 'card' && parts.length === 1) {
    const [id = ''] = parts;
    return requestId.test(id) ? { view, requestId: id } : null;
  }
  if ((view === 'request' || view === 'accounts' || view === 'around') && parts.length === 2) {
    const [id = '', rest] = parts;
    const page = readNumber(rest, mostPages);
    return page === null || !requestId.test(id) ? null : { view, requestId: id, page };
  }
  const [accountId = '', ...steps] = parts;
  if (view !== 'history' || !guid.test(accountId) || steps.length > longestPath) return null;
  const path = steps.map((step) => readNumber(step, Number.MAX_SAFE_INTEGER));
  // Each page is older than the one before.
  const isWay = path.every((step, index) => step !== null && step > 0 && step < (path[index - 1] ?? Infinity));
  return isWay ? { view, accountId, path: path as number[] } : null;
}

function readNumber(text: string | undefined, most: number): number | null {
  if (text === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(text)) return null;
  const number = Number(text);
  return number <= most ? number : null;
}
