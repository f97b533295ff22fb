import type { TargetReference } from '../../app/ports.ts';
import { property } from '../../base/read.ts';
import { textsOfCard } from './card-text.ts';
import { longestText } from './markup-text.ts';
import { readHtml, readTyped } from './message-text.ts';
import { plainlyShown } from './unseen.ts';
import { plainly } from './word.ts';
import { apart, type Part, partIn } from './written.ts';

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

const asSet = (addresses: readonly string[]) =>
  [...new Set(addresses.map((one) => one.toLowerCase()))].sort().join(' ');
