import type { Fault } from '../support/production/faults.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
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
