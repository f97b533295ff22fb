import assert from 'node:assert/strict';
import { NotifierError } from '../../../src/app/errors.ts';
import { fold } from '../../../src/domain/evolve.ts';
import type { Conversation, KnownRequest, RequestEvent, Requested } from '../../../src/domain/request.ts';
import type { AdaptiveCardJson } from '../../../src/teams/cards/render-card.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import type { Chat } from '../../../src/teams/chat/chat.ts';
import { createNotifier, createRequestCard } from '../../../src/teams/chat/notifier.ts';
import { ja } from '../../../src/teams/texts/ja.ts';
import { afterResult, back, signIn } from '../../support/around-views.ts';
import { createFakeClock } from '../../support/fakes.ts';
import { account, alex, channel, head, megan, requested, requestId, start, target } from '../../support/samples.ts';

const thread = channel;
const root: Conversation = { ...channel, id: '19:incident@thread.tacv2' };
const group: Conversation = { ...channel, id: '19:on-call@thread.v2', kind: 'groupChat' };
const origin: Conversation = { ...channel, id: 'a:1', kind: 'personal' };
const notify = [{ id: megan.id, name: megan.name }];
const at = start.toISOString();
const envelope = { at, where: channel.id };

const posted = (cardId?: string): RequestEvent => ({
  type: 'CardPosted',
  ...(cardId === undefined ? {} : { cardId }),
  ...envelope,
});
const follow: RequestEvent = { type: 'FollowPosted', cardId: 'f', ...envelope };
const approved: RequestEvent = { type: 'Approved', by: megan, requesterId: alex.id, targetCount: 1, ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const over: readonly RequestEvent[] = [
  approved,
  { type: 'ExecutionStarted', attempt: 1, worker: 'w', leaseUntil: at, calls: [], ...envelope },
  {
    type: 'TargetsProcessed',
    attempt: 1,
    results: [{ targetId: account(1).id, at, outcome: 'failed', code: 'missingPermission' }],
    ...envelope,
  },
  { type: 'Finished', outcome: 'failed', ...envelope },
];
const told: RequestEvent = { type: 'ResultPosted', messageId: 'r', ...envelope };

function state(more: Partial<Requested>, ...events: readonly RequestEvent[]): KnownRequest {
  const known = fold([requested({ notify, ...more }), ...events]);
  assert(known.phase !== 'none');
  return known;
}

interface Said {
  readonly what: 'post' | 'update' | 'mention' | 'text';
  readonly where: string;
  readonly id?: string;
  readonly how?: unknown;
  readonly card?: AdaptiveCardJson;
  readonly people?: readonly { readonly id: string }[];
  readonly text?: string;
}

/** The notifier over a chat that remembers where what was said, and refuses updates of the ids in `refusing`. */
function open(refusing: ReadonlyMap<string, Error> = new Map()) {
  const said: Said[] = [];
  const chat: Chat = {
    async postCard({ id: where }, card, _summary, how) {
      said.push({ what: 'post', where, card, how });
      await how?.begin?.();
      return 'new';
    },
    async updateCard({ id: where }, id, card, how) {
      said.push({ what: 'update', where, id, card, how });
      await how?.begin?.();
      const error = refusing.get(id);
      if (error) throw error;
    },
    async postMention({ id: where }, people, words, how) {
      said.push({ what: 'mention', where, people, text: words(['@M']), how });
    },
    async postText({ id: where }, text, how) {
      said.push({ what: 'text', where, text, how });
    },
  };
  const clock = createFakeClock();
  const cards = createCardRenderer(new URL('../../../cards/', import.meta.url));
  const notifier = createNotifier({
    chat,
    cards,
    requestCard: createRequestCard({ cards, clock }),
    cloud: { promptServices: ['Exchange'], graphEnvironment: null, adminCenter: 'https://entra.microsoft.com' },
    now: clock.now,
  });
  const places = () => said.map(({ what, where, id }) => [what, where, ...(id === undefined ? [] : [id])].join(' '));
  return { said, places, notifier };
}

const begin = async () => undefined;
const inThread = `${root.id};messageid=c`;

describe('where a request shows', () => {
  const rows: readonly (readonly [
    what: string,
    act: (notifier: ReturnType<typeof open>['notifier']) => Promise<unknown>,
    places: readonly string[],
  ])[] = [
    ['the card: where it was asked', (on) => on.postCard(requestId, state({}), begin), [`post ${thread.id}`]],
    [
      'every copy of it, and the requester’s own: each in its place',
      (on) => on.updateCard(requestId, state({ origin }, posted('c'), posted('d'), follow, denied)),
      [`update ${thread.id} c`, `update ${thread.id} d`, 'update a:1 f'],
    ],
    ['no copy is known: nothing', (on) => on.updateCard(requestId, state({}, posted(), denied)), []],
    [
      'who can approve: in the thread where it was asked',
      (on) => on.postNotice(state({}, posted('c')), 'notice'),
      [`mention ${thread.id}`],
    ],
    [
      'who can approve: under the card that began a thread',
      (on) => on.postNotice(state({ conversation: root }, posted('c'), posted('d')), 'reminder'),
      [`mention ${inThread}`],
    ],
    [
      'who can approve: beside the card in a chat',
      (on) => on.postNotice(state({ conversation: group }, posted('c')), 'notice'),
      [`mention ${group.id}`],
    ],
    [
      'that a person tried to decide about their own account: where it was tried',
      (on) => on.postAttempt(state({ origin }), { by: megan, verb: 'deny', where: inThread }),
      [`text ${inThread}`],
    ],
    ['that nobody can be asked: where it was asked for', (on) => on.postUnreachable(state({ origin })), ['text a:1']],
    ['the same, where it is decided: nothing', (on) => on.postUnreachable(state({})), []],
    [
      'the requester’s own card: where it was asked for',
      (on) => on.postFollow(requestId, state({ origin })),
      ['post a:1'],
    ],
    [
      'the result: in the thread where it was asked',
      (on) => on.postResult(requestId, state({}, posted('c'), ...over), head, begin),
      [`post ${thread.id}`],
    ],
    [
      'the result: under the card that began a thread, and on the requester’s own card',
      (on) =>
        on.postResult(requestId, state({ conversation: root, origin }, posted('c'), follow, ...over), head, begin),
      [`post ${inThread}`, 'update a:1 f'],
    ],
    [
      'the result, where the card’s id is not known: in the channel',
      (on) => on.postResult(requestId, state({ conversation: root }, posted(), ...over), head, begin),
      [`post ${root.id}`],
    ],
    [
      'a corrected result: where it stands',
      (on) =>
        on.updateResult(requestId, state({ conversation: root, origin }, posted('c'), follow, ...over, told), head),
      [`update ${inThread} r`, 'update a:1 f'],
    ],
    [
      'a corrected result whose id is not known: nothing',
      (on) => on.updateResult(requestId, state({}, posted('c'), ...over), head),
      [],
    ],
  ];
  for (const [what, act, places] of rows) {
    it(what, async () => {
      const { notifier, places: said } = open();
      await act(notifier);
      assert.deepEqual(said(), places);
    });
  }
});

describe('who is mentioned', () => {
  it('those who can approve, or the approver whose sign-in was lost', async () => {
    const nestor = { ...megan, id: 'n', name: 'Nestor' };
    const { notifier, said } = open();
    await notifier.postNotice(state({}, posted('c')), 'notice');
    await notifier.postNotice(state({}, posted('c'), { ...approved, by: nestor }), 'signIn');
    assert.deepEqual(
      said.map(({ people }) => people?.map(({ id }) => id)),
      [[megan.id], ['n']],
    );
  });

  const mentionsOn = ({ card }: Said) => (card as { msteams?: { entities?: unknown } } | undefined)?.msteams?.entities;

  it('the requester on the result, where the requester is', async () => {
    const { notifier, said } = open();
    await notifier.postResult(requestId, state({}, posted('c'), ...over), head, begin);
    const mention = { type: 'mention', text: `<at>${alex.name}</at>`, mentioned: { id: alex.id, name: alex.name } };
    assert.deepEqual(said.map(mentionsOn), [[mention]]);
  });

  it('who asked, where that is here, and who approved, on the message that someone is back', async () => {
    const targets = [target(1)];
    const ids = async (more: Partial<Requested>, by = megan) => {
      const { notifier, said } = open();
      const isBack = afterResult(back(signIn(target(1), 9)))();
      await notifier.postBack(
        requestId,
        state({ targets, ...more }, posted('c'), { ...approved, by }, ...isBack),
        begin,
      );
      const [only, ...others] = said;
      assert.deepEqual([only?.what, only?.where, others], ['post', thread.id, []]);
      assert.match(String(only?.card?.fallbackText), /^User 1: signed in again \(K7F3\), /);
      return (mentionsOn(only as Said) as { mentioned: { id: string } }[]).map(({ mentioned }) => mentioned.id);
    };
    assert.deepEqual(await ids({}), [alex.id, megan.id]);
    assert.deepEqual(await ids({}, alex), [alex.id]);
    assert.deepEqual(await ids({ origin }), [megan.id]);
    assert.deepEqual(await ids({ by: { ...alex, app: true } }), [megan.id]);
    assert.deepEqual(await ids({ by: { ...alex, name: '<at>everyone</at>' } }), [alex.id, megan.id]);
  });

  it('in words, the person who tried to decide about their own account, in the language of the request', async () => {
    const { notifier, said } = open();
    await notifier.postAttempt(state({ locale: 'ja' }), { by: megan, verb: 'deny', where: thread.id });
    assert.deepEqual(
      said.map(({ text }) => text),
      [ja.ownAccount(megan.name, 'deny', 'K7F3')],
    );
  });

  it('nobody on the requester’s own card, which offers nothing to decide either', async () => {
    const { notifier, said } = open();
    await notifier.postResult(requestId, state({ origin }, posted('c'), follow, ...over), head, begin);
    assert.deepEqual(said.map(mentionsOn), [undefined, undefined]);
    const offersRetry = said.map(({ card }) => JSON.stringify(card).includes('"verb":"retry"'));
    assert.deepEqual(offersRetry, [true, false]);
  });
});

describe('whose turn it takes', () => {
  const turn = (urgent: boolean) => ({ for: alex.id, about: requestId, urgent });
  const hows = async (act: (notifier: ReturnType<typeof open>['notifier']) => Promise<unknown>) => {
    const { notifier, said } = open();
    await act(notifier);
    return said.map(({ how }) => how);
  };

  it('the requester’s; an end is urgent', async () => {
    const ended = state({ origin }, posted('c'), follow, ...over);
    assert.deepEqual(await hows((on) => on.postCard(requestId, state({}), begin)), [{ ...turn(false), begin }]);
    assert.deepEqual(await hows((on) => on.updateCard(requestId, state({}, posted('c'), approved), begin)), [
      { ...turn(false), begin },
    ]);
    assert.deepEqual(await hows((on) => on.updateCard(requestId, state({}, posted('c'), denied))), [turn(true)]);
    assert.deepEqual(await hows((on) => on.postResult(requestId, ended, head, begin)), [
      { ...turn(true), begin },
      turn(true),
    ]);
    assert.deepEqual(await hows((on) => on.postNotice(state({}, posted('c')), 'notice')), [{ for: alex.id }]);
    assert.deepEqual(await hows((on) => on.postUnreachable(state({ origin }))), [{ for: alex.id }]);
    const attempt = { by: megan, verb: 'deny', where: thread.id } as const;
    assert.deepEqual(await hows((on) => on.postAttempt(state({}), attempt)), [{ for: megan.id }]);
  });
});

describe('copies of a card', () => {
  const gone = new NotifierError('gone', 'refused');
  const away = new NotifierError('transient', 'away');
  const rows: readonly (readonly [string, ReadonlyMap<string, Error>, Error | null])[] = [
    ['all take it', new Map(), null],
    ['one never will: the others have it', new Map([['c', gone]]), null],
    ['one may later: it is to be tried again', new Map([['d', away]]), away],
    [
      'one never will and one may later',
      new Map([
        ['c', gone],
        ['d', away],
      ]),
      away,
    ],
    [
      'none ever will',
      new Map([
        ['c', gone],
        ['d', gone],
      ]),
      gone,
    ],
  ];
  for (const [what, refusing, expected] of rows) {
    it(what, async () => {
      const { notifier, places } = open(refusing);
      const updating = notifier.updateCard(requestId, state({}, posted('c'), posted('d'), denied));
      await (expected ? assert.rejects(updating, expected) : updating);
      assert.equal(places().length, 2, 'one that fails keeps no other from it');
    });
  }

  it('a result that cannot be posted is told on the requester’s own card all the same', async () => {
    const { notifier, places } = open();
    const late = () => Promise.reject(away);
    const known = state({ origin }, posted('c'), follow, ...over);
    await assert.rejects(notifier.postResult(requestId, known, head, late), away);
    assert.deepEqual(places(), [`post ${thread.id}`, 'update a:1 f']);
  });

  it('a requester’s own card that cannot be changed keeps no result from being told', async () => {
    const { notifier } = open(new Map([['f', away]]));
    const known = state({ origin }, posted('c'), follow, ...over);
    assert.equal(await notifier.postResult(requestId, known, head, begin), 'new');
  });
});
