import type { Conversation } from '../../domain/request.ts';

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
