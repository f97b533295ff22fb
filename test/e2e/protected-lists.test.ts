import assert from 'node:assert/strict';
import { people } from '../../src/local/people.ts';
import { runBotToExit } from '../support/production/bot-process.ts';
import { ALL_ROLES } from '../support/production/fake-graph-server.ts';
import { createSteps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const hidden = '0e9f207c-9d4f-4e80-bb63-2caf7d809e13';
const nobody = '99999999-9999-4999-8999-999999999999';
const adele = person('adele');
const options = {
  env: { PROTECTED_USERS: hidden },
  groups: [{ id: hidden, displayName: 'Kept', members: [adele.id], visibility: 'HiddenMembership' as const }],
};
const notFound = { status: 404, body: { error: { code: 'Request_ResourceNotFound', message: 'x' } } };
const unavailable = { status: 503, headers: { 'retry-after': '60' }, body: { error: { code: 'x', message: 'x' } } };

describe('who is protected, to the production entry point', function () {
  this.timeout(300_000);

  let world: World;
  before(async () => {
    world = await startWorld({ ...options, roles: [...ALL_ROLES, 'Member.Read.Hidden'] });
  });
  after(() => world?.stop());

  it('decides: whoever is in such a group is left alone, and roles on a later page count', async () => {
    const steps = createSteps(world);
    const place = groupChat();
    const post = steps.nextPost(place);
    await world.teams.say(person('alex'), place, `revoke sessions for ${adele.userPrincipalName}`);
    assert.match(await post(), /protected/);
    for (const part of ['transitiveMemberOf', 'roleManagement', '/users?', 'checkMemberObjects', 'transitiveMembers']) {
      world.graph.paged.add(part);
    }
    const isaiah = people.find(({ id }) => id === person('isaiah').id) ?? assert.fail();
    const asked = await steps.ask(person('alex'), place, `revoke sessions for ${isaiah.userPrincipalName}`);
    assert.match(asked.text, /Global Administrator/);
    const { text } = await steps.press(person('alex'), asked, 'approve');
    assert.match(text, /another approver|someone else|somebody other/i);
    assert.deepEqual(world.graph.writes(), []);
    world.graph.paged.clear();
  });

  it('is not read from a Graph that is away: the start goes on, and is ready when it was read', async () => {
    await world.bot().kill();
    const { faults, waitFor, calls: before } = world.graph;
    const isList = /\/groups\//;
    const from = before.length;
    faults.inject({ path: isList, times: Number.POSITIVE_INFINITY, answer: unavailable });
    const starting = world.start();
    await waitFor(
      (calls) => calls.slice(from).filter(({ path, status }) => isList.test(path) && status === 503).length > 3,
    );
    faults.clear();
    // One reading that finds nothing says nothing.
    faults.inject({ path: isList, answer: notFound });
    await starting;
    assert.match(world.bot().stdout(), /until they are, no account is revoked/);
  });

  it('has to be known for a start: a group that hides its members and an id that names nobody stop it, by name', async () => {
    await world.bot().kill();
    world.authority.grantRoles(ALL_ROLES);
    const lists = { PROTECTED_USERS: `${hidden},${nobody}`, APPROVERS: `${person('megan').id},${nobody}` };
    const { code, stderr } = await runBotToExit({ ...world.env, ...lists, HOST: '127.0.0.1', PORT: '0' });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`PROTECTED_USERS names ${hidden}.*Member\\.Read\\.Hidden`));
    assert.match(stderr, new RegExp(`PROTECTED_USERS names ${nobody}`));
    assert.match(stderr, new RegExp(`APPROVERS names ${nobody}`));
    assert.doesNotMatch(stderr, /^\s+at .+:\d+:\d+\)?$/m);
  });
});
