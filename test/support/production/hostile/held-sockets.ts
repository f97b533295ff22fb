import { connect, type Socket } from 'node:net';
import { head } from './junk-requests.ts';

/** Connections that are kept busy with nothing. */
export type Held = {
  /** How many have not seen the bot hang up; who takes nothing sees nothing. */
  open(): number;
  /** Milliseconds from the opening to the last of them that the bot hung up on; waits for it. */
  hungUp(): Promise<number>;
  release(): void;
};

const json = { 'content-type': 'application/json' };

type Kind = {
  /** What it says at first, and what it adds every second. */
  readonly first: (token: string) => Buffer;
  readonly more?: Buffer;
  /** Takes none of what it is told. */
  readonly deaf?: true;
};

const chunked = { ...json, 'transfer-encoding': 'chunked' };
const long = { ...json, 'content-length': '200000' };

export const heldKinds = {
  'idle sockets': { first: () => Buffer.alloc(0) },
  'slow headers': {
    first: () => Buffer.from('POST /api/messages HTTP/1.1\r\nhost: bot\r\n'),
    more: Buffer.from('x-a: b\r\n'),
  },
  'slow bodies': { first: () => head('POST /api/messages HTTP/1.1', long), more: Buffer.from(' ') },
  'slow bodies to nowhere': { first: () => head('POST /nowhere HTTP/1.1', long), more: Buffer.from(' ') },
  'slow bodies behind a good token': {
    first: (token) => head('POST /api/messages HTTP/1.1', { ...long, authorization: `Bearer ${token}` }),
    more: Buffer.from(' '),
  },
  'slow chunks behind a good token': {
    first: (token) => head('POST /api/messages HTTP/1.1', { ...chunked, authorization: `Bearer ${token}` }),
    more: Buffer.from('1\r\n \r\n'),
  },
  'readers who do not read': { first: () => head('GET /metrics HTTP/1.1'), deaf: true },
  'readers who ask for much and do not read': {
    first: () => Buffer.concat(Array.from({ length: 40 }, () => head('GET /metrics HTTP/1.1'))),
    deaf: true,
  },
} satisfies Record<string, Kind>;

export type HeldKind = keyof typeof heldKinds;

export async function hold(port: number, kind: HeldKind, count: number, token: string): Promise<Held> {
  const { first, more, deaf }: Kind = heldKinds[kind];
  const bytes = first(token);
  const begun = performance.now();
  const open = new Set<Socket>();
  const ended = Promise.withResolvers<number>();
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        open.add(socket);
        socket.write(bytes);
        resolve();
      });
      if (!deaf) socket.resume();
      socket.on('error', reject);
      socket.on('close', () => {
        open.delete(socket);
        if (open.size === 0) ended.resolve(performance.now() - begun);
      });
    });
  await Promise.all(Array.from({ length: count }, one));
  const dripping = setInterval(() => {
    if (more) for (const socket of open) socket.write(more);
  }, 1000);
  return {
    open: () => open.size,
    hungUp: () => ended.promise,
    release() {
      clearInterval(dripping);
      for (const socket of open) socket.destroy();
    },
  };
}
