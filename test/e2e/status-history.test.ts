import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy, textOf } from '../support/production/card.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Person, type Place, personalChat } from '../support/production/teams-client.ts';
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
  let oneToOne = '';
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

  /** Presses a button of a page; what the clicker alone reads. */
  async function turn(who: Person, place: Place, activityId: string, data: unknown) {
    const posts = world.connector.conversation(place.id).length;
    const { status, body } = await world.teams.execute(who, place, activityId, { verb: 'page', data });
    assert.equal(status, 200);
    const { statusCode, value } = body as { statusCode: number; value: unknown };
    assert.equal(statusCode, 200);
    assert.equal(world.connector.conversation(place.id).length, posts, 'said to everybody');
    return typeof value === 'string' ? { card: null, text: value } : { card: value, text: textOf(value) };
  }
  const button = (card: unknown, title: string) => {
    const found = buttonsOf(card).find((one) => one.title === title);
    assert.ok(found, `no button ${title} among ${buttonsOf(card).map((one) => one.title)}`);
    return found;
  };

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
    const alone = await steps.ask(
      alex,
      personalChat(alex),
      `revoke sessions for ${adele.userPrincipalName} because a private matter`,
    );
    oneToOne = alone.code;
    await steps.press(alex, alone, 'deny');
    await steps.closed(alone);
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
    for (let index = 0; index < 6; index += 1) {
      const asked = await steps.ask(
        alex,
        room,
        `revoke sessions for ${adele.userPrincipalName} because reason ${index}`,
      );
      codes.push(asked.code);
      if (index === 5) await world.teams.say(megan, room, `deny ${asked.code} because **found** at home`);
      else await steps.press(megan, asked, 'deny');
      denied = await steps.closed(asked);
    }
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

  it('history: the newest first, reasons of this conversation only, in pages, and back', async () => {
    const first = await said(megan, room, `history ${adele.userPrincipalName}`);
    assert.match(first.text, /Adele Vance/);
    assert.match(first.text, /Waiting for a decision until/);
    assert.match(first.text, /Reason: reason 5/);
    assert.match(first.text, /Denied by Megan Bowen [^\n]*: \*\*found\*\* at home/);
    assert.match(denied, /Denied by Megan Bowen[^\n]*: \*\*found\*\* at home/);
    assert.deepEqual(
      buttonsOf(first.card).map(({ title }) => title),
      [...codes.slice(-5).toReversed(), 'Older'],
    );
    const from = world.connector.log.length;
    const [, denied5] = buttonsOf(first.card);
    await world.teams.execute(outsider, room, first.activityId, denied5 ?? assert.fail());
    const one = await world.connector.waitFor((log) =>
      log.slice(from).find(({ kind, conversationId }) => kind === 'post' && conversationId === room.id),
    );
    assert.match(shownBy(one.activity), /Denied: nothing was revoked[\s\S]*reason 5[\s\S]*What happened/);
    const second = await turn(alex, room, first.activityId, button(first.card, 'Older').data);
    assert.match(second.text, /Reason: reason 0/);
    assert.match(second.text, /Sessions revoked, verified/);
    assert.match(second.text, /Approved by Megan Bowen/);
    assert.match(second.text, /the reason is shown only there/);
    for (const secret of ['Lagos', 'private matter', codes[0] ?? '', oneToOne]) {
      assert.ok(!second.text.includes(secret) && !first.text.includes(secret), secret);
    }
    const back = await turn(alex, room, first.activityId, button(second.card, 'Newer').data);
    assert.equal(back.text, textOf(first.card));
    // Each reason is told where it was given.
    const there = await said(alex, channel, `history ${adele.id}`);
    const older = await turn(alex, channel, there.activityId, button(there.card, 'Older').data);
    assert.match(older.text, /Reason: seen in Lagos/);
    assert.doesNotMatch(there.text + older.text, /reason \d|private matter/);
  });

  it('history, to an outsider: the same bytes for an account that is there, one that is not, and a page', async () => {
    const first = await said(megan, room, `history ${adele.userPrincipalName}`);
    const from = world.connector.log.length;
    const graph = world.graph.calls.length;
    for (const wanted of [
      adele.userPrincipalName,
      'nobody.at.all@contoso.example',
      adele.id,
      '99999999-9999-4999-8999-999999999999',
    ]) {
      await said(outsider, room, `history ${wanted}`);
    }
    const bodies = world.connector.log.slice(from).map(({ activity }) => {
      const { text, attachments, textFormat } = activity as Record<string, unknown>;
      return stringify({ text, attachments, textFormat });
    });
    assert.equal(bodies.length, 4);
    assert.equal(new Set(bodies).size, 1, bodies.join('\n'));
    const page = await turn(outsider, room, first.activityId, button(first.card, 'Older').data);
    assert.equal(page.text, JSON.parse(bodies[0] ?? '{}').text);
    // What is looked up after a result goes on meanwhile.
    const other = new RegExp(`${outsider.id}|/auditLogs/|/registeredDevices`);
    const asked = world.graph.calls.slice(graph).filter(({ path }) => !other.test(path));
    assert.deepEqual(
      asked.map(({ path }) => path),
      [],
    );
  });

  it('all of it is there after a restart', async () => {
    await world.bot().kill();
    await world.start();
    const first = await said(megan, room, `history ${adele.userPrincipalName}`);
    assert.match(first.text, /Reason: reason 5/);
    assert.match((await said(megan, room, 'status')).text, /1 open request/);
  });
});
