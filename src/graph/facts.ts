import type {
  DirectoryRole as GraphRole,
  RiskyUser,
  UnifiedRoleDefinition,
  User,
} from '@microsoft/microsoft-graph-types';
import { DirectoryError, type DirectoryProblem } from '../app/ports.ts';
import type { AccountFacts, DirectoryRole, WhyUnknown } from '../domain/account.ts';
import { isTime } from './accounts.ts';
import type { GraphClient } from './graph-client.ts';
import { errorCode, problemOf } from './graph-error.ts';
import { literal, query, segment, userPath } from './path.ts';

/** Nobody waits longer than this for a fact that is good to have. */
const deadlineMs = 4000;
/** Graph's code where the tenant has no Entra ID P1 or P2. */
const notLicensed = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';

interface Unknown {
  readonly known: false;
  readonly why?: WhyUnknown;
}

const unknown: Unknown = { known: false };
const refused: Unknown = { known: false, why: 'refused' };
const unlicensed: Unknown = { known: false, why: 'licence' };

/** Reads what helps a person to decide; each fact fails alone and is then "not available", never a guess. */
export function createReadFacts(graph: GraphClient, { riskAvailable }: { riskAvailable: boolean }) {
  /** `body` is `null` after a 404. */
  const get = async (path: () => string): Promise<{ readonly known: true; readonly body: object | null } | Unknown> => {
    try {
      const answer = await graph.send({ method: 'GET', version: 'v1.0', path: path(), deadlineMs });
      const problem = problemOf(answer);
      if (problem === 'notFound') return { known: true, body: null };
      if (problem !== null) return errorCode(answer.body) === notLicensed ? unlicensed : unread(problem);
      return isObject(answer.body) ? { known: true, body: answer.body } : unknown;
    } catch (error) {
      return error instanceof DirectoryError ? unread(error.problem) : unknown;
    }
  };

  const roles = async (id: string): Promise<AccountFacts['roles']> => {
    const select = query({ select: 'displayName,roleTemplateId' });
    const read = await get(() => userPath(id, 'transitiveMemberOf', `microsoft.graph.directoryRole${select}`));
    if (!read.known) return read;
    const value = listOf<GraphRole>(read.body);
    if (value === null) return unknown;
    const named = value.flatMap((role) => {
      const { displayName: name, roleTemplateId: templateId } = role ?? {};
      return typeof name === 'string' && name !== '' ? [{ name, templateId: String(templateId ?? '') }] : [];
    });
    // Without RoleManagement.Read.Directory Graph answers 200 with roles stripped to their ids: that is not knowing.
    if (value.some((role) => isObject(role) && !isGiven(role.displayName))) return refused;
    return named.length === value.length ? { known: true, value: named } : unknown;
  };

  /** Of the account itself. Needs a licence and a permission that few grant, so nothing is said when it cannot be read. */
  const eligibleRoles = async (id: string): Promise<readonly DirectoryRole[]> => {
    const options = () => query({ filter: `principalId eq ${literal(id)}`, expand: 'roleDefinition' });
    const read = await get(() => `/roleManagement/directory/roleEligibilityScheduleInstances${options()}`);
    const value = read.known ? listOf<{ roleDefinition?: UnifiedRoleDefinition | null }>(read.body) : null;
    return (value ?? []).flatMap((instance) => {
      const { displayName: name, templateId } = instance?.roleDefinition ?? {};
      return name && templateId && typeof name === 'string' ? [{ name, templateId: String(templateId) }] : [];
    });
  };

  /** Two of Graph's three times count attempts that failed, too; the third is the last sign-in. */
  const signIns = async (id: string): Promise<Pick<AccountFacts, 'lastSignIn' | 'lastAttempt'>> => {
    const read = await get(() => `${userPath(id)}${query({ select: 'signInActivity' })}`);
    if (!read.known) return { lastSignIn: read };
    if (read.body === null) return { lastSignIn: unknown };
    const { signInActivity: activity } = read.body as User;
    const attempts = [activity?.lastSignInDateTime, activity?.lastNonInteractiveSignInDateTime].filter(isGiven);
    const successes = [activity?.lastSuccessfulSignInDateTime].filter(isGiven);
    if (![...attempts, ...successes].every(isTime)) return { lastSignIn: unknown };
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
    if (read.body === null) return { known: true, value: 'none' };
    const level = (read.body as RiskyUser).riskLevel;
    return level === 'none' || level === 'low' || level === 'medium' || level === 'high' || level === 'hidden'
      ? { known: true, value: level }
      : unknown;
  };

  const facts = async (objectId: string): Promise<AccountFacts> => {
    const [rolesRead, eligible, signInsRead, riskRead] = await Promise.all([
      roles(objectId),
      eligibleRoles(objectId),
      signIns(objectId),
      risk(objectId),
    ]);
    const known = { roles: rolesRead, ...signInsRead, risk: riskRead };
    return eligible.length > 0 ? { ...known, eligibleRoles: eligible } : known;
  };

  return { facts, roles };
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** What is in the list has been looked at by nobody. */
function listOf<T>(body: object | null): readonly (T | null)[] | null {
  const { value } = (body ?? {}) as { value?: unknown };
  return Array.isArray(value) ? value : null;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function latest(times: readonly string[]): string | undefined {
  return times.toSorted((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
}

function unread(problem: DirectoryProblem): Unknown {
  switch (problem) {
    case 'missingPermission':
      return refused;
    case 'throttled':
    case 'unavailable':
    case 'noAnswer':
      return { known: false, why: 'noAnswer' };
    case 'notFound':
    case 'signIn':
    case 'rejected':
      return unknown;
    default:
      return problem satisfies never;
  }
}
