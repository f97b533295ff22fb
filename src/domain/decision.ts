import type { RefusalCode } from './command.ts';
import type { KnownRequest, RequestEvent, Requested } from './request.ts';

export type Decision =
  | { readonly ok: true; readonly events: readonly RequestEvent[] }
  | { readonly ok: false; readonly code: RefusalCode };

type WithoutEnvelope<E> = E extends RequestEvent ? Omit<E, 'at' | 'where'> : never;

/** Something that the bot itself did or found, in the conversation of the request. */
export function happened(
  state: KnownRequest,
  now: Date,
  event: WithoutEnvelope<Exclude<RequestEvent, Requested>>,
): Extract<Decision, { ok: true }> {
  const envelope = { at: now.toISOString(), where: state.request.conversation.id };
  return { ok: true, events: [{ ...event, ...envelope } as RequestEvent] };
}

export function refuse(code: RefusalCode): Decision {
  return { ok: false, code };
}
