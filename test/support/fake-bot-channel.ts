import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ChannelRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

interface ChannelAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The other side of a conversation, on loopback: remembers what was sent to it, and answers as told. */
export async function openBotChannel() {
  const requests: ChannelRequest[] = [];
  const answers: (ChannelAnswer | 'never')[] = [];
  let count = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const text = Buffer.concat(chunks).toString('utf8');
    requests.push({ method, path: url, headers, body: text === '' ? {} : JSON.parse(text) });
    const answer = answers.shift() ?? { status: 200, body: { id: `activity-${++count}` } };
    if (answer === 'never') return;
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    const { body = '' } = answer;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    serviceUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    /** What the next requests get; 200 with an id when empty. */
    answers,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type BotChannel = Awaited<ReturnType<typeof openBotChannel>>;
