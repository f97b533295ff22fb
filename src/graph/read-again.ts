import { DirectoryError } from '../app/ports.ts';

/** Before a person who was not found is looked for again, in ms. */
const pausesUntilFound: readonly number[] = [200, 600];

/** Asks again for what is not there: another copy of the directory may have what the first did not. */
export function createReadAgain(sleep: (ms: number) => Promise<void>) {
  return async function readAgain<T>(ask: () => Promise<T>): Promise<T> {
    for (const pause of pausesUntilFound) {
      const found = await ask().catch((error: unknown) => missing(error, null));
      if (found !== null) return found;
      await sleep(pause);
    }
    return ask();
  };
}

export type ReadAgain = ReturnType<typeof createReadAgain>;

/** Only a 404 is "not there"; every other failure stays a failure. */
export function missing<T>(error: unknown, nothing: T): T {
  if (error instanceof DirectoryError && error.problem === 'notFound') return nothing;
  throw error;
}
