import type { FakeAnswer } from './https-server.ts';

/** What goes wrong with the next requests that match; several parts of it may be given together. */
export type Fault = {
  /** Any method when left out. */
  readonly method?: string;
  /** Looked for in path and query as they stood in the request line. */
  readonly path?: RegExp;
  /** Looked for in the body. */
  readonly body?: RegExp;
  /** How many requests it hits; 1 when left out, `Infinity` until removed. */
  readonly times?: number;
  /** Milliseconds before anything else happens. */
  readonly delayMs?: number;
  /** The request waits for this promise before anything else happens. */
  readonly until?: Promise<unknown>;
  /** No answer ever comes, and nothing is done. */
  readonly hang?: true;
  /** Answered with this instead of being done. */
  readonly answer?: FakeAnswer;
  /** The request is done, then the connection closes without an answer. */
  readonly dropAnswer?: true;
  /** The request is done, then its answer waits for this promise. */
  readonly answerAfter?: Promise<unknown>;
  /** Told of each request it hits, when that stands where it waits or fails: done already, with the two above. */
  readonly onHit?: () => void;
  /** Told of the answer, when the request was done after all. */
  readonly onDone?: (answer: FakeAnswer) => void;
};

export type Faults = {
  /** Gives back a function that takes the fault away. */
  inject(fault: Fault): () => void;
  clear(): void;
  /** What goes wrong with requests that no injected fault hits; asked for each of them. */
  otherwise(choose: ((method: string, target: string, body: string) => Fault | undefined) | undefined): void;
  /** Runs `perform` with whatever fault hits this request. */
  apply(
    method: string,
    target: string,
    perform: () => Promise<FakeAnswer> | FakeAnswer,
    body?: string,
  ): Promise<FakeAnswer>;
};

const never = new Promise<never>(() => {});

export function createFaults(): Faults {
  let waiting: { fault: Fault; left: number }[] = [];
  let choose: Parameters<Faults['otherwise']>[0];
  const take = (method: string, target: string, sent: string): Fault | undefined => {
    const hit = waiting.find(
      ({ fault: { method: only = method, path = /^/, body = /^/ }, left }) =>
        left > 0 && only === method && path.test(target) && body.test(sent),
    );
    if (hit) hit.left -= 1;
    return hit?.fault;
  };
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? 1 };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    clear() {
      waiting = [];
    },
    otherwise(next) {
      choose = next;
    },
    async apply(method, target, perform, body = '') {
      const fault = take(method, target, body) ?? choose?.(method, target, body);
      if (!fault) return perform();
      if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      const isDoneFirst = fault.answerAfter !== undefined || fault.dropAnswer;
      if (!isDoneFirst) fault.onHit?.();
      await fault.until;
      if (fault.hang) return never;
      if (fault.answer) return fault.answer;
      const answer = await perform();
      fault.onDone?.(answer);
      if (isDoneFirst) fault.onHit?.();
      await fault.answerAfter;
      return fault.dropAnswer ? 'drop' : answer;
    },
  };
}
