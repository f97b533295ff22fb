import assert from 'node:assert/strict';
import { NewerRecord } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { decode, encode, eventVersion, hashOf } from '../../src/store/event-codec.ts';
import { channel, requested, start } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const start0 = { hash: '', link: '' };

describe('the stored form of events', () => {
  const noticed = (what: 'notice' | 'unreachable'): RequestEvent => ({ ...envelope, type: 'Noticed', what });

  it('names the first version that knew what is in the record, so that earlier ones go on with all else', () => {
    const events = [requested(), noticed('notice'), noticed('unreachable'), noticed('notice')];
    const versions = encode('R', start0, 0, events).map(({ body }) => JSON.parse(body).v);
    assert.deepEqual(versions, [1, 1, 2, 1]);
  });

  it('is read in every version there was', () => {
    for (let v = 1; v <= eventVersion; v += 1) {
      const body = JSON.stringify({ v, ...requested() });
      assert.deepEqual(decode('R', [{ body, hash: hashOf('', 'R', 0, body), link: '' }]), [requested()]);
    }
  });

  it('of a newer version is not guessed at, and is no damage; a damaged one is damage, whatever version it names', () => {
    const body = JSON.stringify({ v: eventVersion + 1, type: 'Announced', ...envelope });
    const record = { body, hash: hashOf('', 'R', 0, body), link: '' };
    assert.throws(() => decode('R', [record]), NewerRecord);
    const forged = { ...record, body: body.replace('Announced', 'Approved') };
    assert.throws(() => decode('R', [forged]), /damaged at record 0/);
    assert.throws(() => decode('R', [record, { ...record, hash: 'x' }]), /damaged at record 1/);
  });
});
