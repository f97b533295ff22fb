import assert from 'node:assert/strict';
import { buttonsOf, cardIn } from '../support/production/card.ts';
import { createDialogSteps, type ShownDialog, teamsMessage } from '../support/production/dialog-steps.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Person, type Place, personalChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const notInstalled = {
  status: 403,
  body: { error: { code: 'BotNotInConversationRoster', message: 'The bot is not part of the conversation roster.' } },
};
const members = /\/v3\/conversations\/[^/]+\/members\//;

describe('the dialog on a message, told to the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele, synced] = [person('alex'), person('megan'), person('adele'), person('synced')];
  let world: World;
  let steps: Steps;
  let dialogs: ReturnType<typeof createDialogSteps>;

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
    dialogs = createDialogSteps(world);
  });
  afterEach(() => {
    world.graph.faults.clear();
    world.connector.faults.clear();
  });
  after(() => world.stop());

  const opening = (who: Person, place: Place, content: string) => dialogs.open(who, place, teamsMessage(content));
  /** Cards with a button to approve that stand in the place. */
  const cardsIn = (place: Place) =>
    world.connector
      .conversation(place.id)
      .filter(({ activity }) => buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'approve'));
  const askedCard = (place: Place) =>
    world.connector.waitFor(() => {
      const [first] = cardsIn(place);
      return first && { first, text: JSON.stringify(cardIn(first.activity)) };
    });

  for (const [name, place] of [
    ['a channel thread', channelThread('1700000000777')],
    ['a group chat', groupChat('dialog')],
    ['a 1:1 chat', personalChat(alex)],
  ] as const) {
    it(`in ${name}: filled in from the message, submitted, approved, revoked`, async () => {
      const dialog = await opening(
        alex,
        place,
        `<div>Impossible travel: <a href="mailto:${synced.userPrincipalName}">Grady</a>, ${adele.userPrincipalName}, billing@fabrikam.example</div>`,
      );
      assert.deepEqual(String(dialog.fields.people).split(',').toSorted(), [adele.id, synced.id].toSorted());
      assert.equal(dialog.fields.addresses, 'billing@fabrikam.example');
      assert.match(dialog.text, /Filled in from the message, which anyone may have written/);
      assert.match(dialog.text, /Picked: (?:(?:grady|adele)@contoso\.example(?:, )?){2}/);
      assert.deepEqual(cardsIn(place), [], 'nothing is asked by opening it');

      const done = await dialogs.submit(alex, place, dialog, { reason: 'impossible travel', addresses: '' });
      assert.deepEqual([done.open, done.body], [false, '']);
      const { first, text } = await askedCard(place);
      for (const part of [adele.userPrincipalName, synced.userPrincipalName, alex.displayName, 'impossible travel']) {
        assert.ok(text.includes(part), `${part} is not on the card`);
      }
      const button = buttonsOf(cardIn(first.activity)).find(({ verb }) => verb === 'approve');
      assert.ok(button);
      const result = steps.nextPost(place);
      const writes = steps.writesFor(adele).length;
      await world.teams.execute(megan, place, first.activityId, button);
      await result(30_000, /revoked, verified/i);
      assert.equal(steps.writesFor(adele).length, writes + 1);
    });
  }

  it('submitted twice, at once and later under another id: one request', async () => {
    const place = groupChat('dialog-twice');
    const dialog = await opening(alex, place, adele.userPrincipalName);
    const answers = await Promise.all([dialogs.submit(alex, place, dialog), dialogs.submit(alex, place, dialog)]);
    await askedCard(place);
    answers.push(await dialogs.submit(alex, place, dialog));
    for (const answer of answers) assert.equal(answer.open, false);
    await quiet(place);
    assert.equal(cardsIn(place).length, 1);
    const again = await opening(alex, place, adele.userPrincipalName);
    const told = await dialogs.submit(alex, place, again);
    assert.match(told.text, /Already open: [\s\S]*Requested by Alex Wilber/);
    await quiet(place);
    assert.equal(cardsIn(place).length, 1);
  });

  it('what if: all of it in the dialog, nothing in the chat, nothing sent', async () => {
    const place = groupChat('dialog-what-if');
    const dialog = await opening(alex, place, adele.userPrincipalName);
    const writes = world.graph.writes().length;
    const shown = await dialogs.submit(alex, place, dialog, { whatIf: 'true' });
    assert.match(shown.text, /no request was made and nothing was sent/);
    assert.ok(shown.text.includes(adele.displayName));
    assert.deepEqual(buttonsOf(shown.card), []);
    await quiet(place);
    assert.deepEqual([cardsIn(place), world.graph.writes().length], [[], writes]);
  });

  describe('what cannot be asked is said in the dialog, and what was entered stays', () => {
    const place = groupChat('dialog-problems');
    const entered = { reason: 'phone **stolen**', whatIf: 'false' };
    const cases: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
      ['a word that is no address', { people: '', addresses: 'adele, [x](https://evil.example)' }, /Not an address/],
      ['a protected account', { people: person('breakGlass').id, addresses: '' }, /protected account/],
    ];
    for (const [what, fields, says] of cases) {
      it(what, async () => {
        const dialog = await opening(alex, place, 'no address here');
        assert.match(dialog.text, /No address in that message/);
        const again = await dialogs.submit(alex, place, dialog, { ...entered, ...fields });
        assert.match(again.text, says);
        assert.deepEqual(again.fields, { ...entered, ...fields });
        assert.equal(again.data.opening, dialog.data.opening);
        const done = await dialogs.submit(alex, place, again, { people: adele.id, addresses: '', whatIf: 'true' });
        assert.match(done.text, /no request was made and nothing was sent/);
      });
    }
  });

  it('whoever may not ask is told the same whether or not the account exists', async () => {
    const place = groupChat('dialog-stranger');
    const said: ShownDialog[] = [];
    for (const address of [megan.userPrincipalName, 'nobody@contoso.example']) {
      const dialog = await opening(adele, place, address);
      assert.deepEqual([dialog.fields, dialog.data], [{}, {}]);
      said.push(dialog);
      const data = { opening: '0d6c2f8e-5a0b-4b8e-9f0e-3c2d1b0a9f88' };
      said.push(await dialogs.submit(adele, place, { ...dialog, data }, { people: '', addresses: address }));
    }
    assert.match(said[0]?.text ?? '', /not allowed to request this/);
    for (const { body } of said) assert.deepEqual(body, said[0]?.body);
    await quiet(place);
    assert.equal(world.connector.conversation(place.id).length, 1, 'the answer to hello and nothing else');
  });

  it('Graph hangs: the dialog opens in time with the addresses as they were written, and asks once Graph is back', async () => {
    const place = groupChat('dialog-hang');
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const restore = world.graph.faults.inject({ until, times: Number.POSITIVE_INFINITY });
    const dialog = await opening(alex, place, `${adele.userPrincipalName} and nobody@contoso.example`);
    assert.equal(dialog.fields.people, '');
    assert.equal(dialog.fields.addresses, `${adele.userPrincipalName}\nnobody@contoso.example`);
    assert.match(dialog.text, /not looked these up yet/);
    const waits = await dialogs.submit(alex, place, dialog);
    assert.match(waits.text, /takes longer than usual/);
    restore();
    release();
    const { text } = await askedCard(place);
    assert.ok(text.includes('nobody@contoso.example'), 'who is left out is named');
    await quiet(place);
    assert.equal(cardsIn(place).length, 1);
  });

  it('the bot is not there: it offers to be added, and opens then', async () => {
    const place = groupChat('dialog-not-installed');
    world.connector.faults.inject({ path: members, answer: notInstalled });
    const offer = await opening(alex, place, adele.userPrincipalName);
    assert.deepEqual([offer.fields, offer.data], [{}, { msteams: { justInTimeInstall: true }, entered: '' }]);
    assert.match(offer.text, /must be added here/);
    const dialog = await dialogs.installed(alex, place, offer, teamsMessage(adele.userPrincipalName));
    assert.equal(dialog.fields.people, adele.id);
    assert.equal((await dialogs.submit(alex, place, dialog)).open, false);
    await askedCard(place);
  });

  it('the bot was taken away while Graph hangs: it says so in time, because in the chat it could not', async () => {
    const place = groupChat('dialog-taken-away-hang');
    const dialog = await opening(alex, place, adele.userPrincipalName);
    world.connector.faults.inject({ path: members, answer: notInstalled });
    world.graph.faults.inject({ hang: true, times: Number.POSITIVE_INFINITY });
    const offer = await dialogs.submit(alex, place, dialog);
    assert.match(offer.text, /No request was made yet/);
  });

  /** Everything that could have been posted in the place by now has been: a sentence said later is answered there. */
  async function quiet(place: Place): Promise<void> {
    const answered = steps.nextPost(place);
    await world.teams.say(alex, place, 'hello?');
    await answered(10_000, /did not understand/);
  }
});
