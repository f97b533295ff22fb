import type {
  DirectoryRole as GraphRole,
  RiskyUser,
  UnifiedRoleAssignment,
  UnifiedRoleDefinition,
  UnifiedRoleEligibilityScheduleInstance,
  User,
} from '@microsoft/microsoft-graph-types';
import { DirectoryError, refused, unknown } from '../app/errors.ts';
import { type AccountFacts, type DirectoryRole, type Known, roleKey } from '../domain/account.ts';
import { isTime } from './accounts.ts';
import type { GraphClient } from './graph-client.ts';
import { literal, query, segment, userPath } from './path.ts';
import { known, missing, type ReadAgain, readAll, readOne } from './reading.ts';

/** No card waits longer than this for a fact that is good to have. */
const deadlineMs = 4000;
/** What is in it is not checked yet. */
type Rows<T> = readonly (T | null)[];

/** A role as Graph assigns it; many a time without its name. */
type Assigned = Omit<DirectoryRole, 'name'> & { readonly name: string | null };

/** Reads what helps a person to decide; each fact fails alone and is then "not available", never a guess. */
export function createReadFacts(
  graph: GraphClient,
  { riskAvailable, readAgain }: { readonly riskAvailable: boolean; readonly readAgain: ReadAgain },
) {
  /** `null` after a 404. */
  const get = (path: () => string): Promise<Known<object | null>> =>
    known(async () => {
      const call = { method: 'GET', version: 'v1.0', path: path(), deadlineMs } as const;
      const answer = await readOne(graph, 'facts', call).catch((error: unknown) => missing(error, null));
      if (answer === null || isObject(answer.body)) return answer && (answer.body as object);
      throw new DirectoryError('rejected', 'facts: Graph sent no object');
    });

  const rowsOf = <T>(
    path: () => string,
    more: { readonly eventual?: true; readonly version?: 'beta' } = {},
  ): Promise<Known<Rows<T>>> =>
    known(async () => {
      const call = { method: 'GET', version: 'v1.0', path: path(), deadlineMs, ...more } as const;
      const { items } = await readAgain(() => readAll(graph, 'facts', call));
      return items as Rows<T>;
    });

  /** Built-in ones, held everywhere. */
  const heldRoles = async (id: string): Promise<AccountFacts['roles']> => {
    const select = query({ select: 'displayName,roleTemplateId' });
    const read = await rowsOf<GraphRole>(() =>
      userPath(id, 'transitiveMemberOf', `microsoft.graph.directoryRole${select}`),
    );
    // Without RoleManagement.Read.Directory Graph answers 200 with roles stripped to their ids: that is not knowing.
    if (read.known && read.value.some((role) => isObject(role) && !isGiven(role.displayName))) return refused;
    return everyOne(read, ({ displayName, roleTemplateId }) => {
      const name = nameIn(displayName);
      return name === null ? null : { name, templateId: String(roleTemplateId ?? '') };
    });
  };

  /** Whatever is assigned, directly or through groups: also custom roles, and those for a part of the directory. */
  const assignedRoles = async (id: string): Promise<Known<readonly Assigned[]>> => {
    const options = () => query({ filter: `principalId eq ${literal(id)}`, count: 'true' });
    const path = () => `/roleManagement/directory/transitiveRoleAssignments${options()}`;
    // Documented for beta alone, where things come and go; v1.0 says at once whether it has it.
    const beta = await rowsOf<UnifiedRoleAssignment>(path, { eventual: true, version: 'beta' });
    const isElsewhere = !beta.known && beta.why === undefined;
    return assignedOf(isElsewhere ? await rowsOf<UnifiedRoleAssignment>(path, { eventual: true }) : beta);
  };

  const eligibleRoles = async (id: string): Promise<Known<readonly Assigned[]>> => {
    const options = () => query({ filter: `principalId eq ${literal(id)}`, expand: 'roleDefinition' });
    const path = () => `/roleManagement/directory/roleEligibilityScheduleInstances${options()}`;
    const read = await rowsOf<UnifiedRoleEligibilityScheduleInstance>(path);
    // No one is eligible for anything where the tenant has no licence for that.
    return !read.known && read.why === 'licence' ? { known: true, value: [] } : assignedOf(read);
  };

  /** What a role is called; of one whose name cannot be read, its id. */
  const nameOf = async (definitionId: string): Promise<string> => {
    const select = query({ select: 'displayName' });
    const read = await get(() => `/roleManagement/directory/roleDefinitions/${segment(definitionId)}${select}`);
    const { displayName } = ((read.known && read.value) || {}) as UnifiedRoleDefinition;
    return nameIn(displayName) ?? definitionId;
  };

  /** Held everywhere, for a part of the directory, or to be activated; all of them, or they are not known. */
  const roles = async (id: string): Promise<AccountFacts['roles']> => {
    const [held, assigned, eligible] = await Promise.all([heldRoles(id), assignedRoles(id), eligibleRoles(id)]);
    if (!held.known) return held;
    if (!assigned.known) return assigned;
    if (!eligible.known) return eligible;
    const others = [...assigned.value, ...eligible.value.map((role) => ({ ...role, eligible: true as const }))];
    const names = new Map(held.value.map(({ templateId, name }) => [templateId, name]));
    for (const { templateId, name } of others) if (name !== null && !names.has(templateId)) names.set(templateId, name);
    const unnamed = [...new Set(others.map(({ templateId }) => templateId))].filter((one) => !names.has(one));
    await Promise.all(unnamed.map(async (one) => names.set(one, await nameOf(one))));
    const named = others.map((role) => ({ ...role, name: names.get(role.templateId) ?? role.templateId }));
    const byKey = [...held.value, ...named].map((role): [string, DirectoryRole] => [roleKey(role), role]);
    return { known: true, value: [...new Map(byKey).values()] };
  };

  /** Two of Graph's three times count attempts that failed, too; the third is the last sign-in. */
  const signIns = async (id: string): Promise<Pick<AccountFacts, 'lastSignIn' | 'lastAttempt'>> => {
    const read = await get(() => `${userPath(id)}${query({ select: 'signInActivity' })}`);
    if (!read.known) return { lastSignIn: read };
    if (read.value === null) return { lastSignIn: unknown };
    const { signInActivity: activity } = read.value as User;
    const given = [activity?.lastSignInDateTime, activity?.lastNonInteractiveSignInDateTime].filter(isGiven);
    const succeeded = [activity?.lastSuccessfulSignInDateTime].filter(isGiven);
    if (![...given, ...succeeded].every(isTime)) return { lastSignIn: unknown };
    const [attempts, successes] = [given.filter(isAfterTheBeginning), succeeded.filter(isAfterTheBeginning)];
    const last = latest(successes) ?? null;
    const attempt = latest(attempts);
    const lastSignIn = { known: true, value: last } as const;
    const isLater = attempt !== undefined && (last === null || Date.parse(attempt) > Date.parse(last));
    return isLater ? { lastSignIn, lastAttempt: attempt } : { lastSignIn };
  };

  const risk = async (id: string): Promise<AccountFacts['risk']> => {
    if (!riskAvailable) return { known: false, why: 'cloud' };
    const read = await get(() => `/identityProtection/riskyUsers/${segment(id)}`);
    if (!read.known) return read;
    // Not on the list of risky users: Identity Protection holds nothing against this account.
    if (read.value === null) return { known: true, value: 'none' };
    const level = (read.value as RiskyUser).riskLevel;
    return level === 'none' || level === 'low' || level === 'medium' || level === 'high' || level === 'hidden'
      ? { known: true, value: level }
      : unknown;
  };

  const facts = async (objectId: string): Promise<AccountFacts> => {
    const [rolesRead, signInsRead, riskRead] = await Promise.all([roles(objectId), signIns(objectId), risk(objectId)]);
    return { roles: rolesRead, ...signInsRead, risk: riskRead };
  };

  return { facts, roles };
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** Unknown when one of them cannot be understood (`null`): a part is not the whole. */
function everyOne<T, R>(read: Known<Rows<T>>, toOne: (row: Partial<T>) => R | null): Known<readonly R[]> {
  if (!read.known) return read;
  const found = read.value.flatMap((row) => toOne(row ?? {}) ?? []);
  return found.length === read.value.length ? { known: true, value: found } : unknown;
}

function assignedOf(read: Known<Rows<UnifiedRoleAssignment | UnifiedRoleEligibilityScheduleInstance>>) {
  return everyOne(read, ({ roleDefinitionId, directoryScopeId, roleDefinition }): Assigned | null => {
    const templateId = nameIn(roleDefinition?.templateId ?? roleDefinitionId);
    if (templateId === null) return null;
    // Absent, it may be for all.
    const scope = typeof directoryScopeId === 'string' && directoryScopeId !== '/' ? { scope: directoryScopeId } : {};
    return { templateId, name: nameIn(roleDefinition?.displayName), ...scope };
  });
}

function nameIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Graph writes "never" as the year 1 at times, or as one that is the beginning of some clock. */
function isAfterTheBeginning(time: string): boolean {
  return Date.parse(time) > 0;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function latest(times: readonly string[]): string | undefined {
  return times.toSorted((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
}
