/** Cards and their data taken apart, for tests. */

/** An object in a card: an element, an action or the card. */
export type Node = Record<string, unknown>;

/** A string in a tree, with where it stands. */
export interface Place {
  readonly key: string;
  readonly parent: Node;
  readonly value: string;
}

/** An object, and neither a list nor null. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every object in a tree, outer ones first. */
export function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  return isNode(value) ? [value, ...Object.values(value).flatMap(nodes)] : [];
}

/** Every string in a tree, with the property and the object it stands in. */
export function strings(value: unknown, key = '', parent: Node = {}): Place[] {
  if (typeof value === 'string') return [{ key, parent, value }];
  if (Array.isArray(value)) return value.flatMap((item) => strings(item, key, parent));
  return isNode(value) ? Object.entries(value).flatMap(([name, item]) => strings(item, name, value)) : [];
}

/** Our own words, or no words at all: what may stand outside a TextRun. */
export const trusted = new Set([
  'lang',
  'fallbackText',
  'title',
  'called',
  'code',
  'style',
  'requestId',
  'page',
  'url',
  'heading',
  'look',
  'color',
  // Carried by a button, and read by nobody.
  'entered',
  'says',
]);

/** The strings of the data that somebody else wrote. */
export const untrusted = (data: unknown) => strings(data).filter(({ key }) => !trusted.has(key));
/** What is to be read in the RichTextBlocks, one string for each. */
export const texts = (card: unknown) =>
  nodes(card)
    .filter(({ type }) => type === 'RichTextBlock')
    .map(({ inlines }) => (inlines as Node[]).map(({ text }) => text).join(''));

/** The card without what stands in its TextRuns. */
export function frame(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(frame);
  if (!isNode(value)) return value;
  if (value.type === 'RichTextBlock') return { ...value, inlines: [] };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frame(item)]));
}
