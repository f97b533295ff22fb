/** The store could not do what was asked. `message` says what is wrong in a sentence, for the log, without any key. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
