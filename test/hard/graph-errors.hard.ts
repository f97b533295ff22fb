import assert from 'node:assert/strict';
import { en } from '../../src/teams/texts/en.ts';
import { errorBody, raw } from '../support/graph-errors.ts';
import type { Fault } from '../support/production/faults.ts';
import { type FakeServer, startHttpsServer } from '../support/production/https-server.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const write = { method: 'POST', path: /\/revokeSignInSessions$/ };
/** What a challenge asks for. */
const wanted = '{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}';
const page = '<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>';

describe('what Graph answers badly, as the production entry point meets it', function () {
  this.timeout(300_000);
  const [alex, megan] = [person('alex'), person('megan')];
  let world: World;
  let steps: Steps;
  let elsewhere: FakeServer;
  const strayed: string[] = [];

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
    elsewhere = await startHttpsServer(world.certificates, ({ method, target }) => {
      strayed.push(`${method} ${target}`);
      return { status: 200, body: { value: true } };
    });
  });
  after(() => Promise.all([world.stop(), elsewhere.close()]));
  afterEach(() => {
    world.graph.faults.clear();
    assert.deepEqual(strayed, [], 'another host was asked');
    for (const { activity } of world.connector.log) {
      const { text, summary, attachments } = activity as { text?: string; summary?: string; attachments?: unknown };
      // Of the portal's address one part holds what looks like a failure of ours.
      const said = JSON.stringify([text, summary, attachments]).replaceAll('UsersAndTenants', '');
      assert.doesNotMatch(said, raw);
    }
  });

  /** Asks for somebody and approves, with something wrong from then on. */
  async function approved(
    target: ReturnType<typeof person>,
    fault: Fault,
  ): Promise<{ asked: AskedCard; said: string }> {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${target.userPrincipalName}`);
    world.graph.faults.inject(fault);
    const result = steps.nextPost(groupChat());
    assert.doesNotMatch((await steps.press(megan, asked, 'approve')).text, raw);
    return { asked, said: await result(40_000, /revoked/i) };
  }

  const ids = (target: ReturnType<typeof person>) =>
    steps.writesFor(target).map(({ headers }) => headers['client-request-id']);

  it('403: not revoked, once, with what to do next, on the result and the card', async () => {
    const target = person('adele');
    const answer = { status: 403, body: errorBody('Authorization_RequestDenied') };
    const { asked, said } = await approved(target, { ...write, answer });
    assert.match(said, /Not revoked/);
    assert(said.includes(en.failures.missingPermission), said);
    assert.match(await steps.closed(asked), /Not revoked/);
    assert.equal(ids(target).length, 1);
  });

  it('a claims challenge in a header with two: a new token is asked for with the claims, and the write is sent again', async () => {
    const target = person('synced');
    const claims = Buffer.from(wanted).toString('base64');
    const entra = 'realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"';
    const challenge = `PoP ${entra}, nonce="ey==", Bearer ${entra}, error="insufficient_claims", claims="${claims}"`;
    const answer = {
      status: 401,
      headers: { 'www-authenticate': challenge },
      body: errorBody('InvalidAuthenticationToken'),
    };
    let askedWithClaims = 0;
    world.authority.faults.inject({ body: /1604106651/, onHit: () => (askedWithClaims += 1) });
    const { said } = await approved(target, { ...write, answer });
    assert.match(said, /Sessions revoked, verified/);
    assert.equal(askedWithClaims, 1);
    const [first, second, ...more] = ids(target);
    assert.deepEqual([first, more], [second, []], 'the same write, turned away at the door');
  });

  it('a redirect to another host: no word of Graph, so it is sent again, and no token goes there', async () => {
    const target = person('risky');
    const answer = {
      status: 307,
      headers: { location: `${elsewhere.url}/v1.0/users/${target.id}/revokeSignInSessions` },
    };
    const { said } = await approved(target, { ...write, answer });
    assert.match(said, /Sessions revoked, verified/);
    assert.equal(new Set(ids(target)).size, 2);
  });

  it('204 without body: done, and reading back shows it', async () => {
    const target = person('otherAddress');
    const path = `/v1.0/users/${target.id}/revokeSignInSessions`;
    const onHit = () => void world.tenant.handle({ method: 'POST', path, headers: { authorization: 'Bearer any' } });
    const { said } = await approved(target, {
      ...write,
      onHit,
      answer: { status: 204, headers: { 'request-id': 'graph-1' } },
    });
    assert.match(said, /Sessions revoked, verified/);
    assert.equal(ids(target).length, 1);
  });

  it('200 with half of the JSON, and nothing to be seen of it: not verified yet', async () => {
    const target = person('dormant');
    const { said } = await approved(target, {
      ...write,
      answer: { status: 200, headers: { 'request-id': 'graph-1' }, body: '{"@odata.context":"https://gr' },
    });
    assert.match(said, /not verified yet/);
    assert(said.includes(en.notVerified.text), said);
    assert.equal(ids(target).length, 1);
  });

  it('429 with a Retry-After that makes no sense: another write, on record by itself, works', async () => {
    const target = person('sharedOne');
    const answer = { status: 429, headers: { 'retry-after': 'soon' }, body: errorBody('TooManyRequests') };
    const { said } = await approved(target, { ...write, answer });
    assert.match(said, /Sessions revoked, verified/);
    assert.equal(new Set(ids(target)).size, 2);
    assert.equal(ids(target).length, 2);
  });

  it('half of the JSON, or a page, when asking and when deciding: nothing is done, and the person reads what to do', async () => {
    const target = person('sharedTwo');
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${target.id}`);
    const reads = { method: 'GET', path: /\/users\//, times: Number.POSITIVE_INFINITY };
    for (const [answer, sentence] of [
      [{ status: 200, body: '{"id":"' }, en.problem('notGraph')],
      [{ status: 502, body: page }, en.problem('unavailable')],
      [{ status: 301, headers: { location: elsewhere.url } }, en.problem('notGraph')],
    ] as const) {
      const remove = world.graph.faults.inject({ ...reads, answer });
      const told = steps.nextPost(groupChat());
      await world.teams.say(alex, groupChat(), `revoke sessions for ${person('plusMail').userPrincipalName}`);
      assert.equal(await told(20_000, /Nothing was done/), sentence);
      assert.equal((await steps.press(megan, asked, 'approve')).text, sentence);
      remove();
    }
    assert.deepEqual(ids(target), []);
    const result = steps.nextPost(groupChat());
    await steps.press(megan, asked, 'approve');
    assert.match(await result(30_000, /revoked/i), /Sessions revoked, verified/);
  });
});
