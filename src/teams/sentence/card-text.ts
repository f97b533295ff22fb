import { property } from '../../base/read.ts';

interface Shown {
  /** Properties whose text a reader sees, and those that hold further elements. */
  readonly texts: readonly string[];
  readonly children: readonly string[];
}

/** What cards show before anybody presses anything. Data, ids, urls, alternative and spoken texts are not among it. */
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
export function* textsOfCard(contentType: string, content: unknown): Generator<string> {
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
