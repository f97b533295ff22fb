import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RequestEvent } from '../../src/domain/request.ts';
import { runs as runsOf } from '../support/chance.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

/** More with RUNS=100000, others with SEED=2. */
const runs = runsOf(300);

const clicks = [
  { by: megan, verb: 'approve' },
  { by: megan, verb: 'approve' },
  { by: megan, verb: 'deny' },
  { by: alex, verb: 'cancel' },
] as const;

describe('three replicas at once', () => {
  it(`decide once, write once and say it once, in whatever order their steps fall (${runs} orders)`, async function () {
    this.timeout(Math.max(120_000, 100 * runs));
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.subarray([...clicks], { minLength: 1 }),
        fc.integer({ min: 2, max: 6 }),
        async (scheduler, pressed, steps) => {
          let scheduled = false;
          const between = <P extends object>(port: P): P =>
            new Proxy(port, {
              get(target, name, receiver) {
                const value: unknown = Reflect.get(target, name, receiver);
                if (typeof value !== 'function') return value;
                return async (...args: unknown[]) => {
                  if (scheduled) await scheduler.schedule(Promise.resolve(), String(name));
                  return Reflect.apply(value, target, args);
                };
              },
            });
          const house = createHouse({ between });
          const targets = [account(1), account(2)].map(({ upn }) => ({ kind: 'address', text: upn }) as const);
          await house.submit(house.ask({ targets }));
          const replicas = ['w1', 'w2', 'w3'].map((worker) => house.workerNamed(worker));

          scheduled = true;
          const work = replicas.map(async (advance) => {
            for (let step = 0; step < steps; step += 1) {
              const next = await advance(requestId);
              if (next.again && 'when' in next) await next.when;
            }
          });
          const decisions = pressed.map((click) => house.review({ ...click, requestId, where: channel.id }));
          await scheduler.waitFor(Promise.all([...work, ...decisions]));
          scheduled = false;
          // Whatever was left in the middle is carried on, by whoever began it.
          for (let round = 0; round < 40 && !(await house.state()).told; round += 1) {
            for (const advance of replicas) {
              const next = await advance(requestId);
              if (next.again && 'when' in next) await next.when;
            }
          }

          const { events } = await house.store.read(requestId);
          const count = (...types: RequestEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length;
          assert.equal(count('Approved', 'Denied', 'Cancelled'), 1, 'one decision');
          assert.equal(count('ResultPosted'), 1, 'told');
          const said = (what: string) => house.notifier.said.filter((one) => one.what === what).length;
          assert(said('card') <= 1, 'one card');
          assert.equal(said('result'), count('Approved'), 'one result');
          const written = house.directory.writes.map(({ targetId }) => targetId);
          assert.equal(new Set(written).size, written.length, 'no account twice');
          assert.equal(written.length, 2 * count('Approved'), 'every account, and none without approval');
        },
      ),
      { numRuns: runs },
    );
  });
});
