import assert from 'node:assert/strict';
import { createSteps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('one who has very many looked up, to the production entry point', function () {
  this.timeout(300_000);
  let world: World;
  before(async () => {
    world = await startWorld({ env: { MAX_TARGETS: '50' } });
  });
  after(() => world.stop());

  it('gets two of the largest requests looked up in a minute, and a click in the midst of it is not held back', async () => {
    const steps = createSteps(world);
    const here = groupChat();
    const there = groupChat();
    const asked = await steps.ask(person('alex'), here, `revoke sessions for ${person('adele').userPrincipalName}`);
    const isFlood = ({ path }: { path: string }) => path.includes('flood');
    const flood = () => world.graph.calls.filter(isFlood).length;
    const names = (round: number) =>
      Array.from({ length: 50 }, (_, index) => `flood-${round}-${index}@contoso.example`).join(' ');
    const from = world.connector.log.length;
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((round) =>
        world.teams.say(person('megan'), there, `what if revoke sessions for ${names(round)}`),
      ),
    );
    await world.graph.waitFor(() => flood() > 20);
    const before = flood();
    await steps.press(person('nestor'), asked, 'approve');
    await steps.written(person('adele'));
    const during = flood() - before;
    const limited = await world.connector.waitFor((log) => {
      const said = log.slice(from).filter(({ conversationId }) => conversationId === there.id);
      const limits = said.filter(({ activity }) => /too many accounts in one minute/.test(String(activity?.text)));
      return limits.length >= 4 && limits;
    });
    const named = await world.graph.waitFor((calls) => {
      const paths = calls.filter(isFlood).map(({ path }) => decodeURIComponent(path));
      const found = new Set(paths.flatMap((path) => /flood-\d-\d+/.exec(path) ?? []));
      return found.size >= 100 && found;
    }, 30_000);
    assert.deepEqual([limited.length, named.size], [4, 100]);
    assert.ok(during < flood() / 3, `${during} of ${flood()} look-ups went before the click`);
  });
});
