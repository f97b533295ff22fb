import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventVersion } from '../../src/store/event-codec.ts';
import { readGoldens } from './golden.ts';
import { eventsIn } from './rows.ts';
import { storedForm } from './stored-form.ts';

const howTo = 'the stored form of events was changed: test/upgrade/README.md says what to do, under "A new version"';

describe('the stored form of events', function () {
  this.timeout(30_000);
  const [version, ...lines] = readFileSync(new URL('form.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

  it('is the one that has this version', () => {
    assert.deepEqual(storedForm(), lines, howTo);
    assert.equal(`version ${eventVersion}`, version, howTo);
  });

  it('has golden files of each version, from both stores', () => {
    const there = readGoldens().map(({ version, store }) => `${version} ${store}`);
    const versions = Array.from({ length: eventVersion }, (_, index) => index + 1);
    const wanted = versions.flatMap((each) => [`${each} sqlite`, `${each} table`]);
    assert.deepEqual(there.toSorted(), wanted.toSorted(), howTo);
  });

  const types = [...new Set(lines.map((line) => /^\w+/.exec(line)?.[0] ?? ''))];
  for (const golden of readGoldens().filter((one) => one.version === eventVersion)) {
    it(`in the newest golden files: every event is in the one of ${golden.store}, in no version but those there are`, () => {
      const events = eventsIn(golden.rows).map(({ body }) => JSON.parse(body) as { v: number; type: string });
      assert.deepEqual([...new Set(events.map(({ type }) => type))].toSorted(), types.toSorted(), howTo);
      const versions = new Set(events.map(({ v }) => v));
      assert(versions.has(eventVersion), `nothing in it is new in version ${eventVersion}`);
      assert(Math.max(...versions) === eventVersion && Math.min(...versions) >= 1);
    });
  }
});
