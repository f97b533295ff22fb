import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import type { ConnectorClient } from 'botframework-connector';
import { NotifierError } from '../../app/ports.ts';
import type { Conversation } from '../../domain/request.ts';
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
