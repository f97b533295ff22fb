import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runGrant } from '../../scripts/grant.ts';
import { createGraphClient } from '../../src/graph/graph-client.ts';
import { tenantId } from '../../src/local/people.ts';
import { type Certificates, createCertificates } from '../support/production/ca.ts';
import { type FakeAuthority, startFakeAuthority } from '../support/production/fake-authority.ts';
import {
  type FakeAnswer,
  type FakeRequest,
  type FakeServer,
  startHttpsServer,
} from '../support/production/https-server.ts';
import { APP_ID, APP_SECRET } from '../support/production/world.ts';

const script = fileURLToPath(new URL('../../scripts/grant.ts', import.meta.url));
const graphAppId = '00000003-0000-0000-c000-000000000000';
const identity = { id: '5c4b1f0e-7a9d-4a53-9d5e-2f2f6b0a9f01', appId: 'a3a0f6c2-1c55-4a0e-8f4e-0d8f1d7f3c02' };
const graphPrincipal = '9b1f7d84-0d3c-4c2a-b8a5-6a1a1f5d2e03';
const other = '77777777-0d3c-4c2a-b8a5-6a1a1f5d2e03';

const needed = [
  'User.RevokeSessions.All',
  'User.Read.All',
  'GroupMember.Read.All',
  'RoleManagement.Read.Directory',
  'AuditLog.Read.All',
  'IdentityRiskyUser.Read.All',
];
const optional = 'Member.Read.Hidden';
/** Permissions that Graph has besides; none of them may ever be granted. */
const others = ['User.ReadWrite.All', 'Directory.ReadWrite.All'];
const roleId = (name: string) =>
  `00000000-0000-4000-8000-${String([...needed, optional, ...others].indexOf(name)).padStart(12, '0')}`;

interface Assignment {
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

const failure = (status: number, code: string): FakeAnswer => ({ status, body: { error: { code, message: code } } });

describe('npm run grant', function () {
  this.timeout(300_000);
  let certificates: Certificates;
  let authority: FakeAuthority;
  let graph: FakeServer;
  let assignments: Assignment[];
  let offered: readonly string[];
  let posts: number;
  /** Stands in for the next answer to a grant. */
  let onPost: (assignment: Assignment) => FakeAnswer | undefined;

  before(async () => {
    certificates = await createCertificates();
    const app = { tenantId, appId: APP_ID, appSecret: APP_SECRET, roles: [] };
    authority = await startFakeAuthority({ certificates, ...app });
    graph = await startHttpsServer(certificates, (request) => {
      if (!authority.readEntraToken(request.headers.authorization, graph.url)) return failure(401, 'InvalidToken');
      return answer(request);
    });
  });
  after(async () => {
    await Promise.all([authority.close(), graph.close(), certificates.remove()]);
  });
  beforeEach(() => {
    // A permission of the same identity at another API must not be mistaken for Graph's.
    assignments = [{ principalId: identity.id, resourceId: other, appRoleId: roleId('User.Read.All') }];
    offered = [...needed, optional, ...others];
    posts = 0;
    onPost = () => undefined;
  });

  function answer(asked: Pick<FakeRequest, 'method' | 'path' | 'query' | 'body'>) {
    const { method, path, query, body } = asked;
    const place = decodeURIComponent(path);
    if (method === 'GET' && place === `/v1.0/servicePrincipals(appId='${graphAppId}')`) {
      const appRoles = offered.flatMap((value) => [
        // What Graph grants on behalf of people has the same names.
        { id: other, value, isEnabled: true, allowedMemberTypes: ['User'] },
        { id: roleId(value), value, isEnabled: true, allowedMemberTypes: ['Application'] },
      ]);
      return { status: 200, body: { id: graphPrincipal, appRoles: appRoles.toReversed() } };
    }
    const isIdentity =
      place === `/v1.0/servicePrincipals(appId='${identity.appId}')` ||
      place === `/v1.0/servicePrincipals/${identity.id}`;
    if (method === 'GET' && isIdentity) {
      return { status: 200, body: { id: identity.id, displayName: 'session-revoker' } };
    }
    if (method === 'GET' && place === `/v1.0/servicePrincipals/${identity.id}/appRoleAssignments`) {
      // One a page, so that every page has to be read.
      const at = Number(query.get('$skiptoken') ?? 0);
      const next = `${graph.url}/v1.0/servicePrincipals/${identity.id}/appRoleAssignments?$skiptoken=${at + 1}`;
      const more = at + 1 < assignments.length ? { '@odata.nextLink': next } : {};
      return { status: 200, body: { value: assignments.slice(at, at + 1), ...more } };
    }
    if (method === 'POST' && place === `/v1.0/servicePrincipals/${graphPrincipal}/appRoleAssignedTo`) {
      posts += 1;
      const wanted = JSON.parse(body) as Assignment;
      const instead = onPost(wanted);
      if (instead) return instead;
      if (assignments.some((one) => one.appRoleId === wanted.appRoleId && one.resourceId === wanted.resourceId)) {
        return failure(400, 'Request_BadRequest');
      }
      assignments.push(wanted);
      return { status: 201, body: wanted };
    }
    return failure(404, 'Request_ResourceNotFound');
  }

  type Settings = Readonly<Record<string, string>>;

  /** In this process, with Graph beside it. */
  async function run(args: readonly string[], env: Settings = {}) {
    let said = '';
    const hear = (line: string) => {
      said += `${line}\n`;
    };
    const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const settings = { AZURE_TENANT_ID: tenantId, GRAPH_ENDPOINT: graph.url, ...env };
    const code = await runGrant(args, settings, { say: hear, complain: hear }, ({ root }) =>
      createGraphClient({
        root,
        credential,
        now: () => new Date(),
        async transport({ method, path: target, body = '' }) {
          const { pathname, searchParams } = new URL(target, graph.url);
          const answered = answer({ method, path: pathname, query: searchParams, body });
          if (answered === 'drop') throw new Error('dropped');
          const headers = { 'content-type': 'application/json', 'request-id': 'r' };
          return { status: answered.status, headers, body: JSON.stringify(answered.body) };
        },
      }),
    );
    return { code, said };
  }

  /** As people do. */
  async function runProcess(args: readonly string[], env: Settings = {}) {
    const child = spawn(process.execPath, [script, ...args], {
      env: {
        PATH: process.env.PATH,
        NODE_EXTRA_CA_CERTS: certificates.caFile,
        AZURE_AUTHORITY_HOST: authority.url,
        GRAPH_ENDPOINT: graph.url,
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: APP_ID,
        AZURE_CLIENT_SECRET: APP_SECRET,
        AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const [code] = await once(child, 'close');
    assert.doesNotMatch(said, /eyJ/, 'a token was printed');
    assert.ok(!said.includes(APP_SECRET));
    return { code: code as number, said };
  }

  /** The permissions of Graph that the identity holds now. */
  const held = () =>
    assignments
      .filter(({ resourceId, principalId }) => resourceId === graphPrincipal && principalId === identity.id)
      .map(({ appRoleId }) => [...needed, optional, ...others].find((name) => roleId(name) === appRoleId))
      .toSorted();

  it('shows what it would do, and does nothing', async () => {
    const { code, said } = await run(['--identity', identity.appId]);
    assert.equal(code, 0, said);
    for (const name of needed) assert.match(said, new RegExp(`would be granted +${name} `));
    assert.ok(!said.includes(optional));
    assert.match(said, /Nothing was changed/);
    assert.equal(posts, 0);
  });

  it('grants exactly what is needed, and again changes nothing', async () => {
    const first = await runProcess(['--identity', identity.id, '--yes']);
    assert.equal(first.code, 0, first.said);
    assert.deepEqual(held(), needed.toSorted());
    const again = await run(['--identity', identity.id, '--yes']);
    assert.equal(again.code, 0, again.said);
    assert.equal(again.said.match(/has it already/g)?.length, needed.length);
    assert.deepEqual([posts, held()], [needed.length, needed.toSorted()]);
  });

  it('grants optional ones when asked to, and leaves out what is not wanted', async () => {
    const { code, said } = await run(
      ['--optional', '--without', 'IdentityRiskyUser.Read.All', '--without', 'AuditLog.Read.All', '--yes'],
      { MicrosoftAppId: identity.appId },
    );
    assert.equal(code, 0, said);
    assert.deepEqual(held(), [...needed.slice(0, 4), optional].toSorted());
  });

  it('does not give the app what approvers bring themselves', async () => {
    const { said } = await run(['--identity', identity.id, '--yes'], { GRAPH_AUTH: 'delegated' });
    assert.deepEqual(held(), needed.filter((name) => name !== 'User.RevokeSessions.All').toSorted(), said);
  });

  it('does not ask for what the cloud has not got', async () => {
    const { code } = await run(['--identity', identity.id, '--yes'], { GRAPH_CLOUD: 'china' });
    assert.equal(code, 0);
    assert.deepEqual(held(), needed.filter((name) => name !== 'IdentityRiskyUser.Read.All').toSorted());
  });

  it('says what the tenant does not offer, and grants the rest', async () => {
    offered = needed.filter((name) => name !== 'AuditLog.Read.All');
    const { code, said } = await run(['--identity', identity.id, '--yes']);
    assert.equal(code, 1);
    assert.match(said, /not offered here +AuditLog\.Read\.All/);
    assert.equal(held().length, needed.length - 1);
  });

  it('names what the identity holds beyond need, and leaves it alone', async () => {
    const excess = { principalId: identity.id, resourceId: graphPrincipal, appRoleId: roleId('User.ReadWrite.All') };
    assignments.push(excess);
    const { code, said } = await run(['--identity', identity.id, '--yes']);
    assert.equal(code, 0);
    assert.match(said, /not needed +User\.ReadWrite\.All/);
    assert.ok(held().includes('User.ReadWrite.All'));
  });

  it('does not call a permission needless that it granted as an optional one', async () => {
    assert.equal((await run(['--identity', identity.id, '--optional', '--yes'])).code, 0);
    const { code, said } = await run(['--identity', identity.id]);
    assert.equal(code, 0);
    assert.match(said, new RegExp(`optional, held +${optional} `));
    assert.doesNotMatch(said, /not needed/);
  });

  it('takes a grant that somebody else made meanwhile for what it is', async () => {
    onPost = (wanted) => {
      assignments.push(wanted);
      return failure(409, 'Request_MultipleObjectsWithSameKeyValue');
    };
    const { code, said } = await run(['--identity', identity.id, '--yes']);
    assert.equal(code, 0, said);
    assert.deepEqual(held(), needed.toSorted());
  });

  it('says who may grant when the person may not', async () => {
    onPost = () => failure(403, 'Authorization_RequestDenied');
    const { code, said } = await run(['--identity', identity.id, '--yes']);
    assert.equal(code, 1);
    assert.match(said, /Privileged Role Administrator/);
    assert.deepEqual([posts, held()], [1, []]);
  });

  it('says how to sign in when nobody is', async () => {
    const { code, said } = await runProcess(['--identity', identity.id], { AZURE_CLIENT_SECRET: 'wrong' });
    assert.equal(code, 1);
    assert.match(said, /az login/);
  });

  it('names an identity that is not there', async () => {
    const { code, said } = await run(['--identity', other]);
    assert.equal(code, 1);
    assert.ok(said.includes(other));
  });

  it('lists everything that is wrong with what was asked, and asks Graph nothing', async () => {
    const { code, said } = await run(['--without', 'Mail.Read'], {
      GRAPH_CLOUD: 'mars',
      GRAPH_AUTH: 'magic',
      GRAPH_ENDPOINT: 'http://graph.example',
    });
    assert.equal(code, 2);
    for (const part of ['--identity', 'Mail.Read', 'GRAPH_CLOUD', 'GRAPH_AUTH', 'GRAPH_ENDPOINT']) {
      assert.ok(said.includes(part), `${part} is not named:\n${said}`);
    }
    assert.equal((await run(['--force'])).code, 2);
  });
});
