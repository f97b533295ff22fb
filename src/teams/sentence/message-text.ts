/**
 * From what a Teams client sends to what a person typed. Only the bot's own mention is taken out; anything quoted is
 * taken out with its content, because a quotation is another person's words.
 */

import { readMarkup } from './markup.ts';
import {
  cellsOf,
  decoded,
  decodedText,
  longestText,
  type Mentions,
  ownMention,
  type Part,
  type Recipient,
  readMentions,
  seen,
  type Written,
} from './written.ts';

export interface IncomingText {
  /** Whatever was sent; anything but a string counts as nothing. */
  readonly text?: unknown;
  readonly entities?: unknown;
  readonly attachments?: unknown;
  readonly recipient?: Recipient | null;
}

/** HTML says the same in more letters; Teams takes no message of more than 100 KB. */
export const longestHtml = 100_000;

/**
 * What stands in the field `text`, in which links have lost where they lead. One command per message; line breaks are
 * kept, because lists are pasted with them.
 */
export function readTyped({ text, entities, recipient }: IncomingText): Written {
  const mentions = readMentions(entities, recipient);
  const sent = typeof text === 'string' ? seen(text.slice(0, longestText)) : '';
  const parts: Part[] = [];
  const dialect = { gap: ' ', read: decodedText };
  const { text: read, quotes } = readMarkup(withoutOwn(sent, mentions), dialect, mentions, parts);
  return { text: asLines(read), parts, quotes };
}

/**
 * The same message as HTML, as Teams attaches it; null when there is none. `unreadable`: there are several, or it is too
 * long to be read whole: half of a list would be another list. Then nothing tells what is quoted in `text`.
 */
export function readHtml({ attachments, entities, recipient }: IncomingText): Written | 'unreadable' | null {
  const all = Array.isArray(attachments)
    ? (attachments as readonly ({ contentType?: unknown; content?: unknown } | null)[])
    : [];
  const [html, ...more] = all.filter((one) => isHtml(one?.contentType) && typeof one?.content === 'string');
  const content = html?.content;
  if (typeof content !== 'string') return null;
  if (more.length > 0 || content.length > longestHtml) return 'unreadable';
  const parts: Part[] = [];
  // Where a line of the source ends means nothing.
  const source = withoutComments(seen(content)).replace(/[\t\n\r\f]/gu, ' ');
  const dialect = { gap: '', read: decoded };
  const { text, quotes } = readMarkup(source, dialect, readMentions(entities, recipient), parts);
  return { text: asLines(text), parts, quotes };
}

const isHtml = (contentType: unknown) => typeof contentType === 'string' && /^text\/html(?:;|$)/iu.test(contentType);

/** A client may write the bot's mention without a tag, or with one in its name; then its entity says so. */
function withoutOwn(sent: string, { own }: Mentions): string {
  let text = sent;
  for (const one of own) {
    const mention = seen(one);
    if (mention !== '') text = text.replaceAll(mention, ownMention);
  }
  return text;
}

function withoutComments(html: string): string {
  return html
    .split('<!--')
    .map((piece, index) => {
      if (index === 0) return piece;
      const end = piece.indexOf('-->');
      return end < 0 ? '' : piece.slice(end + 3);
    })
    .join('');
}

/** What is put round the bot's name goes with it. Elsewhere a `!` may say no, and a quotation mark may begin another's words. */
const called = /(?:\( ?\uFDD2\)|\[ ?\uFDD2\]|" ?\uFDD2"|“ ?\uFDD2”|\uFDD2)(?:[!！]+|[ \t\u00A0]*[…|•·/]+)?/gu;

function asLines(text: string): string {
  return (
    text
      .replace(called, ' ')
      .split(/\r\n|[\n\r\u2028\u2029]/u)
      .map((line) => cellsOf(line).join('\t'))
      // As in plain text: `> what a person said`.
      .filter((line) => line !== '' && !/^>+(?: |$)/u.test(line))
      .join('\n')
  );
}
