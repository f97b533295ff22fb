import { createBoundedMap } from '../base/bounded-map.ts';
import { fold } from '../domain/evolve.ts';
import { remindAt, wants } from '../domain/notifications.ts';
import type { KnownRequest } from '../domain/request.ts';
import { createAftermath } from './aftermath.ts';
import { createAnnounce } from './announce.ts';
import { UnreadableRequest } from './errors.ts';
import type { Execute } from './execute.ts';
import { createKeepTrying, ignoreGone } from './keep-trying.ts';
import type { Base } from './policy.ts';
import { createProgress, type TellDelay } from './progress.ts';
import type { Handover, Handovers } from './read-for-click.ts';
import type { RunCommand } from './run-command.ts';
import { after, createIdle, leaseMs, type Next, never, now, sooner } from './takeover.ts';
import { createCorrect } from './verify.ts';

const signOfLifeMs = leaseMs / 2;
const mostNamed = 1000;

interface Deps extends Base {
  readonly runCommand: RunCommand;
  readonly execute: Execute;
  readonly handovers: Pick<Handovers, 'take'>;
  readonly delay: TellDelay;
}

/**
 * Does the one next step of a request, from its record alone. A click, the sweep, a restart and another replica all end
 * up here, so there is no second way that could do it differently. What another replica is at is left to it until it
 * gives no sign of life for as long as a lease. What a newer version has written to is left to the replicas of that
 * version: the sweep looks again, and nothing here waits for it.
 */
export function createAdvance(deps: Deps) {
  const { store, runCommand, execute, handovers, delay, clock, log, worker } = deps;
  const notifier = createKeepTrying(deps.notifier, clock);
  const idleMs = createIdle(clock);
  const progress = createProgress({ store, notifier, log, clock });
  /** Whose card asks for the approver's sign-in, and how often that had been lost by then. */
  const askedHere = new Map<string, number>();
  const announce = createAnnounce({ ...deps, notifier, progress, idleMs });
  const aftermath = createAftermath({ ...deps, tellBack: announce.back });
  const correct = createCorrect({ ...deps, notifier });

  /** Requests that cannot be read here, of which the log has heard. */
  const leftAlone = createBoundedMap<string, true>(mostNamed);

  return async function advance(requestId: string): Promise<Next> {
    try {
      return await step(requestId);
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error;
      if (!leftAlone.has(requestId)) {
        if (error.why === 'newer') {
          log.warn({ requestId, err: error }, 'a newer version goes on with this request, and it is left alone here');
        } else log.error({ requestId, err: error }, 'the record of this request is damaged, and it is left alone');
      }
      leftAlone.set(requestId, true);
      return never;
    }
  };

  async function step(requestId: string): Promise<Next> {
    const left = handovers.take(requestId);
    // What was approved just now has no end to be told.
    const { events, head } = left ? { ...left.known, head: '' } : await store.read(requestId);
    const state = fold(events);
    if (state.phase === 'none') return never;
    delay.watch(requestId, state);
    const idle = idleMs(requestId, events);
    switch (state.phase) {
      case 'requested':
        return requested(requestId, state, idle);
      case 'approved':
      case 'executing':
        return carryOut(requestId, state, idle, left);
      case 'denied':
      case 'cancelled':
      case 'expired':
      case 'superseded':
      case 'succeeded':
      case 'partly':
      case 'failed':
        askedHere.delete(requestId);
        if (!state.told) return announce.end(requestId, state, head, idle);
        return afterwards(requestId, state, head, idle);
      default:
        return state satisfies never;
    }
  }

  async function afterwards(requestId: string, state: KnownRequest, head: string, idle: number): Promise<Next> {
    const telling = aftermath.tell(requestId, state, idle);
    if (telling) return telling;
    const corrected = await correct(requestId, state, head);
    // What changed is read again first.
    if (corrected === now) return now;
    return sooner(corrected, await aftermath.goOn(requestId, state, idle));
  }

  async function requested(requestId: string, state: KnownRequest, idle: number): Promise<Next> {
    const left = Date.parse(state.request.expiresAt) - clock.now().getTime();
    if (left <= 0) {
      await runCommand(requestId, { type: 'expire' });
      return now;
    }
    if (state.cardStands || announce.isCardUnderWay(requestId)) {
      // The card says what they are called for.
      if (state.cardStands && wants(state, 'notice')) {
        return { again: true, when: announce.notification(requestId, state, 'notice') };
      }
      const toReminder = remindAt(state.request).getTime() - clock.now().getTime();
      if (state.agreed && wants(state, 'agreed')) {
        return { again: true, when: announce.notification(requestId, state, 'agreed') };
      }
      if (!wants(state, 'reminder') || !state.cardStands) return after(left);
      if (toReminder > 0) return after(Math.min(left, toReminder));
      // An approval that comes meanwhile does not wait for it.
      return { again: true, when: announce.notification(requestId, state, 'reminder') };
    }
    const another = state.posting !== null && state.posting.worker !== worker;
    if (another && idle < leaseMs) return after(Math.min(left, leaseMs - idle));
    return { again: true, when: announce.card(requestId, state) };
  }

  async function carryOut(requestId: string, state: KnownRequest, idle: number, left: Handover | null): Promise<Next> {
    const { execution } = state;
    const byAnother = execution !== null && execution.worker !== worker;
    if (byAnother && idle < leaseMs) return after(leaseMs - idle);
    const writing = Promise.withResolvers<void>();
    if (!byAnother && state.signIn?.worker !== null) progress.show(requestId, state, writing.promise);
    const done = await execute(requestId, state, idle, writing.resolve, left).finally(writing.resolve);
    switch (done.kind) {
      case 'progressed':
        return now;
      case 'pause':
        return pause(requestId, state, idle, done.ms);
      case 'signIn':
        return askSignIn(requestId, state, idle, done.ms);
      case 'notOurs':
        return after(leaseMs);
      default:
        return done satisfies never;
    }
  }

  /** The approver's sign-in is not here: another replica has it, or it is lost, and then the card asks for it. */
  async function askSignIn(requestId: string, state: KnownRequest, idle: number, leftMs: number): Promise<Next> {
    if (state.signIn?.worker !== null) {
      const asked = await runCommand(requestId, { type: 'askSignIn', worker, leaseMs, idleMs: idle });
      return !asked.ok && asked.code === 'notYours' ? after(Math.min(leftMs, leaseMs - idle)) : now;
    }
    // Each loss is shown once by each process that finds it.
    if (askedHere.get(requestId) !== state.signIn.timesLost) {
      await notifier.updateCard(requestId, state).catch(ignoreGone(() => undefined));
      askedHere.set(requestId, state.signIn.timesLost);
      return { again: true, when: announce.notification(requestId, state, 'signIn') };
    }
    return after(leftMs);
  }

  /** The replica that holds a sign-in gives a sign of life while it waits, so that no other replica takes it for lost. */
  async function pause(requestId: string, state: KnownRequest, idle: number, ms: number): Promise<Next> {
    if (state.signIn?.worker !== worker) return after(ms);
    if (idle >= signOfLifeMs) {
      await runCommand(requestId, { type: 'start', worker, leaseMs, idleMs: idle, calls: [] });
    }
    return after(Math.min(ms, signOfLifeMs));
  }
}

export type Advance = ReturnType<typeof createAdvance>;
