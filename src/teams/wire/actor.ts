import type { Person } from '../../domain/account.ts';
import { guid } from '../../domain/guid.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';

const longestName = 256;

/** The parts of an activity that are used, as they come: anything may be missing or of another type. */
export interface IncomingActivity {
  readonly id?: string;
  readonly serviceUrl?: string;
  readonly locale?: string;
  readonly from?: { readonly id?: string; readonly name?: string; readonly aadObjectId?: string } | null;
  readonly recipient?: { readonly id?: string; readonly name?: string } | null;
  readonly conversation?: { readonly id?: string; readonly conversationType?: string } | null;
}

export interface Speaker {
  readonly person: Person;
  readonly conversation: Conversation;
}

/**
 * Who speaks, and where. The tenant has been checked by the guard to be ours; whether the person is a guest there says
 * the directory, not Teams. `null` for activities that no person of the directory sent (bots, anonymous people).
 */
export function readSpeaker(activity: IncomingActivity, tenantId: string): Speaker | null {
  const { from } = activity;
  const id = from?.aadObjectId;
  const conversation = readConversation(activity);
  if (typeof id !== 'string' || !guid.test(id) || conversation === null) return null;
  const name = typeof from?.name === 'string' && from.name.trim() !== '' ? from.name.slice(0, longestName) : id;
  return {
    person: { id: id.toLowerCase(), tenantId, name },
    conversation,
  };
}

/** Where an activity comes from; `null` when it does not say. */
export function readConversation({ conversation, recipient, serviceUrl }: IncomingActivity): Conversation | null {
  if (typeof conversation?.id !== 'string' || typeof recipient?.id !== 'string' || typeof serviceUrl !== 'string') {
    return null;
  }
  return {
    id: conversation.id,
    serviceUrl,
    botId: recipient.id,
    kind: kindOf(conversation.id, conversation.conversationType),
  };
}

/** Between two people a chat is `personal`, too, for whoever acts on a message in it; only the bot's own begin with `a:`. */
function kindOf(id: string, type: string | undefined): Conversation['kind'] {
  if (type === 'channel' || (type === 'personal' && !id.startsWith('19:'))) return type;
  return 'groupChat';
}

/** `ALLOWED_CONVERSATIONS` holds team, channel or chat ids; a thread belongs to its channel. */
export function isAllowedPlace(activity: object, conversationId: string, allowed: ReadonlySet<string> | null): boolean {
  if (!allowed) return true;
  const { channelData } = activity as {
    channelData?: { team?: { id?: string; aadGroupId?: string }; channel?: { id?: string } } | null;
  };
  const ids = [
    conversationId,
    placeOf(conversationId),
    channelData?.team?.id,
    channelData?.team?.aadGroupId,
    channelData?.channel?.id,
  ];
  return ids.some((id) => typeof id === 'string' && allowed.has(id));
}
