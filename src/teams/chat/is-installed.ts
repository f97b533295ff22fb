import { property } from '../../base/read.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';
import type { Reach } from './connector.ts';

/**
 * Whether the bot is in the conversation, so that it can speak there: Teams lets it ask for a member only then. `null`: that
 * could not be found out. Never throws.
 */
export function createIsInstalled({ reach }: { readonly reach: Reach }) {
  return async function isInstalled(conversation: Conversation, personId: string): Promise<boolean | null> {
    try {
      await reach(conversation)(async (_, { conversations }) => {
        // A private channel has its own members, and so its own installation: the channel is asked, not the team.
        await conversations.getConversationMember(placeOf(conversation.id), personId);
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
