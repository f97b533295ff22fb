import { chunk, head, post } from './junk-requests.ts';
import type { Storm } from './storms.ts';

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'REPORT',
  'SEARCH',
  'QUERY',
  'LINK',
  'JUNK',
];
const json = { 'content-type': 'application/json' };

/** Requests that strain the protocol rather than the bot. */
export const protocolStorms: readonly Storm[] = [
  {
    name: 'thousands of paths and methods',
    count: 2000,
    // A method that Node does not know is no HTTP to it.
    allowed: ['404', '400'],
    make: (index, random) => {
      const method = METHODS[index % METHODS.length] ?? 'GET';
      const path = `/${random.text(1 + random.whole(60))}/${random.pick(['..', '%2e%2e', '%00', '%zz', '*', ':id', '//', '?a[b]=c'])}`;
      return { bytes: head(`${method} ${path} HTTP/1.1`, { 'content-length': '0' }), bodiless: method === 'HEAD' };
    },
  },
  {
    name: 'metrics, all the time',
    count: 2000,
    allowed: ['200'],
    make: () => ({ bytes: head('GET /metrics HTTP/1.1') }),
  },
  {
    name: 'readiness, all the time',
    count: 2000,
    allowed: ['200'],
    make: () => ({ bytes: head('GET /readyz HTTP/1.1') }),
  },
  {
    name: 'paths of 10 KB',
    count: 500,
    allowed: ['404'],
    make: (_, random) => ({ bytes: head(`GET /${random.text(10_000)} HTTP/1.1`) }),
  },
  {
    name: 'headers of 64 KB',
    count: 500,
    allowed: ['431', 'ECONNRESET', 'EPIPE'],
    make: (_, random) => ({ bytes: post({ 'x-junk': random.text(65_536) }, '{}') }),
  },
  {
    name: '800 headers',
    count: 200,
    allowed: ['401'],
    make: (index) => {
      const many = Object.fromEntries(Array.from({ length: 800 }, (_, n) => [`a${n}`, '1']));
      return { bytes: post(many, `{"type":"message","n":${index}}`) };
    },
  },
  {
    name: '50 requests sent in one go',
    count: 500,
    allowed: ['closed', 'ECONNRESET'],
    make: () => ({
      bytes: Buffer.concat(Array.from({ length: 50 }, () => post({}, '{"type":"message"}'))),
      answers: 50,
    }),
  },
  {
    name: 'HTTP/1.0',
    count: 500,
    allowed: ['401'],
    make: () => {
      const body = '{"type":"message"}';
      const start = head('POST /api/messages HTTP/1.0', { ...json, 'content-length': String(body.length) });
      return { bytes: Buffer.concat([start, Buffer.from(body)]) };
    },
  },
  {
    name: 'upgrades',
    count: 1000,
    allowed: ['404'],
    make: () => ({ bytes: head('GET / HTTP/1.1', { connection: 'Upgrade', upgrade: 'websocket' }) }),
  },
  {
    name: 'CONNECT',
    count: 500,
    allowed: ['closed', 'ECONNRESET'],
    make: () => ({ bytes: head('CONNECT 127.0.0.1:22 HTTP/1.1') }),
  },
  {
    name: 'Expect: 100-continue',
    count: 500,
    allowed: ['401'],
    make: () => ({ bytes: post({ expect: '100-continue' }, '{"type":"message"}') }),
  },
  {
    name: 'Expect: something else',
    count: 500,
    allowed: ['417'],
    make: () => ({ bytes: post({ expect: 'miracles' }, '{"type":"message"}') }),
  },
  {
    name: 'Transfer-Encoding and Content-Length both',
    count: 500,
    allowed: ['400'],
    make: () => {
      const start = head('POST /api/messages HTTP/1.1', {
        ...json,
        'content-length': '5',
        'transfer-encoding': 'chunked',
      });
      return { bytes: Buffer.concat([start, chunk('{"type":"message"}'), chunk('')]) };
    },
  },
  {
    name: 'two lengths, odd chunks, bare line ends, no HTTP at all',
    count: 1000,
    allowed: ['400', 'closed', 'ECONNRESET', 'EPIPE'],
    make: (index, random) => ({
      bytes:
        [
          Buffer.from('POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
          Buffer.from(
            'POST /api/messages HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
          ),
          Buffer.from('POST /api/messages HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n'),
          Buffer.from('POST /api/messages HTTP/1.1\nhost : x\ncontent-length: 2\n\n{}'),
          Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
          Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), random.bytes(500)]),
          Buffer.concat([random.bytes(300), Buffer.from('\r\n\r\n')]),
        ][index % 7] ?? Buffer.alloc(0),
    }),
  },
  {
    name: 'senders that leave in the middle of a body',
    count: 1000,
    allowed: ['dropped'],
    make: (_, random) => ({
      bytes: Buffer.concat([
        head('POST /api/messages HTTP/1.1', { ...json, 'content-length': '200000' }),
        Buffer.alloc(random.whole(100_000), ' '),
      ]),
      answers: 0,
    }),
  },
];
