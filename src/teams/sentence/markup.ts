import { isRaw, isUnseen } from './unseen.ts';
import { addressIn, bare } from './word.ts';
import { decoded, type Mentions, ownMention, type Part, part } from './written.ts';

/** How a field of the activity is written. In `text` the tags are few; the attachment is all HTML. */
interface Dialect {
  /** Stands in the place of a tag that is neither a line nor a cell. */
  readonly gap: string;
  /** From what stands between tags to what is read. */
  readonly read: (text: string) => string;
}

/**
 * A tag with its attributes, in which brackets may stand too. An address in angle brackets is none. The tag of a quotation
 * that does not end takes all that follows.
 */
const tags = /(<\/?[a-z][a-z0-9]*(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?\/?>|<(?:blockquote|quoted)\b.*)/isu;
/** The same with tags of Office, such as `<o:p>`. In `text` that could be an address: `<mailto:…>`. */
const htmlTags = /(<\/?[a-z][a-z0-9:-]*(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?\/?>|<(?:blockquote|quoted)\b.*)/isu;
const lines = /^<(?:br\b|\/(?:p|div|li|tr|h[1-6]|ul|ol|table|pre)\b)/iu;
/** In HTML these begin a line as well; in `text` no client writes one behind words. */
const begins = /^<(?:p|div|li|tr|h[1-6]|ul|ol|table|pre)\b/iu;
const mention = /^<(?:at\b|span\b[^<>]*[\s"']itemtype\s*=\s*["']?[^\s"'<>]*\/Mention\b)/iu;

interface Open {
  readonly tag: 'at' | 'span' | 'a';
  readonly kind: 'mention' | 'link' | 'plain';
  readonly href: string | null;
  /** Where in what is written its label begins. */
  readonly from: number;
}

const struck = /^<(?:s|strike|del)\b/iu;
const struckByStyle = /\sstyle\s*=\s*(?:"[^"]*line-through|'[^']*line-through)/iu;
const empty = /^<(?:br|hr|img|input|col|meta|wbr)\b|\/>$/iu;
/** In HTML a slash at its end makes no other tag empty. */
const isVoid = (tag: string) => /^<(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b/iu.test(tag);

/** Whether what follows this tag is struck through, or is not shown. */
function takesOut(tag: string, html: boolean): boolean {
  if (tag.startsWith('</')) return false;
  if (html && !isVoid(tag) && isUnseen(nameOf(tag), tag)) return true;
  return !empty.test(tag) && (struck.test(tag) || struckByStyle.test(tag));
}

const nameOf = (tag: string) => (/^<\/?([a-z0-9:-]+)/iu.exec(tag)?.[1] ?? '').toLowerCase();

/**
 * Text in which tags are told from words. Quotations stand in one another, and one that is not closed goes on to the end;
 * they are left out with all that is in them, and so is what its writer has struck through or hidden. What mentions and
 * links mean is put into `parts`.
 */
export function readMarkup(source: string, { gap, read }: Dialect, mentions: Mentions, parts: Part[]) {
  const html = gap === '';
  const written: string[] = [];
  const opened: Open[] = [];
  let [depth, cells, quotes] = [0, 0, false];
  /** The tags that are open from the one that takes out what is in it. */
  const out: string[] = [];

  const put = (one: Part): string => part(parts.push(one) - 1);
  const end = (name: string): void => {
    const at = opened.findLastIndex(({ tag }) => tag === name);
    const found = opened[at];
    if (!found) return;
    opened.length = at;
    if (found.kind === 'plain') return;
    const label = written
      .splice(found.from)
      .join('')
      .replace(/[\s\uFDD2]+/gu, ' ');
    written.push(found.kind === 'mention' ? mentioned(label) : linked(label, found.href));
  };
  const mentioned = (label: string): string => {
    const who = mentions.whoIs(label);
    if (who === 'self') return ownMention;
    return label.trim() === '' ? ' ' : put({ kind: 'mention', label: label.trim(), who });
  };
  const linked = (label: string, href: string | null): string => {
    const addresses = href === null ? null : mailedBy(href);
    // What is not shown names no one.
    if (label.trim() === '' || !addresses || addresses.length === 0) return label;
    const [only = ''] = addresses;
    const plain = addresses.length === 1 && bare(label.trim()).toLowerCase() === only.toLowerCase();
    return plain ? label : put({ kind: 'link', label: label.trim(), addresses });
  };

  for (const [index, piece] of source.split(html ? htmlTags : tags).entries()) {
    // Every second piece is a tag.
    if (index % 2 === 0) {
      if (depth === 0 && out.length === 0 && piece !== '') written.push(read(piece));
      continue;
    }
    const closing = piece.startsWith('</');
    if (/^<\/?(?:blockquote|quoted)\b/iu.test(piece)) {
      quotes = true;
      if (closing) depth = Math.max(0, depth - 1);
      else if (!/^<quoted\b.*\/>$/isu.test(piece)) depth += 1;
      written.push(html ? '\n' : ' ');
      continue;
    }
    if (depth > 0) continue;
    if (out.length > 0) {
      // Only the tag that was opened last ends: what browsers make of tags that cross could show or hide what follows.
      if (closing) {
        if (out.at(-1) === nameOf(piece)) out.pop();
      } else if (!isRaw(out.at(-1) ?? '') && !(html ? isVoid(piece) : empty.test(piece))) out.push(nameOf(piece));
      continue;
    }
    if (takesOut(piece, html)) {
      out.push(nameOf(piece));
      quotes = true;
      written.push(' ');
      continue;
    }
    const [, name = ''] = /^<\/?(at|span|a)\b/iu.exec(piece) ?? [];
    if (name !== '') {
      const tag = name.toLowerCase() as Open['tag'];
      written.push(gap);
      if (closing) {
        end(tag);
        continue;
      }
      const kind = mention.test(piece) ? 'mention' : tag === 'a' ? 'link' : 'plain';
      opened.push({ tag, kind, href: kind === 'link' ? hrefIn(piece) : null, from: written.length });
      continue;
    }
    if (/^<\/t[dh]\b/iu.test(piece)) {
      cells = Math.max(0, cells - 1);
      written.push('\t');
    } else if (html && /^<t[dh]\b/iu.test(piece)) cells += 1;
    else if (lines.test(piece) || (html && begins.test(piece))) {
      if (/^<\/?t(?:r|able)\b/iu.test(piece)) cells = 0;
      // Within a cell a line break is no end of the row.
      written.push(cells > 0 ? ' ' : '\n');
    } else written.push(gap);
  }
  return { text: written.join(''), quotes };
}

/** The value of `href` in an opening tag; null when it has none. */
function hrefIn(tag: string): string | null {
  const found = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/iu.exec(tag);
  return found ? decoded(found[1] ?? found[2] ?? found[3] ?? '') : null;
}

/** Whom a `mailto:` link writes to, those in `to=` too; null for a link of another kind, or with anything odd in it. */
function mailedBy(href: string): readonly string[] | null {
  const [, path, query = ''] = /^\s*mailto:([^?#]*)(?:\?([^#]*))?/iu.exec(href) ?? [];
  if (path === undefined) return null;
  const further = query.split('&').flatMap((field) => (/^to=/iu.test(field) ? [field.slice(3)] : []));
  try {
    const named = [path, ...further].flatMap((list) => decodeURIComponent(list).split(/[,;]/u));
    const addresses = named.map((one) => one.trim()).filter((one) => one !== '');
    const read = addresses.map((one) => addressIn(one));
    return read.every((one) => one !== null) ? [...new Set(read as string[])] : null;
  } catch {
    return null;
  }
}
