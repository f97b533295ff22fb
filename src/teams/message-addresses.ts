import type { TargetReference } from '../app/ports.ts';
import { longestText } from './markup-text.ts';
import { readHtml, readTyped } from './message-text.ts';
import { property } from './property.ts';
import { apart, type Part, partIn } from './written.ts';

interface FoundAddresses {
  readonly references: readonly TargetReference[];
  /** There were more. */
  readonly more: boolean;
}

/** Whoever is to ask for more than these says so in words. */
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
 * Addresses in a message that somebody opened the dialog on, as an invoke brings it. It is somebody else's words: nothing
 * is taken from it but addresses that its reader sees, and where names lead; what it quotes is left out.
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
  if (typeof content === 'string') {
    const html = property(body, 'contentType') !== 'text';
    // Cut where a tag begins, so that no address is cut.
    const end = content.length > longestText ? Math.max(0, content.lastIndexOf('<', longestText)) : content.length;
    const read = html
      ? readHtml({ attachments: [{ contentType: 'text/html', content: content.slice(0, end) }] })
      : readTyped({ text: content });
    if (read && read !== 'unreadable') yield seenIn(read.text, read.parts);
  }
  const attachments = property(message, 'attachments');
  for (const attachment of Array.isArray(attachments) ? attachments.slice(0, 10) : []) {
    // Others hold what is quoted or forwarded.
    const contentType = property(attachment, 'contentType');
    if (typeof contentType === 'string' && card.test(contentType)) yield* stringsIn(property(attachment, 'content'));
  }
}

/** With the addresses that links lead to. One that shows another address than its own says nothing. */
function seenIn(text: string, parts: readonly Part[]): string {
  return apart(text)
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

/** The strings of a card, which comes as an object or as JSON. With a list instead of recursion: it may nest deeply. */
function* stringsIn(content: unknown): Generator<string> {
  const waiting: unknown[] = [parsed(content)];
  for (let room = longestText; waiting.length > 0 && room > 0; ) {
    const value = waiting.shift();
    if (typeof value === 'string') {
      yield value.slice(0, room);
      room -= value.length;
    } else if (typeof value === 'object' && value !== null) {
      waiting.push(...Object.values(value).slice(0, 1000));
      room -= 1;
    }
  }
}

function parsed(content: unknown): unknown {
  if (typeof content !== 'string') return content;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
