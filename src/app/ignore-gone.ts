import { NotifierError } from './ports.ts';

/** Catches that it cannot be said at all; everything else may work later. */
export function ignoreGone(note: (error: NotifierError) => void) {
  return (error: unknown): undefined => {
    if (!(error instanceof NotifierError) || error.kind !== 'gone') throw error;
    note(error);
  };
}
