import { remindAt } from './courtesy.ts';
import { type Draft, isSamePlace, type KnownRequest } from './request.ts';

type Asked = Pick<Draft, 'self' | 'conversation' | 'targets' | 'auth'>;

/**
 * Whether what is open answers what is asked now: the same accounts, no more and no fewer, in the same chat or channel.
 * It must shield nobody. Who asked can take it back, so one about that person answers nobody else; nor does one that soon
 * expires, that never reached those who decide, or that the settings of today would not let anybody approve.
 */
export function isSameRequest({ phase, request, noticed }: KnownRequest, asked: Asked, now: Date): boolean {
  if (phase !== 'requested' || noticed.includes('unreachable') || now >= remindAt(request)) return false;
  if (request.self !== asked.self || request.auth !== asked.auth) return false;
  if (!isSamePlace(request.conversation.id, asked.conversation.id)) return false;
  const open = new Set(request.targets.map(({ account }) => account.id));
  if (!request.self && open.has(request.by.id)) return false;
  return open.size === asked.targets.length && asked.targets.every(({ account }) => open.has(account.id));
}
