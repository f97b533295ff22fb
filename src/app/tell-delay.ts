import { isTimeFor, wants } from '../domain/courtesy.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest } from '../domain/request.ts';
import { sayAfterMs, showAfterMs, stalledSince } from '../domain/stalled.ts';
import { sayPatiently } from './patience.ts';
import { type Clock, type Log, type Notifier, NotifierError, type RequestStore } from './ports.ts';
import type { RunCommand } from './run-command.ts';

/** Whatever hangs, this does not wait longer for it. */
const storeWithinMs = 3000;
/** The card could not be changed, or the words are not on record yet. */
const againMs = 5000;

interface Deps {
  readonly store: Pick<RequestStore, 'read'>;
  readonly runCommand: RunCommand;
  readonly notifier: Pick<Notifier, 'updateCard' | 'postNotice'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watched {
  state: KnownRequest;
  /** Since when it had not got on when the card last said so. */
  shown: number | null;
  said: boolean;
  recorded: boolean;
  cancel: () => void;
}

export type TellDelay = ReturnType<typeof createTellDelay>;

/**
 * Never silent: what was approved and does not get on says so, on the card and then in words, beside the work that hangs
 * and whatever it is that hangs. The words are on record before they are said; where the record itself hangs they are said
 * all the same, once by this process, and recorded when that works again.
 */
export function createTellDelay({ store, runCommand, notifier, clock, log }: Deps) {
  const watched = new Map<string, Watched>();

  const inTime = <T>(work: Promise<T>): Promise<T | null> =>
    new Promise((resolve) => {
      const cancel = clock.after(storeWithinMs, () => resolve(null));
      work.then(resolve, () => resolve(null)).finally(cancel);
    });

  async function latest(requestId: string, known: KnownRequest): Promise<KnownRequest> {
    const stored = await inTime(store.read(requestId));
    const state = stored && fold(stored.events);
    return state && state.phase !== 'none' ? state : known;
  }

  function schedule(requestId: string, entry: Watched, atLeastMs = 0): void {
    const since = stalledSince(entry.state);
    if (since === null) {
      forget(requestId);
      return;
    }
    const waited = clock.now().getTime() - since;
    const due = [
      ...(entry.shown === since ? [] : [showAfterMs - waited]),
      ...(entry.said && entry.recorded ? [] : [sayAfterMs - waited]),
    ];
    entry.cancel();
    if (due.length === 0) return;
    entry.cancel = clock.after(Math.max(atLeastMs, Math.min(...due)), () => void look(requestId, entry));
  }

  async function look(requestId: string, entry: Watched): Promise<void> {
    entry.state = await latest(requestId, entry.state);
    const since = stalledSince(entry.state);
    if (since === null || watched.get(requestId) !== entry) {
      forget(requestId);
      return;
    }
    const waited = clock.now().getTime() - since;
    if (waited >= showAfterMs && entry.shown !== since) show(requestId, entry, since);
    if (waited >= sayAfterMs && !entry.recorded) await say(requestId, entry);
    schedule(requestId, entry, againMs);
  }

  function show(requestId: string, entry: Watched, since: number): void {
    entry.shown = since;
    notifier.updateCard(requestId, entry.state).catch((error: unknown) => {
      log.warn({ requestId, err: error }, 'the card could not say that it takes long');
      entry.shown = null;
    });
  }

  async function say(requestId: string, entry: Watched): Promise<void> {
    if (!wants(entry.state, 'delayed')) {
      entry.said = true;
      entry.recorded = true;
      return;
    }
    const noted = await inTime(runCommand(requestId, { type: 'notice', what: 'delayed' }));
    entry.recorded = noted !== null;
    if (entry.said || noted?.ok === false) return;
    entry.said = true;
    const { state } = entry;
    if (noted === null) log.warn({ requestId }, 'it is told that it takes long, which is not on record yet');
    const still = async () => isTimeFor('delayed', entry.state, clock.now());
    sayPatiently(() => notifier.postNotice(state, 'delayed'), clock, still).catch((error: unknown) => {
      if (!(error instanceof NotifierError)) throw error;
      log.warn({ requestId, err: error }, 'nobody was told that it takes long besides the card');
    });
  }

  function forget(requestId: string): void {
    watched.get(requestId)?.cancel();
    watched.delete(requestId);
  }

  return {
    /** To be called with each state that is seen, also the last. */
    watch(requestId: string, state: KnownRequest): void {
      const known = watched.get(requestId);
      if (stalledSince(state) === null) {
        if (known) known.state = state;
        forget(requestId);
        return;
      }
      if (known) {
        const hasGotOn = stalledSince(known.state) !== stalledSince(state);
        known.state = state;
        if (hasGotOn) schedule(requestId, known);
        return;
      }
      const entry = { state, shown: null, said: false, recorded: false, cancel: () => undefined };
      watched.set(requestId, entry);
      schedule(requestId, entry);
    },
  };
}
