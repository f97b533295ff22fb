import assert from 'node:assert/strict';
import { DirectoryError } from '../../../src/app/errors.ts';
import { createStatus } from '../../../src/app/lookups.ts';
import { createLookUp } from '../../../src/teams/answer/look-up.ts';
import type { ClickAnswer } from '../../../src/teams/answer/reply.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { createRequestCard } from '../../../src/teams/chat/notifier.ts';
import { en } from '../../../src/teams/texts/en.ts';
import type { Actor } from '../../../src/teams/wire/actor.ts';
import { type Page, readPage } from '../../../src/teams/wire/page.ts';
import { createHouse } from '../../app/house.ts';
import { actor, createAnswerDesk } from '../../support/answer-desk.ts';
import { append } from '../../support/append.ts';
import { nodes, texts as textsOn } from '../../support/card-parts.ts';
import { person } from '../../support/fakes.ts';
import { account, alex, channel, lidia, megan, requested, requestId, target } from '../../support/samples.ts';

const cards = createCardRenderer(new URL('../../../cards/', import.meta.url));
const elsewhere = { ...channel, id: 'a:1alex', kind: 'personal' } as const;
type Question = Parameters<ReturnType<typeof createLookUp>['asked']>[1];

const idOf = (code: string) => code.padEnd(20, 'A');
const adele = { kind: 'address', text: account(1).upn } as const;
const historyOf = (text: string): Question => ({
  kind: 'history',
  targets: [{ kind: 'address', text }],
  unclear: [],
});

function createDesk(sleep: () => Promise<void> = () => new Promise(() => undefined)) {
  const house = createHouse({
    accounts: [...[1, 2, 3, 4, 5, 6].map((number) => account(number)), person(lidia.id, lidia.name)],
  });
  const asked: string[] = [];
  const given: Parameters<typeof createLookUp>[0] = {
    status: createStatus({ store: house.store }),
    history: house.history,
    aroundPage: house.aroundPage,
    cards,
    requestCard: createRequestCard({ cards, clock: house.clock }),
    linkTo: () => 'https://teams.microsoft.com/l/message/19%3Ax/1',
    maySeeHistory: house.maySeeHistory,
    findAlike: house.findAlike,
    async roster(_place, ids) {
      asked.push(...ids);
      return ids.map((id) => {
        return id === '29:adele' ? { kind: 'person', objectId: account(1).id } : { kind: 'noOne', why: 'gone' };
      });
    },
  };
  const desk = createAnswerDesk({ ...given, sleep });
  const lookUp = createLookUp(given);
  const { said } = desk.chat;
  const by = (who = alex, conversation: typeof channel = channel): Actor => ({ ...actor, person: who, conversation });
  return {
    house,
    logged: desk.logged,
    asked,
    async say(sentence: Question, who = alex, conversation: typeof channel = channel) {
      const before = said.length;
      const heard = { kind: 'said', via: 'message', by: by(who, conversation), activityId: '1', saidAt: null } as const;
      await desk.respond.inConversation({ ...heard, words: {} }, () => lookUp.asked(heard.by, sentence));
      assert.equal(said.length, before + 1);
      return said[before];
    },
    click: (page: Page, who = alex, conversation: typeof channel = channel) =>
      desk.ask({ kind: 'turned', via: 'click', by: by(who, conversation), page }) as Promise<ClickAnswer>,
    submit: async (page: Page, who = alex) => {
      await desk.ask({ kind: 'turned', via: 'message', by: by(who), page });
      await desk.outside.done();
      return said.at(-1);
    },
    ask: (code: string, more: Parameters<typeof requested>[0] = {}) =>
      append(house.store, idOf(code), 0, [requested({ code, ...more })]),
  };
}

const readable = (card: unknown) =>
  [
    ...textsOn(card),
    ...nodes(card).flatMap(({ type, text }) => (type === 'TextBlock' ? [String(text)] : [])),
    ...nodes(card).flatMap(({ verb, title }) => (verb === 'say' ? [String(title)] : [])),
  ].join('\n');
/** Where the button with this title leads. */
function turn(card: unknown, title: string): Page {
  const button = nodes(card).find((node) => node.type === 'Action.Execute' && node.title === title);
  const page = readPage((button?.data as { page?: unknown } | undefined)?.page);
  assert(page, `no button ${title}`);
  return page;
}
const titles = (card: unknown) =>
  nodes(card).flatMap(({ type, title, verb }) =>
    String(type).startsWith('Action.') && type !== 'Action.Submit' && verb !== 'say' ? [title] : [],
  );

describe('status and history', () => {
  describe('status', () => {
    it('where nothing is open: says so', async () => {
      const desk = createDesk();
      assert.equal((await desk.say({ kind: 'status', code: null }))?.text, en.lookUp.nothingOpen);
    });

    it('turns through all the accounts of a request, and back to its card, only where it stands', async () => {
      const desk = createDesk();
      const targets = Array.from({ length: 12 }, (_, index) => target(index));
      await desk.ask('K7F3', { targets });
      const status = await desk.say({ kind: 'status', code: 'K7F3' });
      const all = turn(status?.card, en.lookUp.showAll(12));
      const first = await desk.click(all);
      assert.match(readable(first.value), /User 9\b/);
      const second = await desk.click(turn(first.value, en.lookUp.next));
      assert.match(readable(second.value), /User 11\b/);
      const card = turn(second.value, en.lookUp.back);
      assert.deepEqual(
        titles((await desk.click(card)).value)
          .filter(Boolean)
          .slice(-3),
        [en.approveButton(12), en.buttons.deny, en.buttons.cancel],
      );
      assert.match(readable((await desk.submit(card))?.card), /Request K7F3|K7F3/);
      assert.equal((await desk.click(all, alex, elsewhere)).value, en.lookUp.unknownCode);
    });

    it('turns through what Entra’s logs tell of the accounts that were revoked, for those who may', async () => {
      const desk = createDesk();
      const { house } = desk;
      const targets = [1, 2, 3, 4, 5, 6].map((number) => target(number));
      await house.approved({ targets: targets.map(({ account: { upn: text } }) => ({ kind: 'address', text })) });
      await house.settle();
      const page = { view: 'around', requestId, page: 0 } as const;
      const first = await desk.click(page);
      assert.match(readable(first.value), /nothing unusual/);
      const second = await desk.click(turn(first.value, en.lookUp.next));
      assert.deepEqual(titles(second.value).filter(Boolean), [en.lookUp.back, en.lookUp.previous]);
      assert.equal((await desk.click(page, lidia)).value, en.lookUp.notOperator);
      assert.equal((await desk.click(page, alex, elsewhere)).value, en.lookUp.unknownCode);
    });

    it('lists what is open here, for anybody here, and nothing from elsewhere', async () => {
      const desk = createDesk();
      await desk.ask('K7F3', { reason: 'phone stolen' });
      await desk.ask('M2QX', { conversation: elsewhere, reason: 'secret' });
      const said = await desk.say({ kind: 'status', code: null }, lidia);
      assert.match(readable(said?.card), /K7F3/);
      assert.match(readable(said?.card), /phone stolen/);
      assert.doesNotMatch(readable(said?.card), /M2QX|secret/);
    });

    it('names everybody who may hold power, and who asked by name and UPN', async () => {
      const desk = createDesk();
      const targets = Array.from({ length: 13 }, (_, index) =>
        index < 8 ? target(index) : { ...target(index), operator: true as const },
      );
      await desk.ask('K7F3', { targets, by: { ...alex, upn: 'alex@contoso.example' } });
      for (const code of [null, 'K7F3']) {
        const card = readable((await desk.say({ kind: 'status', code }))?.card);
        for (const index of [8, 9, 10, 11, 12]) assert.match(card, new RegExp(`User ${index}\\b`));
        assert.match(card, /\(alex@contoso\.example\)/);
      }
      const history = await desk.say(historyOf(account(1).upn));
      assert.match(readable(history?.card), /\(alex@contoso\.example\)/);
    });

    it('with a code from elsewhere, or of none: the same answer', async () => {
      const desk = createDesk();
      await desk.ask('M2QX', { conversation: elsewhere });
      const answers = [];
      for (const code of ['M2QX', 'ZZZZ']) answers.push((await desk.say({ kind: 'status', code }))?.text);
      assert.deepEqual(answers, [en.lookUp.unknownCode, en.lookUp.unknownCode]);
    });

    it('with a code: what happened, and a link to the card', async () => {
      const desk = createDesk();
      await desk.ask('K7F3');
      const said = await desk.say({ kind: 'status', code: 'K7F3' }, lidia);
      assert.match(readable(said?.card), /Requested by Alex Wilber/);
      assert.deepEqual(titles(said?.card), [en.lookUp.open]);
    });

    it('is turned over for the one who clicks, from the newest to the oldest and back', async () => {
      const desk = createDesk();
      const codes = ['K7F3', 'K7F4', 'K7F6', 'K7F7', 'K7F9', 'K7FA', 'K7FC'];
      for (const code of codes) await desk.ask(code);
      const first = (await desk.say({ kind: 'status', code: null }))?.card;
      assert.deepEqual(titles(first), [en.lookUp.older]);
      const second = await desk.click(turn(first, en.lookUp.older), lidia);
      for (const code of ['K7F4', 'K7F3']) assert(readable(second.value).includes(code));
      assert.doesNotMatch(readable(second.value), /K7FC/);
      assert.deepEqual(titles(second.value), [en.lookUp.newer]);
      assert.deepEqual((await desk.click(turn(second.value, en.lookUp.newer))).value, first);
    });

    it('of one request, clicked in another conversation: it does not exist there', async () => {
      const desk = createDesk();
      await desk.ask('K7F3');
      const page: Page = { view: 'request', requestId: idOf('K7F3'), page: 0 };
      assert.equal((await desk.click(page)).type, 'application/vnd.microsoft.card.adaptive');
      assert.equal((await desk.click(page, alex, elsewhere as unknown as typeof channel)).value, en.lookUp.unknownCode);
      assert.equal((await desk.click({ ...page, requestId: idOf('ZZZZ') })).value, en.lookUp.unknownCode);
    });

    it('of one request, on a page that is not there: the last there is', async () => {
      const desk = createDesk();
      await desk.ask('K7F3');
      const page: Page = { view: 'request', requestId: idOf('K7F3'), page: 999 };
      assert.deepEqual((await desk.click(page)).value, (await desk.click({ ...page, page: 0 })).value);
    });
  });

  describe('history', () => {
    it('shows the reason here, and none from another conversation', async () => {
      const desk = createDesk();
      await desk.ask('K7F3', { reason: 'phone stolen' });
      await desk.ask('M2QX', { conversation: elsewhere, reason: 'a private matter', by: megan });
      const here = readable((await desk.say(historyOf(adele.text)))?.card);
      assert.match(here, /phone stolen/);
      assert.match(here, /K7F3/);
      assert.match(here, /Requested by Megan Bowen/);
      assert.doesNotMatch(here, /private matter|M2QX/);
      const there = readable(
        (await desk.say(historyOf(adele.text), alex, elsewhere as unknown as typeof channel))?.card,
      );
      assert.match(there, /private matter/);
      assert.doesNotMatch(there, /phone stolen|K7F3/);
    });

    it('answers an outsider the same, byte for byte, typed and clicked', async () => {
      const desk = createDesk();
      for (const code of ['K7F3', 'K7F4', 'K7F6', 'K7F7', 'K7F9', 'K7FA']) await desk.ask(code);
      const said = await desk.say(historyOf(adele.text));
      const older = turn(said?.card, en.lookUp.older);
      const answers = [
        (await desk.say(historyOf(adele.text), lidia))?.text,
        (await desk.say(historyOf('ghost@contoso.example'), lidia))?.text,
        (await desk.click(older, lidia)).value,
        (await desk.click({ view: 'history', accountId: account(77).id, path: [] }, lidia)).value,
        (await desk.submit(older, lidia))?.text,
      ];
      assert.deepEqual(new Set(answers), new Set([en.lookUp.notOperator]));
    });

    it('is turned over, and back', async () => {
      const desk = createDesk();
      for (let index = 0; index < 12; index += 1) {
        await append(desk.house.store, `R${index}`, 0, [requested({ code: `C${index}C`, reason: null })]);
      }
      const first = (await desk.say(historyOf(adele.text)))?.card;
      assert.deepEqual(titles(first), [en.lookUp.older]);
      const second = (await desk.click(turn(first, en.lookUp.older), megan)).value;
      const third = (await desk.click(turn(second, en.lookUp.older))).value;
      assert.deepEqual(titles(third), [en.lookUp.newer]);
      const shown = [first, second, third].flatMap((card) =>
        [...readable(card).matchAll(/C\d+C/g)].map(([code]) => code),
      );
      assert.equal(shown.length, 12);
      assert.equal(new Set(shown).size, 12);
      assert.deepEqual((await desk.click(turn(third, en.lookUp.newer))).value, second);
      assert.deepEqual((await desk.click(turn(second, en.lookUp.newer))).value, first);
    });

    it('with a cursor that somebody made up shows no more than there is to see', async () => {
      const desk = createDesk();
      await desk.ask('K7F3');
      for (const path of [[1], [2 ** 53 - 1], [900, 3, 1]]) {
        const { value } = await desk.click({ view: 'history', accountId: account(1).id, path });
        assert.equal(/K7F3/.test(readable(value)), path.at(-1) !== 1);
      }
    });

    it('of somebody who is mentioned: of the account that the roster names', async () => {
      const desk = createDesk();
      await desk.ask('K7F3');
      const mention = (id: string): Question => {
        const named = { kind: 'mention', text: 'Adele Vance', who: { kind: 'member', id } } as const;
        return { kind: 'history', targets: [named], unclear: [] };
      };
      assert.match(readable((await desk.say(mention('29:adele')))?.card), /K7F3/);
      assert.match(String((await desk.say(mention('29:gone')))?.text), /Adele Vance/);
      assert.deepEqual(desk.asked, ['29:adele', '29:gone']);
      // An outsider hears the same, and nobody is asked about anybody.
      for (const id of ['29:adele', '29:gone']) {
        assert.equal((await desk.say(mention(id), lidia))?.text, en.lookUp.notOperator);
      }
      assert.equal(desk.asked.length, 2);
    });

    it('of a name or a wrong address: offers who could be meant, to who may ask alone', async () => {
      const desk = createDesk();
      const { name, upn, id } = account(1);
      for (const question of [historyOf(upn.replace('@', 'x@')), { ...historyOf(''), targets: [], unclear: [name] }]) {
        const offered = await desk.say(question);
        const buttons = nodes(offered?.card).filter(({ type }) => type === 'Action.Execute');
        assert.deepEqual(buttons.map(({ title, data }) => [title, data]).slice(0, 1), [
          ['History', { says: `history ${id}` }],
        ]);
        assert.match(readable(offered?.card), new RegExp(upn));
        // An approver is told what was found; an outsider hears nothing of anyone.
        for (const who of [megan, lidia]) {
          const { text, card } = (await desk.say(question, who)) ?? {};
          const other = await desk.say(
            JSON.parse(JSON.stringify(question).replaceAll(name, 'Zo').replaceAll('x@', 'z@')),
            who,
          );
          assert.equal(card, undefined);
          const same = (said: string | undefined) => said?.replaceAll(/\S+@\S+|Zo/g, '').replaceAll(name, '');
          assert.equal(same(text), same(other?.text));
        }
      }
    });

    it('of nobody, several, and words: asks whose', async () => {
      const desk = createDesk();
      assert.equal((await desk.say({ kind: 'history', targets: [], unclear: [] }))?.text, en.lookUp.whose);
      const two = [adele, { ...adele, text: account(2).upn }];
      assert.equal((await desk.say({ kind: 'history', targets: two, unclear: [] }))?.text, en.lookUp.whose);
      const words = await desk.say({ kind: 'history', targets: [], unclear: ['adele'] });
      assert.equal(words?.text, en.unclear(['adele']));
      const ghost = await desk.say(historyOf('ghost@contoso.example'));
      assert.match(String(ghost?.text), /ghost@contoso\.example: no account here/);
    });

    it('while Graph is away: says so, and nothing raw', async () => {
      const desk = createDesk();
      const fail = () => desk.house.directory.readErrors.push(new DirectoryError('throttled', 'secret detail'));
      fail();
      assert.equal((await desk.say(historyOf(adele.text)))?.text, en.problem('throttled'));
      fail();
      const page: Page = { view: 'history', accountId: account(1).id, path: [] };
      assert.equal((await desk.click(page)).value, en.problem('throttled'));
      assert.equal(desk.logged.length, 2);
    });

    it('that takes too long to look up: says so to the clicker', async () => {
      const desk = createDesk(async () => undefined);
      desk.house.directory.read = () => new Promise(() => undefined);
      const page: Page = { view: 'history', accountId: account(1).id, path: [] };
      assert.equal((await desk.click(page)).value, en.lookUp.tooSlow);
    });
  });

  it('change nothing', async () => {
    const desk = createDesk();
    await desk.ask('K7F3');
    const appended: unknown[] = [];
    desk.house.store.append = async (...given) => {
      appended.push(given);
      return given[0];
    };
    await desk.say({ kind: 'status', code: null });
    await desk.say({ kind: 'status', code: 'K7F3' });
    await desk.say(historyOf(adele.text));
    await desk.say(historyOf(adele.text), lidia);
    await desk.click({ view: 'request', requestId: idOf('K7F3'), page: 0 }, lidia);
    assert.deepEqual(appended, []);
  });
});
