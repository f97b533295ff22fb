import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { lastSteps, missingSettings } from '../../scripts/azd.ts';
import { readConfig } from '../../src/config/config.ts';
import { readDockerfile } from '../support/dockerfile.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const names = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, name = '']) => name);

interface Resource {
  readonly type: string;
  readonly condition?: string;
  readonly scope?: string;
  readonly dependsOn?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: what a template holds
  readonly properties: any;
}

/** What the compiler made; test/tools/bicep.tool.ts holds it against the source. */
const template = JSON.parse(read('infra/main.json'));
const resources = template.resources as Record<string, Resource>;
const settings = template.variables as Record<string, unknown>;
const one = (name: string) => resources[name] ?? assert.fail(`no ${name}`);
const alerts = one('alerts').properties.template as {
  variables: { queries: { name: string; severity: number; window: string; over: number; query: string }[] };
};
const rule = (name: string) => alerts.variables.queries.find((each) => each.name === name) ?? assert.fail(name);

describe('infra', () => {
  it('has no secret, and asks for no key', () => {
    const all = JSON.stringify(template);
    assert.doesNotMatch(all, /securestring|listKeys|listAccountSas|sharedKey"|secretRef|AccountKey|Password/i);
  });

  it('keeps the store to identities and TLS 1.2, and gives one role on the one table and one on the one container', () => {
    const { allowSharedKeyAccess, allowBlobPublicAccess, minimumTlsVersion, supportsHttpsTrafficOnly } =
      one('storage').properties;
    assert.deepEqual(
      [allowSharedKeyAccess, allowBlobPublicAccess, minimumTlsVersion, supportsHttpsTrafficOnly],
      [false, false, 'TLS1_2', true],
    );
    const roles = Object.values(resources).filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments');
    const given = roles.map(({ scope = '', properties }) => {
      const [, role = ''] = /variables\('(\w+)'\)/.exec(properties.roleDefinitionId) ?? [];
      return `${String(settings[role]).match(/'([0-9a-f-]{36})'/)?.[1]} on ${scope.match(/'(Microsoft[^']+)'/)?.[1]}`;
    });
    assert.deepEqual(given.toSorted(), [
      '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 on Microsoft.Storage/storageAccounts/tableServices/tables',
      '7f951dda-4ed3-4680-a7ca-43fe172d538d on Microsoft.ContainerRegistry/registries',
      'ba92f5b4-2d11-453d-a403-e96b0029c9fe on Microsoft.Storage/storageAccounts/blobServices/containers',
    ]);
  });

  it('keeps copies of the trail where they can only be added to, until the policy is locked, which refuses to be written', () => {
    assert.equal(one('keepCopies').properties.allowProtectedAppendWrites, true);
    assert.equal(one('keepCopies').condition, "[not(parameters('auditPolicyLocked'))]");
    assert.equal(template.parameters.auditPolicyLocked.defaultValue, false);
  });

  it('makes no bot before there is an image, and gives its identity to nothing else', () => {
    const [bots, others] = Object.entries(resources).reduce<[string[], string[]]>(
      ([left, right], [name, { condition }]) =>
        condition === "[not(empty(parameters('image')))]" ? [[...left, name], right] : [left, [...right, name]],
      [[], []],
    );
    assert.deepEqual(bots.toSorted(), ['alerts', 'app', 'bot', 'teams']);
    assert.ok(others.includes('identity') && others.includes('table'));
    assert.deepEqual(one('identity').properties.assignmentRestrictions.providers, [
      'Microsoft.App/containerApps',
      'Microsoft.BotService/botServices',
    ]);
    assert.match(one('bot').properties.msaAppMSIResourceId, /resourceId\('Microsoft\.ManagedIdentity/);
    assert.equal(one('bot').properties.msaAppType, 'UserAssignedMSI');
    assert.equal(one('teams').properties.channelName, 'MsTeamsChannel');
  });

  it('runs two replicas over https alone, with the probes that the bot answers', () => {
    const { configuration, template: running } = one('app').properties;
    assert.deepEqual(running.scale, { minReplicas: 2, maxReplicas: 2 });
    assert.equal(configuration.ingress.allowInsecure, false);
    const probes = running.containers[0].probes as { type: string; httpGet: { path: string } }[];
    assert.deepEqual(
      probes.map(({ type, httpGet }) => `${type} ${httpGet.path}`),
      ['Startup /healthz', 'Liveness /healthz', 'Readiness /readyz'],
    );
    const exposed = readDockerfile()
      .at(-1)
      ?.instructions.find(({ name }) => name === 'EXPOSE')?.text;
    assert.equal(String(settings.port), exposed);
  });

  it('has the defaults that the bot has', () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const env = { MicrosoftAppId: id, MicrosoftAppTenantId: id, MicrosoftAppType: 'UserAssignedMSI' };
    const result = readConfig({ ...env, REQUESTERS: id, APPROVERS: id });
    assert.ok(result.kind === 'production');
    const { policy, logLevel } = result.config;
    const byDefault = (name: string) => template.parameters[name].defaultValue;
    assert.deepEqual(
      [
        byDefault('twoPerson'),
        byDefault('twoPersonOver'),
        byDefault('maxTargets'),
        byDefault('maxTargetsPerHour'),
        byDefault('maxOpenPerRequester'),
        byDefault('requestTtlMinutes') * 60_000,
        byDefault('reasonRequired'),
        byDefault('notify'),
        byDefault('graphAction'),
        byDefault('logLevel'),
      ],
      [
        policy.twoPersons.rule,
        policy.twoPersons.over,
        policy.maxTargets,
        policy.maxTargetsPerHour,
        policy.maxOpenPerRequester,
        policy.requestTtlMs,
        policy.reasonRequired,
        policy.notify,
        policy.action,
        logLevel,
      ],
    );
  });

  it('sends standard output to the log that the query in the docs reads', () => {
    const logs = one('appLogs').properties.logs as { category: string; enabled: boolean }[];
    assert.ok(logs.some(({ category, enabled }) => enabled && category === 'ContainerAppConsoleLogs'));
  });

  it('looks for log lines that the bot writes', () => {
    const src = new URL('../../src/', import.meta.url);
    const source = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(new URL(file, src), 'utf8'))
      .join('\n');
    const queries = alerts.variables.queries.map(({ query }) => query).join('\n');
    const messages = names(/msg == "([^"]+)"/g, queries);
    assert.ok(messages.length >= 3);
    for (const message of messages) assert.ok(source.includes(`'${message}'`), message);
    const errors = names(/why (?:contains|startswith) "([^"]+)"/g, queries);
    assert.equal(errors.length, 2);
    for (const error of errors) assert.ok(source.includes(error), error);
  });

  it('takes a damaged trail for an incident, a copy that failed once for none, and counts time, not questions', () => {
    assert.deepEqual([rule('trail-damaged').severity, rule('trail-damaged').over], [1, 0]);
    const { severity, window, over } = rule('sink-failed');
    assert.deepEqual([severity, window, over], [2, 'PT15M', 3]);
    assert.match(rule('not-ready').query, /summarize by ContainerGroupName, bin\(TimeGenerated, 30s\)/);
  });
});

describe('azd up', () => {
  it('asks for who decides before anything is made', () => {
    assert.deepEqual(missingSettings({ REQUESTERS: 'a', APPROVERS: ' ' }), [
      'azd env set APPROVERS <object ids of the groups or users who may approve, separated by commas>',
    ]);
    assert.deepEqual(missingSettings({ REQUESTERS: 'a', APPROVERS: 'b' }), []);
  });

  it('ends with what to upload', () => {
    const made = { host: 'bot.example', MicrosoftAppId: 'id' };
    assert.match(
      lastSteps(made, false).join('\n'),
      /https:\/\/bot\.example\/readyz[\s\S]*MicrosoftAppId=id [\s\S]*Upload /,
    );
    assert.ok(!lastSteps(made, true).join().includes('npm run package'));
  });
});
