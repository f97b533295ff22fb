import assert from 'node:assert/strict';
import { clouds } from '../../../src/config/clouds.ts';
import { createAddresses, deepLink } from '../../../src/teams/chat/connector.ts';
import { createFakeClock } from '../../support/fakes.ts';
import { channel, tenantId } from '../../support/samples.ts';

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

const host = 'teams.microsoft.com';
const id = '1700000000002';
const thread = { id: '19:incident@thread.tacv2;messageid=1700000000001', kind: 'channel' } as const;
const chat = { id: '19:0f9b7c52@thread.v2', kind: 'groupChat' } as const;

describe('a link to a message', () => {
  it('in a channel names the channel, the message, and where its thread begins', () => {
    const link = new URL(deepLink(host, tenantId, thread, id) ?? '');
    assert.equal(link.origin, 'https://teams.microsoft.com');
    assert.equal(decodeURIComponent(link.pathname), `/l/message/19:incident@thread.tacv2/${id}`);
    const expected = { tenantId, parentMessageId: '1700000000001', createdTime: id };
    assert.deepEqual(Object.fromEntries(link.searchParams), expected);
  });

  it('in a channel where it begins a thread itself: its own', () => {
    const link = new URL(deepLink(host, tenantId, { ...thread, id: '19:incident@thread.tacv2' }, id) ?? '');
    assert.equal(link.searchParams.get('parentMessageId'), id);
  });

  it('in a group chat says that it is a chat', () => {
    const link = new URL(deepLink(host, tenantId, chat, id) ?? '');
    assert.equal(decodeURIComponent(link.pathname), `/l/message/19:0f9b7c52@thread.v2/${id}`);
    assert.deepEqual(JSON.parse(link.searchParams.get('context') ?? ''), { contextType: 'chat' });
  });

  for (const [name, expected] of [
    ['global', 'teams.microsoft.com'],
    ['usgov', 'gov.teams.microsoft.us'],
    ['dod', 'dod.teams.microsoft.us'],
    ['china', undefined],
  ] as const) {
    it(`in the cloud ${name} leads to ${expected ?? 'nowhere'}`, () => {
      const link = deepLink(clouds[name].teamsHost, tenantId, thread, id);
      assert.equal(link === null ? undefined : new URL(link).host, expected);
    });
  }

  describe('is none', () => {
    for (const [name, ...given] of [
      ['without a host, as in local mode', null, thread, id],
      ['in a 1:1 chat', host, { id: 'a:1xyz', kind: 'personal' }, id],
      ['in a 1:1 chat that has an id like a group', host, { ...chat, kind: 'personal' }, id],
      ['where the id is of another form', host, { id: 'a:1xyz', kind: 'groupChat' }, id],
      ['before the card was posted', host, thread, undefined],
      ['to a message whose id is no number', host, thread, '1:abc'],
      ['to a message without an id', host, thread, ''],
    ] as const) {
      it(name, () => assert.equal(deepLink(given[0], tenantId, given[1], given[2]), null));
    }
  });

  it('leads nowhere else, whatever the ids hold', () => {
    for (const place of [
      '19:x/../../evil?a#b',
      '19:@evil.example/',
      '19:\\evil',
      '19:%2e%2e/x',
      '19:" onclick="',
      '19:\u202e',
    ]) {
      const link = deepLink(host, tenantId, { id: place, kind: 'groupChat' }, id);
      assert.equal(new URL(link ?? '').host, host);
      assert.match(new URL(link ?? '').pathname, /^\/l\/message\/19%3A[^/]*\/1700000000002$/);
    }
  });
});
