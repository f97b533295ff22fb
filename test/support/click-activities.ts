import fc from 'fast-check';
import type { Person } from '../../src/domain/account.ts';
import type { Conversation } from '../../src/domain/request.ts';
import { allRequests, ids, openIds, people, places, requests, sentences, type Verb } from './click-scene.ts';
import { channel, megan, tenantId } from './samples.ts';
import { type Json, twisted, twists } from './twisted.ts';

export interface Press {
  readonly via: 'execute' | 'otherInvoke' | 'submit' | 'typed' | 'asked' | 'askedOwn';
  readonly by: Person;
  readonly verb: Verb | 'refresh';
  readonly requestId: string;
  readonly where: Conversation;
}

/** Of other invokes that Teams sends, or somebody might. */
const names: readonly string[] = [
  ...['task/fetch', 'task/submit', 'composeExtension/submitAction', 'signin/verifyState', 'signin/tokenExchange'],
  ...['application/search', 'fileConsent/invoke', 'config/submit', 'message/submitAction', 'adaptiveCard/refresh'],
];

/** The press of a button or a typed decision, as Teams sends it. */
function activityOf({ via, by, verb, requestId, where }: Press, serial: number): Json {
  const { id, kind, serviceUrl, botId } = where;
  // Where nothing is to be looked for stands something else.
  const decoy = { verb: 'approve', requestId: requests.single.id, by: 'smuggled', targets: ['smuggled'] };
  const button = { type: 'Action.Execute', id: verb, title: verb, verb, data: { ...decoy, requestId } };
  const what = {
    execute: { type: 'invoke', name: 'adaptiveCard/action', value: { ...decoy, action: button, trigger: 'manual' } },
    otherInvoke: { type: 'invoke', name: names[serial % names.length] ?? '', value: { ...decoy, action: button } },
    submit: { type: 'message', value: { ...decoy, verb, requestId, data: decoy, action: { ...decoy, data: decoy } } },
    typed: { type: 'message', text: `${verb} ${requestId.slice(0, 4)}`, textFormat: 'plain', value: decoy },
    asked: { type: 'message', text: sentences.asked, value: decoy },
    askedOwn: { type: 'message', text: sentences.askedOwn },
  };
  return {
    ...what[via],
    // Another for each kind, as it is in Teams: the same message never says something else.
    id: `17${serial}-${via}`,
    channelId: 'msteams',
    serviceUrl,
    locale: 'en-US',
    timestamp: '2026-11-21T12:00:00.000Z',
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
  ...['invoke', 'message', 'messageUpdate', 'messageDelete', 'messageReaction', 'conversationUpdate', 'event'],
  ...['adaptiveCard/action', ...names],
  ...[tenantId, '99999999-9999-4999-8999-999999999999', 'emulator', 'personal', 'https://evil.example/'],
  { verb: 'approve', requestId: requests.single.id },
  { action: { verb: 'approve', data: { requestId: requests.single.id } } },
  { id: '29:1', name: 'Megan Bowen', aadObjectId: megan.id },
];

const aims = [
  ...['type', 'name', 'id', 'text', 'value', 'value.verb', 'value.requestId', 'value.action', 'value.action.verb'],
  ...['value.action.data', 'value.action.data.requestId', 'from', 'from.aadObjectId', 'from.name', 'conversation'],
  ...['conversation.id', 'channelData', 'channelData.tenant.id'],
];

const verbs: readonly Verb[] = ['approve', 'deny', 'cancel', 'stop', 'retry'];
type Who = Pick<Press, 'verb' | 'requestId' | 'by'>;
/** Every press that comes in time, at the right place: by those who may, and by those who may not. */
const [able, unable] = [true, false].map((isAble) =>
  allRequests.flatMap(({ id: requestId, phase, may }) =>
    verbs.flatMap((verb) => {
      const isInTime = verb === 'retry' ? may.retry.length > 0 : phase === (verb === 'stop' ? 'approved' : 'open');
      const those = people.filter(({ id }) => isInTime && may[verb].includes(id) === isAble);
      return those.map((by): Who => ({ requestId, verb, by }));
    }),
  ),
) as [Who[], Who[]];
const anybody: fc.Arbitrary<Who> = fc.record({
  verb: fc.constantFrom(...verbs, 'refresh' as const),
  requestId: fc.constantFrom(...ids, ...openIds, 'ZZZZAAAAAAAAAAAAAAAA'),
  by: fc.constantFrom(...people),
});
const vias: readonly Press['via'][] = [
  'execute',
  'execute',
  'execute',
  'submit',
  'submit',
  'typed',
  'asked',
  'askedOwn',
  'otherInvoke',
];
const press = (from: fc.Arbitrary<Who>, elsewhere: fc.Arbitrary<Conversation | null>): fc.Arbitrary<Press> =>
  fc.record({ via: fc.constantFrom(...vias), from, elsewhere }).map(({ via, from: who, elsewhere: where }) => {
    const place = allRequests.find(({ id }) => id === who.requestId)?.place ?? '';
    return { via, ...who, where: where ?? places.find(({ id }) => id.startsWith(place)) ?? channel };
  });
const here = fc.constant(null);
const anyPress = press(anybody, fc.oneof({ weight: 3, arbitrary: here }, fc.constantFrom(...places)));
const goodPress = press(fc.constantFrom(...able), here);
const badPress = press(fc.constantFrom(...unable), here);

const serial = fc.nat(999);
const anything = fc.jsonValue() as fc.Arbitrary<Json>;
const { anywhere, aimed } = twists(likely, aims);

/**
 * How one activity came about: a press by anybody, as it is or twisted; a good one, or one that is not quite right; one
 * by somebody who may not; now and then any value in a press, or nothing of the kind.
 */
export const incoming = fc.oneof(
  { weight: 10, arbitrary: fc.record({ press: anyPress, serial, changes: anywhere }) },
  { weight: 8, arbitrary: fc.record({ press: goodPress, serial, changes: aimed }) },
  { weight: 4, arbitrary: fc.record({ press: goodPress, serial, changes: fc.constant([]) }) },
  { weight: 4, arbitrary: fc.record({ press: badPress, serial, changes: fc.constant([]) }) },
  { weight: 2, arbitrary: fc.record({ press: anyPress, value: anything }) },
  { weight: 1, arbitrary: fc.record({ body: anything }) },
);
type Incoming = typeof incoming extends fc.Arbitrary<infer T> ? T : never;

export function made(from: Incoming): Json {
  if ('body' in from) return from.body;
  if ('changes' in from) return twisted(activityOf(from.press, from.serial), from.changes);
  return { ...(activityOf(from.press, 0) as { readonly [key: string]: Json }), value: from.value };
}
