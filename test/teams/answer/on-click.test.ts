import assert from 'node:assert/strict';
import type { AskAgain } from '../../../src/app/ask-again.ts';
import { DirectoryError, type DirectoryProblem } from '../../../src/app/errors.ts';
import type { Powers } from '../../../src/app/lookups.ts';
import type { Click } from '../../../src/app/read-for-click.ts';
import type { Reviewed } from '../../../src/app/review.ts';
import type { UseCases } from '../../../src/app/use-cases.ts';
import type { RefusalCode } from '../../../src/domain/command.ts';
import { initialState } from '../../../src/domain/evolve.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { createObserver } from '../../../src/runtime/observe.ts';
import type { ClickAnswer } from '../../../src/teams/answer/reply.ts';
import { answerWithinMs } from '../../../src/teams/answer/respond.ts';
import { openLines } from '../../../src/teams/cards/in-words.ts';
import { en } from '../../../src/teams/texts/en.ts';
import type { Asked, Pressed } from '../../../src/teams/wire/incoming.ts';
import { actor, createAnswerDesk } from '../../support/answer-desk.ts';
import { nodes } from '../../support/card-parts.ts';
import { silentLog } from '../../support/fakes.ts';
import { approved as approval, denied as denial, expired as expiry, played, superseded } from '../../support/played.ts';
import { channel, megan, requested, requestId, start } from '../../support/samples.ts';

const link = 'https://teams.microsoft.com/l/message/19%3Ax/1';
const open = played(requested());
const approved = played(requested(), approval());
const denied = played(requested(), denial());
const expired = played(requested(), expiry());
const replaced = played(requested(), superseded('M2QXAAAAAAAAAAAAAAAA'));

const by = { ...actor, person: megan };
const seen = { where: channel.id, serviceUrl: channel.serviceUrl, messageId: null, shows: 'card' } as const;
const pressed: Pressed = { kind: 'pressed', via: 'click', by, verb: 'approve', requestId, seen };
const refreshed = { kind: 'refreshed', via: 'click', by, requestId, seen } as const;

const message = (value: string) => ({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value });

/** Time stands still unless the test lets the limit pass. */
function createDesk(review: (click: Click) => Promise<Reviewed>, more: Parameters<typeof createAnswerDesk>[0] = {}) {
  const clicks: Click[] = [];
  const limit = Promise.withResolvers<void>();
  const desk = createAnswerDesk({
    review(click) {
      clicks.push(click);
      return review(click);
    },
    sleep(ms) {
      assert.equal(ms, answerWithinMs);
      return limit.promise;
    },
    ...more,
  });
  const ask = (asked: Asked) => desk.ask(asked) as Promise<ClickAnswer>;
  return Object.assign(desk, {
    press: ask,
    clicks,
    click: (verb: Pressed['verb'] = 'approve') => ask({ ...pressed, verb }),
    refresh: () => ask({ ...refreshed }),
    passLimit: () => limit.resolve(),
  });
}

const titleOf = ({ type, value }: ClickAnswer) => {
  assert.equal(type, 'application/vnd.microsoft.card.adaptive');
  return JSON.stringify(value);
};
const refusal =
  (code: RefusalCode, state: Reviewed['state'] = open) =>
  async (): Promise<Reviewed> => ({
    ok: false,
    code,
    state,
  });

describe('a click on a card', () => {
  it('hands on who, what and where, and nothing else', async () => {
    const { click, clicks } = createDesk(refusal('notApprover'));
    for (const verb of ['approve', 'deny', 'cancel'] as const) await click(verb);
    assert.deepEqual(
      clicks,
      (['approve', 'deny', 'cancel'] as const).map((verb) => ({ verb, requestId, by: megan, where: channel.id })),
    );
  });

  describe('that decides', () => {
    for (const [name, state, shown] of [
      ['approved', approved, en.progressTitle(1)],
      ['denied', denied, en.closedTitle.denied],
    ] as const) {
      it(`${name}: answers with the new card and wakes the worker`, async () => {
        const { click, woken, chat, outside } = createDesk(async () => ({ ok: true, state }));
        const answer = await click();
        assert.equal(answer.statusCode, 200);
        assert(titleOf(answer).includes(shown));
        assert.deepEqual([woken, chat.said, outside.names], [[requestId], [], []]);
      });
    }
  });

  it('says that it is decided when only the card fails', async () => {
    const { click, woken } = createDesk(async () => ({ ok: true, state: approved }), {
      requestCard: () => {
        throw new Error('secret detail');
      },
    });
    const answer = await click();
    assert.equal(answer.value, en.isDecided);
    assert.deepEqual(woken, [requestId]);
  });

  describe('that comes too late', () => {
    for (const [code, state, shown] of [
      ['alreadyDecided', denied, en.closedTitle.denied],
      ['alreadyDecided', approved, en.progressTitle(1)],
      ['expired', expired, en.closedTitle.expired],
      ['superseded', replaced, en.closedTitle.superseded],
    ] as const) {
      it(`${code} (${state.phase}): answers with the card as it is now`, async () => {
        const { click, woken } = createDesk(refusal(code, state));
        assert(titleOf(await click()).includes(shown));
        // What takes its place is made from the record of the old one.
        assert.deepEqual(woken, code === 'superseded' ? [requestId] : []);
      });
    }

    it('expired, but not swept yet: says so', async () => {
      const { click } = createDesk(refusal('expired'));
      assert.equal((await click()).value, en.refusals.expired);
    });
  });

  describe('that is refused', () => {
    for (const code of Object.keys(en.refusals) as RefusalCode[]) {
      it(`${code}: tells the clicker alone, in a sentence`, async () => {
        const { click, woken, chat } = createDesk(refusal(code));
        assert.deepEqual(await click(), {
          statusCode: 200,
          type: 'application/vnd.microsoft.activity.message',
          value: en.refusals[code],
        });
        assert.deepEqual([woken, chat.said], [code === 'superseded' ? [requestId] : [], []]);
      });
    }

    it('names no request where there is none', async () => {
      const { click } = createDesk(refusal('unknownRequest', initialState));
      assert.equal((await click()).value, en.refusals.unknownRequest);
    });
  });

  describe('that fails', () => {
    const problems: readonly DirectoryProblem[] = [
      ...(['missingPermission', 'notFound', 'throttled', 'unavailable', 'noAnswer', 'signIn', 'rejected'] as const),
    ];
    for (const problem of problems) {
      it(`${problem}: says that nothing was done, and nothing of the error`, async () => {
        const { click, logged } = createDesk(async () => {
          throw new DirectoryError(problem, 'secret detail', { graphRequestId: 'g-secret' });
        });
        const { type, value } = await click();
        assert.equal(type, 'application/vnd.microsoft.activity.message');
        assert.equal(value, en.problem(problem));
        assert.doesNotMatch(JSON.stringify(value), /secret/);
        assert.equal(logged.length, 1);
      });
    }

    for (const thrown of [new Error('secret detail'), 'secret detail', null, undefined, { message: 'secret detail' }]) {
      it(`with ${String(thrown)}: a sentence, and nothing raw`, async () => {
        const { click, woken } = createDesk(() => Promise.reject(thrown));
        assert.equal((await click()).value, en.internal);
        assert.deepEqual(woken, []);
      });
    }
  });

  describe('that takes long', () => {
    const createSlowDesk = () => {
      const reviewing = Promise.withResolvers<Reviewed>();
      return { ...createDesk(() => reviewing.promise), finish: reviewing.resolve, fail: reviewing.reject };
    };

    it('says what is slow, and promises nothing that no record would keep', async () => {
      const reading = Promise.withResolvers<never>();
      const { observe } = createObserver(createMetrics(), null, silentLog);
      const store = observe('store', { read: () => reading.promise });
      const { click, passLimit } = createDesk(() => store.read());
      const answering = click();
      passLimit();
      const { value } = await answering;
      assert.equal(value, en.stillChecking('store'));
      assert.match(
        String(value),
        /^Not decided yet: the record of the requests is slow\. If the card has not changed in a minute, press again/,
      );
    });

    it('is answered within the limit, and goes on outside the turn', async () => {
      const { click, passLimit, finish, woken, outside, chat } = createSlowDesk();
      const answering = click();
      passLimit();
      assert.deepEqual(await answering, {
        statusCode: 200,
        type: 'application/vnd.microsoft.activity.message',
        value: en.stillChecking('graph'),
      });
      assert.deepEqual([outside.names, woken], [['late answer'], []]);
      finish({ ok: true, state: approved });
      await outside.done();
      // The card changes for everyone, so there is nothing left to say.
      assert.deepEqual([woken, chat.said], [[requestId], []]);
    });

    it('and is refused after all: says so in the chat', async () => {
      const { click, passLimit, finish, outside, chat } = createSlowDesk();
      const answering = click();
      passLimit();
      await answering;
      finish({ ok: false, code: 'twoPersons', state: open });
      await outside.done();
      assert.deepEqual(chat.said, [{ text: `Megan Bowen: ${en.refusals.twoPersons}`, conversation: channel }]);
    });

    it('and is too late after all: the card says it', async () => {
      const { click, passLimit, finish, outside, chat } = createSlowDesk();
      const answering = click();
      passLimit();
      await answering;
      finish({ ok: false, code: 'alreadyDecided', state: denied });
      await outside.done();
      assert.deepEqual(chat.said, []);
    });

    it('and fails after all: says so in the chat, and nothing raw', async () => {
      for (const [error, sentence] of [
        [new DirectoryError('noAnswer', 'secret detail'), en.problem('noAnswer')],
        [new Error('secret detail'), en.internal],
        [Object.assign(new Error('secret detail'), { inDoubt: true }), en.inDoubt],
      ] as const) {
        const { click, passLimit, fail, outside, chat } = createSlowDesk();
        const answering = click();
        passLimit();
        await answering;
        fail(error);
        await outside.done();
        assert.deepEqual(chat.said, [{ text: `Megan Bowen: ${sentence}`, conversation: channel }]);
      }
    });

    it('is answered in time: no promise, no second word', async () => {
      const { click, passLimit, finish, outside, chat } = createSlowDesk();
      const answering = click();
      finish({ ok: true, state: approved });
      assert(titleOf(await answering).includes(en.progressTitle(1)));
      passLimit();
      await outside.done();
      assert.deepEqual([outside.names, chat.said], [[], []]);
    });
  });

  describe('to try again those that failed', () => {
    const answers: readonly (readonly [string, Awaited<ReturnType<AskAgain>>, string, readonly string[]])[] = [
      ['asks again and says so', { kind: 'recorded', requestId: 'R2' }, en.askedAgain, ['R2']],
      ['names the card that is there already', { kind: 'already', state: open }, en.alreadyAskedAgain('K7F3'), []],
      [
        'names who has asked for the same already',
        { kind: 'alreadyOpen', state: open, omitted: [] },
        openLines({ kind: 'alreadyOpen', state: open, omitted: [] }, link, start, en).join('\n'),
        [],
      ],
      ['tells why not', { kind: 'refused', code: 'notRequester' }, en.refusals.notRequester, []],
      [
        'tells who is left out when nobody is left',
        { kind: 'noOneLeft', omitted: [{ asked: 'x@contoso.example', code: 'protected', found: [] }] },
        `${en.notRequested}\nx@contoso.example: ${en.omissions.protected}`,
        [],
      ],
    ];
    for (const [what, asked, text, woken] of answers) {
      it(what, async () => {
        const desk = createDesk(() => assert.fail('decides nothing'), { askAgain: async () => asked });
        assert.deepEqual(await desk.click('retry'), message(text));
        assert.deepEqual(desk.woken, woken);
      });
    }

    it('tells that Graph could not be asked, and nothing raw', async () => {
      const desk = createDesk(() => assert.fail('decides nothing'), {
        askAgain: () => Promise.reject(new DirectoryError('noAnswer', 'secret detail')),
      });
      assert.deepEqual(await desk.click('retry'), message(en.problem('noAnswer')));
    });
  });

  it('stays well below what Teams and people wait for', () => assert(answerWithinMs < 3000));

  it('brings a token along, for nobody but the use case', async () => {
    const { press, clicks } = createDesk(refusal('notApprover'));
    await press({ ...pressed, token: 'secret' });
    assert.deepEqual(clicks, [{ verb: 'approve', requestId, by: megan, where: channel.id, token: 'secret' }]);
  });

  it('on an old client is reviewed just so, and answered in the chat', async () => {
    for (const [reviewed, said] of [
      [refusal('notApprover'), [en.refusals.notApprover]],
      [async (): Promise<Reviewed> => ({ ok: true, state: approved }), []],
      [() => Promise.reject(new Error('secret detail')), [en.internal]],
      // The card that says it best is for one person alone.
      [refusal('alreadyDecided', denied), ['K7F3: Denied by Megan Bowen, 2026-11-21 03:01 UTC.']],
    ] as const) {
      const { press, clicks, outside, texts } = createDesk(reviewed);
      assert.equal(await press({ ...pressed, via: 'message', verb: 'deny' }), null);
      await outside.done();
      assert.deepEqual(clicks, [{ requestId, verb: 'deny', by: megan, where: channel.id }]);
      assert.deepEqual(texts(), said);
    }
  });

  it('on an old client to try again speaks only when there is no new card', async () => {
    for (const [asked, said, woken] of [
      [{ kind: 'recorded', requestId: 'R2' }, [], ['R2']],
      [{ kind: 'already', state: open }, [en.alreadyAskedAgain('K7F3')], []],
      [{ kind: 'refused', code: 'notRequester' }, [en.refusals.notRequester], []],
    ] as const) {
      const desk = createDesk(() => assert.fail('decides nothing'), { askAgain: async () => asked });
      await desk.press({ ...pressed, via: 'message', verb: 'retry' });
      await desk.outside.done();
      assert.deepEqual([desk.texts(), desk.woken], [said, woken]);
    }
  });
});

describe('a client that asks for its reader’s own view', () => {
  const refresh = async (look: UseCases['look']) => {
    const desk = createDesk(() => Promise.reject(new Error('nothing is decided')), { look });
    return { ...desk, answer: await desk.refresh() };
  };
  const powers =
    (may: Powers['may'], whyNot: Powers['whyNot'] = null, isRequester = false) =>
    async () => ({
      state: open,
      powers: { may, whyNot, isRequester },
    });
  const verbsOn = (value: unknown) =>
    nodes(value).flatMap(({ type, verb }) => (type === 'Action.Execute' ? [verb] : []));

  it('gets the buttons that the reader may press', async () => {
    const all = await refresh(powers(new Set(['approve', 'deny', 'cancel'])));
    assert.deepEqual(verbsOn(all.answer.value), ['approve', 'deny', 'refresh']);
    const asker = await refresh(powers(new Set(['approve', 'deny', 'cancel']), null, true));
    assert.deepEqual(verbsOn(asker.answer.value), ['approve', 'cancel', 'refresh']);
    const requester = await refresh(powers(new Set(['cancel']), 'twoPersons', true));
    assert.deepEqual(verbsOn(requester.answer.value), ['cancel', 'refresh']);
  });

  it('and why there are none', async () => {
    const { answer, chat, woken } = await refresh(powers(new Set(), 'notApprover'));
    assert.deepEqual(verbsOn(answer.value), ['refresh']);
    assert(JSON.stringify(answer.value).includes(en.refusals.notApprover));
    assert.deepEqual([chat.said, woken], [[], []], 'nothing is posted, changed or set going');
  });

  it('gets the card as it is when all is over, which asks on only for a reason', async () => {
    for (const [state, verbs] of [
      [denied, ['refresh']],
      [played(requested(), denial(megan, 'found')), []],
      [played(requested(), expiry()), []],
    ] as const) {
      const { answer } = await refresh(async () => ({ state, powers: null }));
      assert.deepEqual(verbsOn(answer.value), verbs);
    }
  });

  it('is told so when there is no such request, or when it cannot be found out in time', async () => {
    assert.equal((await refresh(async () => null)).answer.value, en.refusals.unknownRequest);
    const away = await refresh(() => Promise.reject(new DirectoryError('unavailable', 'away')));
    assert.equal(away.answer.value, en.stillOpen);
    const slow = createDesk(() => Promise.reject(new Error('no')), { look: () => new Promise(() => undefined) });
    slow.passLimit();
    assert.equal((await slow.refresh()).value, en.stillOpen);
    assert.deepEqual(slow.outside.names, []);
  });
});

describe('a click that needs a sign-in', () => {
  const signInRequest = { connectionName: 'graph', resource: 'api://botid-x' };
  const needed = async (): Promise<Reviewed> => ({ ok: false, code: 'signInNeeded', state: open });

  it('is answered by the request to sign in', async () => {
    const { click } = createDesk(needed, { signInRequest });
    const { statusCode, type } = await click();
    assert.deepEqual([statusCode, type], [401, 'application/vnd.microsoft.activity.loginRequest']);
  });

  it('when that comes too late for it, the next click gets it at once, and people are told to press again', async () => {
    const gate = Promise.withResolvers<void>();
    const desk = createDesk(() => gate.promise.then(needed), { signInRequest });
    const first = desk.click();
    desk.passLimit();
    assert.equal((await first).value, en.stillChecking('graph'));
    gate.resolve();
    await desk.outside.done();
    assert.deepEqual(
      desk.chat.said.map(({ text }) => text),
      [en.lateAnswer(megan.name, en.signInLate)],
    );
    const reviewed = desk.clicks.length;
    assert.equal((await desk.click()).statusCode, 401);
    assert.equal(desk.clicks.length, reviewed, 'nothing is asked for it');
  });

  it('is refused in words where nobody can sign in', async () => {
    assert.equal((await createDesk(needed).click()).value, en.refusals.signInNeeded);
  });
});
