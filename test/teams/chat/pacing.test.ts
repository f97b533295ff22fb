import assert from 'node:assert/strict';
import { setImmediate as nextTick } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createPacing, mostWaitingTexts, share, windows } from '../../../src/teams/chat/pacing.ts';
import { runs } from '../../support/chance.ts';
import { createFakeClock } from '../../support/fakes.ts';
import { start } from '../../support/samples.ts';

/** Pacing with a record of what was sent where and when, in ms since the start. */
function createLog(shares?: number) {
  const clock = createFakeClock();
  const paced = createPacing(clock, shares);
  const sent: { readonly where: string; readonly what: unknown; readonly at: number }[] = [];
  const send = (where: string, what: unknown) =>
    paced(where, async () => {
      sent.push({ where, what, at: clock.now().getTime() - start.getTime() });
      return what;
    });
  return { clock, paced, sent, send };
}

/** A promise to be settled by hand. */
function createGate() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { promise, open: () => resolve(), fail: (error: Error) => reject(error) };
}

/** The most sends that began within `ms` of one another. */
function busiest(times: readonly number[], ms: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + ms).length));
}

/** Short waits pass at once, as with the fake clock; a long one only when it is cut short. */
async function sleepUntil(clock: { pass(ms: number): void }, ms: number, signal?: AbortSignal): Promise<void> {
  if (!signal) return clock.pass(ms);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

describe('pacing', () => {
  it('hands back what the send gave', async () => {
    const { send } = createLog();
    assert.equal(await send('a', 'card-1'), 'card-1');
  });

  it('keeps the order of one conversation, however long each takes', async () => {
    const { paced } = createLog();
    const order: string[] = [];
    const gates = [createGate(), createGate(), createGate()];
    const all = gates.map((gate, index) =>
      paced('a', async () => {
        order.push(`begin ${index}`);
        await gate.promise;
        order.push(`end ${index}`);
      }),
    );
    for (const gate of gates.toReversed()) gate.open();
    await Promise.all(all);
    assert.deepEqual(order, ['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('changes a card beside a new message and beside another card, and the same card in order', async () => {
    const { paced } = createLog();
    const order: string[] = [];
    const gates = Array.from({ length: 5 }, createGate);
    const all = [undefined, 'card', 'card', 'other', undefined].map((changes, index) =>
      paced(
        'a',
        async () => {
          order.push(`begin ${index}`);
          await gates[index]?.promise;
          order.push(`end ${index}`);
        },
        changes === undefined ? {} : { changes },
      ),
    );
    await nextTick();
    assert.deepEqual(order, ['begin 0', 'begin 1', 'begin 3']);
    for (const gate of gates) gate.open();
    await Promise.all(all);
    assert(order.indexOf('begin 2') > order.indexOf('end 1'), order.join());
    assert(order.indexOf('begin 4') > order.indexOf('end 0'), order.join());
  });

  it('of two replicas keeps each to half, so that together they keep to the limits', async () => {
    const { send, sent } = createLog(2);
    await Promise.all(Array.from({ length: 80 }, (_, index) => send('a', index)));
    const times = sent.map(({ at }) => at);
    for (const { ms, most } of windows) assert(2 * busiest(times, ms) <= most, `${ms} ms`);
    assert.equal(times.length, 80);
  });

  it('lets one conversation wait for nobody else', async () => {
    const { paced, send, sent } = createLog();
    const gate = createGate();
    const stuck = paced('a', () => gate.promise);
    const behind = send('a', 'behind');
    await send('b', 'other');
    assert.deepEqual(
      sent.map(({ what }) => what),
      ['other'],
    );
    gate.open();
    await Promise.all([stuck, behind]);
  });

  it('goes on after a failed send, and the failure is the sender’s alone', async () => {
    const { paced, send } = createLog();
    const gate = createGate();
    const failing = paced('a', () => gate.promise);
    const thrown = paced('a', () => {
      throw new Error('at once');
    });
    const next = send('a', 'next');
    gate.fail(new Error('refused'));
    await assert.rejects(failing, /refused/);
    await assert.rejects(thrown, /at once/);
    assert.equal(await next, 'next');
  });

  it('sends a few at once without any pause', async () => {
    const { send, sent } = createLog();
    await Promise.all(['1', '2', '3', '4', '5', '6'].map((what) => send('a', what)));
    assert.deepEqual(
      sent.map(({ at }) => at),
      [0, 0, 0, 0, 0, 0],
    );
    await send('a', '7');
    assert.equal(sent.at(-1)?.at, 2000);
  });

  it('keeps every window, to the millisecond', async () => {
    const { send, sent } = createLog();
    await Promise.all(Array.from({ length: 200 }, (_, index) => send('a', index)));
    const times = sent.map(({ at }) => at);
    for (const { ms, most } of windows) assert.equal(busiest(times, ms), most, `${most} in ${ms} ms`);
    // Teams' own limits, of which there must be something left for clicks answered in the same conversation.
    for (const [ms, limit] of [
      [1000, 7],
      [2000, 8],
      [30_000, 60],
      [3_600_000, 1800],
    ] as const) {
      assert(busiest(times, ms) < limit);
    }
    assert.deepEqual(
      sent.map(({ what }) => what),
      Array.from({ length: 200 }, (_, index) => index),
    );
  });

  it('keeps order and windows whenever what is sent where', async () => {
    const step = fc.record({
      where: fc.constantFrom('a', 'b'),
      pause: fc.constantFrom(0, 0, 0, 1, 400, 999, 1000, 30_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
        const { clock, send, sent } = createLog();
        const all: Promise<unknown>[] = [];
        for (const [index, { where, pause }] of steps.entries()) {
          all.push(send(where, index));
          clock.pass(pause);
          if (pause > 0) await nextTick();
        }
        await Promise.all(all);
        for (const lane of ['a', 'b']) {
          const own = sent.filter(({ where }) => where === lane);
          const times = own.map(({ at }) => at);
          for (const { ms, most } of windows) assert(busiest(times, ms) <= most);
          const order = own.map(({ what }) => Number(what));
          assert.deepEqual(
            order,
            order.toSorted((one, other) => one - other),
          );
        }
        assert.equal(sent.length, steps.length);
      }),
      { numRuns: runs(30) },
    );
  });

  it('lets cards go before words that wait, and only so many words to one person, and to all, wait', async () => {
    const { each, all } = mostWaitingTexts;
    const { paced, sent, send } = createLog();
    const gate = createGate();
    const first = paced('a', () => gate.promise);
    const say = (person: string, count: number) =>
      Array.from({ length: count }, () =>
        paced('a', async () => void sent.push({ where: 'a', what: person, at: 0 }), { kind: 'text', for: person }),
      );
    const chatter = Promise.allSettled(say('chatter', each + 3));
    const others = Promise.allSettled(Array.from({ length: all }, (_, index) => say(`person ${index}`, 1)).flat());
    const cards = [send('a', 'card 1'), send('a', 'card 2')];
    gate.open();
    await Promise.all([first, ...cards]);
    const count = (outcomes: readonly { status: string }[], status: string) =>
      outcomes.filter((one) => one.status === status).length;
    const [of, ofOthers] = [await chatter, await others];
    assert.deepEqual([count(of, 'fulfilled'), count(of, 'rejected')], [each, 3]);
    assert.deepEqual([count(ofOthers, 'fulfilled'), count(ofOthers, 'rejected')], [all - each, each]);
    assert.deepEqual(
      sent.slice(0, 4).map(({ what }) => what),
      ['card 1', 'card 2', 'chatter', 'person 0'],
    );
  });

  it('one person’s forty-eight requests do not make another’s wait', async () => {
    const { clock, paced } = createLog();
    const order: { who: string; at: number }[] = [];
    const ask = (who: string) =>
      paced('a', async () => void order.push({ who, at: clock.now().getTime() - start.getTime() }), { for: who });
    const many = Array.from({ length: 48 }, () => ask('alex'));
    await nextTick();
    const asked = order.length;
    await Promise.all([...many, ask('megan')]);
    assert(order.findIndex(({ who }) => who === 'megan') <= asked + 1, 'after the one that is on its way');
  });

  it('one person leaves room for others within the long window, and goes on when it is over', async () => {
    const { clock, paced } = createLog();
    const times: Record<string, number[]> = { alex: [], megan: [] };
    const ask = (who: string) =>
      paced('a', async () => void times[who]?.push(clock.now().getTime() - start.getTime()), { for: who });
    await Promise.all(Array.from({ length: 80 }, () => ask('alex')));
    assert.equal(busiest(times.alex ?? [], share.ms), share.most);
    assert.equal(times.alex?.length, 80);
    // Somebody new does not wait until the other's share is free again.
    const idle = { ...clock, sleep: (ms: number, signal?: AbortSignal) => sleepUntil(clock, ms, signal) };
    const fair = createPacing(idle);
    const said: string[] = [];
    const say = (who: string) => fair('a', async () => void said.push(who), { for: who });
    const flood = Array.from({ length: share.most + 1 }, () => say('alex'));
    while (said.length < share.most) await nextTick();
    await Promise.race([say('megan'), Promise.all(flood)]);
    assert.deepEqual(said.slice(share.most), ['megan']);
  });

  it('never waits longer than a window, also when the clock is set back', async () => {
    const { clock, send } = createLog();
    for (let index = 0; index < 4; index += 1) await send('a', index);
    clock.pass(-3_600_000);
    const before = clock.now().getTime();
    for (let index = 0; index < 4; index += 1) await send('a', index);
    assert(clock.now().getTime() - before <= 4 * 30_000);
  });

  it('forgets a conversation half a minute after its last word', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { clock, paced } = createLog();
    const sayOnce = async () => {
      // An object in the place of the id, because only of objects can be told whether anything still holds them.
      const key = { id: 'a' };
      await paced(key as unknown as string, async () => null);
      return new WeakRef(key);
    };
    const key = await sayOnce();
    clock.pass(29_999);
    await paced('b', async () => null);
    await nextTick();
    collect();
    const held = key.deref() !== undefined;
    clock.pass(1);
    await paced('b', async () => null);
    await nextTick();
    collect();
    assert.deepEqual([held, key.deref()], [true, undefined]);
  });
});
