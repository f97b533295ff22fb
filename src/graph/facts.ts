import type {
  DirectoryRole as GraphRole,
  RiskyUser,
  UnifiedRoleDefinition,
  User,
} from '@microsoft/microsoft-graph-types';
import type { AccountFacts, DirectoryRole, Known } from '../domain/request.ts';
import { isTime } from './accounts.ts';
import type { GraphClient } from './graph-client.ts';
import { problemOf } from './graph-error.ts';
import { literal, query, segment, userPath } from './path.ts';

/** Nobody waits longer than this for a fact that is good to have. */
const deadlineMs = 4000;
const unknown = { known: false } as const;

/** Reads what helps a person to decide; each fact fails alone and is then "not available", never a guess. */
export function createReadFacts(graph: GraphClient, { riskAvailable }: { riskAvailable: boolean }) {
  /** `null`: a 404. `undefined`: could not be read. */
  const get = async (path: () => string): Promise<object | null | undefined> => {
    try {
      const answer = await graph.send({ method: 'GET', version: 'v1.0', path: path(), deadlineMs });
      const problem = problemOf(answer);
      if (problem === 'notFound') return null;
      return problem === null && isObject(answer.body) ? answer.body : undefined;
    } catch {
      return undefined;
    }
  };

  const roles = async (id: string): Promise<AccountFacts['roles']> => {
    const select = query({ select: 'displayName,roleTemplateId' });
    const body = await get(() => userPath(id, 'transitiveMemberOf', `microsoft.graph.directoryRole${select}`));
    const value = (body as { value?: unknown } | null | undefined)?.value;
    if (!Array.isArray(value)) return unknown;
    const named = value.flatMap((role: GraphRole | null) => {
      const { displayName: name, roleTemplateId: templateId } = role ?? {};
      return typeof name === 'string' && name !== '' ? [{ name, templateId: String(templateId ?? '') }] : [];
    });
    // Without RoleManagement.Read.Directory Graph answers 200 with roles stripped to their ids: that is not knowing.
    return named.length === value.length ? { known: true, value: named } : unknown;
  };

  /** Of the account itself. Needs a licence and a permission that few grant, so nothing is said when it cannot be read. */
  const eligibleRoles = async (id: string): Promise<readonly DirectoryRole[]> => {
    const options = () => query({ filter: `principalId eq ${literal(id)}`, expand: 'roleDefinition' });
    const body = await get(() => `/roleManagement/directory/roleEligibilityScheduleInstances${options()}`);
    const value = (body as { value?: unknown } | null | undefined)?.value;
    if (!Array.isArray(value)) return [];
    return value.flatMap((instance: { roleDefinition?: UnifiedRoleDefinition | null } | null) => {
      const { displayName: name, templateId } = instance?.roleDefinition ?? {};
      return name && templateId && typeof name === 'string' ? [{ name, templateId: String(templateId) }] : [];
    });
  };

  const lastSignIn = async (id: string): Promise<Known<string | null>> => {
    const body = await get(() => `${userPath(id)}${query({ select: 'signInActivity' })}`);
    if (body === undefined || body === null) return unknown;
    const activity = (body as User).signInActivity;
    const times = [activity?.lastSignInDateTime, activity?.lastNonInteractiveSignInDateTime].filter(
      (time) => time !== undefined && time !== null,
    );
    if (!times.every(isTime)) return unknown;
    return { known: true, value: times.sort().at(-1) ?? null };
  };

  const risk = async (id: string): Promise<AccountFacts['risk']> => {
    if (!riskAvailable) return unknown;
    const body = await get(() => `/identityProtection/riskyUsers/${segment(id)}`);
    if (body === undefined) return unknown;
    // Not on the list of risky users: Identity Protection holds nothing against this account.
    if (body === null) return { known: true, value: 'none' };
    const level = (body as RiskyUser).riskLevel;
    return level === 'none' || level === 'low' || level === 'medium' || level === 'high' || level === 'hidden'
      ? { known: true, value: level }
      : unknown;
  };

  const facts = async (objectId: string): Promise<AccountFacts> => {
    const [rolesRead, eligible, lastSignInRead, riskRead] = await Promise.all([
      roles(objectId),
      eligibleRoles(objectId),
      lastSignIn(objectId),
      risk(objectId),
    ]);
    const known = { roles: rolesRead, lastSignIn: lastSignInRead, risk: riskRead };
    return eligible.length > 0 ? { ...known, eligibleRoles: eligible } : known;
  };

  return { facts, roles };
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
