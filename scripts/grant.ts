import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DirectoryError } from '../src/app/errors.ts';
import { type CloudName, clouds } from '../src/config/clouds.ts';
import { createCredential } from '../src/config/identities.ts';
import { createGraphClient, type GraphClient } from '../src/graph/graph-client.ts';
import { neededPermissions, optionalPermissions, type Permission } from '../src/graph/permissions.ts';
import { createAppRoles } from './app-roles.ts';

const usage = `npm run grant -- --identity <id> [--optional] [--without <permission> …] [--yes]

Grants Microsoft Graph's application permissions to the bot's app or managed identity. Without --yes it only shows what
it would do.

  --identity   client id of the app or managed identity, or object id of its service principal; else MicrosoftAppId
  --optional   also ${optionalPermissions.map(({ name }) => name).join(', ')}
  --without    leaves a permission out, by its name; the bot then does without what it is for
  --yes        does it

GRAPH_CLOUD and GRAPH_AUTH count as they do for the bot. Sign in first, with az login, as a person who may grant
(Privileged Role Administrator). AZURE_TOKEN_CREDENTIALS chooses another way to sign in, AZURE_TENANT_ID the tenant.
`;

type Env = Readonly<Record<string, string | undefined>>;

interface Order {
  readonly identity: string;
  readonly permissions: readonly Permission[];
  readonly doIt: boolean;
  readonly root: string;
  readonly authorityHost: string;
  readonly tenantId: string;
}

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What is asked for, or one sentence for each problem. */
function readOrder(args: readonly string[], env: Env): Order | readonly string[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      identity: { type: 'string' },
      optional: { type: 'boolean', default: false },
      without: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
    },
  });
  const set = (name: string) => env[name]?.trim() || undefined;
  const problems: string[] = [];
  const identity = values.identity ?? set('MicrosoftAppId') ?? '';
  if (!guid.test(identity)) problems.push('--identity (or MicrosoftAppId) must be a client id or object id (a GUID).');
  const cloudName = set('GRAPH_CLOUD') ?? 'global';
  if (!Object.hasOwn(clouds, cloudName)) {
    problems.push(`GRAPH_CLOUD is none of ${Object.keys(clouds).join(', ')}.`);
  }
  const auth = set('GRAPH_AUTH') ?? 'application';
  if (auth !== 'application' && auth !== 'delegated') problems.push('GRAPH_AUTH is none of application, delegated.');
  const cloud = clouds[Object.hasOwn(clouds, cloudName) ? (cloudName as CloudName) : 'global'];
  const offered = [
    ...neededPermissions({ auth: auth === 'delegated' ? auth : 'application', riskAvailable: !cloud.lacks.risk }),
    ...(values.optional ? optionalPermissions : []),
  ];
  for (const name of values.without) {
    if (!offered.some((permission) => permission.name === name)) {
      problems.push(`--without ${name}: none of ${offered.map((permission) => permission.name).join(', ')}.`);
    }
  }
  const root = set('GRAPH_ENDPOINT') ?? cloud.graphRoot;
  if (!/^https:\/\/[^/]+$/.test(root)) problems.push('GRAPH_ENDPOINT must be https, scheme and host only.');
  if (problems.length > 0) return problems;
  return {
    identity: identity.toLowerCase(),
    permissions: offered.filter(({ name }) => !values.without.includes(name)),
    doIt: values.yes,
    root,
    authorityHost: set('AZURE_AUTHORITY_HOST') ?? cloud.authorityHost,
    tenantId: set('AZURE_TENANT_ID') ?? '',
  };
}

/** Answers the exit code: 0 when everything is granted, or would be. */
async function grant(order: Order, client: GraphClient, say: (line: string) => void): Promise<number> {
  const { identity, permissions, doIt, root } = order;
  const appRoles = createAppRoles(client);
  const principal = await appRoles.findPrincipal(identity);
  const graph = await appRoles.readGraph();
  const held = await appRoles.heldBy(principal.id, graph);
  say(`${principal.displayName} (object id ${principal.id}), at ${root}:`);

  let missing = 0;
  for (const { name, without } of permissions) {
    const roleId = graph.roles.get(name);
    if (held.has(name)) say(`  has it already     ${name}`);
    else if (roleId === undefined) {
      missing += 1;
      say(`  not offered here   ${name}: ${without}`);
    } else if (doIt) {
      const outcome = await appRoles.assign(principal.id, graph, name, roleId);
      say(`  ${outcome === 'granted' ? 'granted           ' : 'has it already    '} ${name}`);
    } else say(`  would be granted   ${name} (without it, ${without})`);
  }
  for (const name of held) {
    if (permissions.some((permission) => permission.name === name)) continue;
    // Granted with --optional before, perhaps; the bot uses it where it is there.
    const optional = optionalPermissions.find((permission) => permission.name === name);
    if (optional) say(`  optional, held     ${name} (without it, ${optional.without})`);
    else say(`  not needed         ${name}: the identity holds it; take it away unless something else needs it`);
  }
  if (!doIt) say('Nothing was changed. Add --yes to do it.');
  return missing === 0 ? 0 : 1;
}

/** Graph, as the person at the keyboard. */
function connect({ root, authorityHost, tenantId }: Order): GraphClient {
  const credential = createCredential({ kind: 'chain', tenantId, clientId: undefined }, authorityHost);
  return createGraphClient({ root, credential, now: () => new Date() });
}

/** Answers the exit code. @param graphFor Graph, for this order */
export async function runGrant(
  args: readonly string[],
  env: Env,
  { say, complain }: { say(line: string): void; complain(line: string): void },
  graphFor: (order: Order) => GraphClient = connect,
): Promise<number> {
  try {
    if (args.includes('--help')) {
      say(usage);
      return 0;
    }
    const order = readOrderSafely(args, env);
    if ('identity' in order) return await grant(order, graphFor(order), say);
    complain(`${order.map((problem) => `  - ${problem}`).join('\n')}\n\n${usage}`);
    return 2;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    const noToken = error instanceof DirectoryError && error.problem === 'signIn';
    if (noToken) complain('Sign in with az login first, or name another way in AZURE_TOKEN_CREDENTIALS.');
    return 1;
  }
}

function readOrderSafely(args: readonly string[], env: Env): Order | readonly string[] {
  try {
    return readOrder(args, env);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The person at the keyboard, not the bot's own settings that may stand in the environment.
  process.env.AZURE_TOKEN_CREDENTIALS ??= 'dev';
  process.exitCode = await runGrant(process.argv.slice(2), process.env, { say: console.log, complain: console.error });
}
