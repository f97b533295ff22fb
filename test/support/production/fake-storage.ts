import { createHmac } from 'node:crypto';
import type { Account } from '../azurite.ts';
import type { Certificates } from './ca.ts';
import { type FakeAnswer, type FakeRequest, type FakeServer, startHttpsServer } from './https-server.ts';

type FakeStorage = FakeServer & {
  /** How many requests came without a token that holds here. */
  refused(): number;
};

/** What the service takes from a request besides its body; the rest is about the connection. */
const passedOn = ['accept', 'content-type', 'dataserviceversion', 'if-match', 'prefer', 'x-ms-version'];

/**
 * A storage account over HTTPS that wants a token, which the emulator cannot check as the service does: behind the
 * token it is the emulator.
 */
export async function startFakeStorage(options: {
  readonly certificates: Certificates;
  readonly beyond: Account;
  readonly isBot: (authorization: string | undefined) => boolean;
}): Promise<FakeStorage> {
  const { certificates, beyond, isBot } = options;
  let refused = 0;
  const server = await startHttpsServer(certificates, (request) => {
    if (isBot(request.headers.authorization)) return forward(request, beyond);
    refused += 1;
    return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: '' };
  });
  return { ...server, refused: () => refused };
}

async function forward({ method, target, headers, body }: FakeRequest, beyond: Account): Promise<FakeAnswer> {
  const url = new URL(`${beyond.endpoint}${target}`);
  const date = new Date().toUTCString();
  const signature = createHmac('sha256', Buffer.from(beyond.key, 'base64'))
    .update(`${date}\n/${beyond.name}${url.pathname}`)
    .digest('base64');
  const kept = passedOn.flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])] as const],
  );
  const answer = await fetch(url, {
    method,
    headers: {
      ...Object.fromEntries(kept),
      'x-ms-date': date,
      authorization: `SharedKeyLite ${beyond.name}:${signature}`,
    },
    // The requests inside of a transaction have addresses of their own.
    ...(body === '' ? {} : { body: body.replaceAll(`https://${headers.host}/`, `${beyond.endpoint}/`) }),
  });
  const {
    connection: _c,
    'keep-alive': _k,
    'transfer-encoding': _t,
    'content-length': _l,
    ...rest
  } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: rest, body: await answer.text() };
}
