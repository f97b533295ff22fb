import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NotifierError } from '../../src/app/ports.ts';
import type { RequestEvent, Verb } from '../../src/domain/request.ts';
import { approversGroup, person, protectedGroup, requestersGroup, type ScriptedAnswer } from '../support/fakes.ts';
import { account, alex, channel, megan } from '../support/samples.ts';
import { createHouse, successorOf } from './house.ts';

/** More with RUNS=10000; a failure prints the seed that repeats it. */
const runs = Number(process.env.RUNS ?? 500);

const nestor = { ...megan, id: 'aaaaaaaa-0000-4000-8000-000000000003', name: 'Nestor Wilke' };
const outsider = { ...megan, id: 'aaaaaaaa-0000-4000-8000-000000000004', name: 'Lidia Holloway' };
const foreigner = { ...megan, tenantId: '99999999-9999-4999-8999-999999999999' };
const people = [alex, megan, nestor, outsider, foreigner];
const ids = ['K7F3AAAAAAAAAAAAAAAA', 'R9GHAAAAAAAAAAAAAAAA'];
const everyId = [...ids, ...ids.map(successorOf)];
const places = [channel.id, '19:incident@thread.tacv2;messageid=2', '19:elsewhere@thread.tacv2'];

const step = fc.oneof(
  fc.record({
    do: fc.constant('ask' as const),
    id: fc.constantFrom(...ids),
    by: fc.constantFrom(...people),
    many: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('click' as const),
    id: fc.constantFrom(...everyId, 'M2QXAAAAAAAAAAAAAAAA'),
    by: fc.constantFrom(...people),
    verb: fc.constantFrom<Verb[]>('approve', 'approve', 'approve', 'deny', 'cancel', 'stop'),
    where: fc.constantFrom(...places),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constant('work' as const), id: fc.constantFrom(...everyId), worker: fc.constantFrom('w1', 'w2') }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 1000, 31_000, 6 * 60_000, 16 * 60_000) }),
  fc.record({
    do: fc.constant('answer' as const),
    answer: fc.constantFrom<ScriptedAnswer[]>(
      { kind: 'unknown', code: 'noAnswer', effect: true },
      { kind: 'unknown', code: 'noAnswer', effect: false },
      { kind: 'unknown', code: 'throttled', retryAfterMs: 10_000, effect: false },
      { kind: 'refused', code: 'missingPermission', effect: false },
      { kind: 'accepted', effect: false },
    ),
  }),
  fc.record({ do: fc.constant('chatFails' as const), kind: fc.constantFrom('gone' as const, 'transient' as const) }),
  fc.record({
    do: fc.constant('crash' as const),
    at: fc.constantFrom<RequestEvent['type'][]>('CardPosted', 'ExecutionStarted', 'TargetsProcessed', 'ResultPosted'),
    written: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('change' as const),
    what: fc.constantFrom('protect', 'rename', 'delete', 'external', 'promote', 'dismiss' as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The process died at this append, before or after it was on disk. */
class Killed extends Error {
  override readonly name = 'Killed';
}

function openHouse() {
  const house = createHouse();
  for (const one of [nestor, outsider]) house.directory.accounts.set(one.id, person(one.id, one.name));
  house.directory.groups.set(requestersGroup, new Set([alex.id, nestor.id]));
  house.directory.groups.set(approversGroup, new Set([alex.id, megan.id, nestor.id]));
  const advance = { w1: house.advance, w2: house.workerNamed('w2') };
  /** What may fail on the way fails as it would in the worker: it is tried again later. */
  const forgiving = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof NotifierError || error instanceof Killed)) throw error;
    });

  const step = async (worker: 'w1' | 'w2', id: string) => {
    const next = await advance[worker](id);
    if (next.again && 'when' in next) await next.when;
  };

  const crashes: { at: RequestEvent['type']; written: boolean }[] = [];
  const append = house.store.append;
  (house.store as { append: typeof append }).append = async (requestId, expected, events) => {
    const [crash] = crashes;
    const dies = crash !== undefined && events.some(({ type }) => type === crash.at);
    if (dies) crashes.shift();
    if (!dies || crash.written) await append(requestId, expected, events);
    if (dies) throw new Killed();
  };

  async function run(one: Step): Promise<void> {
    switch (one.do) {
      case 'ask': {
        const texts = one.many ? [account(1).upn, account(2).upn, account(3).upn] : [account(1).upn];
        const targets = texts.map((text) => ({ kind: 'address', text }) as const);
        await house.submit(house.ask({ requestId: one.id, by: one.by, targets }));
        return;
      }
      case 'click': {
        const { id: requestId, verb, by, where } = one;
        await Promise.all(Array.from({ length: one.times }, () => house.review({ requestId, verb, by, where })));
        return;
      }
      case 'work':
        await forgiving(step(one.worker as 'w1' | 'w2', one.id));
        return;
      case 'pass':
        house.clock.pass(one.ms);
        return;
      case 'answer':
        house.directory.answers.push(one.answer);
        return;
      case 'chatFails':
        house.notifier.errors.push(new NotifierError(one.kind, 'injected'));
        return;
      case 'crash':
        crashes.push(one);
        return;
      case 'change':
        change(one.what);
        return;
      default:
        return one satisfies never;
    }
  }

  function change(what: string): void {
    const { accounts, groups } = house.directory;
    const { id } = account(1);
    const now = accounts.get(id);
    if (what === 'protect') groups.get(protectedGroup)?.add(id);
    if (what === 'rename' && now) accounts.set(id, { ...now, upn: 'renamed@contoso.example' });
    if (what === 'delete') accounts.delete(id);
    if (what === 'external' && now) accounts.set(id, { ...now, external: true });
    if (what === 'promote') {
      house.directory.factsOf = {
        ...house.directory.factsOf,
        roles: { known: true, value: [{ name: 'Admin', templateId: 'a' }] },
      };
    }
    if (what === 'dismiss') groups.get(approversGroup)?.delete(megan.id);
  }

  return { house, run, step, forgiving };
}

/** What each Graph write found on record at that moment. */
interface Write {
  readonly targetId: string;
  readonly clientRequestId: string;
  readonly isProtected: boolean;
  readonly isExternal: boolean;
  readonly trails: readonly (readonly RequestEvent[])[];
}

describe('whatever happens in whatever order', () => {
  it(`no write without a valid approval on record, one decision, no write twice unless recorded unknown, an end for all (${runs} runs)`, async function () {
    this.timeout(600_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { house, run, step, forgiving } = openHouse();
        const writes: Write[] = [];
        const { revoke } = house.directory;
        house.directory.revoke = async (targetId, clientRequestId) => {
          const trails = await Promise.all(everyId.map(async (id) => (await house.store.read(id)).events));
          writes.push({
            targetId,
            clientRequestId,
            isProtected: house.directory.groups.get(protectedGroup)?.has(targetId) ?? false,
            isExternal: house.directory.accounts.get(targetId)?.external ?? false,
            trails,
          });
          return revoke(targetId, clientRequestId);
        };
        for (const one of steps) await run(one);
        for (let rounds = 0; rounds < 300 && (await house.store.openIds()).length > 0; rounds += 1) {
          for (const id of await house.store.openIds()) await forgiving(step('w1', id));
          house.clock.pass(20_000);
        }
        assert.deepEqual(await house.store.openIds(), [], 'every request reaches its end');
        for (const write of writes) checkWrite(write);
        for (const id of everyId) checkTrail((await house.store.read(id)).events);
        const disturbed = steps.some(({ do: done }) => done === 'crash' || done === 'chatFails');
        const posts = house.notifier.said
          .filter(({ what }) => what !== 'update')
          .map(({ what, id }) => `${what} ${id}`);
        if (!disturbed) assert.equal(new Set(posts).size, posts.length, 'said once, whichever replica said it');
      }),
      { numRuns: runs },
    );
  });
});

function checkWrite({ targetId, clientRequestId, isProtected, isExternal, trails }: Write): void {
  assert(!isProtected && !isExternal, 'no write for protected or external accounts');
  const trail = trails.find((events) =>
    events.some(
      (event) =>
        event.type === 'ExecutionStarted' && event.calls.some((call) => call.clientRequestId === clientRequestId),
    ),
  );
  assert(trail, 'the write is on record before it is made');
  const [asked] = trail;
  const approved = trail.find(({ type }) => type === 'Approved');
  assert(asked?.type === 'Requested' && approved?.type === 'Approved');
  assert(
    asked.targets.some(({ account: { id } }) => id === targetId),
    'only for accounts that the card showed',
  );
  assert(approved.at < asked.expiresAt, 'approved in time');
  assert(approved.where.startsWith('19:incident@thread.tacv2'), 'approved where it was asked');
  assert.equal(approved.by.tenantId, asked.by.tenantId);
  assert([alex.id, megan.id, nestor.id].includes(approved.by.id), 'approved by an approver');
  if (asked.twoPersons) assert.notEqual(approved.by.id, asked.by.id, 'two persons');
  // Of the attempts before this one, each that called this target must have been reported as unknown.
  const attempts = trail.flatMap((event) => (event.type === 'ExecutionStarted' ? [event] : []));
  const earlier = attempts.filter(({ calls }) => calls.some((call) => call.targetId === targetId)).slice(0, -1);
  const reports = trail.flatMap((event) => (event.type === 'TargetsProcessed' ? event.results : []));
  const unknown = reports.filter((report) => report.targetId === targetId && report.outcome === 'unknown');
  assert(unknown.length >= earlier.length, 'a second write only after the first was recorded as unknown');
}

function checkTrail(events: readonly RequestEvent[]): void {
  const count = (...types: RequestEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length;
  const decisions = count('Approved', 'Denied', 'Cancelled', 'Expired', 'Superseded');
  assert.equal(decisions, events.length === 0 ? 0 : 1, 'exactly one decision');
  assert.equal(count('Finished'), count('Approved'), 'an approved request finishes once');
  assert.equal(count('ResultPosted'), events.length === 0 ? 0 : 1, 'told once');
  if (count('Approved') === 0) assert.equal(count('ExecutionStarted'), 0);
  const stopped = events.findIndex(({ type }) => type === 'Stopped');
  const later = stopped < 0 ? [] : events.slice(stopped);
  assert(
    later.every((event) => event.type !== 'ExecutionStarted' || event.calls.length === 0),
    'nothing is sent once it was stopped',
  );
}
