import type {
  DirectoryAudit,
  Device as GraphDevice,
  SignIn as GraphSignIn,
  TargetResource,
} from '@microsoft/microsoft-graph-types';
import type { AccountChange, ChangeKind, Device, SignIn } from '../domain/findings.ts';
import { isTime } from './accounts.ts';

/** What Graph sent, of which nothing is certain yet. */
type Sent<T> = { readonly [Name in keyof T]?: unknown };

/** A name longer than this is no name, and the record keeps it for good. */
const longestText = 120;
/** Clocks differ by less: what is later than this has not happened. */
const aheadMs = 5 * 60_000;

/**
 * What an activity of the audit log means for the account that it was done to; `null` for all others. By name, in small
 * letters: what is added comes in many kinds, and what is asked for but not done is named alike. Source: Microsoft Entra
 * documentation, "Audit log activity reference" (authentication methods, core directory, device registration, privileged
 * identity management, self-service password management), 2026-11-29.
 */
const activities: readonly (readonly [pattern: RegExp, kind: ChangeKind | null])[] = [
  [/\b(requested|request|cancell?ed|denied|failed|expired|renew)\b/, null],
  [/^(user|admin) (registered|updated) (all required )?security info$/, 'methodAdded'],
  [/^add (fido2 security key|passkey|windows hello for business credential|passwordless phone sign-in)/, 'methodAdded'],
  [/^(add users strong authentication phone app detail|create application password for user)$/, 'methodAdded'],
  [/^(user|admin) deleted security info$/, 'methodRemoved'],
  [/^delete (fido2 security key|passkey|windows hello for business credential|passwordless phone)/, 'methodRemoved'],
  [
    /^(remove users strong authentication phone app detail|delete application password for user|disable strong authentication)$/,
    'methodRemoved',
  ],
  [/^change (user )?password\b/, 'passwordChanged'],
  [/^(reset (user )?password\b|user password reset$|admin generates a temporary password$)/, 'passwordReset'],
  [/^(consent to application|add delegated permission grant)$/, 'consent'],
  [/^add (eligible |scoped )?member to role\b/, 'roleGiven'],
  [/^add (eligibleroleassignment to roledefinition|role assignment to role definition)$/, 'roleGiven'],
  [/^add (member|owner) to group$/, 'groupGiven'],
  [/^(register device|add registered owner to device)$/, 'deviceRegistered'],
];

/** Done by the account to something else, and still about the account: by name, and as the kinds they are. */
export const ownActivities: readonly string[] = [
  'Consent to application',
  'Add delegated permission grant',
  'Register device',
  'Add registered owner to device',
];
const byItself: ReadonlySet<ChangeKind> = new Set<ChangeKind>(['consent', 'deviceRegistered']);

/** When something is told of, as far as that can be. */
export interface When {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly now: number;
}

/** What an entry of the audit log says of the account; `null` where that is nothing, or it did not succeed. */
export function toChange(entry: unknown, accountId: string, when: When): AccountChange | null {
  const { activityDisplayName, activityDateTime, result, initiatedBy, targetResources, resultReason } = (entry ??
    {}) as Sent<DirectoryAudit>;
  const at = timeWithin(activityDateTime, when);
  const activity = text(activityDisplayName)?.toLowerCase() ?? '';
  const kind = activities.find(([pattern]) => pattern.test(activity))?.[1];
  if (at === null || !kind || result !== 'success') return null;
  const targets = (Array.isArray(targetResources) ? targetResources : []) as readonly (Sent<TargetResource> | null)[];
  const { user, app } = (initiatedBy ?? {}) as { user?: Sent<Named> | null; app?: Sent<Named> | null };
  const isTarget = targets.some((target) => isThe(target?.id, accountId));
  const isDoer = isThe(user?.id, accountId);
  if (!isTarget && !(isDoer && byItself.has(kind))) return null;
  const isMethod = kind === 'methodAdded' || kind === 'methodRemoved';
  return {
    kind,
    at,
    what: isMethod ? text(resultReason) : whatOf(targets, accountId),
    by: text(user?.userPrincipalName) ?? text(user?.displayName) ?? text(app?.displayName),
  };
}

interface Named {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
}

/** The role, group, app or device beside the account, or as one of its properties that were changed. */
function whatOf(targets: readonly (Sent<TargetResource> | null)[], accountId: string): string | null {
  const others = targets.filter((target) => target !== null && !isThe(target.id, accountId));
  const named = others.map((target) => text(target?.displayName)).find((name) => name !== null);
  if (named) return named;
  const properties = targets.flatMap((target) => {
    const { modifiedProperties } = target ?? {};
    return (Array.isArray(modifiedProperties) ? modifiedProperties : []) as {
      displayName?: unknown;
      newValue?: unknown;
    }[];
  });
  const property = properties.find((one) => /\.DisplayName$/.test(String(one?.displayName)));
  // A JSON text within the JSON.
  return text(String(property?.newValue ?? '').replace(/^"|"$/g, ''));
}

/** An entry of the sign-in log; `null` where it is not of one of these accounts, or tells no time or id. */
export function toSignIn(entry: unknown, accountIds: ReadonlySet<string>, when: When): SignIn | null {
  const sent = (entry ?? {}) as Sent<GraphSignIn>;
  const id = text(sent.id);
  const accountId = text(sent.userId)?.toLowerCase() ?? '';
  const at = timeWithin(sent.createdDateTime, when);
  if (id === null || at === null || !accountIds.has(accountId)) return null;
  const { errorCode } = (sent.status ?? {}) as { errorCode?: unknown };
  const { countryOrRegion } = (sent.location ?? {}) as { countryOrRegion?: unknown };
  const { displayName, browser, operatingSystem } = (sent.deviceDetail ?? {}) as {
    displayName?: unknown;
    browser?: unknown;
    operatingSystem?: unknown;
  };
  const country = text(countryOrRegion)?.toUpperCase() ?? '';
  const looks = [text(browser), text(operatingSystem)].filter((one) => one !== null);
  const risk = sent.riskLevelDuringSignIn;
  return {
    id,
    accountId,
    at,
    app: text(sent.appDisplayName) ?? text(sent.appId) ?? '',
    country: /^[A-Z]{2}$/.test(country) ? country : null,
    device: text(displayName) ?? (looks.length > 0 ? looks.join(', ') : null),
    interactive: sent.isInteractive !== false,
    succeeded: errorCode === 0,
    risk: risk === 'low' || risk === 'medium' || risk === 'high' ? risk : 'none',
  };
}

/** A device that the account owns; `null` for one of which the app may see no more than its id. */
export function toDevice(entry: unknown, now: number): Device | null {
  const { displayName, registrationDateTime } = (entry ?? {}) as Sent<GraphDevice>;
  const name = text(displayName);
  return name === null ? null : { name, at: timeWithin(registrationDateTime, { since: 0, now }) };
}

/** Of a time that cannot be, or is outside: `null`. */
function timeWithin(time: unknown, { since, now }: When): string | null {
  if (!isTime(time)) return null;
  const at = Date.parse(time);
  return at >= since && at <= now + aheadMs ? new Date(at).toISOString() : null;
}

function isThe(id: unknown, accountId: string): boolean {
  return typeof id === 'string' && id.toLowerCase() === accountId;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, longestText) : null;
}
