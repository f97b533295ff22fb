import fc from 'fast-check';
import type { Conversation, Person } from '../../src/domain/request.ts';
import { allRequests, ids, openIds, people, places, requests, sentences, type Verb } from './click-scene.ts';
import { channel, megan, tenantId } from './samples.ts';
import { type Json, twisted, twists } from './twisted.ts';

export interface Press {
  readonly via: 'execute' | 'submit' | 'typed' | 'asked' | 'askedOwn';
  readonly by: Person;
  readonly verb: Verb;
  readonly requestId: string;
  readonly where: Conversation;
}

/** The press of a button or a typed decision, as Teams sends it. */
function activityOf({ via, by, verb, requestId, where }: Press, serial: number): Json {
  const { id, kind, serviceUrl, botId } = where;
  const button = {
    type: 'Action.Execute',
    id: verb,
    title: verb,
    verb,
    data: { requestId, by: 'smuggled', targets: ['smuggled'] },
  };
  const what = {
    execute: { type: 'invoke', name: 'adaptiveCard/action', value: { action: button, trigger: 'manual' } },
    submit: { type: 'message', value: { verb, requestId, targets: ['smuggled'] } },
    typed: { type: 'message', text: `${verb} ${requestId.slice(0, 4)}`, textFormat: 'plain' },
    asked: { type: 'message', text: sentences.asked },
    askedOwn: { type: 'message', text: sentences.askedOwn },
  };
  return {
    ...what[via],
    id: `17${serial}`,
    channelId: 'msteams',
    serviceUrl,
    locale: 'en-US',
    timestamp: '2026-11-21T03:16:00.000Z',
    replyToId: '1700000000000',
    from: { id: `29:${by.id}`, name: by.name, aadObjectId: by.id },
    recipient: { id: botId, name: 'Session Revoker' },
    conversation: { id, conversationType: kind, tenantId, isGroup: kind !== 'personal' },
    channelData: {
      tenant: { id: tenantId },
      ...(kind === 'channel' ? { channel: { id: id.split(';')[0] ?? id } } : {}),
    },
  };
}

/** Values that make sense, in the wrong place. */
const likely: readonly Json[] = [
  ...[...ids, 'ZZZZAAAAAAAAAAAAAAAA', 'K7F3KKKKKKKKKKKKKKKA', 'K7F3KKKKKKKKKKKKKKKK\n', 'K7F3'],
  ...[...people, ...places].map(({ id }) => id),
  ...['approve', 'deny', 'cancel', 'stop', 'retry', 'refresh', 'approve K7F3', 'deny T6WX.', 'STOP A9PR'],
  ...Object.values(sentences),
  ...['invoke', 'message', 'messageUpdate', 'messageDelete', 'messageReaction', 'conversationUpdate', 'event'],
  ...['adaptiveCard/action', 'task/fetch', 'task/submit', 'composeExtension/submitAction', 'signin/verifyState'],
  ...['signin/tokenExchange', 'application/search', 'fileConsent/invoke', 'config/submit', 'message/submitAction'],
  ...[tenantId, '99999999-9999-4999-8999-999999999999', 'emulator', 'personal', 'https://evil.example/'],
  { verb: 'approve', requestId: requests.single.id },
  { action: { verb: 'approve', data: { requestId: requests.single.id } } },
  { id: '29:1', name: 'Megan Bowen', aadObjectId: megan.id },
];

const what = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      verb: fc.constantFrom<Verb[]>('approve', 'approve', 'deny', 'deny', 'cancel', 'stop', 'retry'),
      requestId: fc.constantFrom(...ids, ...openIds, 'ZZZZAAAAAAAAAAAAAAAA'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Pick<Press, 'verb' | 'requestId'>[]>(
      { verb: 'stop', requestId: requests.approved.id },
      { verb: 'retry', requestId: requests.failed.id },
    ),
  },
);
const press: fc.Arbitrary<Press> = fc
  .record({
    via: fc.constantFrom<Press['via'][]>('execute', 'execute', 'submit', 'submit', 'typed', 'asked', 'askedOwn'),
    by: fc.constantFrom(...people, ...people.slice(0, 3)),
    what,
    elsewhere: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...places) },
    ),
  })
  .map(({ what: { verb, requestId }, elsewhere, ...rest }) => {
    const place = allRequests.find(({ id }) => id === requestId)?.place ?? '';
    return { ...rest, verb, requestId, where: elsewhere ?? places.find(({ id }) => id.startsWith(place)) ?? channel };
  });

const anything = fc.jsonValue() as fc.Arbitrary<Json>;

/** How one activity came about: mostly a press, as it is or twisted; now and then with any value, or nothing of the kind. */
export const incoming = fc.oneof(
  { weight: 20, arbitrary: fc.record({ press, serial: fc.nat(999), changes: twists(likely) }) },
  { weight: 2, arbitrary: fc.record({ press, value: anything }) },
  { weight: 1, arbitrary: fc.record({ body: anything }) },
);
export type Incoming = typeof incoming extends fc.Arbitrary<infer T> ? T : never;

export function made(from: Incoming): Json {
  if ('body' in from) return from.body;
  if ('changes' in from) return twisted(activityOf(from.press, from.serial), from.changes);
  return { ...(activityOf(from.press, 0) as { readonly [key: string]: Json }), value: from.value };
}
