import { NotifierError } from './ports.ts';

/** Catches that the chat, or the message in it, is no longer there; everything else may work later. */
export function ignoreGone(note: (error: NotifierError) => void) {
  return (error: unknown): undefined => {
    if (!(error instanceof NotifierError) || error.kind !== 'gone') throw error;
    note(error);
  };
}
