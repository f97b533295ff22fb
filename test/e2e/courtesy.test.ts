import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat, type Place, personalChat, teamsUserId } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

interface Mention {
  readonly type: string;
  readonly text: string;
  readonly mentioned: { readonly id: string; readonly name: string };
}

const security = '19:security@thread.tacv2';

describe('what the bot says besides, told by the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, nestor, adele] = [person('alex'), person('megan'), person('nestor'), person('adele')];
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld({ env: { APPROVAL_CONVERSATION: security } });
    steps = createSteps(world);
  });
  after(() => world.stop());

  const saidIn = (place: string) => world.connector.log.filter(({ conversationId }) => conversationId === place);
  const mentionsIn = ({ activity }: { activity: Readonly<Record<string, unknown>> }) =>
    ((activity.entities ?? []) as Mention[]).filter(({ type }) => type === 'mention');
  const sentence = `revoke sessions for ${adele.userPrincipalName}`;

  it('a mention of who can approve after the card, and of the requester on the result', async () => {
    const place = groupChat('courtesy');
    const called = steps.nextPost(place);
    const asked = await steps.ask(alex, place, sentence);
    await called(10_000, /approval needed/);
    const result = steps.nextPost(place);
    await steps.press(megan, asked, 'approve');
    await result(20_000, /Ends within minutes/);
    const posts = saidIn(place.id).filter(({ kind }) => kind === 'post');
    const [card, notice, told] = posts;
    assert(notice && card && told);
    assert.equal(posts.length, 3);
    assert.match(
      String(notice.activity.text),
      /^Adele Vance: approval needed \(\w+\) until \d\d:\d\d UTC\. <at>Megan Bowen<\/at>, <at>Nestor Wilke<\/at>$/,
    );
    assert.deepEqual(
      mentionsIn(notice).map(({ mentioned }) => mentioned.id),
      [megan, nestor].map(({ id }) => teamsUserId(id)),
    );
    assert.deepEqual(cardIn(notice.activity), undefined, 'text and card in one message lose the id of the card');
    assert.equal(card.activityId, asked.activityId);
    const { msteams } = cardIn(told.activity) as { msteams?: { entities?: readonly Mention[] } };
    const mention = { type: 'mention', text: '<at>Alex Wilber</at>', mentioned: { id: alex.id, name: 'Alex Wilber' } };
    assert.deepEqual(msteams?.entities, [mention]);
    assert(shownBy(told.activity).includes(mention.text), 'Teams wants the text of a mention to stand on the card');
  });

  it('what is asked in a 1:1 chat is decided in the approvers’ channel, and told in both', async () => {
    const chat = personalChat(alex);
    const from = world.connector.log.length;
    assert.equal((await world.teams.say(alex, chat, sentence)).status, 200);
    const follow = await world.connector.waitFor((log) =>
      log.slice(from).find(({ conversationId, activity }) => conversationId === chat.id && cardIn(activity)),
    );
    assert.match(shownBy(follow.activity), /Waiting for approval/);
    assert.deepEqual(
      buttonsOf(cardIn(follow.activity)).map(({ verb }) => verb),
      ['cancel'],
    );
    const card = await world.connector.waitFor((log) =>
      log.slice(from).find(({ conversationId, activity }) => conversationId === security && cardIn(activity)),
    );
    const place: Place = { id: `${security};messageid=${card.activityId}`, kind: 'channel', channelData: {} };
    const buttons = buttonsOf(cardIn(card.activity));
    const asked = { place, activityId: card.activityId, card: cardIn(card.activity), text: '', code: '', buttons };
    const result = steps.nextPost(place);
    await steps.press(megan, asked, 'approve');
    assert.match(
      await result(20_000, /Ends within minutes/),
      /✓ Sessions revoked, verified/,
      'under the card, in its thread',
    );
    const told = await world.connector.waitFor(() => {
      const now = world.connector.current(follow.activityId);
      return now && /✓ Sessions revoked, verified[\s\S]*Ends within minutes/.test(shownBy(now)) && now;
    });
    assert.deepEqual(buttonsOf(cardIn(told)), []);
  });
});
