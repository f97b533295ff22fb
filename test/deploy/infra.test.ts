import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { readConfig } from '../../src/config/config.ts';
import { readSink } from '../../src/copies/sink-setting.ts';
import { readDockerfile } from '../support/dockerfile.ts';

const infra = new URL('../../infra/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, infra), 'utf8');
const code = (text: string) => text.replaceAll(/^\s*\/\/.*$/gm, '');
const files = readdirSync(infra).filter((file) => file.endsWith('.bicep'));
const main = code(read('main.bicep'));
const alerts = code(read('alerts.bicep'));
const all = files.map((file) => code(read(file))).join('\n');
const names = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, name = '']) => name);

/** The block that begins with `head`, to its closing brace. */
function block(text: string, head: RegExp): string {
  const at = text.search(head);
  assert.notEqual(at, -1, `${head} is not there`);
  let depth = 0;
  for (let index = text.indexOf('{', at); index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return text.slice(at, index + 1);
  }
  throw new Error(`${head} has no end`);
}
const resource = (type: string, text = main) =>
  block(text, new RegExp(`^resource \\w+ '${type.replaceAll('/', '\\/')}@`, 'm'));

/** There is no Bicep compiler among the dependencies: this reads the text, for what would be wrong however it compiles. */
describe('infra', () => {
  it('closes what it opens', () => {
    for (const file of files) {
      const bare = code(read(file)).replaceAll(/'(?:\\.|\$\{[^}]*\}|[^'\n])*'/g, '');
      for (const [open, close] of [
        ['{', '}'],
        ['[', ']'],
        ['(', ')'],
      ] as const) {
        assert.equal(bare.split(open).length, bare.split(close).length, `${file}: ${open} ${close}`);
      }
      assert.ok(!bare.includes("'"), `${file}: a string without end`);
    }
  });

  it('has everything that is needed, each by a version of its interface', () => {
    const resources = [...all.matchAll(/^resource \w+ '([^@']+)@([^']*)'/gm)];
    const types = new Set(resources.map(([, type]) => type));
    for (const type of [
      'Microsoft.ManagedIdentity/userAssignedIdentities',
      'Microsoft.OperationalInsights/workspaces',
      'Microsoft.Storage/storageAccounts',
      'Microsoft.Storage/storageAccounts/tableServices/tables',
      'Microsoft.Authorization/roleAssignments',
      'Microsoft.Authorization/locks',
      'Microsoft.App/managedEnvironments',
      'Microsoft.App/containerApps',
      'Microsoft.BotService/botServices',
      'Microsoft.BotService/botServices/channels',
      'Microsoft.Insights/actionGroups',
      'Microsoft.Insights/scheduledQueryRules',
      'Microsoft.Insights/metricAlerts',
    ]) {
      assert.ok(types.has(type), type);
    }
    // Diagnostic settings have no other version.
    const previews = resources.filter(([, , version]) => !/^\d{4}-\d\d-\d\d$/.test(version ?? ''));
    assert.deepEqual([...new Set(previews.map(([, type]) => type))], ['Microsoft.Insights/diagnosticSettings']);
  });

  it('has no secret, and asks for no key', () => {
    assert.doesNotMatch(all, /@secure|listKeys|listAccountSas|sharedKey:|secretRef|AccountKey|Password/i);
    assert.doesNotMatch(read('main.example.bicepparam'), /secret\s*=|password|key\s*=/i);
  });

  it('keeps the store to identities and TLS 1.2, and to one role on the one table and one on the one container', () => {
    const storage = resource('Microsoft.Storage/storageAccounts');
    for (const line of [
      'allowSharedKeyAccess: false',
      'allowBlobPublicAccess: false',
      "minimumTlsVersion: 'TLS1_2'",
      'supportsHttpsTrafficOnly: true',
    ]) {
      assert.ok(storage.includes(line), line);
    }
    const roles = [...all.matchAll(/roleAssignments@[^']+' = \{[^}]*?scope: (\w+)\n[^}]*?roleDefinitionId: (\w+)\n/g)];
    assert.deepEqual(
      roles.map(([, scope, role]) => `${role} on ${scope}`),
      ['tableDataContributor on table', 'blobDataContributor on copies'],
    );
    assert.equal(names(/(roleAssignments)@/g, all).length, roles.length);
    assert.match(main, /^var tableDataContributor = [^)]*'0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'/m);
    assert.match(main, /^var blobDataContributor = [^)]*'ba92f5b4-2d11-453d-a403-e96b0029c9fe'/m);
  });

  it('keeps copies of the trail where they can only be added to', () => {
    const policy = resource('Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies');
    assert.match(policy, /parent: copies\n/);
    assert.match(policy, /allowProtectedAppendWrites: true/);
    assert.match(main, /AUDIT_SINKS: '[^']*\/\$\{copies\.name\}'/);
  });

  it('can be deployed again after the policy of the copies was locked, which refuses to be written', () => {
    const type = 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies';
    assert.ok(main.includes(`resource keepCopies '${type}@2023-05-01' = if (!auditPolicyLocked) {`));
    assert.match(main, /^param auditPolicyLocked bool = false$/m);
    const [, after = ''] = read('../docs/deploy.md').split('## 8. ');
    const [lock, told] = [after.indexOf('policy lock --if-match'), after.indexOf('param auditPolicyLocked = true')];
    assert.ok(lock >= 0 && told > lock);
  });

  it('switches on what the query in the docs reads', () => {
    const queries = names(/```kusto\n([\s\S]*?)```/g, read('../docs/audit.md'));
    const tables = new Set(queries.flatMap((query) => names(/^(?:let \w+ = )?([A-Z]\w+)$/gm, query)));
    // The other two are the tenant's, not the group's.
    assert.deepEqual([...tables].toSorted(), ['AuditLogs', 'ContainerAppConsoleLogs', 'MicrosoftGraphActivityLogs']);
    assert.ok(main.includes("{ category: 'ContainerAppConsoleLogs', enabled: true }"));
    const sinks = /AUDIT_SINKS: '([^']*)'/.exec(main)?.[1]?.split(',') ?? [];
    assert.deepEqual([sinks.length, sinks[0]], [2, 'stdout']);
    const account = sinks[1]
      ?.replace('${storage.name}', 'account')
      .replace('${environment().suffixes.storage}', 'core.windows.net')
      .replace('${copies.name}', 'audit');
    assert.deepEqual(readSink(account ?? ''), { kind: 'blob', url: 'https://account.blob.core.windows.net/audit' });
    for (const query of queries) {
      // A keyword of the language: as a name it has to stand in brackets.
      assert.doesNotMatch(query, /\.by\b/);
      // Of two columns of one name, the second gets a number, which changes with every join before it.
      assert.doesNotMatch(query, /\b(?:requestId|clientRequestId|target|at)\d/);
    }
  });

  it('gives out every name that the steps ask for', () => {
    const given = names(/^output (\w+) /gm, main);
    const asked = names(/\$\(output (\w+)\)/g, read('../docs/deploy.md'));
    assert.ok(asked.length > 2);
    assert.deepEqual(
      asked.filter((name) => !given.includes(name)),
      [],
    );
  });

  it('counts how long a replica was not ready, not how often somebody asked', () => {
    const [, query = ''] = /name: 'not-ready'[\s\S]*?query: '([^\n]*)'\n/.exec(alerts) ?? [];
    assert.match(query, /summarize by ContainerGroupName, bin\(TimeGenerated, 30s\)$/);
  });

  it('takes a damaged trail for an incident, and a copy that failed once for none', () => {
    const rule = (message: string) =>
      alerts.split(/\n {2}\{\n/).find((one) => one.includes(`msg == "${message}"`)) ?? assert.fail(message);
    assert.match(rule('the trail is damaged'), /severity: 1\n[\s\S]*over: 0\n/);
    assert.match(rule('a sink failed'), /severity: 2\n[\s\S]*window: 'PT15M'\n\s*over: 3\n/);
  });

  it('runs two replicas over https alone, with the probes that the bot answers', () => {
    const app = resource('Microsoft.App/containerApps');
    assert.match(app, /minReplicas: 2, maxReplicas: 2/);
    assert.match(app, /allowInsecure: false/);
    const probes = [...app.matchAll(/type: '(\w+)'\n\s*httpGet: \{ path: '([^']+)', port: port \}/g)];
    assert.deepEqual(
      probes.map(([, type, path]) => `${type} ${path}`),
      ['Startup /healthz', 'Liveness /healthz', 'Readiness /readyz'],
    );
    const exposed = readDockerfile()
      .at(-1)
      ?.instructions.find(({ name }) => name === 'EXPOSE')?.text;
    assert.ok(main.includes(`var port = ${exposed}\n`));
  });

  it('makes the bot one of the managed identity, in Teams', () => {
    const bot = resource('Microsoft.BotService/botServices');
    assert.match(bot, /msaAppType: 'UserAssignedMSI'/);
    assert.match(bot, /msaAppMSIResourceId: identity\.id/);
    assert.match(bot, /\/api\/messages'/);
    assert.match(resource('Microsoft.BotService/botServices/channels'), /channelName: 'MsTeamsChannel'/);
  });

  it('sets only settings that there are, with the defaults that they have', () => {
    const config = readFileSync(new URL('../../src/config/settings.ts', import.meta.url), 'utf8');
    const known = names(/^ {2}([A-Za-z]\w+): /gm, block(config, /^export const settings = /m));
    const set = names(/^ {4}(\w+):/gm, block(main, /^var settings = /m));
    assert.ok(set.length > 15);
    assert.deepEqual(
      set.filter((name) => !known.includes(name)),
      [],
    );
    const id = '00000000-0000-4000-8000-000000000001';
    const env = { MicrosoftAppId: id, MicrosoftAppTenantId: id, MicrosoftAppType: 'UserAssignedMSI' };
    const result = readConfig({ ...env, REQUESTERS: id, APPROVERS: id });
    assert.ok(result.kind === 'production');
    const { policy, logLevel } = result.config;
    const defaults = Object.fromEntries(
      [...main.matchAll(/^param (\w+) (?:int|string|bool) = (.+)$/gm)].map(([, name, value]) => [
        name,
        value?.replaceAll("'", ''),
      ]),
    );
    assert.deepEqual(
      [
        defaults.twoPerson,
        Number(defaults.twoPersonOver),
        Number(defaults.maxTargets),
        Number(defaults.maxTargetsPerHour),
        Number(defaults.maxOpenPerRequester),
        Number(defaults.requestTtlMinutes) * 60_000,
        defaults.reasonRequired,
        defaults.notify,
        defaults.graphAction,
        defaults.logLevel,
      ],
      [
        policy.twoPersons.rule,
        policy.twoPersons.over,
        policy.maxTargets,
        policy.maxTargetsPerHour,
        policy.maxOpenPerRequester,
        policy.requestTtlMs,
        String(policy.reasonRequired),
        policy.notify,
        policy.action,
        logLevel,
      ],
    );
  });

  it('looks for log lines that the bot writes', () => {
    const src = new URL('../../src/', import.meta.url);
    const source = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(new URL(file, src), 'utf8'))
      .join('\n');
    const messages = names(/msg == "([^"]+)"/g, alerts);
    assert.ok(messages.length >= 3);
    for (const message of messages) assert.ok(source.includes(`'${message}'`), message);
    const errors = names(/why (?:contains|startswith) "([^"]+)"/g, alerts);
    assert.equal(errors.length, 2);
    for (const error of errors) assert.ok(source.includes(error), error);
  });

  it('hands each module what it takes', () => {
    const given = names(/^ {4}(\w+): /gm, block(main, /^module alerts /m));
    assert.deepEqual(given.toSorted(), names(/^param (\w+) /gm, alerts).toSorted());
  });

  it('has an example that gives everything without a default, and nothing that there is not', () => {
    const given = names(/^param (\w+) = /gm, read('main.example.bicepparam'));
    const required = names(/^param (\w+) [\w[\]]+$/gm, main);
    assert.deepEqual(required, ['image', 'requesters', 'approvers']);
    const offered = names(/^param (\w+) /gm, main);
    assert.deepEqual(
      [required.filter((name) => !given.includes(name)), given.filter((name) => !offered.includes(name))],
      [[], []],
    );
  });
});
