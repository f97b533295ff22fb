import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import type { Fault } from '../support/production/faults.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat, type Place } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const verified = /Sessions revoked, verified/;

describe('Teams’ bad days, lived through by the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  const sentence = `revoke sessions for ${adele.userPrincipalName}`;
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
  });
  after(() => world.stop());
  afterEach(() => world.connector.faults.clear());

  const refusing = (status: number, code: string, more: Partial<Fault>) =>
    world.connector.faults.inject({ answer: { status, body: { error: { code, message: 'secret' } } }, ...more });
  const postsIn = (place: Place, pattern: RegExp) =>
    world.connector.log.filter(
      ({ kind, conversationId, activity }) =>
        kind === 'post' && conversationId === place.id && pattern.test(shownBy(activity)),
    );
  const approvalsIn = (place: Place) =>
    postsIn(place, /./).filter(({ activity }) => buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'approve'));

  it('one 404 for the result: it comes, once', async () => {
    const place = groupChat('one-404');
    const asked = await steps.ask(alex, place, sentence);
    refusing(404, 'ConversationNotFound', { method: 'POST', body: /Ends within minutes|verified/ });
    const result = steps.nextPost(place);
    await steps.press(megan, asked, 'approve');
    await result(20_000, verified);
    assert.equal(postsIn(place, verified).length, 1);
  });

  it('413 for the card: a few words with the code stand in for it, and the code approves', async () => {
    const place = groupChat('too-much');
    refusing(413, 'MessageSizeTooBig', { method: 'POST', body: /AdaptiveCard/ });
    const words = steps.nextPost(place);
    await world.teams.say(alex, place, sentence);
    const [, code = ''] = /approve (\w+)/.exec(await words(10_000, /approve \w+/)) ?? [];
    const result = steps.nextPost(place);
    await world.teams.say(megan, place, `approve ${code}`);
    await result(20_000, verified);
  });

  it('a card and a result that are taken without an id stand once, and the card closes', async () => {
    const place = groupChat('no-id');
    world.connector.faults.inject({ method: 'POST', body: /AdaptiveCard/, times: 2, answeredAs: { status: 202 } });
    const asked = await steps.ask(alex, place, sentence);
    const result = steps.nextPost(place);
    await steps.press(megan, asked, 'approve');
    await result(20_000, verified);
    await steps.closed(asked);
    await steps.recorded('ResultPosted');
    assert.deepEqual([approvalsIn(place).length, postsIn(place, verified).length], [1, 1]);
  });

  it('what was asked through one address and approved through another is told through the newer one', async () => {
    const place = groupChat('moved');
    const asked = await steps.ask(alex, place, sentence);
    refusing(404, 'ConversationNotFound', { path: /^\/emea\//, times: Number.POSITIVE_INFINITY });
    const serviceUrl = world.connector.serviceUrl.replace('/emea/', '/amer/tenant/');
    const result = steps.nextPost(place);
    await steps.press(megan, asked, 'approve', {
      activity: { serviceUrl },
      token: { claims: { serviceurl: serviceUrl } },
    });
    await result(20_000, verified);
    await steps.closed(asked);
    await steps.recorded('Readdressed');
  });
});
