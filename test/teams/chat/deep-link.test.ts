import assert from 'node:assert/strict';
import { clouds } from '../../../src/config/clouds.ts';
import { deepLink } from '../../../src/teams/chat/deep-link.ts';
import { tenantId } from '../../support/samples.ts';

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
