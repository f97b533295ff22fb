import { DirectoryError, isInDoubt, isTrailDamaged, UnreadableRequest } from '../../app/ports.ts';
import type { Texts } from '../texts/en.ts';

/** What a person is told when something failed: what it means for them, and nothing raw. */
export function sentenceFor(error: unknown, texts: Texts): string {
  if (error instanceof DirectoryError) return texts.problem(error.problem);
  if (isTrailDamaged(error)) return texts.unreadableRequest.damaged;
  if (error instanceof UnreadableRequest) return texts.unreadableRequest.newer;
  return isInDoubt(error) ? texts.inDoubt : texts.internal;
}
