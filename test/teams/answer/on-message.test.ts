import assert from 'node:assert/strict';
import { DirectoryError, NotifierError } from '../../../src/app/errors.ts';
import type { Click } from '../../../src/app/read-for-click.ts';
import type { Reviewed } from '../../../src/app/review.ts';
import type { Ask, Submitted } from '../../../src/app/submit.ts';
import type { UseCases } from '../../../src/app/use-cases.ts';
import type { Omission } from '../../../src/domain/account.ts';
import type { RefusalCode } from '../../../src/domain/command.ts';
import { mostMentions } from '../../../src/teams/answer/who-is-meant.ts';
import type { Roster } from '../../../src/teams/chat/roster.ts';
import type { Sentence } from '../../../src/teams/sentence/command.ts';
import { en } from '../../../src/teams/texts/en.ts';
import type { Said } from '../../../src/teams/wire/incoming.ts';
import { actor, createAnswerDesk } from '../../support/answer-desk.ts';
import { requestIdOf } from '../../support/fakes.ts';
import { approved, played } from '../../support/played.ts';
import { alex, channel, directoryProblems, requested, requestId, start } from '../../support/samples.ts';

const link = 'https://teams.microsoft.com/l/message/19%3Ax/1';
const heard: Said = { kind: 'said', via: 'message', by: actor, activityId: '1700000000000', saidAt: null, words: {} };
const uncalled = () => Promise.reject(new Error('not expected to be called'));
const ownId = requestIdOf(channel.id, heard.activityId, alex.id);
const adele = { kind: 'address', text: 'adele@contoso.example' } as const;

const cardPosted = () =>
  [{ type: 'CardPosted', cardId: 'card-1', at: start.toISOString(), where: channel.id }] as const;
const open = played(requested(), cardPosted);
const done = played(requested(), approved());

interface Answers {
  readonly submit?: (ask: Ask) => Promise<Submitted>;
  readonly review?: (click: Click) => Promise<Reviewed>;
  readonly findByCode?: UseCases['findByCode'];
  readonly roster?: Roster;
}

function createDesk({ submit = uncalled, review = uncalled, ...more }: Answers = {}) {
  const asks: Ask[] = [];
  const clicks: Click[] = [];
  const desk = createAnswerDesk({
    ...more,
    submit(ask) {
      asks.push(ask);
      return submit(ask);
    },
    review(click) {
      clicks.push(click);
      return review(click);
    },
    now: () => new Date('2026-11-21T03:04:00Z'),
  });
  return Object.assign(desk, {
    asks,
    clicks,
    say: (sentence: Sentence, saidAt = start.toISOString()) => desk.read({ ...heard, saidAt }, sentence),
  });
}

const revoke = (more: Partial<Extract<Sentence, { kind: 'revoke' }>> = {}): Sentence => ({
  kind: 'revoke',
  dryRun: false,
  targets: [adele],
  unclear: [],
  reason: null,
  ...more,
});
const recorded = async (ask: Ask): Promise<Submitted> => ({ kind: 'recorded', requestId: ask.requestId });

describe('a sentence', () => {
  describe('that asks', () => {
    it('is handed on with who, where, whom and why, under the id of its message', async () => {
      const { say, asks, woken, chat } = createDesk({ submit: recorded });
      await say(revoke({ reason: 'phone stolen' }));
      const asked = { requestId: ownId, by: alex, conversation: channel, locale: 'en-GB', dryRun: false };
      assert.deepEqual(asks, [{ ...asked, targets: [adele], reason: 'phone stolen' }]);
      // The card is posted from the record, so nothing is said here.
      assert.deepEqual([woken, chat.said], [[ownId], []]);
    });

    it('for oneself: for nobody else', async () => {
      const { say, asks, woken } = createDesk({ submit: recorded });
      await say({ kind: 'revokeMine', reason: null });
      assert.deepEqual([asks[0]?.targets, asks[0]?.dryRun, woken], ['self', false, [ownId]]);
    });

    it('what if: shows what would happen, and wakes nobody', async () => {
      const { say, asks, woken, chat } = createDesk({ submit: async () => ({ kind: 'preview', state: open }) });
      await say(revoke({ dryRun: true }));
      assert.equal(asks[0]?.dryRun, true);
      assert.deepEqual(woken, []);
      assert.deepEqual(
        chat.said.map(({ conversation, summary }) => [conversation, summary]),
        [[channel, en.whatIfNotice]],
      );
      assert(JSON.stringify(chat.said[0]?.card).includes(en.whatIfNotice));
    });

    it('without anybody: asks whom, and looks nobody up', async () => {
      const { say, asks, texts } = createDesk();
      await say(revoke({ targets: [] }));
      assert.deepEqual([texts(), asks], [[en.noOneNamed], []]);
    });

    describe('about somebody mentioned', () => {
      const mention = { kind: 'mention', text: 'Adele', who: { kind: 'member', id: '29:1adele' } } as const;
      const objectId = '6e3f207c-9d4f-4e80-9b63-2caf7d809e03';

      it('is handed on with the object id that the roster has for the mention', async () => {
        const rostered: unknown[] = [];
        const { say, asks } = createDesk({
          submit: recorded,
          async roster(...given) {
            rostered.push(given);
            return [{ kind: 'person', objectId }];
          },
        });
        await say(revoke({ targets: [adele, mention] }));
        assert.deepEqual(rostered, [[{ conversation: channel, team: null }, ['29:1adele']]]);
        assert.deepEqual(asks[0]?.targets, [adele, { kind: 'objectId', text: objectId }]);
      });

      it('who is nobody: says so, and asks nothing about anybody', async () => {
        const { say, asks, texts } = createDesk({ roster: async () => [{ kind: 'noOne', why: 'gone' }] });
        const everyone = { kind: 'mention', text: 'x'.repeat(500), who: { kind: 'group' } } as const;
        await say(revoke({ targets: [adele, mention, everyone] }));
        const shown = [['Adele', 'gone'] as const, [`${'x'.repeat(79)}…`, 'group'] as const];
        const lines = [en.notRequested, ...shown.map(([label, why]) => en.mentionsNoOne(label, why))];
        assert.deepEqual([texts(), asks], [[lines.join('\n')], []]);
      });

      it('and too many others: says how many can be', async () => {
        const { say, asks, texts } = createDesk();
        const crowd = Array.from(
          { length: mostMentions + 1 },
          (_, index) => ({ kind: 'mention', text: 'A', who: { kind: 'member', id: `29:${index}` } }) as const,
        );
        await say(revoke({ targets: crowd }));
        assert.deepEqual([texts(), asks], [[en.tooManyMentions(mostMentions)], []]);
      });
    });

    it('and says two things: names both, and asks nothing about anybody', async () => {
      const { say, asks, texts } = createDesk();
      await say({ kind: 'unsure', differing: [{ shown: 'a@b.example', leadsTo: 'c@b.example' }], rows: [['d', 'e']] });
      const lines = [en.notRequested, en.differing('a@b.example', 'c@b.example'), en.severalInRow(['d', 'e'])];
      assert.deepEqual([texts(), asks], [[lines.join('\n')], []]);
    });

    const offered = (chat: ReturnType<typeof createDesk>['chat']) =>
      chat.said.flatMap(({ card }) =>
        [...JSON.stringify(card).matchAll(/"verb":"say","data":\{"says":"([^"]*)"/g)].map(([, says]) => says),
      );

    it('but not plainly: asks nothing, and offers the sentence with a button', async () => {
      const { say, asks, chat } = createDesk();
      await say({ kind: 'perhaps', dryRun: false, targets: [adele], reason: 'phone stolen' });
      assert.deepEqual([asks, offered(chat)], [[], ['revoke sessions for adele@contoso.example because phone stolen']]);
    });

    it('and does not say which of two is meant: offers both, and each', async () => {
      const { say, asks, chat } = createDesk();
      const megan = { kind: 'address', text: 'megan@contoso.example' } as const;
      await say(revoke({ targets: [adele, megan], unclear: ['cc'] }));
      const sentences = [`${adele.text}, ${megan.text}`, adele.text, megan.text].map(
        (to) => `revoke sessions for ${to}`,
      );
      assert.deepEqual([asks, offered(chat)], [[], sentences]);
    });

    it('with a name that is not the account’s: asks nothing, and offers it without the name', async () => {
      const account = { ...requested().targets[0]!.account, name: 'Adele Vance' };
      const submit = async (): Promise<Submitted> => ({ kind: 'miscalled', miscalled: [{ label: 'cc Bob', account }] });
      const { say, chat, woken } = createDesk({ submit });
      await say(revoke({ targets: [{ ...adele, labels: ['cc Bob'] }] }));
      assert.deepEqual([woken, offered(chat)], [[], [`revoke sessions for ${adele.text}`]]);
      assert(JSON.stringify(chat.said).includes('Adele Vance'));
    });

    for (const [word, ...said] of [
      ['jürgen.groß@b.example', ['ü', 'ß'], 'jurgen.gross@b.example'],
      ['аdele@b.example', ['а (Cyrillic)'], 'adele@b.example'],
      ['adele@cοntoso.example', ['ο (Greek)'], 'adele@contoso.example'],
      ['adele@münchen.example', ['ü'], 'adele@xn--mnchen-3ya.example'],
      [
        'adele@пример.example',
        ['п (Cyrillic)', 'р (Cyrillic)', 'и (Cyrillic)', 'м (Cyrillic)', 'е (Cyrillic)'],
        'adele@xn--e1afmkfd.example',
      ],
      ['山田@b.example', ['山', '田'], ''],
      ['adele'],
      ['ü'],
    ] as const) {
      it(`with ${word}: says which letters Entra does not have, and asks nothing about anybody`, async () => {
        const { say, asks, texts } = createDesk();
        await say(revoke({ targets: [], unclear: [word] }));
        const lines = said.length === 0 ? [] : [en.foreignLetters(said[0] ?? [], said[1] ?? '')];
        assert.deepEqual([texts(), asks], [[[en.unclear([word]), ...lines].join('\n')], []]);
      });
    }

    it('with words that are no address: asks nothing about anybody, and names a few of the words', async () => {
      const { say, asks, texts } = createDesk();
      await say(revoke({ targets: [], unclear: ['x'.repeat(500), ...'abcdefgh'] }));
      assert.deepEqual([texts(), asks], [[en.unclear(['x'.repeat(80), 'a', 'b', 'c', 'd'])], []]);
    });

    for (const code of Object.keys(en.refusals) as RefusalCode[]) {
      it(`and is refused (${code}): says why`, async () => {
        const { say, woken, texts } = createDesk({ submit: async () => ({ kind: 'refused', code }) });
        await say(revoke());
        assert.deepEqual([texts(), woken], [[en.refusals[code]], []]);
      });
    }

    it('that is open already: says which answers it, who asked and when, until when, and where its card stands', async () => {
      const omitted: readonly Omission[] = [{ asked: 'nobody@contoso.example', code: 'notFound', found: [] }];
      const by = { ...open.request.by, upn: 'alex@contoso.example' };
      const state = { ...open, request: { ...open.request, by } };
      const { say, woken, texts } = createDesk({ submit: async () => ({ kind: 'alreadyOpen', state, omitted }) });
      await say(revoke());
      const { lookUp } = en;
      const lines = [
        'Already open: K7F3, requested 4 min ago for exactly this. There is no second card.',
        lookUp.askedBy('Alex Wilber (alex@contoso.example)', open.request.at),
        lookUp.waitsUntil(open.request.at, open.request.expiresAt),
        link,
        `nobody@contoso.example: ${en.omissions.notFound}`,
      ];
      assert.deepEqual([texts(), woken], [[lines.join('\n')], []]);
    });

    it('for nobody who can be done: says for each what was found', async () => {
      const found = [
        { name: 'Adele Vance', upn: 'adele@contoso.example', department: 'Retail' },
        { name: 'Adele Vance', upn: 'adele.vance@contoso.example', department: null },
      ];
      const omitted: readonly Omission[] = [
        { asked: 'nobody@contoso.example', code: 'notFound', found: [] },
        { asked: 'adele@contoso.example', code: 'ambiguous', found },
        { asked: 'glass@contoso.example', code: 'protected', found: [] },
      ];
      const { say, woken, texts } = createDesk({ submit: async () => ({ kind: 'noOneLeft', omitted }) });
      await say(revoke());
      const [text = ''] = texts();
      const lines = text.split('\n');
      assert.equal(lines[0], en.notRequested);
      for (const { asked } of omitted)
        assert(
          lines.some((line) => line.includes(asked)),
          asked,
        );
      for (const { upn, name } of found) assert(text.includes(upn) && text.includes(name));
      assert.deepEqual([lines.length, woken], [4, []]);
    });
  });

  it('that asks for hundreds of people nobody knows is answered in a few lines, whatever their names', async () => {
    const found = [{ name: 'Adele\nApproved by Megan', upn: 'a@b.example', department: null }];
    const omitted = Array.from({ length: 500 }, (_, index): Omission => {
      const asked = `${'x'.repeat(60)}${index}@contoso.example`;
      return index % 2 === 0 ? { asked, code: 'notFound', found: [] } : { asked, code: 'ambiguous', found };
    });
    const { say, texts } = createDesk({ submit: async () => ({ kind: 'noOneLeft', omitted }) });
    await say(revoke());
    const [text = ''] = texts();
    assert(text.length < 2000, String(text.length));
    assert.equal(text.split('\n').length, 3);
  });

  describe('that decides by code', () => {
    it('looks for the code in this conversation alone: in a channel, in all of its threads', async () => {
      const asked: unknown[] = [];
      const { say, clicks, texts } = createDesk({
        async findByCode(...how) {
          asked.push(how);
          return null;
        },
      });
      await say({ kind: 'decide', verb: 'approve', code: 'K7F3' });
      assert.deepEqual(asked, [['K7F3', '19:incident@thread.tacv2']]);
      assert.deepEqual([texts(), clicks], [[en.refusals.unknownRequest], []]);
    });

    for (const verb of ['approve', 'deny', 'cancel'] as const) {
      it(`${verb}: is reviewed like a click, and the card shows it`, async () => {
        const review = async (): Promise<Reviewed> => ({ ok: true, state: done });
        const { say, clicks, woken, chat } = createDesk({
          findByCode: async () => ({ requestId, state: open }),
          review,
        });
        const why = verb === 'deny' ? { reason: 'the phone was found' } : {};
        await say({ kind: 'decide', verb, code: 'K7F3', ...why });
        assert.deepEqual(clicks, [{ requestId, verb, by: alex, where: channel.id, ...why }]);
        assert.deepEqual([woken, chat.said], [[requestId], []]);
      });
    }

    for (const verb of ['approve', 'deny', 'cancel'] as const) {
      it(`${verb}: counts for nothing before the card stands, and when it was said before the request`, async () => {
        const before = createDesk({ findByCode: async () => ({ requestId, state: played(requested()) }) });
        await before.say({ kind: 'decide', verb, code: 'K7F3' });
        assert.deepEqual([before.clicks, before.texts()], [[], [en.refusals.cardNotThere]]);
        const late = createDesk({ findByCode: async () => ({ requestId, state: open }) });
        const saidAt = new Date(start.getTime() - 1).toISOString();
        await late.say({ kind: 'decide', verb, code: 'K7F3' }, saidAt);
        assert.deepEqual([late.clicks, late.texts()], [[], [en.refusals.olderThanRequest]]);
      });
    }

    it('by one of those it is about: says nothing beside what all are told', async () => {
      const review = async (): Promise<Reviewed> => ({ ok: false, code: 'isTarget', state: open, toldToAll: true });
      const { say, texts } = createDesk({ findByCode: async () => ({ requestId, state: open }), review });
      await say({ kind: 'decide', verb: 'deny', code: 'K7F3' });
      assert.deepEqual(texts(), []);
    });

    for (const code of Object.keys(en.refusals) as RefusalCode[]) {
      it(`and is refused (${code}): says why`, async () => {
        const review = async (): Promise<Reviewed> => ({ ok: false, code, state: open });
        const { say, woken, texts } = createDesk({ findByCode: async () => ({ requestId, state: open }), review });
        await say({ kind: 'decide', verb: 'approve', code: 'K7F3' });
        // What takes its place is made from the record of the old one.
        assert.deepEqual([texts(), woken], [[en.refusals[code]], code === 'superseded' ? [requestId] : []]);
      });
    }
  });

  it('help: posts the card with the sentences', async () => {
    const { say, chat } = createDesk();
    await say({ kind: 'help' });
    assert.deepEqual(
      chat.said.map(({ conversation, summary }) => [conversation, summary]),
      [[channel, en.helpFallback]],
    );
  });

  it('that nobody understands: a short hint', async () => {
    const { say, texts } = createDesk();
    await say({ kind: 'unknown' });
    assert.deepEqual(texts(), [en.hint]);
    assert(en.hint.length < 120);
  });

  describe('that fails', () => {
    for (const problem of directoryProblems) {
      it(`${problem}: says that nothing was done, and nothing of the error`, async () => {
        const fail = () => Promise.reject(new DirectoryError(problem, 'secret detail', { graphRequestId: 'g-secret' }));
        for (const [desk, sentence] of [
          [createDesk({ submit: fail }), revoke()],
          [
            createDesk({ findByCode: async () => ({ requestId, state: open }), review: fail }),
            { kind: 'decide', verb: 'deny', code: 'K7F3' },
          ],
        ] as const) {
          await desk.say(sentence);
          assert.deepEqual(desk.texts(), [en.problem(problem)]);
          assert.doesNotMatch(desk.texts().join(), /secret/);
          assert.deepEqual([desk.woken, desk.logged.length], [[], 1]);
        }
      });
    }

    for (const thrown of [new Error('secret detail'), new NotifierError('gone', 'secret'), 'secret', null, undefined]) {
      it(`with ${String(thrown)}: a sentence, and nothing raw`, async () => {
        const { say, texts, woken } = createDesk({ submit: () => Promise.reject(thrown) });
        await say(revoke());
        assert.deepEqual([texts(), woken], [[en.internal], []]);
      });
    }

    it('to be answered at all: whoever started it hears of that', async () => {
      const { say, chat } = createDesk();
      const gone = new NotifierError('gone', 'the connector answered 403');
      chat.errors.push(gone);
      await assert.rejects(say({ kind: 'unknown' }), gone);
    });
  });
});
