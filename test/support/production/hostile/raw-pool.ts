import { connect, type Socket } from 'node:net';

/** One thing to send, byte by byte as it is. */
export type Junk = {
  readonly bytes: Buffer;
  /** Answers to wait for; 1 when left out. With 0 the connection is dropped as soon as the bytes are out. */
  readonly answers?: number;
  /** Answers have a length, yet no body, as to HEAD. */
  readonly bodiless?: boolean;
};

/** How often what came back: a status code, or how the connection ended without one. */
export type Tally = Readonly<Record<string, number>>;

type Burst = {
  readonly port: number;
  readonly connections: number;
  readonly count: number;
  readonly make: (index: number) => Junk;
};

const patienceMs = 8000;

/** Sends `count` pieces of junk over that many connections, each as fast as it is answered. */
export async function burst({ port, connections, count, make }: Burst): Promise<Tally> {
  const tally: Record<string, number> = {};
  const note = (what: string) => {
    tally[what] = (tally[what] ?? 0) + 1;
  };
  let next = 0;
  const lane = async () => {
    let line: Line | undefined;
    while (next < count) {
      const junk = make(next);
      next += 1;
      line = line?.isOpen() ? line : openLine(port);
      for (const status of await line.send(junk)) note(status);
    }
    line?.end();
  };
  await Promise.all(Array.from({ length: Math.min(connections, count) }, lane));
  return tally;
}

type Line = { isOpen(): boolean; end(): void; send(junk: Junk): Promise<readonly string[]> };

function openLine(port: number): Line {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let open = true;
  let received = '';
  let ending = 'closed';
  let wake = () => {};
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    wake();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ending = error.code ?? error.message;
  });
  socket.on('close', () => {
    open = false;
    wake();
  });
  return {
    isOpen: () => open,
    end: () => void socket.destroy(),
    send: ({ bytes, answers = 1, bodiless = false }) =>
      new Promise((resolve) => {
        const statuses: string[] = [];
        const done = () => {
          clearTimeout(timer);
          wake = () => {};
          resolve(statuses);
        };
        const timer = setTimeout(() => {
          ending = 'no answer';
          socket.destroy();
        }, patienceMs);
        wake = () => {
          for (let answer = take(); answer !== undefined; answer = take()) {
            if (answer.status[0] !== '1') statuses.push(answer.status);
            if (answer.last) open = false;
          }
          if (statuses.length < answers && open) return;
          if (statuses.length === 0) statuses.push(ending);
          if (!open) socket.destroy();
          done();
        };
        const take = () => {
          const answer = readAnswer(received, bodiless);
          if (answer) received = received.slice(answer.length);
          return answer;
        };
        if (answers === 0) {
          wake = () => {};
          return void dropAfter(socket, bytes).then(() => {
            statuses.push('dropped');
            done();
          });
        }
        socket.write(bytes);
      }),
  };
}

function dropAfter(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.write(bytes, () => socket.destroy());
  });
}

/** The first answer in what was received, once it is complete. */
function readAnswer(received: string, bodiless: boolean) {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const headers = received.slice(0, head);
  // The only chunked answer is Node's own, and empty.
  const said = /^transfer-encoding: *chunked/im.test(headers) ? 5 : /^content-length: *(\d+)/im.exec(headers)?.[1];
  const body = bodiless ? 0 : Number(said ?? 0);
  const length = head + 4 + body;
  if (received.length < length) return undefined;
  return { length, status: headers.split(' ')[1] ?? '?', last: /^connection: *close/im.test(headers) };
}
