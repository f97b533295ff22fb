import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventVersion } from '../../src/store/event-codec.ts';
import { readGoldens } from './golden.ts';
import { keepForm, readForms } from './kept-forms.ts';
import { compare, type Form, readForm } from './read-form.ts';
import { eventsIn } from './rows.ts';
import { storedForm } from './stored-form.ts';

const howTo = 'the stored form of events was changed: test/upgrade/README.md says what to do, under "A new version"';

interface Stored {
  readonly v: number;
  readonly type: string;
}

describe('the stored form of events', function () {
  this.timeout(30_000);
  const versions = Array.from({ length: eventVersion }, (_, index) => index + 1);
  const kept = readForms();
  const forms = new Map(kept.map(({ version, lines }) => [version, readForm(lines)]));
  const formOf = (version: number): Form => forms.get(version) ?? assert.fail(`no form-v${version}.txt. ${howTo}`);
  const goldens = readGoldens().map(({ version, store, rows }) => ({
    version,
    store,
    events: eventsIn(rows).map(({ body }) => JSON.parse(body) as Stored),
  }));

  it('is the one that has this version', () => {
    assert.deepEqual(storedForm(), kept.at(-1)?.lines, howTo);
  });

  it('is kept for each version, and golden files of each, from both stores', () => {
    assert.deepEqual(
      kept.map(({ version }) => version),
      versions,
      howTo,
    );
    const there = goldens.map(({ version, store }) => `${version} ${store}`);
    const wanted = versions.flatMap((each) => [`${each} sqlite`, `${each} table`]);
    assert.deepEqual(there.toSorted(), wanted.toSorted(), howTo);
  });

  for (const { version, store, events } of goldens) {
    describe(`in the golden file of version ${version} from ${store}`, () => {
      it('has every event, and of no later version', () => {
        const types = [...formOf(version).events.keys()];
        assert.deepEqual([...new Set(events.map(({ type }) => type))].toSorted(), types.toSorted(), howTo);
        assert.deepEqual([...new Set(events.map(({ v }) => v))].toSorted(), versions.slice(0, version), howTo);
      });

      it('is in each record the one that its version has', () => {
        const flaws = events.flatMap((event) => compare(formOf(event.v), { ...event }).flaws);
        assert.deepEqual([...new Set(flaws)], [], howTo);
      });

      if (version === 1) return;
      it('has all that this version was the first to know', () => {
        const before = formOf(version - 1).traits;
        const wanted = [...formOf(version).traits].filter((trait) => !before.has(trait));
        const found = new Set(events.flatMap((event) => [...compare(formOf(version), { ...event }).traits]));
        assert(wanted.length > 0, howTo);
        assert.deepEqual(
          wanted.filter((trait) => !found.has(trait)),
          [],
          howTo,
        );
      });
    });
  }

  it('that is kept is not written over', () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-revoker-form-'));
    try {
      const at = pathToFileURL(`${folder}/`);
      keepForm({ version: 2, lines: ['Denied.at: string'] }, at);
      keepForm({ version: 2, lines: ['Denied.at: string'] }, at);
      const changed = { version: 2, lines: ['Denied.at: string', 'Denied.why: string'] };
      assert.throws(() => keepForm(changed, at), /raise eventVersion/);
      keepForm({ ...changed, version: 3 }, at);
      assert.deepEqual(readForms(at), [
        { version: 2, lines: ['Denied.at: string'] },
        { ...changed, version: 3 },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what a record lacks, has too much or has otherwise', () => {
    const form = readForm(['A.by?.id: string', 'A.n: null | number', 'A.what: "x" | "y"', 'A.list[].known~: false']);
    const flawsOf = (record: object) => compare(form, { v: 1, type: 'A', ...record }).flaws;
    assert.deepEqual(flawsOf({ n: null, what: 'x', list: [{ known: false }, {}] }), []);
    assert.deepEqual(flawsOf({ by: {}, what: 'z', list: [true], more: 1 }), [
      'A.n is missing',
      'A.by.id is missing',
      'A.what is "z"',
      'A.list[] is true',
      'A.more is not known',
    ]);
    assert.deepEqual(compare(form, { type: 'B' }).flaws, ['there is no B']);
    assert.deepEqual([...compare(form, { type: 'A', n: 1, what: 'y', list: [{}] }).traits].toSorted(), [
      'A.by: left out',
      'A.list[].known: left out',
      'A.n: number',
      'A.what: "y"',
    ]);
  });
});
