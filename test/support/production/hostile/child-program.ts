import { fork } from 'node:child_process';

/** What a program can be asked to do: each takes one value and gives one back, both as JSON knows them. */
type Calls = Readonly<Record<string, (input: never) => unknown>>;

export type ChildProgram<C extends Calls> = {
  ask<N extends keyof C & string>(name: N, input: Parameters<C[N]>[0]): Promise<Awaited<ReturnType<C[N]>>>;
  /** Ends it at once. */
  stop(): Promise<void>;
};

type Asked = { readonly id: number; readonly name: string; readonly input: unknown };
type Told = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** Starts a program of this folder in a process of its own, so that its event loop is nobody else's. */
export function startProgram<C extends Calls>(file: string): ChildProgram<C> {
  const child = fork(new URL(file, import.meta.url), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${file} ended: ${code ?? signal}`));
      resolve();
    }),
  );
  const killAtEnd = () => child.kill('SIGKILL');
  process.once('exit', killAtEnd);
  child.on('message', ({ id, value, error }: Told) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(value);
    else one?.reject(new Error(error));
  });
  return {
    ask(name, input) {
      asked += 1;
      const one = Promise.withResolvers<unknown>();
      waiting.set(asked, one);
      child.send({ id: asked, name, input } satisfies Asked);
      return one.promise as Promise<never>;
    },
    async stop() {
      process.off('exit', killAtEnd);
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The other end, in the program. */
export function answerCalls(calls: Calls): void {
  process.on('message', ({ id, name, input }: Asked) => {
    const call = calls[name];
    void Promise.resolve()
      .then(() => call?.(input as never))
      .then(
        (value): Told => ({ id, value }),
        (error: unknown): Told => ({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      )
      .then((told) => process.send?.(told));
  });
}
