import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Person, type Place } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const { stringify } = JSON;

describe('status and history, asked of the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele, outsider] = [person('alex'), person('megan'), person('adele'), person('dormant')];
  const room = groupChat('first');
  const channel = channelThread();
  let world: World;
  let steps: Steps;
  const codes: string[] = [];
  let denied = '';

  /** What comes to be read in the place after the sentence. */
  async function said(who: Person, place: Place, sentence: string) {
    const from = world.connector.log.length;
    const answer = await world.teams.say(who, place, sentence);
    assert.equal(answer.status, 200);
    const shown = await world.connector.waitFor((log) =>
      log
        .slice(from)
        .filter(({ kind, conversationId }) => kind === 'post' && conversationId === place.id)
        .find(({ activity }) => !/: approval needed/.test(shownBy(activity))),
    );
    return { activityId: shown.activityId, card: cardIn(shown.activity), text: shownBy(shown.activity) };
  }

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
    const elsewhere = await steps.ask(
      alex,
      channel,
      `revoke sessions for ${adele.userPrincipalName} because seen in Lagos`,
    );
    codes.push(elsewhere.code);
    const result = steps.nextPost(channel);
    await steps.press(outsider, elsewhere, 'approve');
    await steps.press(megan, elsewhere, 'approve');
    await result(30_000, /Sessions revoked, verified/);
    await steps.closed(elsewhere);
    const asked = await steps.ask(alex, room, `revoke sessions for ${adele.userPrincipalName} because phone lost`);
    codes.push(asked.code);
    await world.teams.say(megan, room, `deny ${asked.code} because **found** at home`);
    denied = await steps.closed(asked);
    codes.push((await steps.ask(alex, room, `revoke sessions for ${adele.userPrincipalName}`)).code);
  });
  after(() => world.stop());

  it('status and a code: one request with what happened, also when it is over, with a link to its card', async () => {
    const [code = ''] = codes;
    const one = await said(outsider, channel, `status ${code.toLowerCase()}`);
    const order = [
      'Sessions revoked, verified',
      'seen in Lagos',
      'Requested by Alex Wilber',
      'Card posted',
      'tried to approve it and was refused',
      'Approved by Megan Bowen',
      'Started',
      'Finished',
      'Ends within minutes:',
      'audit ID ',
    ];
    for (const part of order) assert.ok(one.text.includes(part), `${part} in\n${one.text}`);
    assert.match(one.text, /\d\d:\d\d:\d\d UTC/);
    const link = /https:\/\/teams\.microsoft\.com\/l\/message\/[^"]+/.exec(stringify(one.card))?.[0];
    const card = world.connector
      .conversation(channel.id)
      .find(({ activity }) => shownBy(activity).includes('seen in Lagos'));
    assert.ok(link?.includes(`/${card?.activityId}?`), link);
    assert.ok(link?.includes(`parentMessageId=${channel.id.split('=')[1]}`), link);
  });

  it('history: the newest first, reasons of this conversation only, and a row opens its request', async () => {
    const { activityId, card, text } = await said(megan, room, `history ${adele.userPrincipalName}`);
    for (const part of ['Adele Vance', 'Waiting for a decision until', 'Reason: phone lost', 'shown only there']) {
      assert.ok(text.includes(part), `${part} in\n${text}`);
    }
    assert.match(text, /Denied by Megan Bowen [^\n]*: \*\*found\*\* at home/);
    assert.match(denied, /Denied by Megan Bowen[^\n]*: \*\*found\*\* at home/);
    assert.ok(!text.includes('Lagos') && !text.includes(codes[0] ?? ''));
    const rows = buttonsOf(card);
    assert.deepEqual(
      rows.map(({ title }) => title),
      codes.slice(1).toReversed(),
    );
    const from = world.connector.log.length;
    await world.teams.execute(outsider, room, activityId, rows[1] ?? assert.fail());
    const one = await world.connector.waitFor((log) =>
      log.slice(from).find(({ kind, conversationId }) => kind === 'post' && conversationId === room.id),
    );
    assert.match(shownBy(one.activity), /Denied: nothing was revoked[\s\S]*phone lost[\s\S]*What happened/);
  });

  it('all of it is there after a restart', async () => {
    await world.bot().kill();
    await world.start();
    const first = await said(megan, room, `history ${adele.userPrincipalName}`);
    assert.match(first.text, /Reason: phone lost/);
    assert.match((await said(megan, room, 'status')).text, /1 open request/);
  });
});
