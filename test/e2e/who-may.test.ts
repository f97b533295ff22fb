import assert from 'node:assert/strict';
import { buttonsOf } from '../support/production/card.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Person, type Place, personalChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const unknownRequest = /no open request/;

describe('who may, told to the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let world: World;
  let steps: Steps;
  let asked: AskedCard;
  const place = groupChat('who-may');

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
    asked = await steps.ask(alex, place, `revoke sessions for ${adele.userPrincipalName}`);
  });
  after(() => world.stop());

  /** Clicks with whatever is given, and gives back what the clicker reads. */
  async function click(who: Person, where: Place, verb: string, data: unknown, card = asked.activityId) {
    const { status, body } = await world.teams.execute(who, where, card, { verb, data });
    assert.equal(status, 200);
    const { statusCode, value } = body as { statusCode: number; value: unknown };
    assert.equal(statusCode, 200);
    return typeof value === 'string' ? value : `card with ${buttonsOf(value).length} buttons`;
  }
  const dataOf = (verb: string, of = asked) =>
    of.buttons.find((button) => button.verb === verb)?.data as { requestId: string };

  it('the card names who can approve, and buttons carry the request id alone', () => {
    assert.match(asked.text, /Any one can approve: ?Alex Wilber, Megan Bowen, Nestor Wilke/);
    for (const { verb, data, fallback } of asked.buttons) {
      assert.deepEqual(Object.keys(data as object), ['requestId'], verb);
      assert.deepEqual(Object.keys(fallback as object).sort(), ['requestId', 'verb'], verb);
    }
  });

  it('the card for an administrator names only those who could be the second person', async () => {
    const admin = await steps.ask(
      alex,
      groupChat('admins'),
      `revoke sessions for ${person('isaiah').userPrincipalName}`,
    );
    assert.match(admin.text, /Administrator account: Alex Wilber requested this, so someone else must approve/);
    assert.match(admin.text, /Can approve: ?Megan Bowen, Nestor Wilke/);
  });

  it('a verb swapped on somebody else’s button is judged by who clicks', async () => {
    assert.match(await click(adele, place, 'approve', dataOf('cancel')), /Only an approver/);
    assert.match(await click(adele, place, 'cancel', dataOf('approve')), /Only the requester or an approver/);
  });

  it('data beside the id says nothing: nobody else is revoked, nobody else approves', async () => {
    const more = { targets: [megan.id], by: megan.id, approver: true, standing: { member: true, approver: true } };
    assert.match(await click(adele, place, 'approve', { ...dataOf('approve'), ...more }), /Only an approver/);
  });

  it('a card forwarded elsewhere, or a code typed elsewhere, does not exist there', async () => {
    for (const elsewhere of [groupChat('elsewhere'), channelThread('1700000000777'), personalChat(megan)]) {
      for (const verb of ['approve', 'deny', 'cancel']) {
        assert.match(await click(megan, elsewhere, verb, dataOf(verb)), unknownRequest);
      }
      const said = steps.nextPost(elsewhere);
      await world.teams.say(megan, elsewhere, `approve ${asked.code}`);
      assert.match(await said(), unknownRequest);
    }
  });

  it('a card of one request with the id of another decides what the id says, if the clicker may', async () => {
    const other = await steps.ask(alex, groupChat('other'), `revoke sessions for ${person('risky').userPrincipalName}`);
    assert.match(await click(megan, place, 'approve', dataOf('approve', other)), unknownRequest);
    assert.match(await click(adele, groupChat('other'), 'approve', dataOf('approve', other)), /Only an approver/);
  });

  it('whoever may not ask reads the same bytes for an account that is there, is protected, or never was, and waits for no look-up', async () => {
    const outsider = person('dormant');
    const elsewhere = groupChat('outsider');
    const { userPrincipalName: known, id } = person('adele');
    const { userPrincipalName: kept } = person('breakGlass');
    const whom = [known, id, kept, 'nobody@contoso.example', '99999999-9999-4999-8999-999999999999'];
    for (const verb of ['revoke sessions for', 'what if revoke sessions for']) {
      const from = world.connector.log.length;
      const calls = world.graph.calls.length;
      for (const [index, target] of whom.entries()) {
        await world.teams.say(outsider, elsewhere, `${verb} ${target}`);
        await world.connector.waitFor((log) => log.length > from + index);
      }
      const said = world.connector.log.slice(from).map(({ activity }) => activity);
      assert.equal(said.length, whom.length);
      // What it answers to is all that differs.
      const bytes = said.map(({ replyToId: _replyToId, ...rest }) => JSON.stringify(rest));
      assert.equal(new Set(bytes).size, 1, bytes.join('\n'));
      assert.match(String(said[0]?.text), /You are not allowed to request this\. Ask your security team to add you\./);
      // Of the click before this the rights of the requester may still be read.
      const isOther = ({ path }: { path: string }) => ![outsider.id, alex.id].some((one) => path.includes(one));
      const asked = world.graph.calls.slice(calls).filter(isOther);
      // With the very first message, beside the answer, when it was not known yet that this person may not ask.
      assert(verb === 'revoke sessions for' || asked.length === 0);
      assert(
        asked.every(({ path }) => decodeURIComponent(path).includes(known)),
        JSON.stringify(asked),
      );
    }
    assert.deepEqual(world.graph.writes(), []);
  });

  it('after all of that nothing was written, and the real click still does its work once, replayed or not', async () => {
    assert.deepEqual(world.graph.writes(), []);
    const result = steps.nextPost(place);
    const first = await steps.press(megan, asked, 'approve');
    assert.ok(first.card);
    assert.match(await result(30_000, /Sessions revoked, verified/), /Adele Vance/);
    for (const verb of ['approve', 'deny', 'cancel', 'approve']) {
      assert.equal(await click(megan, place, verb, dataOf(verb)), 'card with 0 buttons');
    }
    await steps.closed(asked);
    assert.equal(world.graph.writes().length, 1);
  });

  it('refused attempts are on record, and a clicker cannot fill the record with them', async () => {
    const open = await steps.ask(
      alex,
      groupChat('flooded'),
      `revoke sessions for ${person('synced').userPrincipalName}`,
    );
    const refused = async () =>
      Number(/type="AttemptRefused"\} (\d+)/.exec(await (await fetch(`${world.bot().url}/metrics`)).text())?.[1] ?? 0);
    const before = await refused();
    for (let clicks = 0; clicks < 40; clicks += 1)
      await click(adele, groupChat('flooded'), 'approve', dataOf('approve', open));
    assert.equal((await refused()) - before, 20);
  });
});
