import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, openTrail } from '../../src/store/open.ts';
import { verifyTrail } from '../../src/store/verify.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { account } from '../support/samples.ts';
import { approve, golden, houseOver } from '../support/story.ts';

const folder = new URL('golden/', import.meta.url);
const versions = readdirSync(folder).flatMap((name) => (name.endsWith('.db') ? [name.slice(0, -3)] : []));

describe('what a released version left in its store', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'golden-'));
  let azurite: Azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(async () => {
    await azurite?.close();
    rmSync(scratch, { recursive: true });
  });

  const places: Readonly<Record<string, (version: string) => Promise<string>>> = {
    'the embedded store': async (version) => {
      copyFileSync(new URL(`${version}.db`, folder), join(scratch, `${version}.db`));
      return `sqlite:${join(scratch, `${version}.db`)}`;
    },
    'a table': async (version) => {
      const place = azurite.account();
      await place.table.createTable();
      for (const row of JSON.parse(readFileSync(new URL(`${version}.json`, folder), 'utf8'))) {
        await place.table.createEntity(row);
      }
      return place.connectionString;
    },
  };

  for (const version of versions) {
    for (const [name, put] of Object.entries(places)) {
      it(`is read and finished: ${version}, ${name}`, async () => {
        const access = { url: await put(version), credential: null };
        const store = await openStore(access, (damage) => assert.fail(damage));
        const house = houseOver(store);
        assert.deepEqual(await store.openIds(), [golden.waiting, golden.approved, golden.watched, golden.denied]);
        assert.deepEqual(await store.idsBeginning('P4TR'), [golden.done]);
        const [about] = await store.requestsAbout(account(2).id, { limit: 5 });
        assert.deepEqual(about?.requestId, golden.approved);
        assert.equal((await house.state(golden.done)).phase, 'succeeded');
        assert.equal(
          await store.approvedSince((await house.state(golden.done)).request.by.id, '2000-01-01T00:00:00Z'),
          4,
        );
        await house.settle(golden.approved);
        await approve(house, golden.waiting);
        await house.settle(golden.waiting);
        await house.settle(golden.denied);
        const { denied, ...others } = golden;
        for (const id of [golden.watched, golden.approved, golden.waiting])
          await house.pass(90 * 60_000, undefined, id);
        const { watch } = (await house.state(golden.watched)).aftermath ?? {};
        assert.deepEqual([watch?.ended, [...(watch?.cameBack.keys() ?? [])]], [true, [account(5).id]]);
        assert.equal((await house.state(denied)).decision?.reason, 'phone found');
        for (const id of Object.values(others)) assert.equal((await house.state(id)).phase, 'succeeded', id);
        assert.deepEqual(await store.openIds(), []);
        await store.close();
        const trail = await openTrail(access);
        const verified = await verifyTrail(trail);
        trail.close();
        assert(verified.ok, JSON.stringify(verified));
      });
    }
  }
});
