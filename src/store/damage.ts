/** The store could not do what was asked. `message` says what is wrong in a sentence, for the log, without any key. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** A write that may have been done all the same, or may be yet. Reading tells, now or a little later. */
  readonly inDoubt: boolean;
  constructor(message: string, more: { cause?: unknown; inDoubt?: boolean } = {}) {
    super(message, { cause: more.cause });
    this.inDoubt = more.inDoubt ?? false;
  }
}

/** A record is missing, or not as it was written. Nothing is ever done upon such a trail. */
export class TrailDamaged extends StoreError {
  readonly trailDamaged = true;
}

/** The store is not the one that was opened, or knows less than this process has seen of it. */
export class StoreDamaged extends TrailDamaged {
  readonly storeDamaged = true;
}
