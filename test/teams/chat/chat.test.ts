import assert from 'node:assert/strict';
import { NotifierError } from '../../../src/app/errors.ts';
import type { Conversation } from '../../../src/domain/request.ts';
import type { AdaptiveCardJson } from '../../../src/teams/cards/render-card.ts';
import { type Chat, createChat } from '../../../src/teams/chat/chat.ts';
import { type Addresses, createAddresses, createReach } from '../../../src/teams/chat/connector.ts';
import type { Paced } from '../../../src/teams/chat/pacing.ts';
import { createLocalAdapter } from '../../../src/teams/wire/adapter.ts';
import { type BotChannel, openBotChannel } from '../../support/fake-bot-channel.ts';
import { createFakeClock } from '../../support/fakes.ts';

const card: AdaptiveCardJson = {
  type: 'AdaptiveCard',
  version: '1.5',
  fallbackText: 'x',
  body: [{ type: 'TextBlock' }],
};
const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', content: card };
const placeId = '19:incident@thread.tacv2';
const threadId = `${placeId};messageid=1700000000000`;

describe('chat', () => {
  let channel: BotChannel;
  let chat: Chat;
  let addresses: Addresses;
  let open: (deadlineMs?: number) => Chat;
  let conversation: Conversation;
  let allowed: (serviceUrl: string) => boolean;
  let lanes: string[];
  let kinds: unknown[];
  let slept: number[];

  beforeEach(async () => {
    channel = await openBotChannel();
    conversation = { id: placeId, serviceUrl: channel.serviceUrl, botId: '28:bot', kind: 'channel' };
    allowed = () => true;
    lanes = [];
    kinds = [];
    slept = [];
    const paced: Paced = (lane, send, { kind = 'card' } = {}) => {
      lanes.push(lane);
      kinds.push(kind);
      return send();
    };
    addresses = createAddresses(createFakeClock());
    open = (deadlineMs) =>
      createChat({
        reach: createReach({
          adapter: createLocalAdapter().cloud,
          appId: '',
          isAllowed: (url) => allowed(url),
          addresses,
        }),
        paced,
        sleep: async (ms) => void slept.push(ms),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
    chat = open();
  });
  afterEach(() => channel.close());

  const actions: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['postCard', () => chat.postCard(conversation, card, 'summary')],
    ['updateCard', () => chat.updateCard(conversation, 'activity-9', card)],
    ['postText', () => chat.postText(conversation, 'text')],
  ];
  const activitiesOf = (id: string) => `/v3/conversations/${encodeURIComponent(id)}/activities`;
  const thread = activitiesOf(placeId);

  it('posts a card to the thread, and answers its id', async () => {
    assert.equal(await chat.postCard(conversation, card, 'summary'), 'activity-1');
    const [request] = channel.requests;
    assert.equal(channel.requests.length, 1);
    assert.equal(request?.method, 'POST');
    assert(request?.path.startsWith(thread), request?.path);
    const { type, attachments, summary, text } = request?.body ?? {};
    // Text beside a card would make two messages of it, of which only one has the id.
    assert.deepEqual([type, attachments, summary, text], ['message', [attachment], 'summary', undefined]);
  });

  it('updates the card with the id that posting gave', async () => {
    await chat.updateCard(conversation, 'activity-9', card);
    assert.deepEqual(
      channel.requests.map(({ method, path }) => [method, path]),
      [['PUT', `${thread}/activity-9`]],
    );
    assert.deepEqual(channel.requests[0]?.body.attachments, [attachment]);
  });

  it('says plain text as plain text', async () => {
    const text = '**not bold** <at>nobody</at>\n[no](https://link.example)';
    await chat.postText(conversation, text);
    const { body } = channel.requests[0] ?? {};
    assert.deepEqual([body?.text, body?.textFormat, body?.attachments], [text, 'plain', undefined]);
  });

  it('keeps what is said in one conversation in its own lane', async () => {
    for (const [, act] of actions) await act();
    await chat.postText({ ...conversation, id: 'a:1' }, 'text');
    assert.deepEqual(lanes, [placeId, placeId, placeId, 'a:1']);
  });

  for (const [name, act] of actions) {
    describe(name, () => {
      for (const status of [401, 403, 404, 405, 408, 409, 410, 412, 429, 500, 502, 503, 504]) {
        it(`${status} may pass, after one request`, async () => {
          const body = { error: { code: 'Code', message: 'secret detail' } };
          channel.answers.push({ status, body });
          const error = await act().then(
            () => null,
            (thrown: unknown) => thrown,
          );
          assert(error instanceof NotifierError);
          const { kind, code, retryAfterMs, message } = error;
          assert.deepEqual(
            [kind, error.status, code, retryAfterMs, message, channel.requests.length],
            ['transient', status, 'Code', undefined, `the connector answered ${status} Code`, 1],
          );
        });
      }

      for (const status of [400, 413]) {
        it(`${status} does not, for words`, async () => {
          channel.answers.push({ status, body: {} }, { status, body: {} });
          await assert.rejects(act(), { name: 'NotifierError', kind: 'gone', status });
          assert.equal(channel.requests.length, name === 'postText' ? 1 : 2);
        });
      }

      it('with a connector that does not answer: not longer than its deadline', async () => {
        channel.answers.push('never');
        chat = open(20);
        await assert.rejects(act(), { name: 'NotifierError', kind: 'transient', status: null });
      });

      it('with a date in Retry-After that is over: after the usual pause', async () => {
        channel.answers.push({ status: 429, headers: { 'Retry-After': 'Sat, 21 Nov 2026 03:00:00 GMT' }, body: {} });
        await assert.rejects(act(), { kind: 'transient', retryAfterMs: 0 });
        assert.equal(channel.requests.length, 1);
      });

      it('without anybody there: transient', async () => {
        await channel.close();
        await assert.rejects(act(), { name: 'NotifierError', kind: 'transient' });
        channel = await openBotChannel();
      });

      it('with a body that is not JSON: judged by its status', async () => {
        channel.answers.push({ status: 403, headers: { 'Content-Type': 'text/html' }, body: '<h1>no</h1>' });
        await assert.rejects(act(), { name: 'NotifierError', kind: 'transient', status: 403 });
      });

      it('to an address that is not allowed any more: nothing is sent', async () => {
        const asked: string[] = [];
        allowed = (url) => {
          asked.push(url);
          return false;
        };
        await assert.rejects(act(), { name: 'NotifierError', kind: 'gone' });
        assert.deepEqual([asked, channel.requests, lanes], [[channel.serviceUrl], [], []]);
      });
    });
  }

  for (const [name, act] of actions) {
    for (const status of [429, 503]) {
      it(`${name}: ${status} with Retry-After tells how long, and leaves it to the worker to try again`, async () => {
        channel.answers.push({ status, headers: { 'Retry-After': '7' }, body: {} });
        await assert.rejects(act(), { name: 'NotifierError', kind: 'transient', retryAfterMs: 7000 });
        assert.equal(channel.requests.length, 1);
      });
    }
  }

  it('keeps words apart from cards, which go before them', async () => {
    for (const [, act] of actions) await act();
    assert.deepEqual(kinds, ['card', 'card', 'text']);
  });

  const asJson = { 'Content-Type': 'application/json' };
  for (const answer of [
    { status: 202 },
    { status: 204 },
    { status: 200, body: {} },
    { status: 201, body: { id: '' } },
    { status: 201, body: 'Created', headers: { 'Content-Type': 'text/plain' } },
    { status: 201, body: 'Created', headers: asJson },
    { status: 200, body: '<html>', headers: asJson },
    { status: 203, body: {} },
  ]) {
    it(`takes a card for posted that has no id: ${JSON.stringify(answer)}`, async () => {
      channel.answers.push(answer);
      assert.equal(await chat.postCard(conversation, card, 'summary'), null);
      assert.equal(channel.requests.length, 1);
    });

    it(`takes a card for updated, and words for said: ${JSON.stringify(answer)}`, async () => {
      channel.answers.push(answer, answer);
      await chat.updateCard(conversation, 'activity-1', card);
      await chat.postText(conversation, 'text');
      assert.equal(channel.requests.length, 2);
    });
  }

  for (const status of [400, 413]) {
    it(`${status} for a card: a few plain words stand in for it, and are updated`, async () => {
      channel.answers.push({ status, body: {} });
      assert.equal(await chat.postCard(conversation, card, 'summary'), 'activity-1');
      channel.answers.push({ status, body: {} });
      await chat.updateCard(conversation, 'activity-1', card);
      const [, posted, , updated] = channel.requests;
      for (const one of [posted, updated]) {
        const { type, text, textFormat, attachments } = one?.body ?? {};
        assert.deepEqual([type, text, textFormat, attachments], ['message', card.fallbackText, 'plain', undefined]);
      }
      assert.deepEqual([updated?.method, updated?.path], ['PUT', `${thread}/activity-1`]);
    });
  }

  it('400 with a word that comes and goes may pass', async () => {
    channel.answers.push({ status: 400, body: { error: { code: 'ConversationNotFound' } } });
    await assert.rejects(chat.postCard(conversation, card, 'summary'), { kind: 'transient', status: 400 });
    assert.equal(channel.requests.length, 1);
  });

  it('goes by the address through which the place was heard last, in whatever thread', async () => {
    const moved = await openBotChannel();
    addresses.note('19:incident@thread.tacv2;messageid=7', moved.serviceUrl);
    for (const [, act] of actions) await act();
    assert.deepEqual([channel.requests.length, moved.requests.length], [0, actions.length]);
    await chat.postText({ ...conversation, id: 'a:1' }, 'text');
    assert.equal(channel.requests.length, 1, 'another place is where it was');
    allowed = (url) => url !== moved.serviceUrl;
    await assert.rejects(chat.postText(conversation, 'text'), { kind: 'gone' });
    await moved.close();
  });

  describe('in a thread', () => {
    const inThread = () => ({ ...conversation, id: threadId });
    const lost = (status: number) => ({ status, body: { error: { code: 'ConversationNotFound' } } });
    const paths = () => channel.requests.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
    const post = (id: string) => `POST ${decodeURIComponent(activitiesOf(id))}`;

    it('says it there', async () => {
      await chat.postCard(inThread(), card, 'summary');
      assert.equal(paths().length, 1);
      assert(paths()[0]?.startsWith(post(threadId)), paths()[0]);
    });

    for (const status of [403, 404, 410]) {
      it(`that answers ${status} once: there, a moment later`, async () => {
        channel.answers.push(lost(status));
        await chat.postCard(inThread(), card, 'summary');
        assert.equal(paths().length, 2);
        assert(paths().every((path) => path.startsWith(post(threadId))));
        assert.deepEqual(slept, [1000]);
      });

      it(`that answers ${status} again: in its channel`, async () => {
        channel.answers.push(lost(status), lost(status));
        assert.equal(await chat.postCard(inThread(), card, 'summary'), 'activity-1');
        assert.equal(paths().length, 3);
        assert(paths()[2]?.startsWith(`${post(placeId)}`) && !paths()[2]?.includes('messageid'), paths()[2]);
        assert.deepEqual(lanes, [threadId, threadId, placeId]);
      });
    }

    it('that is gone: what stands in the channel is updated there', async () => {
      channel.answers.push(lost(404), lost(404));
      await chat.updateCard(inThread(), 'activity-9', card);
      assert.deepEqual(channel.requests.at(-1)?.path, `${thread}/activity-9`);
    });

    for (const status of [429, 502]) {
      it(`that answers ${status}: nothing says that it is gone`, async () => {
        channel.answers.push({ status, body: {} });
        await assert.rejects(chat.postCard(inThread(), card, 'summary'), { kind: 'transient', status });
        assert.equal(channel.requests.length, 1);
      });
    }

    it('of a channel that is gone as well: it may pass', async () => {
      channel.answers.push(lost(404), lost(404), lost(403));
      await assert.rejects(chat.postText(inThread(), 'text'), { kind: 'transient', status: 403 });
    });
  });

  describe('a mention', () => {
    const people = [{ id: 'p1', name: 'Megan' }];
    const mention = () => chat.postMention(conversation, people, (names) => `called: ${names}`);
    const absent = { status: 404, body: { error: { code: 'MemberNotFoundInConversation' } } };

    it('of a member is posted with the name that the roster has', async () => {
      channel.answers.push({ status: 200, body: { id: '29:1', name: 'Megan Bowen' } });
      await mention();
      assert.deepEqual(channel.requests.at(-1)?.body.text, 'called: <at>Megan Bowen</at>');
    });

    it('of nobody who is there is not posted', async () => {
      channel.answers.push(absent);
      await mention();
      assert.equal(channel.requests.length, 1);
    });

    for (const status of [403, 404, 502]) {
      it(`waits for another time while the roster answers ${status}`, async () => {
        channel.answers.push({ status, body: { error: { code: 'ConversationNotFound' } } });
        await assert.rejects(mention(), { name: 'NotifierError', kind: 'transient', status });
      });
    }
  });
});
