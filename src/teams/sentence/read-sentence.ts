import { parseSentence, type Sentence } from './command.ts';
import { type IncomingText, readHtml, readTyped } from './message-text.ts';
import { type Differing, keyOf, type Named } from './names.ts';
import { inEnglish } from './phrases.ts';
import { visible, type Written } from './written.ts';

type Order = Extract<Sentence, { kind: 'revoke' }>;

/**
 * What a message asks for. Teams sends it twice: as `text`, in which links have lost where they lead, and as HTML. Both
 * are read, and a person who stands in one of them and not in the other is asked about, not acted on.
 */
export function readSentence(activity: IncomingText): Sentence {
  const typed = readTyped(activity);
  const html = readHtml(activity);
  if (html === 'unreadable') return { kind: 'unknown' };
  const said = parseSentence(typed.text, typed.parts);
  if (!html || html.text === '') return html?.quotes ? { kind: 'unknown' } : said;
  const shown = parseSentence(html.text, html.parts);
  // A reply: in `text` nothing may tell the words that are quoted from the writer's own.
  if (html.quotes) return shown;
  if (shown.kind === 'unsure' || said.kind === 'unsure') return shown.kind === 'unsure' ? shown : said;
  const [inText, inHtml] = [lettersOf(typed), lettersOf(html)];
  const links = linked(html);
  if (shown.kind === 'perhaps' || said.kind === 'perhaps') {
    // The same letters, of which `text` may have glued some to others.
    return inText === inHtml && shown.kind === 'revoke' ? shown : perhaps(said, shown);
  }
  if (shown.kind === 'revoke' && said.kind === 'revoke') return agreed(said, shown, inText + links, inHtml + links);
  if (shown.kind === 'history' && said.kind === 'history') return said.unclear.length > 0 ? shown : said;
  if (shown.kind === 'decide' && said.kind === 'decide' && shown.verb + shown.code !== said.verb + said.code) {
    return { kind: 'unknown' };
  }
  if (shown.kind === said.kind) return said;
  if (shown.kind === 'unknown') return standsIn(said, html, inHtml) ? said : shown;
  // `text` has lost the end of a line or of a cell; its letters are all there. That never makes a decision of what was none.
  if (said.kind !== 'unknown' || shown.kind !== 'revoke') return { kind: 'unknown' };
  // Where no spaces are written, nothing may tell the command from what is glued to it; but then the letters are the same.
  const { text, parts } = inText === inHtml ? html : typed;
  const english = solid(inEnglish(visible(text, parts)));
  const isGlued = /(?:^|if)revokesessionsfor/.test(english) && missing(shown.targets, english + links).length === 0;
  return isGlued ? shown : said;
}

/** Not plainly an order in one of its forms: what it could mean is as the reader of the message sees it. */
function perhaps(said: Sentence, shown: Sentence): Sentence {
  if (shown.kind !== 'revoke' && shown.kind !== 'perhaps') return { kind: 'unknown' };
  const { dryRun, targets } = shown;
  if (targets.length === 0) return shown;
  const reason = (said.kind === 'revoke' || said.kind === 'perhaps' ? said.reason : null) ?? shown.reason;
  return { kind: 'perhaps', dryRun, targets, reason };
}

/** HTML of a kind that is not understood still holds the words, and no link that says something else. */
function standsIn(said: Sentence, { parts }: Written, words: string): boolean {
  if (said.kind === 'decide') return words.includes(said.code.toLowerCase());
  if (said.kind !== 'revoke') return true;
  const isLinked = parts.some(({ kind }) => kind === 'link');
  return !isLinked && said.targets.every((one) => words.includes(solid(one.text)));
}

function agreed(said: Order, shown: Order, inText: string, inHtml: string): Sentence {
  if (said.dryRun !== shown.dryRun) return { kind: 'unknown' };
  const onlySaid = missing(said.targets, inHtml, shown.targets);
  const onlyShown = missing(shown.targets, inText, said.targets);
  // A mention written in a way that this bot does not know is words in the one and a mention in the other.
  const unread = onlyShown.length === 0 && shown.unclear.length > 0 && said.unclear.length === 0;
  if (unread && onlySaid.length > 0 && onlySaid.every(({ kind }) => kind === 'mention')) return said;
  if (onlySaid.length + onlyShown.length === 0) return { ...shown, reason: said.reason ?? shown.reason };
  return { kind: 'unsure', differing: [differing(onlySaid, onlyShown, said, shown)], rows: [] };
}

/** Who of these stands neither among the others nor in the words. */
function missing(named: readonly Named[], words: string, others: readonly Named[] = []): readonly Named[] {
  const keys = new Set(others.map(keyOf));
  return named.filter((one) => !keys.has(keyOf(one)) && (one.kind === 'mention' || !words.includes(solid(one.text))));
}

/** Where links lead is in the one form alone. */
function linked({ parts }: Written): string {
  return solid(parts.flatMap((one) => (one.kind === 'link' ? one.addresses : [])).join(' '));
}

function differing(onlySaid: readonly Named[], onlyShown: readonly Named[], said: Order, shown: Order): Differing {
  const list = (named: readonly Named[]) => named.map(({ text }) => text).join(', ');
  return {
    shown: list(onlySaid.length > 0 ? onlySaid : said.targets),
    leadsTo: list(onlyShown.length > 0 ? onlyShown : shown.targets),
  };
}

/** Where a cell or a word ends is what the two may differ in. */
const solid = (text: string) => text.replace(/\s+/gu, '').toLowerCase();
const lettersOf = ({ text, parts }: Written) => solid(visible(text, parts));
