import assert from 'node:assert/strict';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('somebody who may not ask, to the production entry point', function () {
  this.timeout(300_000);
  const outsider = person('dormant');
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('reads the same bytes for an account that is there, is protected, or never was, and nothing is looked up', async () => {
    const place = groupChat();
    const { userPrincipalName: known, id } = person('adele');
    const { userPrincipalName: kept } = person('breakGlass');
    const whom = [known, id, kept, 'nobody@contoso.example', '99999999-9999-4999-8999-999999999999'];
    for (const verb of ['revoke sessions for', 'what if revoke sessions for']) {
      const from = world.connector.log.length;
      const calls = world.graph.calls.length;
      for (const [index, target] of whom.entries()) {
        await world.teams.say(outsider, place, `${verb} ${target}`);
        await world.connector.waitFor((log) => log.length > from + index);
      }
      const said = world.connector.log.slice(from).map(({ activity }) => activity);
      assert.equal(said.length, whom.length);
      // What it answers to is all that differs.
      const bytes = said.map(({ replyToId: _replyToId, ...rest }) => JSON.stringify(rest));
      assert.equal(new Set(bytes).size, 1, bytes.join('\n'));
      assert.match(String(said[0]?.text), /You are not allowed to request this\. Nothing was looked up\./);
      const asked = world.graph.calls.slice(calls).filter(({ path }) => !path.includes(outsider.id));
      assert.deepEqual(asked, []);
    }
    assert.deepEqual(world.graph.writes(), []);
  });
});
