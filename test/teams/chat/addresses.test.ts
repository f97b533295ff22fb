import assert from 'node:assert/strict';
import { createAddresses } from '../../../src/teams/chat/addresses.ts';
import { createFakeClock } from '../../support/fakes.ts';
import { channel } from '../../support/samples.ts';

const [emea, amer, apac] = ['emea', 'amer', 'apac'].map((name) => `https://smba.example/${name}/`) as [
  string,
  string,
  string,
];

describe('through which address a place is reached', () => {
  const asked = { ...channel, serviceUrl: emea };
  const open = () => {
    const clock = createFakeClock();
    return { clock, addresses: createAddresses(clock) };
  };

  it('the one on record, while nothing was heard', () => {
    assert.equal(open().addresses.newest(asked), emea);
  });

  it('the one it was heard through last, in any of its threads, and no other place’s', () => {
    const { addresses } = open();
    addresses.note(channel.id.replace('=1', '=9'), apac);
    addresses.note(channel.id, amer);
    addresses.note('a:1', apac);
    assert.equal(addresses.newest(asked), amer);
  });

  it('the one on record, when another replica heard it later', () => {
    const { clock, addresses } = open();
    addresses.note(channel.id, apac);
    clock.pass(1);
    const seenAt = clock.now().toISOString();
    const moved = { ...asked, serviceUrl: amer, seenAt };
    assert.equal(addresses.newest(moved), amer);
    clock.pass(1);
    addresses.note(channel.id, emea);
    assert.equal(addresses.newest(moved), emea);
  });

  it('remembers ten thousand places, those heard last', () => {
    const { addresses } = open();
    for (let count = 0; count < 10_001; count += 1) addresses.note(`a:${count}`, amer);
    assert.equal(addresses.newest({ ...asked, id: 'a:0' }), emea);
    assert.equal(addresses.newest({ ...asked, id: 'a:1' }), amer);
  });
});
