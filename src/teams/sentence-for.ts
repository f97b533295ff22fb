import { DirectoryError, isInDoubt } from '../app/ports.ts';
import { en } from './texts/en.ts';

/** What a person is told when something failed: what it means for them, and nothing raw. */
export function sentenceFor(error: unknown): string {
  if (error instanceof DirectoryError) return en.problem(error.problem);
  return isInDoubt(error) ? en.inDoubt : en.internal;
}
