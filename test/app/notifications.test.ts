import assert from 'node:assert/strict';
import { NotifierError } from '../../src/app/errors.ts';
import type { Conversation } from '../../src/domain/request.ts';
import { approversGroup, person, type policy } from '../support/fakes.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse, gainRole } from './house.ts';

const nestor = person('aaaaaaaa-0000-4000-8000-000000000003', 'Nestor Wilke');
const personal: Conversation = { ...channel, id: 'a:1', kind: 'personal' };
const security = '19:security@thread.tacv2';
const minute = 60_000;

function openHouse(more: Partial<typeof policy> = {}) {
  const house = createHouse({ accounts: [nestor, account(1)], policy: { notify: 'approvers', ...more } });
  house.directory.groups.set(approversGroup, new Set([alex.id, megan.id, nestor.id]));
  const said = () => house.notifier.said.map(({ what }) => what);
  const approve = (where = channel.id) => house.review({ requestId, verb: 'approve', by: megan, where });
  return { ...house, said, approve };
}

describe('who can approve is called', () => {
  it('after the card, without the one who asks', async () => {
    const house = openHouse();
    await house.submit(house.ask());
    await house.settle();
    assert.deepEqual(house.said(), ['card', 'notice']);
    assert.deepEqual(
      (await house.state()).request.notify?.map(({ name }) => name),
      [megan.name, nestor.name],
    );
    await house.approve();
    await house.settle();
    assert.deepEqual(house.said().slice(2), ['update', 'update', 'result']);
  });

  it('again when two thirds of the time are over, once, and not when it is decided', async () => {
    const house = openHouse();
    await house.submit(house.ask());
    await house.settle();
    const next = await house.advance(requestId);
    assert.deepEqual(next, { again: true, afterMs: 10 * minute });
    house.clock.pass(10 * minute - 1);
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 1 });
    house.clock.pass(1);
    const reminding = await house.advance(requestId);
    assert(reminding.again && 'when' in reminding, 'nothing waits for it');
    await reminding.when;
    assert.deepEqual(house.said(), ['card', 'notice', 'reminder']);
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 5 * minute });
    house.clock.pass(minute);
    await house.advance(requestId);
    assert.deepEqual(house.said(), ['card', 'notice', 'reminder']);

    const decided = openHouse();
    await decided.submit(decided.ask());
    await decided.settle();
    await decided.review({ requestId, verb: 'deny', by: megan, where: channel.id });
    await decided.settle();
    assert.deepEqual(decided.said(), ['card', 'notice', 'update'], 'a denial calls nobody');
  });

  it('is on record before it is said, so that a failure or a second replica calls nobody twice', async () => {
    const house = openHouse();
    house.notifier.errors.push(null, new NotifierError('gone', 'the chat does not take it'));
    await house.submit(house.ask());
    await house.settle();
    assert.deepEqual(house.said(), ['card']);
    assert.deepEqual((await house.state()).noticed, ['notice']);
    await house.workerNamed('w2')(requestId);
    assert.deepEqual(house.said(), ['card']);
  });

  it('again and again while the chat refuses the words, and nothing waits for them', async () => {
    const house = openHouse();
    const refused = () => new NotifierError('transient', 'refused', { status: 404 });
    house.notifier.errors.push(null, ...Array.from({ length: 10 }, refused));
    await house.submit(house.ask());
    await house.settle();
    assert.deepEqual(house.said(), ['card', 'notice']);
    // 1, 2, 4 and 8 s, then every 15 s.
    assert.equal(house.clock.now().getTime() - Date.parse((await house.state()).request.at), 105_000);
  });

  it('no more once it is decided, however long the words were refused', async () => {
    const house = openHouse();
    await house.submit(house.ask());
    const { sleep } = house.clock;
    house.notifier.postNotice = () => Promise.reject(new NotifierError('transient', 'refused', { status: 403 }));
    house.clock.sleep = async (ms) => {
      await sleep(ms);
      await house.review({ requestId, verb: 'deny', by: megan, where: channel.id });
    };
    await house.settle();
    assert.equal((await house.state()).phase, 'denied');
  });

  it('only those named in the settings, when they can approve', async () => {
    const house = openHouse({ notify: [nestor.id, account(1).id, alex.id] });
    await house.submit(
      house.ask({ targets: [{ kind: 'address', text: megan.name && 'megan.bowen@contoso.example' }] }),
    );
    assert.deepEqual(
      (await house.state()).request.notify?.map(({ id }) => id),
      [nestor.id],
      'not the requester, and not whoever is no approver',
    );
  });

  for (const [what, more, ask] of [
    ['the settings say nobody', { notify: [] }, {}],
    ['it is a 1:1 chat', {}, { conversation: personal }],
  ] as const) {
    it(`not when ${what}`, async () => {
      const house = openHouse(more);
      await house.submit(house.ask(ask));
      await house.settle();
      await house.approve(ask.conversation?.id);
      await house.settle();
      assert.deepEqual(house.said(), ['card', 'update', 'update', 'result']);
    });
  }

  it('for one’s own sessions nobody', async () => {
    const house = openHouse();
    await house.submit(house.ask({ targets: 'self' }));
    await house.settle();
    await house.review({ requestId, verb: 'approve', by: alex, where: channel.id });
    await house.settle();
    assert.deepEqual(house.said(), ['card', 'update', 'update', 'result']);
  });
});

describe('what is asked for in a 1:1 chat, where approvers have a conversation', () => {
  const atSecurity = `${security};messageid=7`;

  it('gets its card there, and one for the requester in the chat', async () => {
    const house = openHouse({ approvalConversation: security });
    await house.submit(house.ask({ conversation: personal }));
    await house.settle();
    const { request, followId } = await house.state();
    assert.deepEqual([request.conversation.id, request.conversation.kind], [security, 'channel']);
    assert.equal(request.conversation.serviceUrl, personal.serviceUrl);
    assert.deepEqual(request.origin, personal);
    assert.deepEqual(house.said().toSorted(), ['card', 'follow', 'notice']);
    assert.match(followId ?? '', /^follow-/);
  });

  it('is approved and denied there alone; the requester can take it back in the chat', async () => {
    const house = openHouse({ approvalConversation: security });
    await house.submit(house.ask({ conversation: personal }));
    await house.settle();
    for (const verb of ['approve', 'deny'] as const) {
      const reviewed = await house.review({ requestId, verb, by: megan, where: personal.id });
      assert.equal(!reviewed.ok && reviewed.code, 'unknownRequest', verb);
    }
    assert.equal((await house.review({ requestId, verb: 'cancel', by: alex, where: personal.id })).ok, true);
  });

  it('counts and is carried out where it is decided', async () => {
    const house = openHouse({ approvalConversation: security });
    await house.submit(house.ask({ conversation: personal }));
    assert.deepEqual(await house.store.openIds(security), [requestId]);
    await house.settle();
    assert.equal((await house.approve(atSecurity)).ok, true);
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
  });

  it('stays in the chat when it is about one’s own sessions', async () => {
    const house = openHouse({ approvalConversation: security });
    await house.submit(house.ask({ conversation: personal, targets: 'self' }));
    const { request } = await house.state();
    assert.deepEqual([request.conversation.id, request.origin], [personal.id, undefined]);
  });

  it('what is asked for in a channel stays there', async () => {
    const house = openHouse({ approvalConversation: security });
    await house.submit(house.ask());
    const { request } = await house.state();
    assert.deepEqual([request.conversation.id, request.origin], [channel.id, undefined]);
  });

  it('tells the requester when nobody can be asked, because the bot is not there', async () => {
    const house = openHouse({ approvalConversation: security });
    house.notifier.postCard = () => Promise.reject(new NotifierError('gone', 'not in the roster'));
    await house.submit(house.ask({ conversation: personal }));
    for (let tries = 0; tries < 3; tries += 1) {
      const next = await house.advance(requestId);
      if (next.again && 'when' in next) await assert.rejects(next.when, NotifierError);
    }
    assert.deepEqual(house.said().toSorted(), ['follow', 'unreachable'], 'each once');
  });

  for (const [what, then, later] of [
    ['taken out of the settings', security, null],
    ['another one by the settings', security, '19:others@thread.tacv2'],
    ['only now in the settings', null, security],
  ] as const) {
    it(`a new card in place of an old one stands where that stood, though the conversation is ${what}`, async () => {
      const house = openHouse({ approvalConversation: then });
      await house.submit(house.ask({ conversation: personal }));
      await house.settle();
      const { request } = await house.state();
      house.rules.approvalConversation = later;
      gainRole(house);
      const reviewed = await house.review({ requestId, verb: 'approve', by: megan, where: request.conversation.id });
      assert.equal(!reviewed.ok && reviewed.code, 'superseded');
      const { successor } = await house.state();
      assert.deepEqual(successor?.draft.conversation, request.conversation);
      assert.deepEqual(successor?.draft.origin, request.origin);
    });
  }

  it('the requester’s card shows what was decided while it was on its way', async () => {
    const house = openHouse({ approvalConversation: security });
    await house.submit(house.ask({ conversation: personal }));
    const gate = Promise.withResolvers<void>();
    const { postFollow } = house.notifier;
    house.notifier.postFollow = async (...args) => {
      await gate.promise;
      return postFollow(...args);
    };
    const next = await house.advance(requestId);
    assert(next.again && 'when' in next);
    while ((await house.state()).cardIds.length === 0) await new Promise(setImmediate);
    await house.review({ requestId, verb: 'deny', by: megan, where: atSecurity });
    gate.resolve();
    await next.when;
    assert.deepEqual(house.notifier.said.at(-1), { what: 'update', id: requestId, phase: 'denied' });
  });
});
