import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RequestStore, Version } from '../../src/app/ports.ts';
import { createLog, redact } from '../../src/runtime/log.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { createObserver } from '../../src/runtime/observe.ts';
import { runs } from '../support/chance.ts';
import { requested } from '../support/samples.ts';

/** A log, and everything it wrote, by write. */
function capture(level: Parameters<typeof createLog>[0] = 'debug') {
  const written: string[] = [];
  const log = createLog(level, { write: (text) => void written.push(text) });
  return {
    log,
    written,
    /** The only line there is, parsed. */
    line(): Record<string, unknown> {
      assert.equal(written.length, 1);
      return JSON.parse(written[0] ?? '') as Record<string, unknown>;
    },
  };
}

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJib3QifQ.c2lnbmF0dXJl-_x';
const storageKey = Buffer.alloc(64, 'not a + / secret').toString('base64');
const ansi = '\u001b[2J\u001b[31mred\u001b[0m\u0007';

describe('the log', () => {
  it('writes the level, the time, the fields and the message as one JSON line', () => {
    const { log, written, line } = capture();
    log.warn({ name: 'r1', count: 2 }, 'something');
    assert.match(written[0] ?? '', /\}\n$/);
    const { time, ...rest } = line();
    assert.deepEqual(rest, { level: 'warn', name: 'r1', count: 2, msg: 'something' });
    assert.equal(new Date(String(time)).toISOString(), time);
  });

  it('says nothing below its level', () => {
    const levels = ['debug', 'info', 'warn', 'error'] as const;
    for (const [index, level] of levels.entries()) {
      const { log, written } = capture(level);
      for (const one of levels) log[one]({}, one);
      const said = written.map((line) => (JSON.parse(line) as { level: string }).level);
      assert.deepEqual(said, levels.slice(index));
    }
  });

  it('stays one parseable line, with every value as it was, whatever is in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc
        .array(fc.constantFrom('\r', '\n', '\u2028', '\u2029', '\u0085', ansi, '"', '\\', '{', '%s', 'a'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, text, fc.jsonValue(), (message, value, json) => {
        // Secrets are taken out, and pino leaves out the one name that is not a field of its own.
        fc.pre(!/eyJ|=|Bearer |Basic |__proto__/i.test(`${message}${value}${JSON.stringify(json)}`));
        const { log, written, line } = capture();
        log.info({ value, json }, message);
        assert(['\r', '\n', '\u001b'].every((character) => !written[0]?.slice(0, -1).includes(character)));
        const { msg, value: valueRead, json: jsonRead } = line();
        assert.deepEqual(
          { msg, valueRead, jsonRead },
          { msg: message, valueRead: value, jsonRead: JSON.parse(JSON.stringify(json)) },
        );
      }),
      { numRuns: runs(500) },
    );
  });

  it('stays one parseable line when secrets stand in quotes, after controls and before escapes', () => {
    const part = fc.constantFrom(
      'sig=abc',
      'password=a"b',
      'client_secret=x\\',
      '\u001eyJabcdefghijk',
      jwt,
      'Bearer a+b/c==',
      '"',
      '\\',
      '\n',
      ' ',
      '\u2028',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const { log, line } = capture();
        log.info({ text: parts.join('') }, parts.join(''));
        return typeof line().msg === 'string';
      }),
      { numRuns: runs(500) },
    );
  });

  it('holds nothing that a terminal or a viewer would obey', () => {
    const { log, written, line } = capture();
    const text = '\u0085\u009b31m\u007f\u2028\u2029\u202e\u2066';
    log.info({ text }, text);
    assert.match(written[0] ?? '', /^[ -~]+\n$/);
    assert.deepEqual([line().text, line().msg], [text, text]);
  });

  it('does not read a message as a format', () => {
    const { log, line } = capture();
    log.info({}, '%s %d %o %j %%');
    assert.equal(line().msg, '%s %d %o %j %%');
  });
});

describe('a line about a request', () => {
  const start = { code: 'K7F3', where: '19:a@thread.v2' };
  const { work, observe } = createObserver(createMetrics(), null, createLog('error'));
  const { append } = observe('store', { append: async (..._: Parameters<RequestStore['append']>) => undefined });
  const concerned = async (requestId: string, fields: object) => {
    const { log, line } = capture();
    await work(requestId, async () => {
      await append({ requestId: 'r1' } as Version, [{ ...requested(), ...start }]);
      log.info(fields, 'm');
    });
    const { level: _level, time: _time, msg: _msg, ...rest } = line();
    return rest;
  };

  it('says which, by id, code and conversation', async () => {
    assert.deepEqual(await concerned('r1', { count: 1 }), { requestId: 'r1', ...start, count: 1 });
  });

  it('tells nothing of the request that happens to be at work', async () => {
    assert.deepEqual(await concerned('r2', { requestId: 'r1' }), { requestId: 'r1' });
    assert.deepEqual(await concerned('r2', {}), { requestId: 'r2' });
  });

  it('says nothing of it afterwards', async () => {
    await concerned('r1', {});
    const { log, line } = capture();
    log.info({}, 'm');
    assert.deepEqual(Object.keys(line()), ['level', 'time', 'msg']);
  });
});

describe('secrets in the log', () => {
  for (const name of ['authorization', 'token', 'password', 'clientSecret']) {
    it(`are taken out by name, whatever they look like: ${name}`, () => {
      for (const fields of [{ [name]: 'abc' }, { a: { [name]: 'abc' } }, { a: { b: { [name]: 'abc' } } }]) {
        const { log, written, line } = capture();
        log.info(fields, 'm');
        assert.doesNotMatch(written.join(''), /abc/);
        line();
      }
    });
  }

  const hidden: [what: string, text: string, secret: string][] = [
    ['a JWT', `token ${jwt} was refused`, jwt],
    ['a JWT without signature', 'eyJhbGciOiJub25lIn0.eyJhIjoxfQ.', 'eyJhIjoxfQ'],
    ['a JWT next to other text', `x=${jwt}&y`, jwt],
    ['a bearer header', 'Authorization: Bearer 0.AVopaque-token_1', '0.AVopaque-token_1'],
    ['a bearer header in small letters', 'authorization: bearer 0.AVopaque', '0.AVopaque'],
    ['a client secret in a form', 'grant_type=x&client_secret=a~b.c-d&scope=y', 'a~b.c-d'],
    ['an assertion in a form', 'client_assertion=opaque123&x=1', 'opaque123'],
    ['an on-behalf-of assertion', 'assertion=opaque456', 'opaque456'],
    ['a password in a form', 'username=u&password=hunter2%21', 'hunter2%21'],
    ['the signature of a storage URL', 'https://x.example/t?sv=1&sig=abc%2Bdef%3D', 'abc%2Bdef%3D'],
    ['a bearer header that is not a JWT', 'Bearer abc~def+ghi/jkl==', 'ghi/jkl'],
    ['the key of a storage account', 'AccountName=x;AccountKey=abc+/def==;Suffix=y', 'abc+/def'],
    ['the key of a storage account by itself', `it is\n${storageKey}`, storageKey],
    ['the key of a storage account between other text', `"${storageKey}", and`, storageKey],
    ['a refresh token', 'refresh_token=0.AXopaque&x=1', '0.AXopaque'],
    ['a client secret in capitals', 'CLIENT_SECRET=Xyz', 'Xyz'],
    ['a client secret in JSON', '{"client_secret":"abc~d.e","x":1}', 'abc~d.e'],
    ['a refresh token in JSON with spaces', '{"refresh_token" : "0.AXopaque"}', '0.AXopaque'],
    ['an access token in JSON that is not a JWT', '{"access_token":"EwBopaque"}', 'EwBopaque'],
    ['a basic header', 'Authorization: Basic dXNlcjpodW50ZXIyMTIz', 'dXNlcjpodW50ZXIyMTIz'],
  ];
  for (const [what, text, secret] of hidden) {
    it(`are taken out of a message, a field, a list, a name and an error: ${what}`, () => {
      const calls: ((log: ReturnType<typeof capture>['log']) => void)[] = [
        (log) => log.info({}, text),
        (log) => log.info({ text }, 'm'),
        (log) => log.info({ deep: { list: [1, { text }] } }, 'm'),
        (log) => log.info({ [text]: 1 }, 'm'),
        (log) => log.error({ err: new Error(text) }, 'm'),
        (log) => log.error({ err: new Error('outside', { cause: new Error(text) }) }, 'm'),
        (log) => log.error({ err: text }, 'm'),
      ];
      for (const call of calls) {
        const { log, written, line } = capture();
        call(log);
        assert(!written.join('').includes(secret), written.join(''));
        assert(written.join('').includes('[redacted]'));
        line();
      }
    });
  }

  it('are taken out wherever they stand, and what is around them stays', () => {
    const word = fc.stringMatching(/^[a-z0-9 ]{0,20}$/);
    fc.assert(
      fc.property(word, word, fc.base64String({ minLength: 24, maxLength: 200 }), (before, after, payload) => {
        const token = `eyJ${payload.replaceAll(/[+/=]/g, '-')}`;
        assert.equal(redact(`${before} ${token} ${after}`), `${before} [redacted] ${after}`);
      }),
    );
  });

  for (const text of [
    'sign=1',
    'password reset',
    'keyJ',
    'eyJ',
    'a design=flat',
    'Basic authentication',
    '{"password":1}',
  ]) {
    it(`are not seen in "${text}"`, () => assert.equal(redact(text), text));
  }
});

describe('an error in the log', () => {
  it('is its name, message, code, status, stack and causes, and nothing that hangs on it', () => {
    const cause = Object.assign(new TypeError('inner'), { response: { body: 'inner body' } });
    const error = Object.assign(new Error('outer', { cause }), {
      code: 'ECONNRESET',
      statusCode: 502,
      request: { headers: { authorization: 'opaque-token' }, body: 'request body' },
      details: 'details of it',
    });
    const { log, written, line } = capture();
    log.error({ err: error }, 'failed');
    assert.doesNotMatch(written.join(''), /opaque-token|request body|inner body|details of it/);
    const err = line().err as Record<string, unknown>;
    assert.deepEqual(Object.keys(err), ['name', 'message', 'code', 'statusCode', 'stack', 'cause']);
    assert.deepEqual([err.name, err.message, err.code, err.statusCode], ['Error', 'outer', 'ECONNRESET', 502]);
    assert.deepEqual([(err.cause as Error).name, (err.cause as Error).message], ['TypeError', 'inner']);
  });

  it('that is the only field is no more than that either', () => {
    const { log, written } = capture();
    log.error(Object.assign(new Error('outer'), { request: { body: 'request body' } }), 'failed');
    assert.match(written.join(''), /outer/);
    assert.doesNotMatch(written.join(''), /request body/);
  });

  for (const thrown of ['text', 7, null, undefined, Symbol('s'), { toString: () => 'an object' }]) {
    it(`may be anything that was thrown: ${String(thrown)}`, () => {
      const { log, line } = capture();
      log.error({ err: thrown }, 'failed');
      assert.equal(line().msg, 'failed');
    });
  }

  it('that is its own cause, or the cause of its cause, ends somewhere', () => {
    const error = new Error('outer');
    error.cause = new Error('inner', { cause: error });
    const { log, line } = capture();
    log.error({ err: error }, 'failed');
    assert.equal(line().msg, 'failed');
  });

  it('under another name is no more than that either', () => {
    const { log, written } = capture();
    log.error({ reason: Object.assign(new Error('outer'), { request: { body: 'request body' } }) }, 'failed');
    assert.match(written.join(''), /outer/);
    assert.doesNotMatch(written.join(''), /request body/);
  });

  it('does not carry codes that are not codes', () => {
    const { log, line } = capture();
    log.error({ err: Object.assign(new Error('x'), { code: { token: 'opaque' }, statusCode: 'opaque' }) }, 'failed');
    assert.deepEqual(Object.keys(line().err as object), ['name', 'message', 'stack']);
  });
});
