import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readIncoming } from '../../../src/teams/wire/incoming.ts';
import { type Page, writePage } from '../../../src/teams/wire/page.ts';
import { runs } from '../../support/chance.ts';
import { requestId, tenantId } from '../../support/samples.ts';

const objectId = 'AAAAAAAA-0000-4000-8000-00000000000B';
const thread = '19:incident@thread.tacv2;messageid=1';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const activity = {
  type: 'message',
  id: '1700000000000',
  channelId: 'msteams',
  serviceUrl,
  locale: 'en-GB',
  timestamp: '2026-11-21T03:00:00.000Z',
  replyToId: '1690000000000',
  from: { id: '29:1abc', name: 'Alex Wilber', aadObjectId: objectId },
  recipient: { id: '28:bot', name: 'Session Revoker' },
  conversation: { id: thread, conversationType: 'channel' },
  channelData: {
    tenant: { id: tenantId },
    team: { id: '19:team@thread.tacv2' },
    channel: { id: '19:incident@thread.tacv2' },
  },
};
const where = { id: thread, serviceUrl, botId: '28:bot', kind: 'channel' } as const;
const by = {
  person: { id: objectId.toLowerCase(), tenantId, name: 'Alex Wilber' },
  conversation: where,
  team: '19:team@thread.tacv2',
  places: [thread, '19:incident@thread.tacv2', '19:team@thread.tacv2', '19:incident@thread.tacv2'],
  locale: 'en-GB',
};

const incoming = (more: object) => readIncoming({ ...activity, ...more }, tenantId);
/** Who acts, by one activity or another. */
const read = (more: object) => {
  const found = incoming(more);
  return 'by' in found ? found.by : null;
};

const clicked = (value: unknown) => incoming({ type: 'invoke', name: 'adaptiveCard/action', value });
const submitted = (value: unknown) => incoming({ value });
const pressIn = (found: ReturnType<typeof incoming>) => {
  if (found.kind !== 'pressed' && found.kind !== 'refreshed') return null;
  const { requestId: id } = found;
  if (found.kind === 'refreshed') return { verb: 'refresh', requestId: id };
  return { verb: found.verb, requestId: id, ...(found.token === undefined ? {} : { token: found.token }) };
};
const readInvoke = (value: unknown) => pressIn(clicked(value));
const readSubmit = (value: unknown) => pressIn(submitted(value));

describe('what comes in', () => {
  const seen = { where: thread, serviceUrl, messageId: '1690000000000', shows: 'card' } as const;
  const said = { kind: 'said', by, activityId: activity.id, saidAt: activity.timestamp } as const;
  const press = { action: { verb: 'approve', data: { requestId } } };
  const words = { text: 'help', entities: undefined, attachments: undefined, recipient: activity.recipient };
  const click = (value: unknown) => ({ type: 'invoke', name: 'adaptiveCard/action', value });
  const message = { type: 'message', where } as const;
  const invoke = { type: 'invoke', where } as const;
  const other = { type: 'activity', where } as const;
  const ignored = { kind: 'ignored', why: 'nothingOfOurs' } as const;
  const open = { view: 'open', page: 1 } as const;

  const rows: readonly (readonly [what: string, activity: object, incoming: object])[] = [
    ['a sentence', { text: 'help' }, { ...message, ...said, via: 'message', words }],
    [
      'a sentence at no known time, in a 1:1 chat',
      { text: 'help', timestamp: 'now', conversation: { id: 'a:1', conversationType: 'personal' }, channelData: null },
      {
        type: 'message',
        where: { ...where, id: 'a:1', kind: 'personal' },
        ...said,
        by: { ...by, conversation: { ...where, id: 'a:1', kind: 'personal' }, team: null, places: ['a:1', 'a:1'] },
        via: 'message',
        saidAt: null,
        words,
      },
    ],
    [
      'a sentence that brings a value of no button along',
      { text: '', value: { verb: 'refresh', requestId } },
      { ...message, ...said, via: 'message', words: { ...words, text: '' } },
    ],
    [
      'words beside a button: the words count',
      { text: 'help', value: { verb: 'approve', requestId } },
      { ...message, ...said, via: 'message', words },
    ],
    [
      'a button of an old client',
      { value: { verb: 'retry', requestId } },
      { ...message, kind: 'pressed', via: 'message', by, verb: 'retry', requestId, seen: { ...seen, shows: 'result' } },
    ],
    [
      'a button of an old client that says a sentence',
      { value: { verb: 'say', says: 'status' } },
      { ...message, ...said, via: 'message', words: { text: 'status' } },
    ],
    [
      'a button of an old client that turns a page',
      { value: { verb: 'page', page: 'open.1' } },
      { ...message, kind: 'turned', via: 'message', by, page: open },
    ],
    ['a button', click(press), { ...invoke, kind: 'pressed', via: 'click', by, verb: 'approve', requestId, seen }],
    [
      'a button on a message without a name',
      { ...click(press), replyToId: 'x'.repeat(257) },
      { ...invoke, kind: 'pressed', via: 'click', by, verb: 'approve', requestId, seen: { ...seen, messageId: null } },
    ],
    [
      'a client that asks by itself',
      click({ action: { verb: 'refresh', data: { requestId } } }),
      { ...invoke, kind: 'refreshed', via: 'click', by, requestId, seen },
    ],
    [
      'a button that says a sentence',
      click({ action: { verb: 'say', data: { says: 'status' } } }),
      { ...invoke, ...said, via: 'click', words: { text: 'status' } },
    ],
    [
      'a button that says what nobody could have typed',
      click({ action: { verb: 'say', data: { says: 'x'.repeat(32_001) } } }),
      { ...invoke, kind: 'unknown', via: 'click', by },
    ],
    [
      'a button that turns a page',
      click({ action: { verb: 'page', data: { page: 'open.1' } } }),
      { ...invoke, kind: 'turned', via: 'click', by, page: open },
    ],
    [
      'a button that is none of ours',
      click({ action: { verb: 'x' } }),
      { ...invoke, kind: 'unknown', via: 'click', by },
    ],
    [
      'a button, and nobody who presses it',
      { ...click(press), from: null },
      { ...invoke, kind: 'noPerson', via: 'click', isRefresh: false, locale: 'en-GB' },
    ],
    [
      'a dialog',
      { type: 'invoke', name: 'task/fetch', value: { messagePayload: 7 } },
      { ...invoke, kind: 'dialogOpened', via: 'dialog', by, installed: false, message: 7, entered: null },
    ],
    [
      'a dialog, and nobody who opens it',
      { type: 'invoke', name: 'task/fetch', from: null, locale: 'x y' },
      { ...invoke, kind: 'noPerson', via: 'dialog', isRefresh: false, locale: 'en' },
    ],
    [
      'a sign-in that failed',
      { type: 'invoke', name: 'signin/failure', value: { code: 'x'.repeat(200), message: 'secret' } },
      { ...invoke, kind: 'signInFailed', code: 'x'.repeat(100) },
    ],
    ['an invoke of another kind', { type: 'invoke', name: 'x' }, { ...invoke, kind: 'otherInvoke', locale: 'en-GB' }],
    [
      'an edit that mentions the bot',
      { type: 'messageUpdate', text: 'help', entities: [{ mentioned: activity.recipient }] },
      {
        ...other,
        kind: 'edited',
        via: 'message',
        by,
        words: { ...words, entities: [{ mentioned: activity.recipient }] },
      },
    ],
    [
      'an edit of what others say to each other',
      { type: 'messageUpdate', text: 'help', entities: [null, { mentioned: { id: '29:x' } }] },
      { ...other, kind: 'ignored', why: 'notAddressed' },
    ],
    [
      'the bot is added',
      { type: 'installationUpdate', action: 'add' },
      { ...other, kind: 'installed', places: by.places, locale: 'en-GB' },
    ],
    ['the bot is removed', { type: 'installationUpdate', action: 'remove' }, { ...other, kind: 'removed' }],
    ['the bot is updated', { type: 'installationUpdate', action: 'add-upgrade' }, { ...other, ...ignored }],
    ['a reaction', { type: 'messageReaction' }, { ...other, ...ignored }],
    [
      'an update from no place',
      { type: 'installationUpdate', action: 'add', recipient: 7 },
      { type: 'activity', where: null, ...ignored },
    ],
    ['a message from nobody', { from: { id: '28:app' } }, { ...message, kind: 'ignored', why: 'noPerson' }],
    ['a message without an id', { id: 7, text: 'help' }, { ...message, kind: 'ignored', why: 'noPerson' }],
  ];
  for (const [what, sent, wanted] of rows) {
    it(what, () => assert.deepEqual(incoming(sent), wanted));
  }

  it('is something, whatever JSON arrives, and nothing of it is inherited', () => {
    const names = ['adaptiveCard/action', 'task/fetch', 'task/submit', 'signin/failure'];
    const types = ['message', 'invoke', 'messageUpdate', 'installationUpdate'];
    const odd = fc.jsonValue();
    const sent = fc.record(
      {
        type: fc.constantFrom(...types),
        name: fc.constantFrom(...names),
        value: odd,
        text: odd,
        entities: odd,
        locale: odd,
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(sent, odd, (near, any) => {
        assert.equal(typeof incoming(near).kind, 'string');
        assert.equal(readIncoming(any, tenantId).where, null);
        assert.deepEqual(readIncoming(Object.create({ ...activity, ...near }), tenantId), {
          type: 'activity',
          where: null,
          ...ignored,
        });
      }),
      { numRuns: runs(1000) },
    );
  });
});

describe('who speaks', () => {
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

describe('where something is done', () => {
  const channel = '19:incident@thread.tacv2';
  const placesOf = (data: unknown, id = thread) => new Set(read({ channelData: data, conversation: { id } })?.places);

  it('is known by its thread, its channel and its team', () => {
    const team = { id: '19:team@thread.tacv2', aadGroupId: 'dddddddd-0000-4000-8000-000000000001' };
    const data = { tenant: { id: tenantId }, team, channel: { id: channel } };
    assert.deepEqual([...placesOf(data)], [thread, channel, team.id, team.aadGroupId]);
  });

  it('is known by its id where nothing else is told', () => {
    for (const data of [null, 1, 'x', [], { team: null, channel: null }, { team: [channel], channel: 'x' }]) {
      assert.deepEqual([...placesOf(data, 'a:1')], ['a:1'], JSON.stringify(data));
    }
    assert.deepEqual([...placesOf(null, `x;messageid=${channel}`)], [`x;messageid=${channel}`, 'x']);
  });

  it('is a 1:1 chat with the bot only where nobody else is in it', () => {
    const kind = (id: string) => read({ conversation: { id, conversationType: 'personal' } })?.conversation.kind;
    assert.deepEqual([kind('a:1xyz'), kind('19:two_people@unq.gbl.spaces')], ['personal', 'groupChat']);
  });

  it('has a team only where Teams names one', () => {
    for (const team of [{ id: '' }, { id: 7 }, {}, null, 'x'])
      assert.equal(read({ channelData: { team } })?.team, null);
  });
});

const invoke = <T>(action: T) => ({ action });
const pressed = (verb: unknown, data: unknown) => invoke({ type: 'Action.Execute', verb, data });

describe('a button', () => {
  for (const verb of ['approve', 'deny', 'cancel', 'stop', 'retry', 'again'] as const) {
    it(`reads ${verb} from an Action.Execute and from an Action.Submit`, () => {
      assert.deepEqual(readInvoke(pressed(verb, { requestId })), { verb, requestId });
      assert.deepEqual(readSubmit({ verb, requestId }), { verb, requestId });
    });
  }

  it('is read where a client sends it, its action or its data as JSON', () => {
    const wanted = { verb: 'approve', requestId };
    const data = JSON.stringify({ requestId });
    for (const value of [
      JSON.stringify(pressed('approve', { requestId })),
      pressed('approve', data),
      JSON.stringify(pressed('approve', data)),
      invoke(JSON.stringify({ verb: 'approve', data })),
    ]) {
      assert.deepEqual(readInvoke(value), wanted);
    }
    assert.deepEqual(readSubmit(JSON.stringify(wanted)), wanted);
  });

  it('brings a token of up to 32 KB along', () => {
    const read = (token: unknown) => readInvoke({ ...pressed('approve', { requestId }), authentication: { token } });
    const longest = 'x'.repeat(32_768);
    assert.deepEqual(read(longest), { verb: 'approve', requestId, token: longest });
    for (const token of [`${longest}x`, '', 7, null]) assert.deepEqual(read(token), { verb: 'approve', requestId });
  });

  it('carries nothing else on', () => {
    const more = { requestId, by: 'me', targets: ['x'], approver: true, verb: 'deny' };
    const action = { ...pressed('approve', more).action, id: 'x', title: 'Deny' };
    assert.deepEqual(readInvoke({ ...invoke(action), trigger: 'manual', requestId: 'Y' }), {
      verb: 'approve',
      requestId,
    });
    assert.deepEqual(readSubmit({ ...more, verb: 'approve' }), { verb: 'approve', requestId });
    assert.deepEqual(readInvoke(pressed('refresh', { requestId })), { verb: 'refresh', requestId });
    assert.equal(readSubmit({ verb: 'refresh', requestId }), null, 'nobody presses that');
  });

  describe('is nothing', () => {
    const verbs: readonly unknown[] = [
      ...['Approve', 'APPROVE', 'approve ', ' approve', 'аpprove', '', 'request', 'markCardPosted', 'start'],
      ...['constructor', '__proto__', 'toString', 'hasOwnProperty'],
      ...[undefined, null, true, 0, {}, ['approve'], { toString: () => 'approve' }, new String('approve')],
    ];
    const ids: readonly unknown[] = [
      ...['', 'K7F3', requestId.slice(1), `${requestId}A`, requestId.toLowerCase(), ` ${requestId.slice(1)}`],
      ...[`${requestId.slice(1)}\n`, `${requestId.slice(1)}%`, `${requestId.slice(1)}'`, `${requestId.slice(1)}Ä`],
      ...['__proto__', 'K7F3/../AAAAAAAAAAAA', `${requestId}\u0000`],
      ...[undefined, null, 1, true, [requestId], { requestId }, Object.assign([...requestId]), new String(requestId)],
    ];
    for (const verb of verbs) {
      it(`verb ${JSON.stringify(verb) ?? 'undefined'}`, () => {
        assert.equal(readInvoke(pressed(verb, { requestId })), null);
        assert.equal(readSubmit({ verb, requestId }), null);
      });
    }
    for (const id of ids) {
      it(`request id ${JSON.stringify(id) ?? 'undefined'}`, () => {
        assert.equal(readInvoke(pressed('approve', { requestId: id })), null);
        assert.equal(readSubmit({ verb: 'approve', requestId: id }), null);
      });
    }

    const shapes: readonly (readonly [string, unknown])[] = [
      ['undefined', undefined],
      ['null', null],
      ['a text', 'approve'],
      ['a text that is cut off', JSON.stringify(pressed('approve', { requestId })).slice(0, -1)],
      ['a text of a list', JSON.stringify([pressed('approve', { requestId })])],
      ['a text in a text', JSON.stringify(JSON.stringify(pressed('approve', { requestId })))],
      [
        'a text that is too long',
        `${JSON.stringify({ verb: 'approve', requestId, ...pressed('approve', { requestId }), more: 'x'.repeat(100_000) })}`,
      ],
      ['a number', 1],
      ['a list', [pressed('approve', { requestId })]],
      ['no action', {}],
      ['action null', invoke(null)],
      ['action a text', invoke('approve')],
      ['action a list', invoke([{ verb: 'approve', data: { requestId } }])],
      ['no data', invoke({ verb: 'approve' })],
      ['data null', pressed('approve', null)],
      ['data a text', pressed('approve', requestId)],
      ['data a list', pressed('approve', [requestId])],
      ['the id beside the data', invoke({ verb: 'approve', data: {}, requestId })],
      ['one level too deep', invoke(pressed('approve', { requestId }))],
      ['other capitals', { Action: { Verb: 'approve', Data: { RequestId: requestId } } }],
    ];
    for (const [name, value] of shapes) {
      it(name, () => {
        assert.equal(readInvoke(value), null);
        assert.equal(readSubmit(value), null);
      });
    }
  });

  it('takes nothing from a prototype', () => {
    assert.equal(readSubmit(Object.create({ verb: 'approve', requestId })), null);
    assert.equal(readInvoke(Object.create(pressed('approve', { requestId }))), null);
    assert.equal(readInvoke(invoke(Object.create({ verb: 'approve', data: { requestId } }))), null);
    assert.equal(readSubmit(JSON.parse(`{"__proto__":{"verb":"approve","requestId":"${requestId}"}}`)), null);
    assert.equal(
      readInvoke(JSON.parse(`{"action":{"__proto__":{"verb":"approve","data":{"requestId":"${requestId}"}}}}`)),
      null,
    );
  });

  it('does not touch what it does not name, nor an inherited getter', () => {
    const trap = () => {
      throw new Error('touched');
    };
    const bait = (target: object, name: string) => Object.defineProperty(target, name, { get: trap, enumerable: true });
    assert.deepEqual(readSubmit(bait({ verb: 'approve', requestId }, 'other')), { verb: 'approve', requestId });
    assert.deepEqual(readInvoke(bait(pressed('approve', bait({ requestId }, 'targets')), 'other')), {
      verb: 'approve',
      requestId,
    });
    assert.equal(readSubmit(Object.create(bait({}, 'verb'))), null);
  });

  it('is valid or nothing, whatever JSON arrives', () => {
    const verb = fc.oneof(fc.constantFrom('approve', 'deny', 'cancel', 'refresh', '__proto__'), fc.jsonValue());
    const id = fc.oneof(fc.constantFrom(requestId, 'K7F3', '__proto__'), fc.jsonValue());
    const data = fc.oneof(fc.record({ requestId: id }, { requiredKeys: [] }), fc.jsonValue());
    const near = fc.record({ action: fc.record({ verb, data }, { requiredKeys: [] }), verb, requestId: id });
    const valid = (action: ReturnType<typeof readInvoke>) =>
      action === null ||
      (['approve', 'deny', 'cancel', 'refresh'].includes(action.verb) &&
        /^[A-Z0-9]{20}$/.test(action.requestId) &&
        Object.keys(action).join() === 'verb,requestId');
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue(), fc.object()), (value) => {
        assert(valid(readInvoke(value)));
        assert(valid(readSubmit(value)));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('is not lost in depth', () => {
    let deep: unknown = { requestId };
    for (let level = 0; level < 20_000; level += 1) deep = { action: deep, data: deep };
    assert.equal(readInvoke(deep), null);
    assert.equal(readSubmit(deep), null);
  });
});

describe('a button that leads to a page', () => {
  const page = { view: 'open', page: 1 } as const;
  const pageIn = (found: ReturnType<typeof incoming>): Page | null => (found.kind === 'turned' ? found.page : null);

  it('is read from both kinds of buttons, also where a client sends JSON', () => {
    const text = writePage(page);
    const data = JSON.stringify({ page: text });
    for (const found of [
      clicked({ action: { type: 'Action.Execute', verb: 'page', data: { page: text } }, trigger: 'manual' }),
      clicked({ action: { verb: 'page', data } }),
      clicked(JSON.stringify({ action: { verb: 'page', data } })),
      submitted({ verb: 'page', page: text }),
      submitted(JSON.stringify({ verb: 'page', page: text })),
    ]) {
      assert.deepEqual(pageIn(found), page);
    }
  });

  for (const value of [
    ...[undefined, null, 'page', 7, [], {}, { action: null }, { action: { verb: 'page' } }],
    ...[{ action: { verb: 'page', data: null } }, { action: { verb: 'approve', data: { page: 'open.1' } } }],
    ...[
      { action: { verb: ['page'], data: { page: 'open.1' } } },
      { action: { verb: 'page', data: { page: 'open.x' } } },
    ],
    ...[{ action: Object.create({ verb: 'page', data: { page: 'open.1' } }) }],
  ]) {
    it(`is none in ${String(JSON.stringify(value))}`, () => {
      assert.equal(pageIn(clicked(value)), null);
      assert.equal(pageIn(submitted(value)), null);
    });
  }
});
