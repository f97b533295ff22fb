import { decoded, longestText } from './markup-text.ts';
import type { Mentioned } from './written.ts';

interface Mention {
  readonly type?: unknown;
  readonly mentioned?: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly type?: unknown;
    readonly mentionType?: unknown;
    readonly role?: unknown;
  } | null;
  readonly text?: unknown;
}

export interface Recipient {
  readonly id?: string;
  readonly name?: string;
}

export interface Mentions {
  /** Whom this label means; `self`: this bot. */
  whoIs(label: string): Mentioned | 'self';
  /** The texts that stand for this bot alone, as they were sent. */
  readonly own: readonly string[];
}

const self = 'self';

/**
 * Who is mentioned under which label. A person may shorten a label, or two people may have the same, so it is the id that
 * counts; a label only finds its id.
 */
export function readMentions(entities: unknown, recipient: Recipient | null | undefined): Mentions {
  const byLabel = new Map<string, Map<string, Mentioned | typeof self>>();
  const texts: (readonly [string, string])[] = [];
  for (const entity of Array.isArray(entities) ? (entities as readonly (Mention | null)[]) : []) {
    if (entity?.type !== 'mention') continue;
    const { text, mentioned } = entity;
    const called = typeof text === 'string' && text !== '' ? text : mentioned?.name;
    if (typeof called !== 'string') continue;
    const label = labelOf(called.replace(/^\s*<at\b[^<>]*>|<\/at>\s*$/giu, ''));
    // The bot may have no id to know itself by; then a mention without one is the bot, too.
    const own = mentioned?.id === recipient?.id;
    const key = own ? self : String(mentioned?.id);
    const meant = byLabel.get(label) ?? new Map<string, Mentioned | typeof self>();
    byLabel.set(label, meant.set(key, own ? self : whoHas(mentioned)));
    if (own && typeof text === 'string' && text !== '') texts.push([text, label]);
  }
  const name = typeof recipient?.name === 'string' ? labelOf(recipient.name) : null;
  const shared = new Set<string>();
  return {
    own: [...new Set(texts.flatMap(([text, label]) => (byLabel.get(label)?.size === 1 ? [text] : [])))],
    whoIs(called) {
      const label = labelOf(called);
      const meant = byLabel.get(label);
      if (!meant) return label === name ? self : { kind: 'unknown' };
      const [only] = meant.values();
      if (meant.size === 1 && only) return only;
      // A person is called as the bot is. The bot comes first, because without it there would be no message here.
      const first = meant.has(self) && !shared.has(label);
      shared.add(label);
      return first ? self : { kind: 'several' };
    },
  };
}

/** Case, spaces, references and a leading `@` make no difference: clients write them in one place and not in the other. */
function labelOf(text: string): string {
  return decoded(text.slice(0, longestText))
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^@/u, '')
    .toLowerCase();
}

const person = /^(?:person|user|member|aaduser)$/i;

function whoHas(mentioned: Mention['mentioned']): Mentioned {
  const { id, type, mentionType, role } = mentioned ?? {};
  if (typeof id !== 'string' || id === '' || id.length > 300) return { kind: 'unknown' };
  const kinds = [type, mentionType, role].filter((kind) => typeof kind === 'string');
  if (id.startsWith('28:') || kinds.some((kind) => /^(?:bot|application|app)$/i.test(kind))) return { kind: 'bot' };
  // Ids of threads begin with 19:, and a tag or a team names itself as one.
  if (id.startsWith('19:') || kinds.some((kind) => !person.test(kind))) return { kind: 'group' };
  return { kind: 'member', id };
}
