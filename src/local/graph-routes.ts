import type { EmulatedRole } from './directory.ts';
import type { DirectoryState, ValidFromProperty } from './directory-state.ts';
import {
  type Answer,
  badRequest,
  invalidRequest,
  methodNotAllowed,
  ok,
  requestDenied,
  resourceNotFound,
  unknownSegment,
} from './graph-answers.ts';
import { type Call, type GraphRequest, readCall } from './graph-request.ts';
import { guid, listUsers } from './user-list.ts';
import { context, isExternal, selectFrom, selectUser } from './users.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly answer: (call: Call) => Answer;
}

const maxIds = 20;

/** The calls the tenant knows, as a function that throws a GraphFault for everything else. */
export function createRoutes(state: DirectoryState): (request: GraphRequest) => Answer {
  return (request) => {
    const call = readCall(request);
    const route = find(call);
    if (request.method.toUpperCase() !== route.method) throw methodNotAllowed();
    return route.answer(call);
  };

  function find({ segments, version }: Call): Route {
    const [root = '', key, ...rest] = segments;
    const tail = rest.join('/');
    if (root === 'users') {
      if (key === undefined) return get((call) => listUsers(state.users(), call));
      if (tail === '') return get((call) => readUser(key, call));
      const action = tail.replace(/^microsoft\.graph\./, '');
      if (action === 'revokeSignInSessions') return post(() => revoke(key, version));
      if (action === 'invalidateAllRefreshTokens' && version === 'beta') return post(() => invalidate(key));
      if (action === 'checkMemberObjects') return post((call) => checkMemberObjects(key, call));
      if (tail === 'transitiveMemberOf/microsoft.graph.directoryRole') return get((call) => readRoles(key, call));
      throw unknownSegment(rest.at(-1) ?? '');
    }
    if (root === 'roleManagement' && key === 'directory') {
      if (tail === 'roleEligibilityScheduleInstances') return get(readEligibility);
      if (tail === 'transitiveRoleAssignments' && version === 'beta') return get(readAssignments);
      if (rest[0] === 'roleDefinitions' && rest[1]) return get((call) => readRoleDefinition(rest[1] ?? '', call));
      throw unknownSegment(rest.at(-1) ?? '');
    }
    if (root === 'groups' && key !== undefined) {
      if (tail === '') return get((call) => readGroup(key, call));
      if (tail === 'transitiveMembers') return get((call) => readMembers(key, call));
      throw unknownSegment(rest.at(-1) ?? '');
    }
    if (root === 'directory' && key === 'deletedItems') {
      if (tail === 'microsoft.graph.user') {
        return get((call) => listUsers(state.deletedUsers(), call));
      }
      throw unknownSegment(rest.at(-1) ?? key);
    }
    if (root === 'identityProtection' && key === 'riskyUsers' && rest.length === 1) {
      return get((call) => readRisk(tail, call));
    }
    throw unknownSegment(root === 'identityProtection' || root === 'directory' ? (key ?? root) : root);
  }

  function readUser(key: string, { version, select }: Call): Answer {
    if (select?.includes('signInActivity') && !guid.test(key)) {
      throw badRequest('Get By Key only supports UserId and the key has to be a valid Guid');
    }
    const entity = selectUser(state.user(key), version, select);
    return ok({ '@odata.context': context(version, 'users', select, '/$entity'), ...entity });
  }

  /** Graph answers the same for accounts of other tenants, and does nothing. */
  function reset(key: string, property: ValidFromProperty): void {
    const { person } = state.user(key);
    if (person.isManagementRestricted) {
      throw requestDenied(
        'Insufficient privileges to complete the operation. This user is a member of a restricted management administrative unit. Management rights are limited to administrators scoped on that administrative unit.',
      );
    }
    if (person.refusesWrites) throw requestDenied('Insufficient privileges to complete the operation.');
    if (!isExternal(person)) state.revoke(person.id, property);
  }

  function revoke(key: string, version: Call['version']): Answer {
    reset(key, 'signInSessionsValidFromDateTime');
    return ok({ '@odata.context': context(version, 'Edm.Boolean'), value: true });
  }

  function invalidate(key: string): Answer {
    reset(key, 'refreshTokensValidFromDateTime');
    return { status: 204 };
  }

  function checkMemberObjects(key: string, { version, seesHidden, body }: Call): Answer {
    const ids = typeof body === 'object' && body !== null && 'ids' in body ? body.ids : undefined;
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) {
      throw badRequest("The parameter 'ids' is missing or is not a collection of strings.");
    }
    if (ids.length > maxIds) throw invalidRequest(`Too many values in 'ids': ${ids.length}. Max allowed: ${maxIds}.`);
    const malformed = ids.find((id) => !guid.test(id));
    if (malformed !== undefined) throw invalidRequest(`Invalid object identifier '${malformed}'.`);
    const memberOf = state.memberOf(state.user(key).person.id, seesHidden);
    return ok({
      '@odata.context': context(version, 'Collection(Edm.String)'),
      value: [...new Set(ids)].filter((id) => memberOf.has(id.toLowerCase())),
    });
  }

  function readRoles(key: string, { version, select }: Call): Answer {
    const roles = state.rolesOf(state.user(key).person.id).filter((role) => role.directoryScopeId === undefined);
    const value = roles.map(({ directoryScopeId: _, ...role }) =>
      selectFrom({ ...role, deletedDateTime: null, description: null }, select, 'directoryRole'),
    );
    return ok({ '@odata.context': context(version, 'directoryRoles', select), value });
  }

  /** Every role held, also for a part of the directory. An advanced query, so nothing is expanded. */
  function readAssignments({ version, filter, isAdvanced }: Call): Answer {
    if (!isAdvanced) {
      throw invalidRequest('Request requires the ConsistencyLevel header set to eventual, and $count.');
    }
    const id = principalIn(filter);
    const value = state.rolesOf(id).map((role) => assignment(id, role));
    return ok({
      '@odata.context': context(version, 'roleManagement/directory/transitiveRoleAssignments'),
      '@odata.count': value.length,
      value,
    });
  }

  function readRoleDefinition(id: string, { version, select }: Call): Answer {
    const role = state
      .users()
      .flatMap(({ person }) => [...(person.roles ?? []), ...(person.eligibleRoles ?? [])])
      .find(({ roleTemplateId }) => roleTemplateId === id);
    if (role === undefined) throw resourceNotFound(id);
    const entity = { id, displayName: role.displayName, templateId: id };
    return ok({
      '@odata.context': context(version, 'roleManagement/directory/roleDefinitions/$entity'),
      ...selectFrom(entity, select, 'unifiedRoleDefinition'),
    });
  }

  function readEligibility({ version, filter }: Call): Answer {
    const id = principalIn(filter);
    const value = (state.user(id).person.eligibleRoles ?? []).map((role) => ({
      ...assignment(id, role),
      roleDefinition: { displayName: role.displayName, templateId: role.roleTemplateId },
    }));
    return ok({
      '@odata.context': context(version, 'roleManagement/directory/roleEligibilityScheduleInstances'),
      value,
    });
  }

  function readGroup(key: string, { version, select }: Call): Answer {
    if (!guid.test(key)) throw badRequest(`Invalid object identifier '${key}'.`);
    const { id, displayName, visibility = null } = state.group(key);
    return ok({
      '@odata.context': context(version, 'groups', select, '/$entity'),
      ...selectFrom({ id, displayName, visibility }, select, 'group'),
    });
  }

  /** People only: the emulated groups hold nothing else, and nested groups are of no interest here. */
  function readMembers(key: string, { version, select, seesHidden }: Call): Answer {
    if (!guid.test(key)) throw badRequest(`Invalid object identifier '${key}'.`);
    const members = state.membersOf(key, seesHidden);
    if (members === undefined) throw resourceNotFound(key);
    const value = members.map((member) => ({
      '@odata.type': '#microsoft.graph.user',
      ...selectUser(member, version, select),
    }));
    return ok({ '@odata.context': context(version, 'directoryObjects', select), value });
  }

  function readRisk(key: string, { version, select }: Call): Answer {
    if (!guid.test(key)) throw badRequest(`Invalid object identifier '${key}'.`);
    const { person } = state.user(key);
    if (person.risk === undefined) throw resourceNotFound(key);
    const entity = {
      id: person.id,
      isDeleted: false,
      isProcessing: false,
      ...person.risk,
      userDisplayName: person.displayName,
      userPrincipalName: person.userPrincipalName,
    };
    return ok({
      '@odata.context': context(version, 'identityProtection/riskyUsers', select, '/$entity'),
      ...selectFrom(entity, select, 'riskyUser'),
    });
  }
}

/** The one filter that this tenant knows of roles is by the principal. */
function principalIn(filter: string | undefined): string {
  const id = /^principalId eq '([0-9a-f-]{36})'$/i.exec(filter ?? '')?.[1];
  if (id === undefined) throw badRequest('Invalid filter clause');
  return id;
}

const assignment = (principalId: string, role: EmulatedRole) => ({
  principalId,
  roleDefinitionId: role.roleTemplateId,
  directoryScopeId: role.directoryScopeId ?? '/',
});

const get = (answer: Route['answer']): Route => ({ method: 'GET', answer });
const post = (answer: Route['answer']): Route => ({ method: 'POST', answer });
