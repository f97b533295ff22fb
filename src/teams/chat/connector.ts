import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import type { ConnectorClient } from 'botframework-connector';
import { NotifierError } from '../../app/errors.ts';
import { property } from '../../base/read.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';
import type { Addresses } from './addresses.ts';

interface Deps {
  readonly adapter: CloudAdapter;
  readonly appId: string;
  /** Whether the stored address may still be spoken to, because the bot's token goes there; settings may have changed. */
  readonly isAllowed: (serviceUrl: string) => boolean;
  readonly addresses: Pick<Addresses, 'newest'>;
}

/** Something done within one turn. */
type Act<T> = (context: TurnContext, connector: ConnectorClient) => Promise<T>;

/**
 * The way to a conversation: a TurnContext is dead once its turn is over, so each time a new one is made from the newest
 * address known. `repeats`: the SDK may send again by itself, as it sees fit.
 * @throws NotifierError `gone` when the address is not allowed
 */
export function createReach({ adapter, appId, isAllowed, addresses }: Deps) {
  return function reach(conversation: Conversation, { repeats = false } = {}) {
    const serviceUrl = addresses.newest(conversation);
    if (!isAllowed(serviceUrl)) {
      throw new NotifierError('gone', 'the serviceUrl of this conversation is not allowed');
    }
    return async function turn<T>(act: Act<T>): Promise<T> {
      let result: { value: T } | undefined;
      await adapter.continueConversationAsync(appId, reference({ ...conversation, serviceUrl }), async (context) => {
        const connector: ConnectorClient = context.turnState.get(adapter.ConnectorClientKey);
        if (!repeats) sendOnce(connector);
        result = { value: await act(context, connector) };
      });
      if (!result) throw new NotifierError('transient', 'the SDK ended the turn without doing anything');
      return result.value;
    };
  };
}

export type Reach = ReturnType<typeof createReach>;

/**
 * Takes the retries out of the SDK's connector client, which has no option for it: a post that it repeats stands in the
 * chat twice, and it would go on repeating after we gave up. Who repeats what is decided in one place, the worker.
 */
function sendOnce(connector: unknown): void {
  const { client } = connector as { client: { pipeline: { removePolicy(which: { name: string }): unknown } } };
  client.pipeline.removePolicy({ name: 'defaultRetryPolicy' });
}

function reference({ id, serviceUrl, botId, kind }: Conversation): Partial<ConversationReference> {
  return {
    channelId: 'msteams',
    serviceUrl,
    bot: { id: botId, name: '' },
    conversation: { id, conversationType: kind, isGroup: kind !== 'personal', name: '' },
  };
}

/** The connector's own word for what is wrong. It goes into the log, so it is one short word or nothing, whatever was sent. */
export function codeOf(error: unknown): string | undefined {
  const code = property(property(property(error, 'body'), 'error'), 'code') ?? property(error, 'code');
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}

/** The bot may ask, and this person is none of the members. Any other 404 is about the conversation, and may pass. */
export function isNoMember(error: unknown): boolean {
  return property(error, 'statusCode') === 404 && codeOf(error) === 'MemberNotFoundInConversation';
}

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
