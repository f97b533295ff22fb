import type { Policy } from '../../src/app/policy.ts';
import type { Log } from '../../src/app/ports.ts';
import { countsForMs } from '../../src/app/read-for-click.ts';
import { createRunCommand } from '../../src/app/run-command.ts';
import type { Ask } from '../../src/app/submit.ts';
import type { Next } from '../../src/app/takeover.ts';
import { createUseCases } from '../../src/app/use-cases.ts';
import type { Account } from '../../src/domain/account.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { KnownRequest } from '../../src/domain/request.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import {
  createFakeClock,
  createFakeDirectory,
  createFakeLogs,
  createFakeNotifier,
  createFakeSignIns,
  person,
  policy,
  silentLog,
} from '../support/fakes.ts';
import { account, alex, channel, megan, requestId, tenantId } from '../support/samples.ts';

/** A card that takes the place of another has a code of its own. */
export const successorOf = (id: string) => `M2QX${id.slice(4)}`;

/** One made by asking again for those that failed has another. */
export const retryOf = (id: string, verb: 'retry' | 'again' = 'retry') =>
  `${verb === 'retry' ? 'R9GH' : 'A4GN'}${id.slice(0, 16)}`;

/** Nothing is counted or traced. */
const unobserved = <T>(_: string, useCase: T) => useCase;

/** The use cases as the bot has them, over fakes of the ports and a real store. */
export function createHouse(
  options: {
    accounts?: readonly Account[];
    policy?: Partial<typeof policy>;
    /** Puts something between the use cases and a port: its methods may then wait, fail or be counted. */
    between?: <P extends object>(port: P) => P;
    log?: Log;
  } = {},
) {
  const between = options.between ?? ((port) => port);
  const clock = createFakeClock();
  const rules: { -readonly [Name in keyof Policy]: Policy[Name] } = { ...policy, ...options.policy };
  const people = [person(alex.id, alex.name), person(megan.id, megan.name)];
  const directory = between(
    createFakeDirectory(clock, [...people, ...(options.accounts ?? [account(1), account(2), account(3)])]),
  );
  const store = between(openSqliteStore(':memory:'));
  const logs = between(createFakeLogs(clock));
  const notifier = between(createFakeNotifier());
  const runCommand = createRunCommand({ store, clock });
  let calls = 0;
  const ids = { uuid: () => `client-${++calls}`, successorOf, retryOf };
  const at = (worker: string, held: typeof signIns) =>
    createUseCases(
      {
        ...{ store, directory, logs, notifier, signIns: held, protection, clock, ids, log: options.log ?? silentLog },
        ...{ tenantId, policy: rules, worker },
      },
      1,
      unobserved,
    );
  /** Whether it is known who is protected. */
  const protection = { known: true, isKnown: async () => protection.known };
  const signIns = createFakeSignIns();
  const own = at('w1', signIns);
  const ask = (more: Partial<Ask> = {}): Ask => ({
    requestId,
    by: alex,
    conversation: channel,
    targets: [{ kind: 'address', text: account(1).upn }],
    reason: null,
    dryRun: false,
    locale: 'en',
    ...more,
  });

  return {
    clock,
    directory,
    logs,
    store,
    notifier,
    runCommand,
    ...own,
    workerNamed: (worker: string, held = createFakeSignIns()) => at(worker, held).advance,
    reviewAt: (worker: string, held: typeof signIns) => at(worker, held).review,
    ask,
    /** In force at once, as after a restart with other settings. */
    rules,
    signIns,
    protection,
    async state(id = requestId): Promise<KnownRequest> {
      const state = fold((await store.read(id)).events);
      if (state.phase === 'none') throw new Error('no such request');
      return state;
    },
    async types(id = requestId): Promise<readonly string[]> {
      return (await store.read(id)).events.map(({ type }) => type);
    },
    /** Requests with something left to do, but for what goes on after a result. */
    async open(): Promise<readonly string[]> {
      const ids = await store.openIds();
      const done = await Promise.all(ids.map(async (id) => isDone(await this.state(id))));
      return ids.filter((_, index) => !done[index]);
    },
    /**
     * Does step after step, letting time pass as asked, until nothing is left or a person is waited for. Of what goes on after
     * a result nothing is done.
     */
    async settle(id = requestId): Promise<Exclude<Next, { when: unknown }>> {
      for (let steps = 0; steps < 200; steps += 1) {
        if ((await store.read(id)).events.length > 0 && isDone(await this.state(id))) return { again: false };
        const next = await own.advance(id);
        if (next.again && 'when' in next) {
          await next.when;
          continue;
        }
        if (!next.again || (await this.state(id)).phase === 'requested') {
          if (!next.again || next.afterMs > 0) return next;
        }
        if (next.again) clock.pass(next.afterMs);
      }
      throw new Error('this never settles');
    },
    /** Steps of these replicas for so long (ms), each as soon as it asked for one. */
    async pass(ms: number, advances = [own.advance], id = requestId): Promise<void> {
      const end = clock.elapsed() + ms;
      const due = advances.map(() => clock.elapsed());
      for (let at = Math.min(...due); at <= end; at = Math.min(...due)) {
        clock.pass(at - clock.elapsed());
        const one = due.indexOf(at);
        const next = await advances[one]?.(id);
        if (next?.again && 'when' in next) await next.when;
        else due[one] = next?.again ? clock.elapsed() + next.afterMs : Number.POSITIVE_INFINITY;
      }
      clock.pass(Math.max(0, end - clock.elapsed()));
    },
    async approved(more: Partial<Ask> = {}) {
      await this.submit(ask(more));
      await this.settle();
      const reviewed = await this.review({ requestId, verb: 'approve', by: megan, where: channel.id });
      if (!reviewed.ok) throw new Error(reviewed.code);
      // Carried out a moment later, so that what the approval read counts no more.
      clock.pass(countsForMs);
    },
  };
}

const isDone = ({ told, proof, unshown }: KnownRequest) => told && proof === 'none' && unshown === 0;

/** Everybody holds a role now, which no card has shown. */
export function gainRole({ directory }: Pick<ReturnType<typeof createHouse>, 'directory'>): void {
  const roles = { known: true, value: [{ name: 'Global Administrator', templateId: 'g' }] } as const;
  directory.factsOf = { ...directory.factsOf, roles };
}

/** A house in which one request was asked for and approved, and nothing of it carried out. */
export async function approvedHouse(more: Partial<Ask> = {}) {
  const house = createHouse();
  await house.approved(more);
  return house;
}
