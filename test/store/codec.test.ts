import assert from 'node:assert/strict';
import { UnreadableRequest } from '../../src/app/errors.ts';
import { chainEvents, decode, eventVersion, hashOf } from '../../src/store/codec.ts';
import { channel, requested, start } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };

describe('the stored form of events', () => {
  it('names its version', () => {
    const [record] = chainEvents('R', '', 0, [requested()]);
    assert.equal(JSON.parse(record?.body ?? '').v, eventVersion);
    assert.deepEqual(decode('R', [record as NonNullable<typeof record>]), [requested()]);
  });

  it('of a newer version is not guessed at, and is no damage; a damaged one is damage, whatever version it names', () => {
    const body = JSON.stringify({ v: eventVersion + 1, type: 'Announced', ...envelope });
    const record = { body, hash: hashOf('', 'R', 0, body), link: '' };
    assert.throws(() => decode('R', [record]), UnreadableRequest);
    const forged = { ...record, body: body.replace('Announced', 'Approved') };
    assert.throws(() => decode('R', [forged]), /damaged at record 0/);
    assert.throws(() => decode('R', [record, { ...record, hash: 'x' }]), /damaged at record 1/);
  });
});
