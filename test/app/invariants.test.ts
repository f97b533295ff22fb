import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { DirectoryError, NotifierError } from '../../src/app/errors.ts';
import type { Policy } from '../../src/app/policy.ts';
import type { OnBehalf } from '../../src/app/ports.ts';
import { countsForMs } from '../../src/app/read-for-click.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { SignIn } from '../../src/domain/findings.ts';
import { stalledSince } from '../../src/domain/notifications.ts';
import type { RequestEvent, Verb } from '../../src/domain/request.ts';
import { runs as runsOf } from '../support/chance.ts';
import {
  approversGroup,
  createFakeSignIns,
  type FakeDirectory,
  person,
  protectedGroup,
  requestersGroup,
  type ScriptedAnswer,
} from '../support/fakes.ts';
import { account, alex, channel, lidia, megan, nestor } from '../support/samples.ts';
import { createHouse, successorOf } from './house.ts';

/** More with RUNS=10000, others with SEED=2. */
const runs = runsOf(200);

const foreigner = { ...megan, tenantId: '99999999-9999-4999-8999-999999999999' };
const people = [alex, megan, nestor, lidia, foreigner];
/** Two of them begin alike, as their codes must not. */
const ids = ['K7F3AAAAAAAAAAAAAAAA', 'R9GHEEEEEEEEEEEEEEEE', 'K7F3CCCCCCCCCCCCCCCC'];
const everyId = [...new Set([...ids, ...ids.map(successorOf)])];
const places = [channel.id, '19:incident@thread.tacv2;messageid=2', '19:elsewhere@thread.tacv2'];

/** Mostly what makes something happen, because a sequence in which nothing is approved proves little. */
function mostly<T>(usual: readonly T[], other: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...usual) },
    { weight: 2, arbitrary: fc.constantFrom(...other) },
  );
}
const workers = fc.constantFrom('w1' as const, 'w2' as const);

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const step = fc.oneof(
  often(
    4,
    fc.record({
      do: fc.constant('ask' as const),
      id: fc.constantFrom(...ids),
      by: mostly([alex, nestor], people),
      about: mostly<'one' | 'many' | 'megan' | 'nestor'>(['one', 'many'], ['megan', 'nestor']),
    }),
  ),
  often(
    10,
    fc.record({
      do: fc.constant('click' as const),
      id: mostly(ids, [...everyId, 'M2QXAAAAAAAAAAAAAAAA']),
      by: mostly([megan], people),
      verb: mostly<Verb>(['approve', 'continue'], ['deny', 'cancel', 'stop']),
      at: workers,
      token: mostly([true], [false]),
      where: mostly(places.slice(0, 2), places),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  ),
  often(10, fc.record({ do: fc.constant('work' as const), id: mostly(ids, everyId), worker: workers })),
  often(4, fc.record({ do: fc.constant('forget' as const), worker: workers })),
  often(
    5,
    fc.record({
      do: fc.constant('pass' as const),
      ms: mostly([1, 1000, 31_000], [2 * 60_000, 6 * 60_000, 16 * 60_000]),
    }),
  ),
  often(
    3,
    fc.record({
      do: fc.constant('answer' as const),
      answer: fc.constantFrom<ScriptedAnswer[]>(
        { kind: 'unknown', code: 'noAnswer', effect: true },
        { kind: 'unknown', code: 'noAnswer', effect: false },
        { kind: 'unknown', code: 'throttled', retryAfterMs: 10_000, effect: false },
        { kind: 'refused', code: 'missingPermission', effect: false },
        { kind: 'unknown', code: 'signIn', effect: false },
        { kind: 'accepted', effect: false },
      ),
    }),
  ),
  often(
    3,
    fc.record({
      do: fc.constant('signIn' as const),
      who: fc.integer({ min: 1, max: 3 }),
      inMs: mostly([60_000, 600_000, 1_800_000], [0, -1, -1000, -60_000]),
      succeeded: mostly([true], [false]),
    }),
  ),
  often(1, fc.record({ do: fc.constant('logFails' as const) })),
  often(
    1,
    fc.record({ do: fc.constant('chatFails' as const), kind: fc.constantFrom('gone' as const, 'transient' as const) }),
  ),
  often(
    2,
    fc.record({
      do: fc.constant('crash' as const),
      at: fc.constantFrom<RequestEvent['type'][]>(
        ...(['CardPosted', 'ExecutionStarted', 'TargetsProcessed', 'ResultPosted'] as const),
        ...(['LookedAround', 'CameBack', 'Noticed', 'Watched', 'WatchEnded', 'ResultCorrected'] as const),
      ),
      written: fc.boolean(),
    }),
  ),
  often(
    1,
    fc.record({
      do: fc.constant('change' as const),
      what: fc.constantFrom(
        'protect',
        'rename',
        'delete',
        'external',
        'promote',
        'dismiss',
        'revokeElsewhere' as const,
      ),
    }),
  ),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The process died at this append, before or after it was on disk. */
class Killed extends Error {
  override readonly name = 'Killed';
}

function openHouse(auth: Policy['auth']) {
  const house = createHouse({ policy: { auth } });
  for (const one of [nestor, lidia]) house.directory.accounts.set(one.id, person(one.id, one.name));
  house.directory.groups.set(requestersGroup, new Set([alex.id, nestor.id]));
  house.directory.groups.set(approversGroup, new Set([alex.id, megan.id, nestor.id]));
  const signIns = { w1: house.signIns, w2: createFakeSignIns() };
  const advance = { w1: house.advance, w2: house.workerNamed('w2', signIns.w2) };
  const review = { w1: house.review, w2: house.reviewAt('w2', signIns.w2) };
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
  (house.store as { append: typeof append }).append = async (version, events) => {
    const [crash] = crashes;
    const dies = crash !== undefined && events.some(({ type }) => type === crash.at);
    if (dies) crashes.shift();
    const written = !dies || crash.written ? await append(version, events) : version;
    if (dies) throw new Killed();
    return written;
  };

  async function run(one: Step): Promise<void> {
    switch (one.do) {
      case 'ask': {
        const about = {
          one: [account(1)],
          many: [account(1), account(2), account(3)],
          megan: [megan],
          nestor: [nestor],
        };
        const targets = about[one.about].map(({ id }) => ({ kind: 'objectId', text: id }) as const);
        await house.submit(house.ask({ requestId: one.id, by: one.by, targets }));
        return;
      }
      case 'click': {
        const { id: requestId, verb, by, where, at } = one;
        const click = { requestId, verb, by, where, ...(one.token ? { token: `of ${by.id}` } : {}) };
        await Promise.all(Array.from({ length: one.times }, () => review[at](click)));
        return;
      }
      case 'work':
        await forgiving(step(one.worker, one.id));
        return;
      case 'forget':
        // What a restart does to sign-ins.
        for (const requestId of everyId) {
          for (const { id: personId } of people) signIns[one.worker].forget({ requestId, personId });
        }
        return;
      case 'pass':
        house.clock.pass(one.ms);
        return;
      case 'answer':
        house.directory.answers.push(one.answer);
        return;
      case 'signIn': {
        const at = new Date(house.clock.now().getTime() + one.inMs).toISOString();
        const entry = { app: 'Outlook', country: null, device: null, interactive: true, risk: 'none' } as const;
        const { succeeded } = one;
        house.logs.entries.push({ ...entry, id: `s ${at}`, accountId: account(one.who).id, at, succeeded });
        return;
      }
      case 'logFails':
        house.logs.errors.push(new DirectoryError('unavailable', 'injected'));
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

  /** When it was forbidden to touch account 1. */
  let forbiddenAt = Number.POSITIVE_INFINITY;
  function change(what: string): void {
    if (what === 'protect' || what === 'external') forbiddenAt = Math.min(forbiddenAt, house.clock.elapsed());
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
    if (what === 'revokeElsewhere') {
      // So far from all that is done here that nobody could take it for ours.
      house.clock.pass(60_000);
      house.directory.validFrom.set(id, `${house.clock.now().toISOString().slice(0, 19)}Z`);
      house.clock.pass(60_000);
    }
  }

  /** For so long that no approval can have looked at it before. */
  const isForbidden = (id: string) => id === account(1).id && house.clock.elapsed() - forbiddenAt >= countsForMs;
  return { house, run, step, forgiving, isForbidden, signIns: Object.values(signIns) };
}

/** What each Graph write found on record at that moment. */
interface Write {
  readonly targetId: string;
  readonly clientRequestId: string;
  readonly isForbidden: boolean;
  readonly onBehalf: OnBehalf | undefined;
  /** A replica has the sign-in that it is made with. */
  readonly isHeld: boolean;
  readonly trails: readonly (readonly RequestEvent[])[];
}

describe('whatever happens in whatever order', () => {
  for (const auth of ['application', 'delegated'] as const)
    it(`${auth}: no write without a valid approval on record, one decision, no write twice unless recorded unknown, one “they are back”, an end for all (${runs} runs)`, async function () {
      this.timeout(Math.max(300_000, 300 * runs));
      let written = 0;
      let resumed = 0;
      let back = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
          const { house, run, step, forgiving, isForbidden, signIns } = openHouse(auth);
          const writes: Write[] = [];
          const checkSilence = async (id: string) => {
            const { events } = await house.store.read(id);
            const state = fold(events);
            const since = state.phase === 'none' ? null : stalledSince(state);
            if (since === null || house.clock.now().getTime() - since < 65_000) return;
            assert(
              events.some((event) => event.type === 'Noticed' && event.what === 'delayed'),
              'nobody waits in silence',
            );
          };
          const { revoke } = house.directory;
          house.directory.revoke = async (targetId, clientRequestId, onBehalf) => {
            const trails = await Promise.all(everyId.map(async (id) => (await house.store.read(id)).events));
            writes.push({
              targetId,
              clientRequestId,
              isForbidden: isForbidden(targetId),
              onBehalf,
              isHeld: onBehalf !== undefined && signIns.some((held) => held.holds(onBehalf)),
              trails,
            });
            return revoke(targetId, clientRequestId, onBehalf);
          };
          for (const one of steps) await run(one);
          for (let rounds = 0; rounds < 300 && (await house.store.openIds()).length > 0; rounds += 1) {
            for (const id of await house.store.openIds()) await forgiving(step('w1', id));
            house.clock.pass(20_000);
            await nextTurn();
            for (const id of rounds > 4 ? await house.store.openIds() : []) await checkSilence(id);
          }
          assert.deepEqual(await house.store.openIds(), [], 'every request reaches its end');
          for (const write of writes) checkWrite(write);
          written += writes.length;
          resumed += writes.filter(({ trails }) => trails.flat().some(({ type }) => type === 'SignedIn')).length;
          const trails = await Promise.all(everyId.map(async (id) => (await house.store.read(id)).events));
          const isGone = steps.some((one) => one.do === 'chatFails' && one.kind === 'gone');
          for (const trail of trails) {
            checkTrail(trail, isGone);
            checkWatch(trail, house.logs.entries);
            back += trail.filter(({ type }) => type === 'CameBack').length;
            checkClaims(trail, house.directory.effects);
          }
          // All successors begin alike here, and what takes a request's place is not on record when its code is chosen.
          checkCodes(trails.slice(0, ids.length));
          const deaths = steps.filter(({ do: done }) => done === 'crash').length;
          const posts = Map.groupBy(
            house.notifier.said.filter(({ what }) => what !== 'update' && what !== 'correction'),
            ({ what, id }) => `${what} ${id}`,
          );
          for (const [post, times] of posts) {
            // While the store is silent, each of the two processes says by itself that it takes long.
            const most = post.startsWith('delayed ') ? 2 : 1;
            assert(times.length <= most + deaths, `${post}: again only where a process died with it unrecorded`);
          }
        }),
        { numRuns: runs },
      );
      assert(written > runs / 10, 'the sequences get that far');
      if (auth === 'application' || runs >= 800) assert(back > 0, 'people come back');
      if (auth === 'delegated' && runs >= 5000) assert(resumed > 0, 'also after a second sign-in');
    });
});

function checkWrite({ targetId, clientRequestId, isForbidden, onBehalf, isHeld, trails }: Write): void {
  assert(!isForbidden, 'no write for protected or external accounts');
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
  assert.equal(onBehalf?.personId, asked.auth === 'delegated' ? approved.by.id : undefined, 'as the approver');
  assert.equal(isHeld, asked.auth === 'delegated', 'with the sign-in at hand');
  if (asked.twoPersons) assert.notEqual(approved.by.id, asked.by.id, 'two persons');
  // Of the attempts before this one, each that called this target must have been reported as unknown.
  const attempts = trail.flatMap((event) => (event.type === 'ExecutionStarted' ? [event] : []));
  const earlier = attempts.filter(({ calls }) => calls.some((call) => call.targetId === targetId)).slice(0, -1);
  const reports = trail.flatMap((event) => (event.type === 'TargetsProcessed' ? event.results : []));
  const unknown = reports.filter((report) => report.targetId === targetId && report.outcome === 'unknown');
  assert(unknown.length >= earlier.length, 'a second write only after the first was recorded as unknown');
}

/** So near to a call of its own, what another request did to the account cannot be told from that. */
const sameMomentMs = 10_000;

/** Verified, by what this very request did. */
function checkClaims(events: readonly RequestEvent[], effects: FakeDirectory['effects']): void {
  const calls = events.flatMap((event) =>
    event.type === 'ExecutionStarted' ? event.calls.map((call) => ({ ...call, at: event.at })) : [],
  );
  for (const event of events) {
    if (event.type !== 'TargetsProcessed' && event.type !== 'ProofFound') continue;
    for (const result of event.results) {
      if (result.outcome !== 'verified') continue;
      const own = calls.filter(({ targetId }) => targetId === result.targetId);
      const then = effects.filter((one) => one.targetId === result.targetId && one.validFrom === result.validFrom);
      const isOurs = then.some(({ clientRequestId, validFrom }) =>
        own.some(
          (call) =>
            call.clientRequestId === clientRequestId ||
            Math.abs(Date.parse(call.at) - Date.parse(validFrom)) <= sameMomentMs,
        ),
      );
      assert(isOurs, 'verified is an effect of this request');
    }
  }
}

/** Who is said to be back signed in after this request had verifiably revoked them, and it is told once. */
function checkWatch(events: readonly RequestEvent[], entries: readonly SignIn[]): void {
  const told = events.filter((event) => event.type === 'Noticed' && event.what === 'back');
  assert(told.length <= 1, 'that somebody is back is told once');
  const back = events.flatMap((event, index) =>
    event.type === 'CameBack' ? event.signIns.map((signIn) => ({ signIn, index, at: event.at })) : [],
  );
  const accounts = back.map(({ signIn }) => signIn.accountId);
  assert.equal(new Set(accounts).size, accounts.length, 'each account is back once');
  for (const { signIn, index, at } of back) {
    const results = events
      .slice(0, index)
      .flatMap((event) => (event.type === 'TargetsProcessed' || event.type === 'ProofFound' ? event.results : []));
    const isAfter = results.some(
      (result) =>
        result.targetId === signIn.accountId &&
        result.outcome === 'verified' &&
        Date.parse(signIn.at) > Date.parse(result.validFrom),
    );
    assert(isAfter, 'back after a verified revocation of this request');
    assert(signIn.succeeded && signIn.at <= at && entries.some(({ id }) => id === signIn.id), 'as the log has it');
  }
  if (told.length === 0) return;
  const [first, end] = [events.findIndex(({ type }) => type === 'CameBack'), events.indexOf(told[0] as RequestEvent)];
  assert(first >= 0 && first < end, 'on record before it is told');
}

/** All of them are asked in one place, and within a day. */
function checkCodes(trails: readonly (readonly RequestEvent[])[]): void {
  const codes = trails.flatMap(([asked]) => (asked?.type === 'Requested' ? [asked.code] : []));
  assert.equal(new Set(codes).size, codes.length, 'no code twice');
}

function checkTrail(events: readonly RequestEvent[], isGone: boolean): void {
  const count = (...types: RequestEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length;
  const decisions = count('Approved', 'Denied', 'Cancelled', 'Expired', 'Superseded');
  assert.equal(decisions, events.length === 0 ? 0 : 1, 'exactly one decision');
  assert.equal(count('Finished'), count('Approved'), 'an approved request finishes once');
  assert.equal(count('ResultPosted'), events.length === 0 ? 0 : 1, 'told once');
  if (count('Approved') === 0) assert.equal(count('ExecutionStarted'), 0);
  const [asked] = events;
  const targets = asked?.type === 'Requested' ? asked.targets.map(({ account: { id } }) => id) : [];
  for (const event of events) {
    if (event.type === 'ResultPosted' && !isGone) assert(!event.undeliverable, 'what passes loses nothing');
    if (!['Approved', 'Denied', 'Cancelled', 'Stopped', 'SignedIn'].includes(event.type)) continue;
    // What a person asked for is theirs to take back.
    const isTakenBack = event.by?.id === asked?.by?.id && ['Denied', 'Cancelled', 'Stopped'].includes(event.type);
    assert(isTakenBack || !targets.includes(event.by?.id ?? ''), 'no target decides about the request');
  }
  const stopped = events.findIndex(({ type }) => type === 'Stopped');
  const later = stopped < 0 ? [] : events.slice(stopped);
  assert(
    later.every((event) => event.type !== 'ExecutionStarted' || event.calls.length === 0),
    'nothing is sent once it was stopped',
  );
}
