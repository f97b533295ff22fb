import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { chunk, head, post } from './junk-requests.ts';
import { type Storm, storm } from './storms.ts';

const KIB = 1024;
const once = <T>(make: () => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** 204 KB that inflate to 210 MB. */
const bomb = once(() => gzipSync(Buffer.alloc(210_000_000)));
const zeros = once(() => Buffer.alloc(20_000_000));
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const odd = ['__proto__', 'constructor', 'prototype'];
const hungUpOn = ['ECONNRESET', 'EPIPE'];

/** As many members as fit below the limit of 256 KiB. */
function wide(name: (index: number) => string): string {
  const members: string[] = [];
  for (let length = 2, index = 0; length < 255 * KIB; index += 1) {
    const member = `${JSON.stringify(name(index))}:1`;
    members.push(member);
    length += member.length + 1;
  }
  return `{${members.join(',')}}`;
}

/** Bodies without a token, which must not be read, and some with one, which must be read with care. */
export const bodyStorms: readonly Storm[] = [
  encoded('gzip that is none', 'gzip', () => Buffer.from('this is not gzip')),
  encoded('gzip bomb, 204 KB to 210 MB', 'gzip', bomb, 100),
  encoded(
    'deflate bomb',
    'deflate',
    once(() => deflateSync(zeros())),
  ),
  encoded(
    'Brotli bomb',
    'br',
    once(() => brotliCompressSync(zeros())),
  ),
  encoded(
    'Zstandard bomb',
    'zstd',
    once(() => zstdCompressSync(zeros())),
  ),
  encoded(
    'bomb in a chain of encodings',
    'gzip, identity, gzip',
    once(() => gzipSync(bomb())),
  ),
  storm('Content-Length above 256 KiB', 100, ['413', ...hungUpOn], () => whole(post({}, Buffer.alloc(300 * KIB, ' ')))),
  storm(
    'chunks without end',
    100,
    ['401', ...hungUpOn],
    once(() => {
      const start = head('POST /api/messages HTTP/1.1', {
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      });
      return whole(Buffer.concat([start, ...Array.from({ length: 600 }, () => chunk(' '.repeat(KIB)))]));
    }),
  ),
  storm(
    'chunks of one byte',
    200,
    ['401'],
    once(() => {
      const start = head('POST /api/messages HTTP/1.1', {
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      });
      return whole(Buffer.concat([start, ...Array.from({ length: 1000 }, () => chunk('[')), chunk('')]));
    }),
  ),
  json('JSON 100,000 deep', () => deep(100_000)),
  json('JSON of 256 KiB of names', () => `{"type":"message",${wide((index) => `k${index}`).slice(1)}`),
  signed('JSON 100,000 deep', ['400'], () => deep(100_000)),
  signed(
    'JSON 60 deep, 2,000 times',
    ['401'],
    () => `{"type":"message","a":[${Array.from({ length: 2000 }, () => deep(60)).join()}]}`,
  ),
  signed('256 KiB of names', ['401'], () => `{"type":"message",${wide((index) => `k${index}`).slice(1)}`),
  signed(
    '256 KiB of __proto__',
    ['401'],
    () => `{"type":"message",${wide((index) => odd[index % odd.length] ?? '').slice(1)}`,
  ),
  signed('256 KiB of numbers', ['401'], () => `{"type":"message","a":[${'1e999,'.repeat(40_000)}0]}`),
  signed('one number of 250,000 digits', ['401'], () => `{"type":"message","a":${'9'.repeat(250_000)}}`),
  signed('256 KiB of escapes', ['401'], () => `{"type":"message","a":"${'\\ud800'.repeat(43_000)}"}`),
  storm('a good token, bytes that are no text', 500, ['400'], (_, random, { token }) =>
    whole(post({ authorization: `Bearer ${token}` }, random.bytes(500))),
  ),
];

const whole = (bytes: Buffer) => ({ bytes });

function encoded(name: string, encoding: string, body: () => Buffer, count = 200): Storm {
  const request = once(() => whole(post({ 'content-encoding': encoding }, body())));
  return { name, count, allowed: ['415', ...hungUpOn], make: request };
}

function json(name: string, body: () => string): Storm {
  const request = once(() => whole(post({}, body())));
  // Refused and hung up on before all of it is sent.
  return { name, count: 200, allowed: ['401', ...hungUpOn], make: request };
}

/** Whoever holds a token of the Bot Framework is read, a few at a time. */
function signed(name: string, allowed: readonly string[], body: () => string): Storm {
  const text = once(body);
  return {
    name: `a good token, ${name}`,
    count: 40,
    connections: 4,
    allowed,
    make: (_, __, { token }) => whole(post({ authorization: `Bearer ${token}` }, text())),
  };
}
