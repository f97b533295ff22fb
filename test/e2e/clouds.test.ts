import assert from 'node:assert/strict';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('another cloud', function () {
  this.timeout(300_000);
  const [alex, megan, risky] = [person('alex'), person('megan'), person('risky')];
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld({ env: { GRAPH_CLOUD: 'china', GRAPH_ACTION: 'invalidateAllRefreshTokens' } });
    steps = createSteps(world);
  });
  after(() => world.stop());

  it('is told of in the log at the start: what it lacks', async () => {
    await world.bot().waitForOutput(/no Identity Protection/);
    await world.bot().waitForOutput(/GRAPH_ACTION=invalidateAllRefreshTokens is not documented/);
  });

  it('is told of on the card and on the result, which promise nothing that is not documented there', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${risky.userPrincipalName}`);
    assert.match(asked.text, /Risk\s+not available in this cloud/);
    const result = steps.nextPost(asked.place);
    await steps.press(megan, asked, 'approve');
    const said = await result(30_000, /Sessions revoked, verified/);
    assert.match(said, /Microsoft documents no service of this cloud that ends them earlier/);
    assert.doesNotMatch(said, /15 min/);
    assert.equal(steps.writesFor(risky)[0]?.path, `/beta/users/${risky.id}/invalidateAllRefreshTokens`);
    assert(!world.graph.calls.some(({ path }) => path.includes('riskyUsers')));
  });
});
