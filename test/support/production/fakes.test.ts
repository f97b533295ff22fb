import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tenantId } from '../../../src/local/people.ts';
import { buttonsOf, cardIn, shownBy } from './card.ts';
import { createFaults } from './faults.ts';
import type { ProbeInput, ProbeOutput } from './probe.ts';
import { APP_ID, APP_SECRET, person, type Surroundings, startSurroundings } from './world.ts';

const PROBE = fileURLToPath(new URL('probe.ts', import.meta.url));

describe('the fakes for the production entry point', () => {
  let world: Surroundings;
  let seen: ProbeOutput;

  before(async () => {
    world = await startSurroundings({ roles: ['User.Read.All'] });
    const { authority, connector, graph, env } = world;
    const bearer = (...change: Parameters<typeof authority.channelToken>) =>
      `Bearer ${authority.channelToken(...change)}`;
    const { serviceUrl } = connector;
    const input: ProbeInput = {
      tenantId,
      appId: APP_ID,
      appSecret: APP_SECRET,
      authority: authority.url,
      openIdMetadataUrl: authority.openIdMetadataUrl,
      graph: graph.url,
      user: person('adele').id,
      connector: connector.url,
      serviceUrl,
      headers: {
        good: bearer(serviceUrl),
        otherServiceUrl: bearer('https://elsewhere.example/'),
        foreignKey: bearer(serviceUrl, { key: 'foreign' }),
        unsigned: bearer(serviceUrl, { key: 'none' }),
        hmac: bearer(serviceUrl, { key: 'hmac' }),
        unendorsed: bearer(serviceUrl, { key: 'unendorsed' }),
        otherAudience: bearer(serviceUrl, { claims: { aud: '00000000-0000-0000-0000-000000000000' } }),
        expired: bearer(serviceUrl, { claims: { exp: 1 } }),
      },
    };
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE, JSON.stringify(input)], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: env.NODE_EXTRA_CA_CERTS },
    });
    seen = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as ProbeOutput;
  });
  after(() => world.close());

  it('gives a token for the right secret alone, with the permissions in it', () => {
    assert.equal(seen.wrongSecret, 'AuthenticationRequiredError');
    assert.deepEqual(seen.graphRoles, ['User.Read.All']);
    const scopes = world.authority.tokenRequests
      .filter(({ granted }) => granted)
      .map(({ scope }) => scope.split(' ')[0]);
    assert.deepEqual(scopes, [`${world.graph.url}/.default`, 'https://api.botframework.com/.default']);
  });

  it('lets each token into its own audience alone', () => {
    assert.deepEqual(seen.graph, [200, 401]);
    assert.deepEqual(seen.connector, [201, 200, 404, 401]);
    assert.equal(seen.userPrincipalName, person('adele').userPrincipalName);
    assert.equal(world.connector.refused.length, 1);
  });

  it('keeps what each conversation showed', async () => {
    const [post, update] = await world.connector.waitFor((log) => log.length === 2 && log);
    assert.deepEqual([post?.kind, update?.kind], ['post', 'update']);
    assert.equal(post?.conversationId, '19:a@thread.tacv2;messageid=1');
    assert.equal(shownBy(world.connector.current(post?.activityId ?? '')), 'second');
    await assert.rejects(
      world.connector.waitFor(() => false, 5),
      /waited 5 ms in vain.*\n- post 19:a@thread/s,
    );
  });

  it('makes channel tokens that botbuilder tells apart', () => {
    const { good, ...others } = seen.judged;
    assert.equal(good, 'accepted');
    for (const [name, verdict] of Object.entries(others)) assert.notEqual(verdict, 'accepted', name);
  });

  it('refuses a client that does not trust the throw-away authority', async () => {
    const failed = new Promise((_, reject) => request(world.graph.url).once('error', reject).end());
    await assert.rejects(failed, /self-signed|unable to (verify|get)/);
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

describe('reading cards', () => {
  it('finds text and buttons wherever they are laid out, each once', () => {
    const execute = {
      type: 'Action.Execute',
      title: 'Approve',
      verb: 'approve',
      data: { id: 'x', title: 'hidden' },
      fallback: { type: 'Action.Submit', title: 'Approve', data: { id: 'x', verb: 'approve' } },
    };
    const content = {
      type: 'AdaptiveCard',
      body: [
        { type: 'RichTextBlock', inlines: ['plain ', { type: 'TextRun', text: 'run' }] },
        {
          type: 'Container',
          items: [
            { type: 'FactSet', facts: [{ title: 'Who', value: 'Adele' }] },
            { type: 'ActionSet', actions: [execute] },
          ],
        },
      ],
    };
    const activity = {
      text: 'Hello',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
    };
    assert.deepEqual(shownBy(activity).split('\n').sort(), ['Adele', 'Approve', 'Hello', 'Who', 'plain run']);
    assert.deepEqual(buttonsOf(cardIn(activity)), [
      { title: 'Approve', verb: 'approve', data: execute.data, fallback: execute.fallback.data },
    ]);
  });
});
