import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Account, accountAt } from './azurite.ts';
import { createFaults, type Faults } from './production/faults.ts';
import type { FakeAnswer } from './production/https-server.ts';

/**
 * What a request is about, for the pattern of a fault (`path`): `append Requested`, `append Approved ExecutionStarted`
 * and so on by the types of the events it adds, `begin` (the first row of a table), `check` (the write of `check()`),
 * `get e:…` (one row), `page e:…` (a range), `create`, or the request line.
 */
type StorageCall = string;

export interface Held {
  /** Resolves when a request stands there. */
  readonly reached: Promise<void>;
  /** Lets it go on, whether or not who sent it is still alive. */
  release(): void;
}

/** Stands between a store and the emulator, and lets everything through as it is until told otherwise. */
export interface StorageFaults extends Account {
  /** Answers are drop, delay, hang, and any status; `method` is always ANY. See {@link StorageCall} for `path`. */
  readonly faults: Pick<Faults, 'inject' | 'clear' | 'otherwise'>;
  /** Everything that came, in order; with the status that was answered when it was. */
  readonly log: readonly { readonly call: StorageCall; readonly body: string; status?: number }[];
  /** The next call that matches is done, and then answered like this all the same; `times` of them. */
  answerAfterwards(match: RegExp, answer: FakeAnswer, times?: number): void;
  /** The next call that matches waits before it is done, or after that and before its answer. */
  hold(match: RegExp, when: 'before' | 'after'): Held;
  close(): Promise<void>;
}

/** An answer as the service gives it when something is wrong. */
export function failed(status: number, code: string, headers: Record<string, string> = {}): FakeAnswer {
  const type = { 'content-type': 'application/json;odata=minimalmetadata' };
  const message = { lang: 'en-US', value: `${code}.\nRequestId:0\nTime:0` };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify({ 'odata.error': { code, message } }) };
}

/** @param beyond the account in the emulator that this one stands for */
export async function startStorageFaults(beyond: Account): Promise<StorageFaults> {
  const faults = createFaults();
  const log: { call: StorageCall; body: string; status?: number }[] = [];
  let lies: { match: RegExp; answer: FakeAnswer; left: number }[] = [];

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = sent.toString('utf8');
    const call = nameOf(incoming.method ?? '', incoming.url ?? '', body);
    const entry: (typeof log)[number] = { call, body };
    log.push(entry);
    let real: { status: number; headers: IncomingMessage['headers']; body: Buffer } | undefined;
    const answer = await faults.apply('ANY', call, async () => {
      real = await forward(beyond.endpoint, incoming, sent);
      const lie = lies.find(({ match, left }) => left > 0 && match.test(call));
      if (!lie) return { status: real.status };
      lie.left -= 1;
      real = undefined;
      return lie.answer;
    });
    if (answer === 'drop') {
      outgoing.destroy();
      return;
    }
    entry.status = answer.status;
    // Not chained: what restify has put in place of writeHead, in the whole process, gives nothing back.
    outgoing.writeHead(answer.status, real?.headers ?? answer.headers);
    outgoing.end(real?.body ?? (answer.body === undefined ? '' : String(answer.body)));
  }

  const server = createServer((incoming, outgoing) => {
    // The emulator may be gone, or the one who asked.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...accountAt(origin, beyond.name),
    faults,
    log,
    answerAfterwards(match, answer, times = 1) {
      lies = [...lies.filter(({ left }) => left > 0), { match, answer, left: times }];
    },
    hold(match, when) {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        const wait = when === 'before' ? { until: released } : { answerAfter: released };
        faults.inject({ path: match, ...wait, onHit: () => resolve() });
      });
      return { reached, release };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function nameOf(method: string, url: string, body: string): StorageCall {
  const path = decodeURIComponent(url);
  if (path.includes('/$batch')) {
    const types = [...body.matchAll(/\\"v\\":\d+,\\"type\\":\\"(\w+)\\"/g)].map(([, type]) => type);
    // Each event stands there twice.
    if (types.length > 0) return `append ${types.filter((_, index) => index % 2 === 0).join(' ')}`;
    if (body.includes("RowKey='ready'")) return 'check';
    return body.includes('"RowKey":"tail"') ? 'begin' : `${method} ${path}`;
  }
  const key = /RowKey='([^']*)'\)/.exec(path)?.[1];
  if (method === 'GET' && key !== undefined) return `get ${key}`;
  const from = /RowKey ge '([^']*)'/.exec(path.replaceAll('+', ' '))?.[1];
  if (method === 'GET' && from !== undefined) return `page ${from}`;
  return method === 'POST' && path.endsWith('/Tables') ? 'create' : `${method} ${path}`;
}

async function forward(endpoint: string, incoming: IncomingMessage, body: Buffer) {
  const { hostname, port } = new URL(endpoint);
  const { method, url: path, headers } = incoming;
  const outgoing = send({ hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { 'transfer-encoding': _chunked, connection: _connection, ...kept } = answer.headers;
  return { status: answer.statusCode ?? 0, headers: kept, body: Buffer.concat(chunks) };
}
