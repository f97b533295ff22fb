import { property } from '../../base/read.ts';
import type { Person } from '../../domain/account.ts';
import { guid } from '../../domain/guid.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';

const longestName = 256;

/** Who does something, in which language, and where that is. */
export interface Actor {
  readonly person: Person;
  readonly conversation: Conversation;
  /** Id of the team, in its channels. */
  readonly team: string | null;
  /** Every id by which `ALLOWED_CONVERSATIONS` may name the place: of the chat, or of the thread, its channel and its team. */
  readonly places: readonly string[];
  readonly locale: string;
}

/**
 * Whether the person is a guest in our tenant says the directory, not Teams. `null` for activities that no person of the
 * directory sent (bots, anonymous people).
 */
export function readActor(
  activity: unknown,
  conversation: Conversation,
  locale: string,
  tenantId: string,
): Actor | null {
  const from = property(activity, 'from');
  const id = property(from, 'aadObjectId');
  if (typeof id !== 'string' || !guid.test(id)) return null;
  const sent = property(from, 'name');
  const name = typeof sent === 'string' && sent.trim() !== '' ? sent.slice(0, longestName) : id;
  const team = property(property(property(activity, 'channelData'), 'team'), 'id');
  return {
    person: { id: id.toLowerCase(), tenantId, name },
    conversation,
    team: typeof team === 'string' && team !== '' ? team : null,
    places: placesOf(activity, conversation.id),
    locale,
  };
}

/** Where an activity comes from; `null` when it does not say. */
export function readConversation(activity: unknown): Conversation | null {
  const conversation = property(activity, 'conversation');
  const id = property(conversation, 'id');
  const botId = property(property(activity, 'recipient'), 'id');
  const serviceUrl = property(activity, 'serviceUrl');
  if (typeof id !== 'string' || typeof botId !== 'string' || typeof serviceUrl !== 'string') return null;
  return { id, serviceUrl, botId, kind: kindOf(id, property(conversation, 'conversationType')) };
}

/** Between two people a chat is `personal`, too, for a person who acts on a message in it; only the bot's own begin with `a:`. */
function kindOf(id: string, type: unknown): Conversation['kind'] {
  if (type === 'channel' || (type === 'personal' && !id.startsWith('19:'))) return type;
  return 'groupChat';
}

/** A thread belongs to its channel. */
export function placesOf(activity: unknown, conversationId: string): readonly string[] {
  const data = property(activity, 'channelData');
  const [team, channel] = [property(data, 'team'), property(data, 'channel')];
  const told = [property(team, 'id'), property(team, 'aadGroupId'), property(channel, 'id')];
  return [conversationId, placeOf(conversationId), ...told.filter((id) => typeof id === 'string')];
}

/** Where others talk as well, only what mentions the bot is meant for it. */
export function isAddressed(activity: unknown, { kind, botId }: Conversation): boolean {
  if (kind === 'personal') return true;
  const entities = property(activity, 'entities');
  return Array.isArray(entities) && entities.some((one) => property(property(one, 'mentioned'), 'id') === botId);
}
