import assert from 'node:assert/strict';
import tls from 'node:tls';
import { type AccessToken, AuthenticationRequiredError, ClientSecretCredential } from '@azure/identity';
import { tenantId } from '../../../src/local/people.ts';
import { createFaults } from './faults.ts';
import { APP_ID, APP_SECRET, person, type Surroundings, startSurroundings } from './world.ts';

describe('the fakes for the production entry point', () => {
  const trusted = tls.getCACertificates();
  let world: Surroundings;
  before(async () => {
    world = await startSurroundings();
    // Whoever connects reads all that is trusted.
    tls.setDefaultCACertificates([world.certificates.ca]);
  });
  after(async () => {
    tls.setDefaultCACertificates(trusted);
    await world.close();
  });

  it('give a token for the right secret alone, and let each token into its own audience alone', async () => {
    const { authority, graph, connector } = world;
    const token = (secret: string, scope: string) => {
      const options = { authorityHost: authority.url, disableInstanceDiscovery: true };
      return new ClientSecretCredential(tenantId, APP_ID, secret, options).getToken(scope);
    };
    await assert.rejects(token('wrong', `${graph.url}/.default`), AuthenticationRequiredError);
    const forGraph = await token(APP_SECRET, `${graph.url}/.default`);
    const forConnector = await token(APP_SECRET, 'https://api.botframework.com/.default');
    const status = async (url: string, { token: bearer }: AccessToken, init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
      const { status: answered, body } = await fetch(url, { ...init, headers });
      await body?.cancel();
      return answered;
    };
    const user = `${graph.url}/v1.0/users/${person('adele').id}?$select=id`;
    assert.deepEqual([await status(user, forGraph), await status(user, forConnector)], [200, 401]);
    const activities = `${connector.url}/emea/v3/conversations/19:a@thread.tacv2/activities`;
    const post = { method: 'POST', body: '{"type":"message","text":"x"}' };
    assert.deepEqual(
      [await status(activities, forConnector, post), await status(activities, forGraph, post)],
      [201, 401],
    );
    assert.equal(connector.refused.length, 1);
  });
});

describe('faults', () => {
  const done = () => ({ status: 200 });

  it('hit as many requests as asked, and only those that match', async () => {
    const faults = createFaults();
    faults.inject({ method: 'POST', path: /users/, times: 2, answer: { status: 503 } });
    const status = async (method: string, path: string) => {
      const answer = await faults.apply(method, path, done);
      return answer === 'drop' ? answer : answer.status;
    };
    faults.inject({ body: /never/, answer: { status: 500 } });
    assert.equal(await status('GET', '/users/1'), 200);
    assert.equal(await status('POST', '/groups/1'), 200);
    assert.deepEqual(
      [await status('POST', '/users/1'), await status('POST', '/users/2'), await status('POST', '/users/3')],
      [503, 503, 200],
    );
  });

  it('do the work and lose the answer', async () => {
    const faults = createFaults();
    let worked = 0;
    const remove = faults.inject({ times: Number.POSITIVE_INFINITY, dropAnswer: true });
    const perform = () => {
      worked += 1;
      return done();
    };
    assert.equal(await faults.apply('POST', '/', perform), 'drop');
    remove();
    assert.deepEqual(await faults.apply('POST', '/', perform), { status: 200 });
    assert.equal(worked, 2);
  });

  it('hold a request before it is done or after, and say when it stands there', async () => {
    const faults = createFaults();
    const held: string[] = [];
    let worked = 0;
    const perform = () => {
      worked += 1;
      return done();
    };
    const before = Promise.withResolvers<void>();
    const onDone = (answer: unknown) => held.push(JSON.stringify(answer));
    faults.inject({ until: before.promise, onHit: () => held.push(`before ${worked}`), onDone });
    const first = faults.apply('POST', '/', perform);
    const after = Promise.withResolvers<void>();
    faults.inject({ answerAfter: after.promise, onHit: () => held.push(`after ${worked}`), onDone });
    const second = faults.apply('POST', '/', perform);
    await new Promise(setImmediate);
    assert.deepEqual(held, ['before 0', '{"status":200}', 'after 1']);
    before.resolve();
    after.resolve();
    assert.deepEqual(await Promise.all([first, second]), [{ status: 200 }, { status: 200 }]);
    assert.deepEqual([held.at(-1), worked], ['{"status":200}', 2]);
  });

  it('come from elsewhere where none was injected', async () => {
    const faults = createFaults();
    faults.otherwise((method) => (method === 'POST' ? { answer: { status: 503 } } : undefined));
    faults.inject({ answer: { status: 429 } });
    assert.deepEqual(await faults.apply('POST', '/', done), { status: 429 });
    assert.deepEqual(await faults.apply('POST', '/', done), { status: 503 });
    assert.deepEqual(await faults.apply('GET', '/', done), { status: 200 });
  });
});
