import type { CloudAdapter } from 'botbuilder';
import { type Conversation, placeOf } from '../domain/request.ts';
import { reference, sendOnce } from './chat.ts';
import { property } from './property.ts';

interface Deps {
  readonly adapter: CloudAdapter;
  readonly appId: string;
  /** Whether this address may be spoken to: the bot's token goes there. */
  readonly isAllowed: (serviceUrl: string) => boolean;
}

/** What is used of the SDK's connector client. */
interface Connector {
  readonly conversations: { getConversationMember(conversationId: string, memberId: string): Promise<unknown> };
}

/**
 * Whether the bot is in the conversation, so that it can speak there: Teams lets it ask for a member only then. `null`: that
 * could not be found out. Never throws.
 */
export function createIsInstalled({ adapter, appId, isAllowed }: Deps) {
  return async function isInstalled(conversation: Conversation, personId: string): Promise<boolean | null> {
    if (!isAllowed(conversation.serviceUrl)) return null;
    try {
      await adapter.continueConversationAsync(appId, reference(conversation), async (context) => {
        const connector: Connector = context.turnState.get(adapter.ConnectorClientKey);
        sendOnce(connector);
        // A private channel has its own members, and so its own installation: the channel is asked, not the team.
        await connector.conversations.getConversationMember(placeOf(conversation.id), personId);
      });
      return true;
    } catch (error) {
      return meaningOf(error);
    }
  };
}

export type IsInstalled = ReturnType<typeof createIsInstalled>;

function meaningOf(error: unknown): boolean | null {
  const status = property(error, 'statusCode');
  if (status !== 403 && status !== 404) return null;
  const code = property(property(property(error, 'body'), 'error'), 'code') ?? property(error, 'code');
  // The bot may ask, and this person is none of the members.
  return code === 'MemberNotFoundInConversation';
}
