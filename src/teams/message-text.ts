/**
 * From what a Teams client sends to what a person typed. Only the bot's own mention is taken out; anything quoted is
 * taken out with its content, because a quotation is somebody else's words.
 */

interface Mention {
  readonly type?: string;
  readonly mentioned?: { readonly id?: string; readonly name?: string } | null;
  readonly text?: unknown;
}

export interface IncomingText {
  /** Whatever was sent; anything but a string counts as nothing. */
  readonly text?: unknown;
  readonly entities?: unknown;
  readonly recipient?: { readonly id?: string; readonly name?: string } | null;
}

/** Longer than 500 object ids with separators; beyond it nobody typed this. */
export const longestText = 32_000;

/** Soft hyphens, zero-width and direction marks: nothing a person types, everything a pasted address may hide. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;
/**
 * A tag with its attributes, in which brackets may stand too. An address in angle brackets is none. The tag of a quotation
 * that does not end takes all that follows.
 */
const tags = /(<\/?[a-z][a-z0-9]*(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?\/?>|<(?:blockquote|quoted)\b.*)/isu;
const references: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&apos;': "'",
};

/** One command per message; line breaks are kept, because lists are pasted with them. */
export function readText(activity: IncomingText): string {
  const sent = typeof activity.text === 'string' ? activity.text.slice(0, longestText).replace(invisible, '') : '';
  return withoutMarkup(withoutMention(sent, activity))
    .replace(/&(?:nbsp|amp|lt|gt|quot|apos|#39);/gu, (reference) => references[reference] ?? reference)
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => line.replace(/\s+/gu, ' ').trim())
    .filter((line) => line !== '' && !isQuoted(line))
    .join('\n');
}

/** The bot's own mention is known by its entity, or else by the bot's name. */
function withoutMention(sent: string, { entities, recipient }: IncomingText): string {
  const mentions = new Set<string>();
  for (const entity of Array.isArray(entities) ? (entities as readonly (Mention | null)[]) : []) {
    if (entity?.type !== 'mention' || typeof entity.text !== 'string') continue;
    if (entity.mentioned?.id === recipient?.id) mentions.add(entity.text.replace(invisible, ''));
  }
  let text = sent;
  for (const mention of mentions) if (mention !== '') text = text.replaceAll(mention, ' ');
  const name = recipient?.name;
  return text.replace(/<at\b[^<>]*>([^<>]*)<\/at>/giu, (whole, called: string) =>
    typeof name === 'string' && called.trim().toLowerCase() === name.toLowerCase() ? ' ' : whole,
  );
}

/** Quotations stand in one another, and one that is not closed goes on to the end. Mentions of others stay. */
function withoutMarkup(text: string): string {
  let depth = 0;
  return text
    .split(tags)
    .map((part, index) => {
      // Every second part is a tag.
      if (index % 2 === 0) return depth === 0 ? part : '';
      if (/^<\/?(?:blockquote|quoted)\b/iu.test(part)) {
        if (part.startsWith('</')) depth = Math.max(0, depth - 1);
        else if (!/^<quoted\b.*\/>$/isu.test(part)) depth += 1;
        return ' ';
      }
      if (depth > 0) return '';
      if (/^<\/?at\b/iu.test(part)) return part;
      return /^<(?:br\b|\/(?:p|div|li|tr)\b)/iu.test(part) ? '\n' : ' ';
    })
    .join('');
}

/** As in plain text: `> what somebody said`. */
function isQuoted(line: string): boolean {
  return /^>+(?: |$)/u.test(line);
}
