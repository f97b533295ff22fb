import {
  type Contents,
  createDirectoryState,
  type DirectoryState,
  type EmulatedRole,
  type UserView,
  type ValidFrom,
} from './directory.ts';
import { badRequest, type Call, GraphFault, type GraphRequest, readCall } from './graph-request.ts';
import { listAudits, listSignIns } from './logs.ts';
import { isExternal, listUsers, selectUser } from './users.ts';

export interface GraphReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Microsoft Graph as one small tenant shows it: what the bot asks for, and errors for all else.
 * @param options.uuid makes request ids
 */
export function createTenant(options: Contents & { readonly uuid: () => string }) {
  const { now, uuid } = options;
  const state = createDirectoryState(options);
  const routes = routesOf(state);

  return {
    /** Answers as Graph would; errors are replies, never rejections. */
    async handle(request: GraphRequest): Promise<GraphReply> {
      const requestId = uuid();
      const headers = {
        'content-type': 'application/json',
        'request-id': requestId,
        'client-request-id': request.headers['client-request-id'] || requestId,
        'x-ms-resource-unit': '1',
        date: now().toUTCString(),
      };
      try {
        const body = answer(routes, request);
        return body === undefined ? { status: 204, headers } : { status: 200, headers, body: JSON.stringify(body) };
      } catch (error) {
        if (!(error instanceof GraphFault)) throw error;
        const { status, code, message } = error;
        return { status, headers, body: JSON.stringify({ error: { code, message } }) };
      }
    },
    change: state.change,
    remove: state.remove,
  };
}

export type EmulatedTenant = ReturnType<typeof createTenant>;

/** Method and path, at times with the one version that knows it; `*` is given to the answer. `undefined` is a 204. */
type Routes = Readonly<Record<string, (call: Call, key: string) => object | undefined>>;

function answer(routes: Routes, request: GraphRequest): object | undefined {
  const call = readCall(request);
  for (const [route, answerTo] of Object.entries(routes)) {
    const [method, path = ''] = route.split(' ');
    const pattern = path.replace(/^beta\//, '').split('/');
    const isMeant =
      method === request.method &&
      (call.version === 'beta' || !path.startsWith('beta/')) &&
      pattern.length === call.segments.length &&
      pattern.every((part, index) => part === '*' || part === call.segments[index]);
    if (isMeant) return answerTo(call, call.segments[pattern.indexOf('*')] ?? '');
  }
  throw badRequest(`Resource not found for the segment '${call.segments.at(-1)}'.`);
}

const mostIds = 20;

function routesOf(state: DirectoryState): Routes {
  const userOf = (key: string): UserView => state.user(key) ?? notFound(key);
  const groupOf = (id: string) => state.group(id) ?? notFound(id);

  /** Graph answers the same for accounts of other tenants, and does nothing. */
  const reset = (key: string, property: ValidFrom) => {
    const user = userOf(key);
    if (user.isManagementRestricted || user.refusesWrites) {
      throw new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    }
    if (!isExternal(user)) state.revoke(user.id, property);
  };

  return {
    'GET users': (call) => listUsers(state.users(), call),
    'GET users/*': (call, key) => selectUser(userOf(key), call),
    'GET directory/deletedItems/microsoft.graph.user': (call) => listUsers(state.deletedUsers(), call),
    'POST users/*/revokeSignInSessions'(_, key) {
      reset(key, 'signInSessionsValidFromDateTime');
      return { value: true };
    },
    'POST beta/users/*/invalidateAllRefreshTokens'(_, key) {
      reset(key, 'refreshTokensValidFromDateTime');
      return undefined;
    },
    'POST users/*/checkMemberObjects'({ seesHidden, body }, key) {
      const { ids } = (body ?? {}) as { ids?: readonly string[] };
      if (!ids || ids.length > mostIds) throw badRequest(`'ids' holds 1 to ${mostIds} object ids.`);
      const memberOf = state.memberOf(userOf(key).id, seesHidden);
      return { value: [...new Set(ids)].filter((id) => memberOf.has(id.toLowerCase())) };
    },
    'GET users/*/registeredDevices': (_, key) => ({ value: userOf(key).devices ?? [] }),
    'GET auditLogs/directoryAudits': (call) => listAudits(state, call),
    'GET auditLogs/signIns': (call) => listSignIns(state, call),
    'GET users/*/transitiveMemberOf/microsoft.graph.directoryRole'(_, key) {
      const everywhere = state.rolesOf(userOf(key).id).filter((role) => role.directoryScopeId === undefined);
      return { value: everywhere };
    },
    /** Also those for a part of the directory. An advanced query, so nothing is expanded. */
    'GET beta/roleManagement/directory/transitiveRoleAssignments'({ filter, isAdvanced }) {
      if (!isAdvanced) throw badRequest('Request requires the ConsistencyLevel header set to eventual, and $count.');
      const id = principalIn(filter);
      return { value: state.rolesOf(id).map((role) => assignment(id, role)) };
    },
    'GET roleManagement/directory/roleEligibilityScheduleInstances'({ filter }) {
      const id = principalIn(filter);
      const withNames = (role: EmulatedRole) => ({
        ...assignment(id, role),
        roleDefinition: { displayName: role.displayName, templateId: role.roleTemplateId },
      });
      return { value: (userOf(id).eligibleRoles ?? []).map(withNames) };
    },
    'GET roleManagement/directory/roleDefinitions/*'(_, id) {
      const roles = state.users().flatMap((user) => [...(user.roles ?? []), ...(user.eligibleRoles ?? [])]);
      return roles.find(({ roleTemplateId }) => roleTemplateId === id) ?? notFound(id);
    },
    'GET groups/*'(_, key) {
      const { id, displayName, visibility = null } = groupOf(key);
      return { id, displayName, visibility };
    },
    /** People only: the emulated groups hold nothing else, and nested groups are of no interest here. */
    'GET groups/*/transitiveMembers'(call, key) {
      const group = groupOf(key);
      const members = group.visibility && !call.seesHidden ? [] : state.membersOf(group);
      return { value: members.map((user) => ({ '@odata.type': '#microsoft.graph.user', ...selectUser(user, call) })) };
    },
    'GET identityProtection/riskyUsers/*': (_, key) => userOf(key).risk ?? notFound(key),
  };
}

function notFound(key: string): never {
  throw new GraphFault(404, 'Request_ResourceNotFound', `Resource '${key}' does not exist.`);
}

/** The one filter that this tenant knows of roles is by the principal. */
function principalIn(filter = ''): string {
  const [, id] = /^principalId eq '([0-9a-f-]{36})'$/i.exec(filter) ?? [];
  if (id === undefined) throw badRequest('Invalid filter clause');
  return id;
}

const assignment = (principalId: string, { roleTemplateId, directoryScopeId = '/' }: EmulatedRole) => ({
  principalId,
  roleDefinitionId: roleTemplateId,
  directoryScopeId,
});
