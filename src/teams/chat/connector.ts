import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import type { ConnectorClient } from 'botframework-connector';
import { NotifierError } from '../../app/errors.ts';
import type { Clock } from '../../app/ports.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { property } from '../../base/read.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';

/** Places; the one silent for longest is forgotten first, and then the address on record counts. */
const mostRemembered = 10_000;

/** Through which address each place was heard last: Teams moves conversations from one to another. */
export function createAddresses(clock: Pick<Clock, 'now'>) {
  const heard = createBoundedMap<string, { readonly serviceUrl: string; readonly at: string }>(mostRemembered);
  let latest: string | null = null;
  return {
    /** @param serviceUrl as the guard let it pass */
    note(conversationId: string, serviceUrl: string): void {
      latest = serviceUrl;
      heard.set(placeOf(conversationId), { serviceUrl, at: clock.now().toISOString() });
    },
    /** A conversation in which no person has spoken to the bot yet; `null`: its address is not known. */
    unheard(id: string | null, appId: string, firstServiceUrl: string | null): Conversation | null {
      const serviceUrl = latest ?? firstServiceUrl;
      if (id === null || serviceUrl === null) return null;
      return { id, serviceUrl, botId: `28:${appId}`, kind: id.endsWith('@thread.tacv2') ? 'channel' : 'groupChat' };
    },
    newest({ id, serviceUrl, seenAt = '' }: Conversation): string {
      const known = heard.get(placeOf(id));
      return known !== undefined && known.at >= seenAt ? known.serviceUrl : serviceUrl;
    },
  };
}

export type Addresses = ReturnType<typeof createAddresses>;

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

/** The connector's code for: the bot may ask, and this person is none of the members. */
export const noMember = 'MemberNotFoundInConversation';

/** Any other 404 is about the conversation, and may pass. */
export function isNoMember(error: unknown): boolean {
  return property(error, 'statusCode') === 404 && codeOf(error) === noMember;
}

/**
 * A link that opens a message where it stands, as learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/
 * deep-link-teams describes it for channels and for chats. `null` where there is none: 1:1 chats with a bot have ids of
 * another form (`a:…`), which such links do not know, and not every cloud has a host for them.
 * @param host such as `teams.microsoft.com`
 */
export function deepLink(
  host: string | null,
  tenantId: string,
  conversation: Pick<Conversation, 'id' | 'kind'>,
  messageId: string | undefined,
): string | null {
  const [place = '', ...rest] = conversation.id.split(';messageid=');
  if (host === null || conversation.kind === 'personal' || !place.startsWith('19:')) return null;
  if (messageId === undefined || !/^\d{1,20}$/.test(messageId)) return null;
  const link = new URL(`https://${host}/l/message/${encodeURIComponent(place)}/${messageId}`);
  link.searchParams.set('tenantId', tenantId);
  if (conversation.kind === 'channel') {
    // Which team the channel is in is not known here; the channel's id says it to Teams, and `groupId` is left out.
    link.searchParams.set('parentMessageId', rest[0] ?? messageId);
    link.searchParams.set('createdTime', messageId);
  } else {
    link.searchParams.set('context', '{"contextType":"chat"}');
  }
  return link.href;
}
