import type { GraphClient } from '../src/graph/graph-client.ts';
import { type GraphAnswer, problemOf } from '../src/graph/graph-client.ts';
import { query, segment } from '../src/graph/path.ts';

/** Graph's own app id is the same in every tenant and cloud. */
const graphAppId = '00000003-0000-0000-c000-000000000000';
/** Signing in at a command line takes its time. */
const deadlineMs = 60_000;
const mostPages = 50;

export interface Principal {
  readonly id: string;
  readonly displayName: string;
}

export interface GraphRoles {
  /** Object id of Microsoft Graph's service principal in this tenant. */
  readonly id: string;
  /** Application permissions by name, with their ids. */
  readonly roles: ReadonlyMap<string, string>;
}

/** Application permissions of Microsoft Graph and who holds them. Everything throws with a sentence for a person. */
export function createAppRoles(client: GraphClient) {
  const get = async (path: string): Promise<GraphAnswer> =>
    client.send({ method: 'GET', version: 'v1.0', path, deadlineMs });

  const principalPath = (id: string, ...rest: readonly string[]) =>
    [`/servicePrincipals/${segment(id)}`, ...rest].join('/');
  const byAppId = (appId: string) => `/servicePrincipals(appId='${segment(appId)}')`;

  async function heldBy(principalId: string, graph: GraphRoles): Promise<ReadonlySet<string>> {
    const names = new Map([...graph.roles].map(([name, id]) => [id, name]));
    const held = new Set<string>();
    const first = `${principalPath(principalId, 'appRoleAssignments')}${query({ top: '999' })}`;
    let path: string | null = first;
    for (let page = 0; path !== null && page < mostPages; page += 1) {
      const answer: GraphAnswer = await get(path);
      if (problemOf(answer)) throw refused('What the identity holds could not be read', answer);
      const { value, '@odata.nextLink': next } = answer.body as { value: Assignment[]; '@odata.nextLink'?: string };
      for (const { resourceId, appRoleId } of value) {
        if (resourceId === graph.id) held.add(names.get(appRoleId) ?? appRoleId);
      }
      path = next === undefined ? null : pathOf(next);
    }
    return held;
  }

  return {
    heldBy,

    /** @param id client id or object id; both are tried. */
    async findPrincipal(id: string): Promise<Principal> {
      const select = query({ select: 'id,displayName' });
      for (const path of [byAppId(id), principalPath(id)]) {
        const answer = await get(`${path}${select}`);
        if (!problemOf(answer)) return answer.body as Principal;
        if (answer.status !== 404) throw refused('The identity could not be read', answer);
      }
      throw new Error(`There is no app and no managed identity ${id} in this tenant.`);
    },

    async readGraph(): Promise<GraphRoles> {
      const answer = await get(`${byAppId(graphAppId)}${query({ select: 'id,appRoles' })}`);
      if (problemOf(answer)) throw refused("Microsoft Graph's permissions could not be read", answer);
      const { id, appRoles } = answer.body as { id: string; appRoles: AppRole[] };
      const forApps = appRoles.filter((role) => role.isEnabled && role.allowedMemberTypes.includes('Application'));
      return { id, roles: new Map(forApps.map((role) => [role.value, role.id])) };
    },

    /** Another administrator may have been quicker, and an answer may be lost; what counts is what is there afterwards. */
    async assign(
      principalId: string,
      graph: GraphRoles,
      name: string,
      appRoleId: string,
    ): Promise<'granted' | 'was there'> {
      const answer = await client.send({
        method: 'POST',
        version: 'v1.0',
        path: principalPath(graph.id, 'appRoleAssignedTo'),
        body: { principalId, resourceId: graph.id, appRoleId },
        write: true,
        deadlineMs,
      });
      if (!problemOf(answer)) return 'granted';
      if ((await heldBy(principalId, graph)).has(name)) return 'was there';
      throw refused(`${name} could not be granted`, answer);
    },
  };
}

interface Assignment {
  readonly resourceId: string;
  readonly appRoleId: string;
}

interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly isEnabled: boolean;
  readonly allowedMemberTypes: readonly string[];
}

/** Only the path is taken from an address in an answer: the token goes nowhere else. */
function pathOf(nextLink: string): string {
  const { pathname, search } = new URL(nextLink);
  return pathname.replace(/^\/v1\.0/, '') + search;
}

function refused(what: string, answer: GraphAnswer): Error {
  const code = (answer.body as { error?: { code?: unknown } } | undefined)?.error?.code;
  const why =
    problemOf(answer) === 'missingPermission'
      ? ' The person who signs in needs the Entra role Privileged Role Administrator, and a client that may use AppRoleAssignment.ReadWrite.All and Application.Read.All.'
      : '';
  return new Error(
    `${what}: Graph answered ${answer.status} ${typeof code === 'string' ? code : ''}, request ${answer.graphRequestId ?? 'unknown'}.${why}`,
  );
}
