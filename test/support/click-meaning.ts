import { allRequests, sentences, type Verb } from './click-scene.ts';
import { tenantId } from './samples.ts';

/** What an activity asks for, if it is exactly what Teams sends for it. */
export type Wanted = (
  | { readonly via: 'execute' | 'submit' | 'typed'; readonly requestId: string; readonly verb: Verb }
  | { readonly via: 'asked' | 'askedOwn'; readonly activityId: string }
  /** A client asks for its reader's own view of a card. */
  | { readonly via: 'looked'; readonly requestId: string }
) & { readonly by: string; readonly where: string };
type Words = Wanted extends infer W ? (W extends unknown ? Omit<W, 'by' | 'where'> : never) : never;
type Press = Extract<Words, { verb: Verb }>;

/** A second reading of activities, strict and slow; it shares nothing with the bot's own. */
export function wanted(activity: unknown, onlyChannel: boolean): Wanted | null {
  if (httpStatus(activity) !== 200) return null;
  const by = at(activity, 'from', 'aadObjectId');
  const where = at(activity, 'conversation', 'id');
  if (typeof by !== 'string' || !/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(by)) return null;
  if (typeof where !== 'string' || typeof at(activity, 'recipient', 'id') !== 'string') return null;
  if (onlyChannel) {
    const names = [where, where.split(';messageid=')[0], at(activity, 'channelData', 'channel', 'id')];
    names.push(at(activity, 'channelData', 'team', 'id'), at(activity, 'channelData', 'team', 'aadGroupId'));
    if (!names.includes('19:incident@thread.tacv2')) return null;
  }
  const pressed = press(activity, where);
  return pressed && { ...pressed, by: by.toLowerCase(), where };
}

function press(activity: unknown, where: string): Words | null {
  const type = at(activity, 'type');
  if (type === 'invoke' && at(activity, 'name') === 'adaptiveCard/action') {
    const action = read(at(read(at(activity, 'value')), 'action'));
    const [verb, requestId] = [at(action, 'verb'), at(read(at(action, 'data')), 'requestId')];
    if (verb === 'refresh') return isId(requestId) ? { via: 'looked', requestId } : null;
    return known(verb, requestId, 'execute');
  }
  const activityId = at(activity, 'id');
  if (type !== 'message' || typeof activityId !== 'string') return null;
  const text = at(activity, 'text');
  const value = read(at(activity, 'value'));
  const pressed = text ? null : known(at(value, 'verb'), at(value, 'requestId'), 'submit');
  if (pressed || typeof text !== 'string') return pressed;
  const said = text.trim().toLowerCase();
  if (said === sentences.asked) return { via: 'asked', activityId };
  if (said === sentences.askedOwn) return { via: 'askedOwn', activityId };
  const [, verb, code] = /^(approve|deny|cancel|stop) ([a-z0-9]{4})[.!]?$/i.exec(said) ?? [];
  // In words, a request is looked for here only.
  const here = allRequests.find(
    ({ id, place }) => id.startsWith(code?.toUpperCase() ?? '-') && place === placeName(where),
  );
  return isOld(at(activity, 'timestamp')) ? null : known(verb, here?.id, 'typed');
}

function known(verb: unknown, id: unknown, via: Press['via']): Press | null {
  const button = (['approve', 'deny', 'cancel', 'stop', 'retry'] as const).find((one) => one === verb);
  return button !== undefined && isId(id) ? { requestId: id, verb: button, via } : null;
}

/** Said before anything was asked; a time that is none says nothing. */
function isOld(timestamp: unknown): boolean {
  return new Date((timestamp ?? Number.NaN) as string).getTime() < Date.parse('2026-11-21T00:00:00Z');
}

const isId = (id: unknown): id is string => typeof id === 'string' && id.length === 20 && /^[A-Z0-9]{20}$/.test(id);

export const placeName = (conversationId: string) => conversationId.replace(/;messageid=.*$/s, '');

/** What the sender of this must be told by HTTP. */
export function httpStatus(activity: unknown): 200 | 400 | 403 {
  if (typeof activity !== 'object' || activity === null || Array.isArray(activity)) return 400;
  if (typeof at(activity, 'type') !== 'string') return 400;
  if (at(activity, 'channelId') !== 'msteams') return 403;
  const serviceUrl = at(activity, 'serviceUrl');
  const host = typeof serviceUrl === 'string' ? serviceUrl.trim().toLowerCase() : '';
  if (!host.startsWith('https://smba.trafficmanager.net/')) return 403;
  const all = tenantsOf(activity);
  const ours = all.length > 0 && all.every((one) => typeof one === 'string' && one.toLowerCase() === tenantId);
  return ours ? 200 : 403;
}

function tenantsOf(activity: unknown): readonly unknown[] {
  const tenants = [at(activity, 'channelData', 'tenant', 'id'), at(activity, 'conversation', 'tenantId')];
  return tenants.filter((one) => one !== undefined && one !== null);
}

/** Whether it says in form that it is about another organisation, too; then whoever waits is told so. */
export function isOutsiders(activity: unknown): boolean {
  const all = tenantsOf(activity);
  const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  return all.length > 0 && all.every((one) => typeof one === 'string' && guid.test(one));
}

/** Some clients send as JSON what others send as it is; what is longer than any button of ours is not read. */
function read(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > 100_000 || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Own properties only, all the way. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, name) => {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    return Object.getOwnPropertyDescriptor(here, name)?.value;
  }, value);
}
