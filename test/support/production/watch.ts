/** What is waited for comes soon on a quiet machine; one that is busy with other things is given that many times as long. */
export const whenBusy = 4;

/** Waits for something to become true, looking again each time the owner says that something changed. */
export type Watch = {
  changed(): void;
  /**
   * Gives back what `look` finds as soon as that is neither undefined nor false. Throws after `timeoutMs` with what
   * `describe` says about the state at that moment.
   */
  waitFor<T>(look: () => T | undefined | false, timeoutMs?: number, describe?: () => string): Promise<T>;
};

export function createWatch(): Watch {
  const looking = new Set<() => void>();
  return {
    changed() {
      for (const look of [...looking]) look();
    },
    waitFor(look, timeoutMs = 10_000, describe = () => '') {
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          looking.delete(again);
        };
        const again = () => {
          try {
            const found = look();
            if (found === undefined || found === false) return;
            end();
            resolve(found);
          } catch (error) {
            end();
            reject(error);
          }
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`waited ${timeoutMs} ms in vain. ${describe()}`));
        }, timeoutMs * whenBusy);
        looking.add(again);
        again();
      });
    },
  };
}
