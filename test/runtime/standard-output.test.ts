import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { createOutput } from '../../src/runtime/standard-output.ts';

describe('standard output', () => {
  /** Somebody who reads on when told to. */
  function createReader() {
    const read: string[] = [];
    let goOn: (() => void) | null = null;
    let isStuck = false;
    const stream = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        read.push(text);
        if (isStuck) goOn = done;
        else done();
      },
    });
    return {
      read,
      stream,
      getStuck() {
        isStuck = true;
      },
      readOn() {
        isStuck = false;
        goOn?.();
      },
      leave: () => stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    };
  }
  const line = `${'x'.repeat(1023)}\n`;

  it('keeps a bounded part of what nobody reads, and says how many lines of the log were lost', async () => {
    const reader = createReader();
    const output = createOutput(reader.stream);
    reader.getStuck();
    for (let lines = 0; lines < 10_000; lines += 1) output.write(line);
    assert.ok(reader.stream.writableLength < 5 * 1024 * 1024, String(reader.stream.writableLength));
    reader.readOn();
    await output.emptied(10_000);
    output.write('next\n');
    await output.emptied(10_000);
    const told = JSON.parse(reader.read.at(-2) ?? '');
    assert.equal(told.level, 'warn');
    assert.equal(told.lost + reader.read.length - 2, 10_000);
    assert.equal(reader.read.at(-1), 'next\n');
  });

  it('a copy of the trail waits for its reader, however much waits', async () => {
    const reader = createReader();
    const output = createOutput(reader.stream);
    reader.getStuck();
    const copies = Array.from({ length: 6000 }, () => output.print(line));
    let done = 0;
    for (const copy of copies) void copy.then(() => (done += 1));
    await new Promise(setImmediate);
    assert.equal(done, 0);
    reader.readOn();
    assert.deepEqual([...new Set(await Promise.all(copies))], [true]);
  });

  it('says of a reader who has left that nobody reads, and lets the log go on', async () => {
    const reader = createReader();
    const output = createOutput(reader.stream);
    reader.leave();
    assert.equal(await output.print('copy\n'), false);
    output.write('line\n');
    await output.emptied(10_000);
  });

  it('waits for a stuck reader no longer than it is told', async () => {
    const reader = createReader();
    const output = createOutput(reader.stream);
    reader.getStuck();
    output.write('line\n');
    await output.emptied(1);
  });
});
