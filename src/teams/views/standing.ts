import type { KnownRequest } from '../../domain/request.ts';
import { isRevoked, isSettled } from '../../domain/targets.ts';
import type { BandStyle } from '../card-data.ts';
import type { Texts } from '../texts/en.ts';
import { headline } from './outcome.ts';

/** Where a request stands, in a few words, whatever its state. */
export function standingOf(state: KnownRequest, texts: Texts): { readonly style: BandStyle; readonly title: string } {
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
      return headline(state, texts);
  }
}

/** How many are done, for one that has many. */
export function progressOf({ results, request }: Pick<KnownRequest, 'results' | 'request'>, texts: Texts): string {
  const settled = [...results.values()].filter(isSettled);
  const failed = settled.filter((result) => !isRevoked(result)).length;
  return texts.progressText(settled.length, request.targets.length, failed, null);
}
