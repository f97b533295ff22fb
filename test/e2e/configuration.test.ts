import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tenantId } from '../../src/local/people.ts';
import { type Environment, runBotToExit } from '../support/production/bot-process.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const SECRET = 'a-secret-that-must-not-be-repeated';

describe('a production start with wrong settings', function () {
  this.timeout(300_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-settings-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const right = (): Environment => ({
    MicrosoftAppId: ID,
    MicrosoftAppTenantId: tenantId,
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppPassword: SECRET,
    REQUESTERS: ID,
    APPROVERS: ID,
    STORE_URL: `sqlite:${join(folder, 'store.db')}`,
  });

  /** Runs until the bot gives up and gives back what it wrote on standard error. */
  async function complaints(env: Environment): Promise<string> {
    const { code, signal, stderr, stdout } = await runBotToExit({ HOST: '127.0.0.1', PORT: '0', ...env });
    assert.equal(signal, null, `it did not give up:\n${stdout}\n${stderr}`);
    assert.notEqual(code, 0);
    assert.ok(!stderr.includes(SECRET) && !stdout.includes(SECRET), 'repeats a secret');
    assert.doesNotMatch(stderr, /^\s+at .+:\d+:\d+\)?$/m, 'shows a stack');
    assert.doesNotMatch(stdout, /"listening"/);
    return stderr;
  }

  it('lists everything that is wrong at once', async () => {
    const wrong: Environment = {
      MicrosoftAppId: 'not-an-id',
      MicrosoftAppType: 'SingleTenent',
      REQUESTERS: '',
      APPROVERS: 'megan@contoso.example',
      GRAPH_CLOUD: 'mars',
      GRAPH_ENDPOINT: 'http://graph.example',
      GRAPH_AUTH: 'magic',
      GRAPH_ACTION: 'deleteUser',
      TWO_PERSON: 'sometimes',
      TWO_PERSON_OVER: '-1',
      MAX_TARGETS: 'many',
      REQUEST_TTL_MINUTES: '0',
      REASON_REQUIRED: 'perhaps',
      STORE_URL: 'mysql://localhost/x',
      PORT: '99999999',
      LOG_LEVEL: 'shout',
    };
    const { code, signal, stderr } = await runBotToExit({ ...right(), ...wrong });
    assert.equal(signal, null);
    assert.notEqual(code, 0);
    for (const name of Object.keys(wrong)) assert.ok(stderr.includes(name), `${name} is not named:\n${stderr}`);
    assert.ok(!stderr.includes(SECRET));
  });

  const weaker: Record<string, () => Environment> = {
    'NODE_ENV=production and nothing else': () => ({ NODE_ENV: 'production' }),
    'no requesters': () => ({ ...right(), REQUESTERS: undefined }),
  };
  for (const [name, env] of Object.entries(weaker)) {
    it(`never falls back to something weaker: ${name}`, async () => {
      assert.notEqual((await complaints(env())).trim(), '');
    });
  }
});
