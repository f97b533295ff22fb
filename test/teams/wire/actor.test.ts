import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type IncomingActivity, isAllowedPlace, readSpeaker } from '../../../src/teams/wire/actor.ts';
import { runs } from '../../support/chance.ts';
import { tenantId } from '../../support/samples.ts';

const objectId = 'AAAAAAAA-0000-4000-8000-00000000000B';
const activity = {
  id: '1700000000000',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  from: { id: '29:1abc', name: 'Alex Wilber', aadObjectId: objectId },
  recipient: { id: '28:bot', name: 'Session Revoker' },
  conversation: { id: '19:incident@thread.tacv2;messageid=1', conversationType: 'channel' },
} satisfies IncomingActivity;

const read = (more: object) => readSpeaker({ ...activity, ...more } as IncomingActivity, tenantId);

describe('who speaks', () => {
  it('is known by object id, in small letters, in our tenant', () => {
    assert.deepEqual(readSpeaker(activity, tenantId), {
      person: { id: objectId.toLowerCase(), tenantId, name: 'Alex Wilber' },
      conversation: {
        id: '19:incident@thread.tacv2;messageid=1',
        serviceUrl: 'https://smba.trafficmanager.net/emea/',
        botId: '28:bot',
        kind: 'channel',
      },
    });
  });

  it('is of our tenant whatever the sender says of theirs', () => {
    const other = '22222222-2222-4222-8222-222222222222';
    assert.equal(read({ from: { ...activity.from, tenantId: other } })?.person.tenantId, tenantId);
  });

  const nobody: readonly (readonly [string, object])[] = [
    ['no sender', { from: undefined }],
    ['sender null', { from: null }],
    ['no object id', { from: { id: '29:1', name: 'Alex Wilber' } }],
    ['an empty object id', { from: { ...activity.from, aadObjectId: '' } }],
    ['a UPN for object id', { from: { ...activity.from, aadObjectId: 'alex@contoso.example' } }],
    ['an object id with a line break', { from: { ...activity.from, aadObjectId: `${objectId}\n` } }],
    ['an object id with something before it', { from: { ...activity.from, aadObjectId: `x${objectId}` } }],
    ['an object id in braces', { from: { ...activity.from, aadObjectId: `{${objectId}}` } }],
    ['an object id without hyphens', { from: { ...activity.from, aadObjectId: objectId.replaceAll('-', '') } }],
    ['a list for object id', { from: { ...activity.from, aadObjectId: [objectId] } }],
    ['no conversation', { conversation: undefined }],
    ['conversation null', { conversation: null }],
    ['a conversation without id', { conversation: { conversationType: 'personal' } }],
    ['a number for conversation id', { conversation: { id: 1 } }],
    ['no recipient', { recipient: undefined }],
    ['recipient null', { recipient: null }],
    ['a recipient without id', { recipient: { name: 'Session Revoker' } }],
    ['no serviceUrl', { serviceUrl: undefined }],
    ['a list for serviceUrl', { serviceUrl: [] }],
  ];
  for (const [name, more] of nobody) it(`is nobody with ${name}`, () => assert.equal(read(more), null));

  for (const name of [undefined, null, '', '   ', '\u00a0', 7, {}, ['x']]) {
    it(`is called by object id where the name is ${JSON.stringify(name) ?? 'missing'}`, () => {
      assert.equal(read({ from: { ...activity.from, name } })?.person.name, objectId);
    });
  }

  it('has a name of at most 256 characters', () => {
    assert.equal(read({ from: { ...activity.from, name: 'x'.repeat(10_000) } })?.person.name.length, 256);
  });

  const kinds = [
    ['personal', 'personal'],
    ['channel', 'channel'],
    ['groupChat', 'groupChat'],
    [undefined, 'groupChat'],
    ['Personal', 'groupChat'],
    ['constructor', 'groupChat'],
  ] as const;
  for (const [conversationType, kind] of kinds) {
    it(`speaks in a ${kind} where the type is ${conversationType}`, () => {
      assert.equal(read({ conversation: { id: 'a:1', conversationType } })?.conversation.kind, kind);
    });
  }

  it('is somebody or nobody, whatever JSON arrives', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constant(objectId));
    const from = fc.oneof(fc.record({ id: odd, name: odd, aadObjectId: odd }, { requiredKeys: [] }), odd);
    const rest = fc.oneof(fc.record({ id: odd, conversationType: odd }, { requiredKeys: [] }), odd);
    fc.assert(
      fc.property(from, rest, rest, odd, (sender, conversation, recipient, serviceUrl) => {
        const speaker = read({ from: sender, conversation, recipient, serviceUrl });
        if (speaker === null) return;
        assert.equal(speaker.person.id, objectId.toLowerCase());
        assert(speaker.person.name.trim().length > 0);
        for (const value of Object.values(speaker.conversation)) assert.equal(typeof value, 'string');
      }),
      { numRuns: runs(1000) },
    );
  });
});

describe('where the bot works', () => {
  const channel = '19:incident@thread.tacv2';
  const thread = `${channel};messageid=1`;
  const channelData = {
    tenant: { id: tenantId },
    team: { id: '19:team@thread.tacv2', aadGroupId: 'dddddddd-0000-4000-8000-000000000001' },
    channel: { id: channel },
  };
  const allowed = (ids: readonly string[] | null, data: unknown = channelData, id = thread) =>
    isAllowedPlace({ channelData: data }, id, ids && new Set(ids));

  it('is everywhere where nothing is set', () => {
    assert.equal(allowed(null), true);
    assert.equal(isAllowedPlace({}, 'a:1', null), true);
  });

  for (const id of [channel, thread, channelData.team.id, channelData.team.aadGroupId]) {
    it(`is in the thread by ${id}`, () => assert.equal(allowed([id]), true));
  }

  it('is in a chat by its id', () => {
    assert.equal(allowed(['a:1'], null, 'a:1'), true);
    assert.equal(allowed(['19:x@unq.gbl.spaces'], null, '19:x@unq.gbl.spaces'), true);
  });

  it('is nowhere else', () => {
    for (const ids of [
      [],
      ['19:other@thread.tacv2'],
      [`${channel}x`],
      [channel.slice(1)],
      [tenantId],
      [''],
      ['undefined'],
    ]) {
      assert.equal(allowed(ids), false, ids.join());
    }
    assert.equal(allowed([channel], null, `${channel}x;messageid=1`), false);
    assert.equal(allowed([channel], null, `x;messageid=${channel}`), false);
  });

  it('does not stumble over odd channelData', () => {
    for (const data of [null, 1, 'x', [], { team: null, channel: null }, { team: [channel], channel: channel }]) {
      assert.equal(allowed([channel], data, 'a:1'), false, JSON.stringify(data));
      assert.equal(allowed([channel], data), true, JSON.stringify(data));
    }
  });
});
