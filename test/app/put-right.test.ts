import assert from 'node:assert/strict';
import { NotifierError } from '../../src/app/errors.ts';
import type { Seen } from '../../src/domain/command.ts';
import type { Conversation } from '../../src/domain/request.ts';
import { account, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const personal: Conversation = { ...channel, id: 'a:1', kind: 'personal' };
const security = '19:security@thread.tacv2';
const seen = (more: Partial<Seen> = {}): Seen => ({
  where: channel.id,
  serviceUrl: channel.serviceUrl,
  messageId: 'copy-9',
  shows: 'card',
  ...more,
});

/** A house that remembers which messages were updated to show what. */
function openHouse(options: Parameters<typeof createHouse>[0] = {}) {
  const house = createHouse(options);
  const updated: string[] = [];
  const { notifier } = house;
  const { updateCard, updateResult } = notifier;
  notifier.updateCard = async (id, state, begin) => {
    await updateCard(id, state, begin);
    updated.push(...[...state.cardIds, state.followId ?? []].flat().map((one) => `${one} ${state.phase}`));
  };
  notifier.updateResult = async (id, state, head) => {
    await updateResult(id, state, head);
    updated.push(`${state.resultId} result`);
  };
  const asked = async (more: Parameters<typeof house.ask>[0] = {}) => {
    await house.submit(house.ask(more));
    await house.settle();
  };
  const decided = async (verb: 'approve' | 'deny') => {
    await house.review({ requestId, verb, by: megan, where: channel.id });
    await house.settle();
  };
  return { ...house, updated, asked, decided };
}

describe('a click on a copy of the card', () => {
  it('tells its id, and from then on the copy shows what happens', async () => {
    const house = openHouse();
    await house.asked();
    await house.putRight(requestId, seen());
    assert.deepEqual([(await house.state()).cardIds, house.updated], [['card-1', 'copy-9'], []]);
    await house.decided('deny');
    assert.deepEqual(house.updated, ['card-1 denied', 'copy-9 denied']);
  });

  it('tells nothing new of one that is known', async () => {
    const house = openHouse();
    await house.asked();
    await house.putRight(requestId, seen({ messageId: 'card-1' }));
    assert.deepEqual(await house.types(), ['Requested', 'PostStarted', 'CardPosted']);
  });

  it('tells the id of a card that was taken without one', async () => {
    const house = openHouse();
    house.notifier.postCard = async (_, __, begin) => {
      await begin();
      return null;
    };
    await house.asked();
    await house.putRight(requestId, seen());
    await house.decided('approve');
    assert(house.updated.includes('copy-9 succeeded'), house.updated.join());
  });

  for (const verb of ['deny', 'approve'] as const) {
    it(`puts right one that still asks after it is over (${verb}), once, with nothing more on record`, async () => {
      const house = openHouse();
      await house.asked();
      await house.decided(verb);
      const before = await house.types();
      house.updated.length = 0;
      for (let clicks = 0; clicks < 3; clicks += 1) {
        await house.putRight(requestId, seen());
        // One whose update was refused for too long.
        await house.putRight(requestId, seen({ messageId: 'card-1' }));
      }
      const phase = verb === 'deny' ? 'denied' : 'succeeded';
      assert.deepEqual(house.updated, [`copy-9 ${phase}`, `card-1 ${phase}`]);
      assert.deepEqual(await house.types(), before);
    });
  }

  it('is tried again while the connector refuses, and once more with the next click after that', async () => {
    const house = openHouse();
    await house.asked();
    await house.decided('deny');
    house.updated.length = 0;
    house.notifier.errors.push(new NotifierError('transient', 'refused', { status: 403 }));
    await house.putRight(requestId, seen());
    assert.deepEqual(house.updated, ['copy-9 denied']);
    house.notifier.errors.push(new NotifierError('gone', 'refused'));
    await house.putRight(requestId, seen({ messageId: 'copy-8' }));
    await house.putRight(requestId, seen({ messageId: 'copy-8' }));
    assert.deepEqual(house.updated, ['copy-9 denied', 'copy-8 denied']);
  });

  it('from elsewhere, or on no request, changes nothing', async () => {
    const house = openHouse();
    await house.asked();
    await house.decided('deny');
    house.updated.length = 0;
    await house.putRight(requestId, seen({ where: '19:elsewhere@thread.tacv2' }));
    await house.putRight('M2QXAAAAAAAAAAAAAAAA', seen());
    await house.putRight(requestId, seen({ messageId: null }));
    assert.deepEqual(house.updated, []);
  });

  it('where the requester asked tells the id of his own card', async () => {
    const house = openHouse({ policy: { approvalConversation: security } });
    house.notifier.postFollow = async () => null;
    await house.asked({ conversation: personal });
    await house.putRight(requestId, seen({ where: personal.id }));
    assert.deepEqual([(await house.state()).followId, (await house.state()).cardIds], ['copy-9', ['card-1']]);
  });
});

describe('a click on a result', () => {
  const withoutId = () => {
    const house = openHouse();
    const { postResult } = house.notifier;
    house.notifier.postResult = async (...args) => {
      await postResult(...args);
      return null;
    };
    return house;
  };
  const onResult = seen({ messageId: 'result-9', shows: 'result' });

  it('tells the id of one that was taken without, and an effect that shows later is shown on it', async () => {
    const house = withoutId();
    house.directory.answers.push({ kind: 'accepted', effect: false });
    await house.asked();
    await house.review({ requestId, verb: 'approve', by: megan, where: channel.id });
    while (!(await house.state()).told) {
      const next = await house.advance(requestId);
      if (next.again && 'afterMs' in next) house.clock.pass(next.afterMs);
    }
    assert.equal((await house.state()).proof, 'awaited');
    await house.putRight(requestId, onResult);
    assert.equal((await house.state()).resultId, 'result-9');
  });

  it('shows on it what is known by now', async () => {
    const house = withoutId();
    await house.asked();
    await house.decided('approve');
    house.updated.length = 0;
    await house.putRight(requestId, onResult);
    await house.putRight(requestId, onResult);
    assert.deepEqual(house.updated, ['result-9 result']);
  });

  it('is taken for no result where the message that someone is back has the same button', async () => {
    for (const house of [openHouse(), withoutId()]) {
      await house.asked();
      await house.decided('approve');
      const { aftermath } = await house.state();
      assert(aftermath);
      house.clock.pass(2000);
      const at = house.clock.now().toISOString();
      const signIn = { id: 's', app: 'Outlook', country: null, device: null, risk: 'none' } as const;
      const signIns = [{ ...signIn, accountId: account(1).id, at, interactive: true, succeeded: true }];
      const { worker } = aftermath;
      const noted = await house.runCommand(requestId, { type: 'noteBack', worker, readAt: at, signIns });
      assert(noted.ok);
      house.updated.length = 0;
      await house.putRight(requestId, onResult);
      assert.deepEqual(house.updated, []);
      assert.notEqual((await house.state()).resultId, 'result-9');
    }
  });
});

describe('a click through another address', () => {
  const amer = seen({ messageId: null, serviceUrl: 'https://smba.example/amer/' });

  it('puts it on record, once, and what comes after goes there', async () => {
    const house = openHouse();
    await house.asked();
    await house.putRight(requestId, amer);
    await house.putRight(requestId, amer);
    const { conversation } = (await house.state()).request;
    assert.equal(conversation.serviceUrl, amer.serviceUrl);
    assert.equal(conversation.seenAt, house.clock.now().toISOString());
    assert.deepEqual((await house.types()).at(-1), 'Readdressed');
    assert.equal((await house.types()).length, 4);
  });

  it('concerns its own place alone', async () => {
    const house = openHouse({ policy: { approvalConversation: security } });
    await house.asked({ conversation: personal });
    await house.putRight(requestId, { ...amer, where: personal.id });
    const { conversation, origin } = (await house.state()).request;
    assert.deepEqual([conversation.serviceUrl, origin?.serviceUrl], [channel.serviceUrl, amer.serviceUrl]);
  });

  it('is nothing worth a record when all is said', async () => {
    const house = openHouse();
    await house.asked();
    await house.decided('deny');
    await house.putRight(requestId, amer);
    assert.equal((await house.types()).includes('Readdressed'), false);
  });
});
