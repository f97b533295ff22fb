import { createPatience } from './patience.ts';
import type { Clock, Notifier } from './ports.ts';

/** The chat for what stands in a record, and is said again by whoever does the next step of the request. */
export function createKeepTrying(notifier: Notifier, clock: Pick<Clock, 'elapsed'>): Notifier {
  const patiently = createPatience(clock);
  return {
    postCard: (id, ...more) => patiently(`card ${id}`, () => notifier.postCard(id, ...more)),
    updateCard: (id, state, begin) =>
      patiently(`update ${id} ${state.phase}`, () => notifier.updateCard(id, state, begin)),
    postResult: (id, ...more) => patiently(`result ${id}`, () => notifier.postResult(id, ...more)),
    updateResult: (id, ...more) => patiently(`correction ${id}`, () => notifier.updateResult(id, ...more)),
    // Their callers try them again.
    postNotice: (...what) => notifier.postNotice(...what),
    postUnreachable: (state) => notifier.postUnreachable(state),
    postFollow: (...what) => notifier.postFollow(...what),
  };
}
