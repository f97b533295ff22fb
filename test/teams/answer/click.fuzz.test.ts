import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RequestEvent } from '../../../src/domain/request.ts';
import type { BotDesk, Fault } from '../../support/bot-desk.ts';
import { runs as runsOf } from '../../support/chance.ts';
import { incoming, made, type Press } from '../../support/click-activities.ts';
import { checkAnswer, checkSecrets, isOwnSentence } from '../../support/click-answer.ts';
import { createLedger, isDecision } from '../../support/click-effects.ts';
import { at, type Wanted, wanted } from '../../support/click-meaning.ts';
import { allRequests, openScene, requests } from '../../support/click-scene.ts';
import { channel, megan } from '../../support/samples.ts';
import type { Json } from '../../support/twisted.ts';

/** More with RUNS=20000, others with SEED=2. Each run is a bot and several activities. */
const runs = runsOf(200);

const step = fc.record({
  activities: fc.array(incoming, { minLength: 1, maxLength: 3 }),
  /** Teams delivers again what it thinks was lost, and people press again. */
  times: fc.oneof({ weight: 30, arbitrary: fc.constantFrom(1, 1, 2) }, { weight: 1, arbitrary: fc.constant(25) }),
  away: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        in: fc.constantFrom<Fault[]>('read', 'roles', 'memberOf', 'append', 'events', 'card', 'chat'),
        throws: fc.constantFrom('DirectoryError' as const, 'Error' as const),
      }),
    },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const scene = fc.record({ onlyChannel: fc.boolean(), slow: fc.boolean() });
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

interface Took {
  readonly wants: readonly (Wanted | null)[];
  readonly events: BotDesk['appended'];
}

/** What was seen at least once: otherwise the test would say nothing about it. */
const met = new Map<string, number>();
const saw = (what: string) => void met.set(what, (met.get(what) ?? 0) + 1);
const everything = [
  ...['Approved', 'Denied', 'Cancelled', 'Stopped', 'AttemptRefused', 'Requested'].map(
    (type) => new RegExp(` ${type}$`),
  ),
  ...['execute', 'submit', 'typed'].flatMap((via) => [
    new RegExp(`^${via} (?:Approved|Denied|Cancelled|Stopped)`),
    new RegExp(`^${via} AttemptRefused`),
  ]),
  ...[
    /^looked: /,
    /^asked R/,
    /^askedOwn R/,
    /^(?:execute|submit) R/,
    /^400$/,
    /^403$/,
    /^another invoke$/,
    /^a card$/,
    /^no person$/,
  ],
];

describe('clicks and messages, whatever is in them', function () {
  this.timeout(Math.max(300_000, 100 * runs));

  it('act only where exactly the right person sends exactly the right thing, and are answered in form', async function () {
    let inputs = 0;
    await fc.assert(
      fc.asyncProperty(scene, fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }), async (options, steps) => {
        const desk = await openScene(options);
        const before = await trails(desk);
        const openBefore = (await desk.outside.openIds()).length;
        const ledger = createLedger(saw);
        for (const one of steps) {
          inputs += one.activities.length * one.times;
          const { wants, events } = await take(desk, one, options);
          ledger.check(wants, events, one.away?.in ?? null);
          // Slow enough for the flood gate, and quick enough for what is open to stay so.
          desk.house.clock.pass(61_000);
        }
        for (const [id, events] of await trails(desk)) {
          const added = desk.appended.filter(({ requestId }) => requestId === id).map(({ event }) => event);
          assert.deepEqual(
            events,
            [...(before.get(id) ?? []), ...added],
            'the store holds what was written, and nothing else',
          );
          assert(events.filter(isDecision).length <= 1, 'one decision');
        }
        const asked = desk.appended.filter(({ event }) => event.type === 'Requested').length;
        assert.equal((await desk.outside.openIds()).length, openBefore + asked);
        assert.equal(desk.house.directory.writes.length, 0, 'Graph is written to by the worker alone');
      }),
      { numRuns: runs },
    );
    for (const one of everything)
      assert(
        [...met.keys()].some((what) => one.test(what)),
        String(one),
      );
    if (this.test) this.test.title += ` (${runs} runs, ${inputs} activities)`;
  });
});

describe('an activity that was once answered with an error', () => {
  const press: Press = { via: 'typed', by: megan, verb: 'approve', requestId: requests.single.id, where: channel };
  const sent = made({ press, serial: 1, changes: [] }) as { readonly [key: string]: Json };
  const { channelData: _, ...bare } = sent;
  const rows: readonly (readonly [string, Json])[] = [
    ['a message whose text has a length that is no number', { ...sent, text: { length: { toString: 1, valueOf: 1 } } }],
    ['an edited message without channelData', { ...bare, type: 'messageUpdate' }],
    ['a deleted message without channelData', { ...bare, type: 'messageDelete' }],
    ['an activity whose type is empty', { ...sent, type: '' }],
  ];
  for (const [name, body] of rows) {
    it(`${name}: 200, and no effect`, async () => {
      const desk = await openScene({ onlyChannel: false, slow: false });
      assert.deepEqual([await desk.send([body]), desk.appended], [[{ status: 200 }], []]);
    });
  }
});

async function trails(desk: BotDesk): Promise<ReadonlyMap<string, readonly RequestEvent[]>> {
  return new Map(
    await Promise.all(allRequests.map(async ({ id }) => [id, (await desk.outside.read(id)).events] as const)),
  );
}

/** Sends what the step holds, and compares what came of it with what had to. */
async function take(desk: BotDesk, { activities, times, away }: Step, { onlyChannel, slow }: Scene): Promise<Took> {
  const once = activities.map(made);
  const sent = Array.from({ length: times }, () => once).flat();
  const [written, said] = [desk.appended.length, desk.said.length];
  // The SDK writes into what it is given.
  const bodies = sent.map((activity) => JSON.parse(JSON.stringify(activity)) as unknown);
  const answers = await desk.send(bodies, away);

  const wants = sent.map((activity) => wanted(activity, onlyChannel));
  for (const [index, answer] of answers.entries()) {
    saw(checkAnswer(sent[index], answer, wants[index] ?? null, slow || away !== null));
  }
  // A click that was answered in time is answered nowhere else; who edits a message hears that this asks nothing.
  const heard = sent.filter(
    (activity) => slow || ['message', 'messageUpdate'].includes(at(activity, 'type') as string),
  );
  const places = heard.map((activity) => at(activity, 'conversation', 'id'));
  for (const { conversation, text, card } of desk.said.slice(said)) {
    assert(places.includes(conversation.id), 'answers stay where the question was');
    // A late answer begins with the name of whom it is for.
    assert(card !== undefined || isOwnSentence(text), text);
  }
  const events = desk.appended.slice(written);
  checkSecrets(JSON.stringify([answers, desk.said.slice(said), events]));
  return { wants, events };
}
