import type { KnownRequest } from '../../domain/request.ts';
import type { TargetResult } from '../../domain/result.ts';
import { isRevoked, isSettled } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import type { BandStyle } from './parts.ts';

interface Headline {
  readonly style: BandStyle;
  readonly title: string;
}

/** Where a request stands, in a few words, whatever its state. */
export function headlineOf(state: KnownRequest, texts: Texts): Headline {
  switch (state.phase) {
    case 'requested':
      return { style: 'accent', title: texts.lookUp.waits };
    case 'approved':
    case 'executing':
      return {
        style: 'accent',
        title: state.signIn?.worker === null && !state.stopped ? texts.waitsTitle : texts.lookUp.carriedOut,
      };
    default:
      return endOf(state, texts);
  }
}

/** What is said first of a request that is over, and in which colour. */
export function endOf(state: KnownRequest, texts: Texts): Headline {
  const { phase, request, results } = state;
  if (phase === 'denied' || phase === 'cancelled' || phase === 'expired' || phase === 'superseded') {
    return {
      style: phase === 'expired' || phase === 'superseded' ? 'warning' : 'emphasis',
      title: texts.closedTitle[phase],
    };
  }
  const all = [...results.values()];
  if (all.length > 0 && all.every(wasStopped)) return { style: 'emphasis', title: texts.closedTitle.stopped };
  const [only] = all;
  if (only && request.targets.length === 1 && only.outcome !== 'unknown') {
    const styles = { verified: 'good', unverified: 'warning', omitted: 'attention', failed: 'attention' } as const;
    return { style: styles[only.outcome], title: texts.resultTitle[only.outcome] };
  }
  const revoked = all.filter(isRevoked).length;
  const verified = all.filter(({ outcome }) => outcome === 'verified').length;
  const of = request.targets.length;
  const style = revoked === 0 ? 'attention' : verified === of ? 'good' : 'warning';
  return { style, title: texts.manyTitle({ of, revoked, verified }) };
}

/** A person wanted it so: nothing went wrong. */
export function wasStopped(result: TargetResult): boolean {
  return result.outcome === 'omitted' && result.code === 'stopped';
}

/** How many are done, for one that has many. */
export function progressOf({ results, request }: Pick<KnownRequest, 'results' | 'request'>, texts: Texts): string {
  const settled = [...results.values()].filter(isSettled);
  const failed = settled.filter((result) => !isRevoked(result)).length;
  return texts.progressText(settled.length, request.targets.length, failed, null);
}
