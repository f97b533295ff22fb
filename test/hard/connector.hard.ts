import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import type { Fault } from '../support/production/faults.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat, type Place } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const verified = /Sessions revoked, verified/;

describe('Teams’ bad days, lived through by the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  const sentence = `revoke sessions for ${adele.userPrincipalName}`;
  const accounts = Array.from({ length: 9 }, (_, index) => ({
    ...adele,
    id: `5b0c6b0e-6d52-4f0c-9a57-1f6d9d8a7d0${index}`,
    displayName: `Account ${index}`,
    userPrincipalName: `account${index}@contoso.example`,
    mail: `account${index}@contoso.example`,
    proxyAddresses: [],
  }));
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld({ people: accounts });
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
  const at = (asked: AskedCard, activityId: string): AskedCard => ({ ...asked, activityId });
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

  it('one 403 for a closing card: it closes', async () => {
    const place = groupChat('one-403');
    const asked = await steps.ask(alex, place, sentence);
    refusing(403, 'ConversationBlockedByUser', { method: 'PUT' });
    await steps.press(megan, asked, 'deny');
    assert.match(await steps.closed(asked), /Denied/);
  });

  it('one 404 for words: they come', async () => {
    const place = groupChat('words');
    refusing(404, 'ConversationNotFound', { method: 'POST' });
    const answer = steps.nextPost(place);
    await world.teams.say(alex, place, 'approve K7F3');
    assert.match(await answer(), /./);
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

  for (const [name, answeredAs] of [
    ['202 and nothing', { status: 202 }],
    ['an empty id', { status: 201, body: { id: '' } }],
    ['204', { status: 204 }],
    ['words that are no JSON', { status: 201, headers: { 'content-type': 'application/json' }, body: 'Created' }],
  ] as const) {
    it(`a card and a result that are taken with ${name} stand once, and the card closes`, async () => {
      const place = groupChat(`no-id ${name}`);
      world.connector.faults.inject({ method: 'POST', body: /AdaptiveCard/, times: 2, answeredAs });
      const asked = await steps.ask(alex, place, sentence);
      const result = steps.nextPost(place);
      await steps.press(megan, asked, 'approve');
      await result(20_000, verified);
      await steps.closed(asked);
      await steps.recorded('ResultPosted');
      assert.deepEqual([approvalsIn(place).length, postsIn(place, verified).length], [1, 1]);
    });
  }

  it('502 after the card was posted: whichever copy is decided on, and the other when somebody looks at it', async () => {
    const place = groupChat('copies');
    world.connector.faults.inject({
      method: 'POST',
      body: /AdaptiveCard/,
      answeredAs: { status: 502, body: {} },
    });
    const lost = await steps.ask(alex, place, sentence);
    const known = await world.connector.waitFor(() => approvalsIn(place)[1]);
    const decidedOn = at(lost, known.activityId);
    await steps.press(megan, decidedOn, 'deny');
    await steps.closed(decidedOn);
    assert.notEqual(buttonsOf(cardIn(world.connector.current(lost.activityId))).length, 0, 'nobody knows of it yet');
    const data = lost.buttons[0]?.data;
    await world.teams.execute(adele, place, lost.activityId, { verb: 'refresh', data, trigger: 'automatic' });
    assert.match(await steps.closed(lost), /Denied/);
  });

  it('many requests of one person hold back nobody’s card', async () => {
    const place = groupChat('flooded');
    const { promise: busy, resolve: goOn } = Promise.withResolvers<void>();
    world.connector.faults.inject({ method: 'POST', path: /flooded/, until: busy });
    const asked = await steps.count('Requested');
    for (const { userPrincipalName } of accounts) {
      await world.teams.say(alex, place, `revoke sessions for ${userPrincipalName}`);
    }
    await steps.recorded('Requested', 60_000, asked + accounts.length);
    await world.teams.say(megan, place, sentence);
    await steps.recorded('Requested', 60_000, asked + accounts.length + 1);
    goOn();
    const cards = await world.connector.waitFor(
      () => approvalsIn(place).length === accounts.length + 1 && approvalsIn(place),
    );
    const hers = cards.findIndex(({ activity }) => shownBy(activity).includes(adele.userPrincipalName));
    assert.notEqual(hers, -1);
    assert(hers < cards.length - 1, 'not behind all that was asked before');
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
