import type { BotProcess } from '../bot-process.ts';

/** The settings with which a bot listens for an inspector on a free loopback port. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

export type Inspector = {
  /** Collects all garbage, then gives the bytes that are still in use: the heap's and those of buffers outside it. */
  retainedBytes(): Promise<number>;
  close(): void;
};

type Reply = { readonly id: number; readonly result?: Record<string, number>; readonly error?: { message: string } };

/** Looks into the bot's heap from outside; the bot has no code for it. */
export async function inspect(bot: BotProcess): Promise<Inspector> {
  await bot.waitForOutput(/Debugger listening on ws:\S+/);
  const address = /Debugger listening on (ws:\S+)/.exec(bot.stderr())?.[1] ?? '';
  const socket = new WebSocket(address);
  const waiting = new Map<number, PromiseWithResolvers<Record<string, number>>>();
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${address}`)));
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, result = {}, error }: Reply = JSON.parse(String(data));
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  let asked = 0;
  const ask = (method: string) => {
    asked += 1;
    const one = Promise.withResolvers<Record<string, number>>();
    waiting.set(asked, one);
    socket.send(JSON.stringify({ id: asked, method }));
    return one.promise;
  };
  return {
    async retainedBytes() {
      // Once for what is not reached, once more for what its finalizers let go.
      await ask('HeapProfiler.collectGarbage');
      await ask('HeapProfiler.collectGarbage');
      const { usedSize = Number.NaN, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
