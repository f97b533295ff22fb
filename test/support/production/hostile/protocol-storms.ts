import { chunk, head, post } from './junk-requests.ts';
import { type Storm, storm } from './storms.ts';

const METHODS = 'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND REPORT SEARCH QUERY LINK JUNK'.split(' ');
const json = { 'content-type': 'application/json' };

/** Requests that strain the protocol rather than the bot. */
export const protocolStorms: readonly Storm[] = [
  // A method that Node does not know is no HTTP to it.
  storm('thousands of paths and methods', 2000, ['404', '400'], (index, random) => {
    const method = METHODS[index % METHODS.length] ?? 'GET';
    const path = `/${random.text(1 + random.whole(60))}/${random.pick(['..', '%2e%2e', '%00', '%zz', '*', ':id', '//', '?a[b]=c'])}`;
    return { bytes: head(`${method} ${path} HTTP/1.1`, { 'content-length': '0' }), bodiless: method === 'HEAD' };
  }),
  storm('metrics, all the time', 2000, ['200'], () => ({ bytes: head('GET /metrics HTTP/1.1') })),
  storm('readiness, all the time', 2000, ['200'], () => ({ bytes: head('GET /readyz HTTP/1.1') })),
  storm('paths of 10 KB', 500, ['404'], (_, random) => ({ bytes: head(`GET /${random.text(10_000)} HTTP/1.1`) })),
  storm('headers of 64 KB', 500, ['431', 'ECONNRESET', 'EPIPE'], (_, random) => ({
    bytes: post({ 'x-junk': random.text(65_536) }, '{}'),
  })),
  storm('800 headers', 200, ['401'], (index) => {
    const many = Object.fromEntries(Array.from({ length: 800 }, (_, n) => [`a${n}`, '1']));
    return { bytes: post(many, `{"type":"message","n":${index}}`) };
  }),
  storm('50 requests sent in one go', 500, ['closed', 'ECONNRESET'], () => ({
    bytes: Buffer.concat(Array.from({ length: 50 }, () => post({}, '{"type":"message"}'))),
    answers: 50,
  })),
  storm('HTTP/1.0', 500, ['401'], () => {
    const body = '{"type":"message"}';
    const start = head('POST /api/messages HTTP/1.0', { ...json, 'content-length': String(body.length) });
    return { bytes: Buffer.concat([start, Buffer.from(body)]) };
  }),
  storm('upgrades', 1000, ['404'], () => ({
    bytes: head('GET / HTTP/1.1', { connection: 'Upgrade', upgrade: 'websocket' }),
  })),
  storm('CONNECT', 500, ['closed', 'ECONNRESET'], () => ({ bytes: head('CONNECT 127.0.0.1:22 HTTP/1.1') })),
  storm('Expect: 100-continue', 500, ['401'], () => ({
    bytes: post({ expect: '100-continue' }, '{"type":"message"}'),
  })),
  storm('Expect: something else', 500, ['417'], () => ({ bytes: post({ expect: 'miracles' }, '{"type":"message"}') })),
  storm('Transfer-Encoding and Content-Length both', 500, ['400'], () => {
    const start = head('POST /api/messages HTTP/1.1', {
      ...json,
      'content-length': '5',
      'transfer-encoding': 'chunked',
    });
    return { bytes: Buffer.concat([start, chunk('{"type":"message"}'), chunk('')]) };
  }),
  storm(
    'two lengths, odd chunks, bare line ends, no HTTP at all',
    1000,
    ['400', 'closed', 'ECONNRESET', 'EPIPE'],
    (index, random) => ({
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
  ),
  storm('senders that leave in the middle of a body', 1000, ['dropped'], (_, random) => ({
    bytes: Buffer.concat([
      head('POST /api/messages HTTP/1.1', { ...json, 'content-length': '200000' }),
      Buffer.alloc(random.whole(100_000), ' '),
    ]),
    answers: 0,
  })),
];
