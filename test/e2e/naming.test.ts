import assert from 'node:assert/strict';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import { tenantId } from '../../src/local/people.ts';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import type { Fault } from '../support/production/faults.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Place, teamsUserId } from '../support/production/teams-client.ts';
import { APP_ID, BOT_NAME, person, startWorld, type World } from '../support/production/world.ts';

const at = (label: string) => `<at>${label}</at>`;
const span = (label: string, item: number) =>
  `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="${item}">${label}</span>`;

describe('people, named in all the ways there are, to the production entry point', function () {
  this.timeout(300_000);
  const [alex, adele, isaiah] = [person('alex'), person('adele'), person('isaiah')];
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
  });
  after(() => world.stop());

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

  it('a table from Excel', async () => {
    const row = ({ displayName, userPrincipalName }: EmulatedPerson) => [displayName, userPrincipalName];
    const rows = [['Name', 'UPN'], row(adele), row(isaiah)];
    const text = await cardFor(groupChat('excel'), {
      text: `${at(BOT_NAME)} revoke sessions for\n${rows.map((cells) => cells.join('\t')).join('\n')}`,
      html: `revoke sessions for</p><table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table><p>`,
    });
    for (const { displayName } of [adele, isaiah]) assert.ok(text.includes(displayName), text);
  });

  it('a link that shows one address and leads to another: both are named, and nothing is asked', async () => {
    const text = await answerTo(groupChat('spoof'), {
      text: `${at(BOT_NAME)} revoke sessions for ${adele.userPrincipalName}`,
      html: `revoke sessions for <a href="mailto:${isaiah.userPrincipalName}">${adele.userPrincipalName}</a>`,
    });
    for (const shown of ['No request was made', adele.userPrincipalName, isaiah.userPrincipalName]) {
      assert.ok(text.includes(shown), text);
    }
  });

  const nobody: readonly (readonly [string, Sent['mentions'], RegExp])[] = [
    ['another bot', [['Workflows', '28:9c1e8047-2a74-40a2-b28a-b162d5f5327c']], /Workflows: an app, not a person/],
    ['a channel', [['General', '19:general@thread.tacv2']], /General: a team, a channel/],
    ['a tag', [['on-call', 'MjQzMmI1N2I', { type: 'tag' }]], /on-call: a team, a channel, a tag/],
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

  it('the bot alone: is answered with how to ask', async () => {
    const text = await answerTo(channelThread('1700000000103'), {
      text: `${at(BOT_NAME)} revoke sessions for ${at(BOT_NAME)}`,
    });
    assert.match(text, /revoke sessions for name@example\.com/);
  });

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
      world.connector.faults.clear();
    });
  }

  it('a message that was edited into an order, or taken back and restored, does nothing, and that is said', async () => {
    const from = world.connector.log.length;
    const place = groupChat('edited');
    const text = `${at(BOT_NAME)} revoke sessions for ${adele.userPrincipalName}`;
    for (const [type, eventType] of [
      ['messageUpdate', 'editMessage'],
      ['messageUpdate', 'undeleteMessage'],
      ['messageDelete', 'softDeleteMessage'],
    ]) {
      const activity = { type, channelData: { eventType, tenant: { id: tenantId } } };
      assert.equal((await world.teams.say(alex, place, text, { activity })).status, 200);
    }
    // What is said afterwards is answered, so whatever came before would have been.
    await answerTo(place, { text: `${at(BOT_NAME)} make me a sandwich` });
    const said = world.connector.log.slice(from).map(({ activity }) => shownBy(activity));
    assert.equal(said.filter((one) => /^Edited messages are not orders/.test(one)).length, 2);
    assert.equal(said.length, 3);
  });
});
