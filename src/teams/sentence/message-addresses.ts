import type { TargetReference } from '../../app/ports.ts';
import { property } from '../../base/read.ts';
import { readHtml, readTyped } from './message-text.ts';
import { plainlyShown } from './unseen.ts';
import { asSet, plainly } from './word.ts';
import { apart, longestText, type Part, partIn } from './written.ts';

interface FoundAddresses {
  readonly references: readonly TargetReference[];
  /** There were more. */
  readonly more: boolean;
}

/** A person who asks for more than these types a sentence. */
const most = 50;

/**
 * An address in running text, where `=`, `/` and `%` stand before addresses more often than in them. A letter of another
 * script beside it makes it another address, so then there is none. Without the flag `i`, with which a long s or a Kelvin
 * sign would do for s and k.
 */
const address =
  /(?<![\p{L}\p{N}\p{M}._!#^~$+&@-])'?([A-Za-z0-9._!#^~$+&-][A-Za-z0-9'._!#^~$+&-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?![\p{L}\p{N}\p{M}@_-])/gu;
const card = /^application\/vnd\.microsoft\.(?:teams\.)?card\.[a-z0-9.]+$/i;

/**
 * Addresses in a message that a person opened the dialog on, as an invoke brings it. It is another person's words: nothing
 * is taken from it but addresses that its reader sees, and where names lead; what it quotes or hides is left out.
 */
export function addressesIn(message: unknown): FoundAddresses {
  const references = new Map<string, TargetReference>();
  let more = false;
  for (const text of textsOf(message)) {
    for (const [, found] of text.matchAll(address)) {
      if (found === undefined || found.length > 320) continue;
      const key = found.toLowerCase();
      if (references.size < most) references.set(key, references.get(key) ?? { kind: 'address', text: found });
      else more ||= !references.has(key);
    }
  }
  return { references: [...references.values()], more };
}

function* textsOf(message: unknown): Generator<string> {
  const body = property(message, 'body');
  const content = property(body, 'content');
  if (typeof content === 'string') yield property(body, 'contentType') === 'text' ? inText(content) : inHtml(content);
  const attachments = property(message, 'attachments');
  let room = longestText;
  for (const attachment of Array.isArray(attachments) ? attachments.slice(0, 10) : []) {
    // Others hold what is quoted or forwarded.
    const contentType = property(attachment, 'contentType');
    if (typeof contentType !== 'string' || !card.test(contentType)) continue;
    for (const text of textsOfCard(contentType, property(attachment, 'content'))) {
      if (room <= 0) return;
      yield isHtmlCard(contentType) ? inHtml(text.slice(0, room)) : text.slice(0, room);
      room -= text.length;
    }
  }
}

/** Cards of the older kinds may have HTML in their texts. */
const isHtmlCard = (contentType: string) => !/card\.adaptive$/i.test(contentType);

function inText(content: string): string {
  const { text, parts } = readTyped({ text: content });
  return seenIn(text, parts);
}

function inHtml(content: string): string {
  // Cut where a tag begins, so that no address is cut.
  const end = content.length > longestText ? Math.max(0, content.lastIndexOf('<', longestText)) : content.length;
  const read = readHtml({
    attachments: [{ contentType: 'text/html', content: plainlyShown(content.slice(0, end)) }],
  });
  return read && read !== 'unreadable' ? seenIn(read.text, read.parts) : '';
}

/** With the addresses that links lead to. One that shows another address than its own says nothing. */
function seenIn(text: string, parts: readonly Part[]): string {
  return plainly(apart(text))
    .split(/([ \t\n])/u)
    .map((word) => {
      const part = partIn(word, parts);
      if (part?.kind !== 'link') return part ? part.label : word;
      const shown = [...part.label.matchAll(address)].flatMap(([, one]) => one ?? []);
      const isSame = shown.length > 0 ? asSet(shown) === asSet(part.addresses) : !/[@＠]/u.test(part.label);
      return isSame ? part.addresses.join(' ') : '';
    })
    .join('');
}

interface Shown {
  /** Properties whose text a reader sees, and those that hold further elements. */
  readonly texts: readonly string[];
  readonly children: readonly string[];
}

/** What cards show before anyone presses anything. Data, ids, urls, alternative and spoken texts are not among it. */
const adaptive: Shown = {
  texts: ['text', 'title', 'label', 'codeSnippet'],
  children: ['body', 'items', 'columns', 'rows', 'cells', 'facts', 'inlines', 'actions', 'pages'],
};
const others: Shown = {
  texts: ['title', 'subtitle', 'text', 'name', 'value', 'activityTitle', 'activitySubtitle', 'activityText'],
  children: ['sections', 'facts', 'items', 'buttons'],
};
const elements =
  /^(?:AdaptiveCard|TextBlock|RichTextBlock|TextRun|FactSet|Fact|Container|ColumnSet|Column|Table|TableRow|TableCell|ActionSet|Carousel|CarouselPage|CodeBlock|Badge|Input\.\w+|Action\.\w+)$/;
const mostElements = 5000;

/**
 * The texts of a card that its reader sees, as they come: as an object or as JSON. With a list instead of recursion: it may
 * nest deeply.
 */
function* textsOfCard(contentType: string, content: unknown): Generator<string> {
  const isAdaptive = /card\.adaptive$/i.test(contentType);
  const { texts, children } = isAdaptive ? adaptive : others;
  const waiting: unknown[] = [parsed(content)];
  for (let room = mostElements; waiting.length > 0 && room > 0; room -= 1) {
    const element = waiting.shift();
    if (typeof element === 'string') yield element;
    if (!isSeen(element)) continue;
    // A fact has its words in `title` and `value`; other values are what an input sends.
    const isFact = property(element, 'type') === undefined && property(element, 'title') !== undefined;
    for (const name of isFact ? [...texts, 'value'] : texts) {
      const text = property(element, name);
      if (typeof text === 'string') yield isAdaptive ? withoutDestinations(text) : text;
    }
    for (const name of children) {
      const inside = property(element, name);
      if (Array.isArray(inside)) waiting.push(...inside.slice(0, 1000));
    }
  }
}

/** What is switched off is not seen; of what a client may not know, it shows something else or nothing. */
function isSeen(element: unknown): boolean {
  const [type, visible, requires] = ['type', 'isVisible', 'requires'].map((name) => property(element, name));
  return (
    (visible === undefined || visible === true) &&
    requires === undefined &&
    (type === undefined || (typeof type === 'string' && elements.test(type)))
  );
}

/** Markdown shows of a link its words. One that shows an address and leads to another says nothing. */
function withoutDestinations(markdown: string): string {
  return markdown.replace(/\[([^[\]]*)\]\(([^()]*)\)/gu, (_, shown: string, leadsTo: string) =>
    !shown.includes('@') || leadsTo.toLowerCase().includes(shown.trim().toLowerCase()) ? shown : ' ',
  );
}

function parsed(content: unknown): unknown {
  if (typeof content !== 'string') return content;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
