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
const entities: Readonly<Record<string, string>> = {
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
  let text = typeof activity.text === 'string' ? activity.text.slice(0, longestText) : '';
  text = withoutQuotations(text.replace(/<quoted\b[^<>]*\/>/giu, ' '));
  const botId = activity.recipient?.id;
  for (const entity of Array.isArray(activity.entities) ? (activity.entities as readonly (Mention | null)[]) : []) {
    if (entity?.type !== 'mention' || typeof entity.text !== 'string' || entity.text === '') continue;
    if (entity.mentioned?.id === botId) text = text.replaceAll(entity.text, ' ');
  }
  const botName = activity.recipient?.name;
  text = text.replace(/<at\b[^<>]*>([^<>]*)<\/at>/giu, (whole, name: string) =>
    typeof botName === 'string' && name.trim().toLowerCase() === botName.toLowerCase() ? ' ' : whole,
  );
  text = text
    .replace(/<br\s*\/?>|<\/(?:p|div|li|tr)>/giu, '\n')
    // An address in angle brackets is no tag.
    .replace(/<(?!\/?at\b)\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/giu, ' ')
    .replace(/&(?:nbsp|amp|lt|gt|quot|apos|#39);/gu, (entity) => entities[entity] ?? entity)
    .replace(invisible, '');
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => line.replace(/\s+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** Quotations stand in one another, and one that is not closed goes on to the end. */
function withoutQuotations(text: string): string {
  let depth = 0;
  return text
    .split(/(<\/?blockquote\b[^<>]*>?)/iu)
    .map((part) => {
      if (!/^<\/?blockquote\b/iu.test(part)) return depth === 0 ? part : '';
      depth = part.startsWith('</') ? Math.max(0, depth - 1) : depth + 1;
      return ' ';
    })
    .join('');
}
