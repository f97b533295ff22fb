import type { Clock } from '../../app/ports.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';

/** Places; the one silent for longest is forgotten first, and then the address on record counts. */
const mostRemembered = 10_000;

/** Through which address each place was heard last: Teams moves conversations from one to another. */
export function createAddresses(clock: Pick<Clock, 'now'>) {
  const heard = new Map<string, { readonly serviceUrl: string; readonly at: string }>();
  return {
    /** @param serviceUrl as the guard let it pass */
    note(conversationId: string, serviceUrl: string): void {
      const place = placeOf(conversationId);
      heard.delete(place);
      heard.set(place, { serviceUrl, at: clock.now().toISOString() });
      const [oldest] = heard.keys();
      if (heard.size > mostRemembered && oldest !== undefined) heard.delete(oldest);
    },
    /** A conversation in which no person has spoken to the bot yet; `null`: its address is not known. */
    unheard(id: string | null, appId: string, firstServiceUrl: string | null): Conversation | null {
      const serviceUrl = [...heard.values()].at(-1)?.serviceUrl ?? firstServiceUrl;
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
