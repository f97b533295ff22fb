import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import type { Fault } from '../support/production/faults.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Person, type Place, teamsUserId } from '../support/production/teams-client.ts';
import { APP_ID, BOT_NAME, person, startWorld, type World } from '../support/production/world.ts';

const at = (label: string) => `<at>${label}</at>`;
const span = (label: string, item: number) =>
  `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="${item}">${label}</span>`;

describe('people, named in all the ways there are, and what else Teams brings, to the production entry point', function () {
  this.timeout(300_000);
  const [alex, adele, isaiah] = [person('alex'), person('adele'), person('isaiah')];
  const imitator = {
    ...adele,
    id: '5b0c6b0e-6d52-4f0c-9a57-1f6d9d8a7c01',
    displayName: 'Adele\u200B Vance',
    userPrincipalName: 'adele.v@contoso.example',
    mail: 'adele.v@contoso.example',
  };
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld({ people: [imitator] });
    steps = createSteps(world);
  });
  afterEach(() => world.connector.faults.clear());
  after(() => world.stop());

  /** What is answered to whoever says it, with its buttons. */
  async function heard(who: Person, place: Place, sentence: string) {
    const from = world.connector.log.length;
    await world.teams.say(who, place, sentence);
    const shown = await world.connector.waitFor((log) =>
      log.slice(from).find(({ kind, conversationId }) => kind === 'post' && conversationId === place.id),
    );
    const { text, attachments } = shown.activity as Record<string, unknown>;
    const buttons = buttonsOf(cardIn(shown.activity)).filter(({ verb }) => verb === 'say');
    return { ...shown, text: shownBy(shown.activity), bytes: JSON.stringify({ text, attachments }), buttons };
  }

  it('a name or a wrong address: up to five people with a button each, for whoever may ask alone', async () => {
    const place = groupChat('alike');
    const outsider = person('dormant');
    for (const [typed, offered] of [
      ['Adele Vance', true],
      ['adel@contoso.example', true],
      ['nobody.at.all@contoso.example', false],
    ] as const) {
      const { text, buttons } = await heard(alex, place, `revoke sessions for ${typed} because phone stolen`);
      assert.equal(buttons.length > 0, offered, text);
      if (offered) assert.match(text, /Adele Vance <adele@contoso\.example>/);
    }
    const same = [];
    for (const typed of ['Adele', 'Ragnh']) {
      const { bytes, buttons } = await heard(outsider, place, `revoke sessions for ${typed}`);
      assert.deepEqual(buttons, []);
      same.push(bytes.replaceAll(typed, '…'));
    }
    assert.equal(same[0], same[1], 'whoever may not ask learns nothing');

    const { activityId, buttons } = await heard(alex, place, 'revoke sessions for adel@contoso.example because stolen');
    const from = world.connector.log.length;
    await world.teams.execute(outsider, place, activityId, buttons[0] ?? assert.fail());
    const refused = await world.connector.waitFor((log) => log.slice(from).find(({ kind }) => kind === 'post'));
    assert.match(shownBy(refused.activity), /not allowed to request/, 'judged as if the presser had typed it');
    await world.teams.execute(alex, place, activityId, buttons[0] ?? assert.fail());
    const { activity } = await world.connector.waitFor((log) =>
      log.slice(from).find((one) => buttonsOf(cardIn(one.activity)).some(({ verb }) => verb === 'approve')),
    );
    assert.match(shownBy(activity), /Adele Vance[\s\S]*stolen/);
  });

  it('the own address, from somebody who may not ask, leads to signing oneself out', async () => {
    const place = groupChat('own');
    const outsider = person('dormant');
    for (const own of [outsider.userPrincipalName.toUpperCase(), outsider.id]) {
      const { text, buttons, activityId } = await heard(outsider, place, `revoke sessions for ${own}`);
      assert.match(text, /not allowed to request[\s\S]*revoke my sessions/);
      const from = world.connector.log.length;
      await world.teams.execute(outsider, place, activityId, buttons[0] ?? assert.fail());
      const { activity } = await world.connector.waitFor((log) =>
        log.slice(from).find(({ kind, conversationId }) => kind === 'post' && conversationId === place.id),
      );
      assert.match(shownBy(activity), /Sign yourself out everywhere|Already open/);
    }
    const other = await heard(outsider, place, `revoke sessions for ${outsider.id}, ${adele.id}`);
    assert.deepEqual(other.buttons, []);
  });

  interface Sent {
    readonly text: string;
    readonly html?: string;
    readonly mentions?: readonly (readonly [label: string, id: string, more?: object])[];
  }

  /** Says it in this place, with the bot mentioned first. */
  function say(place: Place, { text, html, mentions = [] }: Sent) {
    const entities = [[BOT_NAME, `28:${APP_ID}`] as const, ...mentions].map(([label, id, more]) => ({
      type: 'mention',
      text: at(label),
      mentioned: { id, name: label, ...more },
    }));
    const attachments =
      html === undefined ? [] : [{ contentType: 'text/html', content: `<p>${span(BOT_NAME, 0)}&nbsp;${html}</p>` }];
    return world.teams.say(alex, place, text, { activity: { entities, attachments } });
  }

  async function cardFor(place: Place, sent: Sent): Promise<string> {
    const from = world.connector.log.length;
    assert.equal((await say(place, sent)).status, 200);
    const { activity } = await world.connector.waitFor((log) =>
      log.slice(from).find(({ activity }) => buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'approve')),
    );
    return shownBy(activity);
  }

  async function answerTo(place: Place, sent: Sent): Promise<string> {
    const from = world.connector.log.length;
    const answer = steps.nextPost(place);
    await say(place, sent);
    const text = await answer(10_000);
    assert.ok(!world.connector.log.slice(from).some(({ activity }) => buttonsOf(cardIn(activity)).length > 0), text);
    return text;
  }

  const mentioned = (target: EmulatedPerson, label = target.displayName) => [label, teamsUserId(target.id)] as const;

  it('a mention in a channel, shortened to the first name: the card is for that person, by object id', async () => {
    const place = channelThread('1700000000101');
    const read: string[] = [];
    world.connector.faults.otherwise((method, target) => {
      if (method === 'GET') read.push(decodeURIComponent(target));
      return undefined;
    });
    const text = await cardFor(place, {
      text: `${at(BOT_NAME)} revoke sessions for ${at('Adele')} because phone stolen`,
      html: `revoke sessions for ${span('Adele', 1)} because phone stolen`,
      mentions: [mentioned(adele, 'Adele')],
    });
    for (const shown of [adele.userPrincipalName, adele.displayName, 'phone stolen'])
      assert.ok(text.includes(shown), text);
    const asked = world.graph.calls.filter(({ path }) => path.includes(adele.id));
    assert.ok(asked.length > 0, 'Graph was never asked about that object id');
    // One member, never the list: a team may have ten thousand.
    const ofAdele = `/v3/conversations/19:channel-incidents@thread.tacv2/members/${teamsUserId(adele.id)}`;
    assert.equal(read.filter((path) => path.endsWith(ofAdele)).length, 1, read.join('\n'));
    assert.ok(!read.some((path) => /members\/?(?:\?|$)/.test(path)), read.join('\n'));
  });

  it('a link from Outlook that only the attachment has', async () => {
    const text = await cardFor(groupChat('outlook'), {
      text: `${at(BOT_NAME)} revoke sessions for the night shift lead`,
      html: `revoke sessions for <a href="mailto:${isaiah.userPrincipalName}">the night shift lead</a>`,
    });
    assert.ok(text.includes(isaiah.userPrincipalName), text);
  });

  const nobody: readonly (readonly [string, Sent['mentions'], RegExp])[] = [
    ['a channel', [['General', '19:general@thread.tacv2']], /General: a team, a channel/],
    ['somebody who left', [['Bob', '29:1somebody-who-left']], /Bob: not in this conversation/],
  ];
  for (const [name, mentions = [], said] of nobody) {
    it(`${name}: is answered, and nobody is asked about, not even who is named besides`, async () => {
      const label = mentions[0]?.[0] ?? '';
      const text = await answerTo(channelThread('1700000000102'), {
        text: `${at(BOT_NAME)} revoke sessions for ${adele.userPrincipalName}, ${at(label)}`,
        mentions,
      });
      assert.match(text, said);
    });
  }

  const troubles: readonly (readonly [string, Fault])[] = [
    ['refuses', { answer: { status: 403, body: { error: { code: 'BotNotInConversationRoster' } } } }],
    ['does not answer', { hang: true }],
  ];
  for (const [name, fault] of troubles) {
    it(`the roster ${name}: that is said in time, and nothing is guessed from the name`, async () => {
      world.connector.faults.inject({ method: 'GET', path: /\/members\//, times: Infinity, ...fault });
      const text = await answerTo(groupChat('no-roster'), {
        text: `${at(BOT_NAME)} revoke sessions for ${at(adele.displayName)}`,
        mentions: [mentioned(adele)],
      });
      assert.match(text, /Adele Vance: Teams could not tell me who this is/);
    });
  }

  it('a name with a character that nobody sees: the card says so, and marks it', async () => {
    const { text } = await steps.ask(alex, groupChat('look-alike'), 'revoke sessions for adele.v@contoso.example');
    assert.match(text, /Check the name: “Adele\uFFFD Vance” has hidden characters/);
  });

  it('a stranger at the port: nothing is told of permissions, and `OPTIONS *` is answered as any unknown path', async () => {
    const { hostname, port } = new URL(world.bot().url);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request({ hostname, port, method: 'OPTIONS', path: '*', agent: false }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    assert.equal(answer, 404);
    assert.deepEqual(await (await fetch(`${world.bot().url}/readyz`)).json(), { ready: true });
  });

  it('a press from another organisation, in a shared channel: a private reason, and nothing is done', async () => {
    const asked = await steps.ask(alex, groupChat('shared'), `revoke sessions for ${isaiah.userPrincipalName}`);
    const theirs = { channelData: { tenant: { id: '99999999-9999-4999-8999-999999999999' } } };
    const { text } = await steps.press(person('megan'), asked, 'approve', { activity: theirs });
    assert.match(text, /^Only members of this organization can do that/);
    // Its value and its data may come as JSON; then it is what it says.
    const [button] = asked.buttons.filter(({ verb }) => verb === 'cancel');
    const value = JSON.stringify({ action: { verb: button?.verb, data: JSON.stringify(button?.data) } });
    await steps.press(alex, asked, 'cancel', { activity: { value } });
    await steps.closed(asked);
    assert.equal(steps.writesFor(isaiah).length, 0);
  });

  it('a sign-in that Teams could not do: its code is in the log', async () => {
    const value = { code: 'resourcematchfailed', message: 'x' };
    assert.equal((await world.teams.invoke(alex, groupChat(), 'signin/failure', value)).status, 200);
    await world.bot().waitForOutput(/"warn".*resourcematchfailed/);
  });
});
