import { isTimeFor, sayAfterMs, showAfterMs, stalledSince, wants } from '../domain/notifications.ts';
import type { KnownRequest } from '../domain/request.ts';
import { NotifierError } from './errors.ts';
import { sayPatiently } from './keep-trying.ts';
import type { Base } from './policy.ts';
import { recorded } from './recorded.ts';
import type { RunCommand } from './run-command.ts';

/** A person who waits for the progress that long is not told too soon. */
const showWithinMs = 250;

interface Deps extends Pick<Base, 'store' | 'notifier' | 'clock' | 'log'> {
  readonly runCommand: RunCommand;
}

/** Progress is a courtesy: where it cannot be shown, the result comes all the same. */
export function createProgress({ store, notifier, log, clock }: Omit<Deps, 'runCommand'>) {
  const onItsWay = new Map<string, { endFollows: boolean }>();

  async function untilWriting(writing: Promise<void>): Promise<void> {
    const isWriting = writing.then(() => true);
    if (await Promise.race([isWriting, soon().then(() => false)])) return soon();
    await Promise.race([writing.then(soon), clock.sleep(showWithinMs)]);
  }

  /** The request when progress would hide what the card has to show: another replica may have ended it, or a sign-in was lost. */
  async function beyondProgress(requestId: string): Promise<KnownRequest | null> {
    const { state } = (await recorded(store, requestId)) ?? {};
    return state && (state.finishedAt !== null || state.signIn?.worker === null) ? state : null;
  }

  async function update(requestId: string, state: KnownRequest, mark: { readonly endFollows: boolean }): Promise<void> {
    try {
      // When its turn in the chat comes it may be late.
      await notifier.updateCard(requestId, state, async () => {
        if (await beyondProgress(requestId)) throw new TooLate();
      });
    } catch (error) {
      if (error instanceof TooLate) return;
      log.warn({ requestId, err: error }, 'the card could not be updated; it will be with the result');
    }
    // What was sent in time may have arrived late: then that has to be shown over it.
    const over = mark.endFollows ? null : await beyondProgress(requestId);
    if (over) await notifier.updateCard(requestId, over);
  }

  return {
    /**
     * Shows the state on the card, beside everything else: neither Graph nor the next batch waits for the chat, and only
     * one at a time is on its way, so that behind a slow chat the result does not stand in a queue of them.
     * @param writing settles when the writes are on their way: what a card takes to make would hold them back
     */
    show(requestId: string, state: KnownRequest, writing: Promise<void>): void {
      if (state.cardIds.length === 0 || onItsWay.has(requestId)) return;
      const mark = { endFollows: false };
      onItsWay.set(requestId, mark);
      untilWriting(writing)
        .then(() => update(requestId, state, mark))
        .catch((error: unknown) => {
          log.error({ requestId, err: error }, 'the card may show progress although all is over');
        })
        .finally(() => onItsWay.delete(requestId));
    },
    /** From here on this process shows the end, behind whatever of this is still on its way. */
    endFollows(requestId: string): void {
      const mark = onItsWay.get(requestId);
      if (mark) mark.endFollows = true;
    },
  };
}

export type Progress = ReturnType<typeof createProgress>;

/** When everything that waits for nothing outside the process is done. */
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

/** There is more to show than progress by now. */
class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** Whatever hangs, this does not wait longer for it. */
const storeWithinMs = 3000;
/** The card could not be changed, or the words are not on record yet. */
const againMs = 5000;

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
    entry.state = (await inTime(recorded(store, requestId)))?.state ?? entry.state;
    const since = stalledSince(entry.state);
    if (since === null || watched.get(requestId) !== entry) return forget(requestId);
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
      log.warn({ requestId, err: error }, 'no one was told that it takes long besides the card');
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
