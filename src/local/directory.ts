import type { RiskyUser, User } from '@microsoft/microsoft-graph-types';

/** Who and what is in the emulated tenant. Ids are GUIDs; times are ISO 8601 in UTC, without fractions of a second. */

export interface EmulatedRole {
  /** Of the activated role in this tenant. */
  readonly id: string;
  readonly displayName: string;
  readonly roleTemplateId: string;
  /** The part of the directory it is for; absent for all of it. */
  readonly directoryScopeId?: string;
}

/** What the audit log says was done to a person. */
interface EmulatedAudit {
  readonly at: string;
  readonly activity: string;
  /** UPN of who did it; absent: the person. */
  readonly by?: string;
  /** The app, role, group or device beside the person. */
  readonly what?: { readonly type: 'ServicePrincipal' | 'Role' | 'Group' | 'Device'; readonly displayName: string };
  readonly resultReason?: string;
}

export interface EmulatedSignIn {
  readonly at: string;
  readonly app: string;
  readonly country: string;
  readonly browser: string;
  readonly operatingSystem: string;
  /** Of why it failed; absent: it succeeded. */
  readonly errorCode?: number;
  readonly risk?: 'low' | 'medium' | 'high';
}

/** As Graph has them, where a person has them at all. */
type Given<Name extends keyof User> = { readonly [One in Name]?: NonNullable<User[One]> };

export interface EmulatedPerson
  extends Given<
    | ('givenName' | 'surname' | 'mail' | 'otherMails' | 'proxyAddresses' | 'jobTitle' | 'department')
    | ('onPremisesSyncEnabled' | 'signInActivity' | 'createdDateTime' | 'lastPasswordChangeDateTime')
  > {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly userType: 'Member' | 'Guest';
  readonly accountEnabled: boolean;
  /** Who vouches for the sign-in, where it is not this tenant. */
  readonly foreignIssuer?: string;
  /** In a restricted management administrative unit: the app may read but not write. */
  readonly isManagementRestricted?: boolean;
  /** Graph does not let the app write, and nothing that can be read beforehand tells. */
  readonly refusesWrites?: boolean;
  readonly roles?: readonly EmulatedRole[];
  readonly eligibleRoles?: readonly EmulatedRole[];
  readonly risk?: RiskyUser;
  readonly audits?: readonly EmulatedAudit[];
  readonly signIns?: readonly EmulatedSignIn[];
  readonly devices?: readonly { readonly displayName: string; readonly registrationDateTime: string }[];
  /** Knows the password still: signs in so long (ms) after the first revocation. */
  readonly returns?: { readonly afterMs: number } & Omit<EmulatedSignIn, 'at'>;
  /** Before any revocation here; without it, the last password change or the creation. */
  readonly signInSessionsValidFromDateTime?: string;
}

export interface EmulatedGroup {
  readonly id: string;
  readonly displayName: string;
  /** People or groups, which nest. */
  readonly members: readonly string[];
  /** Only an app with Member.Read.Hidden learns who is in it. */
  readonly visibility?: 'HiddenMembership';
  /** Held by its members. */
  readonly roles?: readonly EmulatedRole[];
}

export type ValidFrom = 'signInSessionsValidFromDateTime' | 'refreshTokensValidFromDateTime';

/** A person as read at one moment; `deletedDateTime` only of deleted ones. */
export type UserView = Omit<EmulatedPerson, ValidFrom> &
  Readonly<Record<ValidFrom, string | undefined>> & { readonly deletedDateTime?: string };

export interface Contents {
  readonly now: () => Date;
  /** Milliseconds until a revocation shows when the user is read. */
  readonly readBackLagMs: number;
  readonly people: readonly EmulatedPerson[];
  readonly groups: readonly EmulatedGroup[];
}

/** The people, groups and deleted people of the tenant at this moment. Letter case of ids and UPNs does not matter. */
export function createDirectoryState({ now, readBackLagMs, people, groups }: Contents) {
  const present = new Map<string, EmulatedPerson>();
  const deleted: UserView[] = [];
  const revocations = new Map<string, { property: ValidFrom; validFrom: string; visibleAt: number }[]>();
  const lower = (text: string) => text.toLowerCase();
  const membersOf = new Map(groups.map((group) => [group, new Set(group.members.map(lower))]));
  const byUpn = new Map<string, EmulatedPerson>();

  const put = (person: EmulatedPerson) => {
    const before = present.get(lower(person.id));
    if (before) byUpn.delete(lower(before.userPrincipalName));
    present.set(lower(person.id), person);
    byUpn.set(lower(person.userPrincipalName), person);
  };
  people.forEach(put);
  /** @throws for an unknown id */
  const existing = (id: string): EmulatedPerson => {
    const person = present.get(lower(id));
    if (!person) throw new Error(`No one in the emulated tenant has the id ${id}`);
    return person;
  };
  const view = (person: EmulatedPerson): UserView => {
    const start = person.signInSessionsValidFromDateTime ?? person.lastPasswordChangeDateTime ?? person.createdDateTime;
    const validFrom = (property: ValidFrom) =>
      (revocations.get(lower(person.id)) ?? [])
        .filter((revocation) => revocation.property === property && revocation.visibleAt <= now().getTime())
        .reduce((latest, revocation) => later(latest, revocation.validFrom), start);
    return {
      ...person,
      signInSessionsValidFromDateTime: validFrom('signInSessionsValidFromDateTime'),
      refreshTokensValidFromDateTime: validFrom('refreshTokensValidFromDateTime'),
    };
  };
  /** Groups may contain each other in a ring: the search ends when it finds no other. */
  const groupsOf = (id: string): readonly EmulatedGroup[] => {
    const ids = new Set([lower(id)]);
    const found = new Set<EmulatedGroup>();
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const group of groups) {
        if (![...(membersOf.get(group) ?? [])].some((member) => ids.has(member))) continue;
        found.add(group);
        ids.add(lower(group.id));
      }
    }
    return [...found];
  };
  const rolesOf = (id: string): readonly EmulatedRole[] => {
    const roles = [...(existing(id).roles ?? []), ...groupsOf(id).flatMap((group) => group.roles ?? [])];
    return [...new Map(roles.map((role) => [`${role.id} ${role.directoryScopeId}`, role])).values()];
  };

  return {
    users: () => [...present.values()].map(view),
    deletedUsers: (): readonly UserView[] => deleted,
    /** By object id or UPN. */
    user(key: string): UserView | undefined {
      const person = present.get(lower(key)) ?? byUpn.get(lower(key));
      return person && view(person);
    },
    /** Held directly or through groups. */
    rolesOf,
    /** Ids of the groups and roles the person is in, at any depth; without the hidden ones unless seen. */
    memberOf(id: string, seesHidden: boolean): ReadonlySet<string> {
      const seen = groupsOf(id).filter(({ visibility }) => seesHidden || !visibility);
      return new Set([...seen, ...rolesOf(id)].map((object) => lower(object.id)));
    },
    group: (id: string) => groups.find((group) => lower(group.id) === lower(id)),
    /** Who is in the group, directly or through others. */
    membersOf: (group: EmulatedGroup) =>
      [...present.values()].filter(({ id }) => groupsOf(id).includes(group)).map(view),
    /** What the sign-in log holds of the person by now. */
    signInsOf({ id, signIns = [], returns }: UserView): readonly EmulatedSignIn[] {
      const [first] = revocations.get(lower(id)) ?? [];
      if (!returns || !first) return signIns;
      const { afterMs, ...signIn } = returns;
      const at = Date.parse(first.validFrom) + afterMs;
      return at > now().getTime() ? signIns : [...signIns, { ...signIn, at: new Date(at).toISOString() }];
    },
    revoke(id: string, property: ValidFrom): void {
      const at = now();
      const revocation = { property, validFrom: wholeSeconds(at), visibleAt: at.getTime() + readBackLagMs };
      revocations.set(lower(id), [...(revocations.get(lower(id)) ?? []), revocation]);
    },
    /** Changes a person, as an administrator would. @throws for an unknown id */
    change(id: string, patch: Partial<EmulatedPerson>): void {
      put({ ...existing(id), ...patch });
    },
    /** Soft-deletes a person. @throws for an unknown id */
    remove(id: string): void {
      const person = existing(id);
      present.delete(lower(id));
      byUpn.delete(lower(person.userPrincipalName));
      // Entra frees the UPN for a successor by putting the object id before it.
      const userPrincipalName = `${person.id.replaceAll('-', '')}${person.userPrincipalName}`;
      deleted.push({ ...view({ ...person, userPrincipalName }), deletedDateTime: wholeSeconds(now()) });
    },
  };
}

export type DirectoryState = ReturnType<typeof createDirectoryState>;

const wholeSeconds = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

const later = (one: string | undefined, other: string) =>
  one === undefined || Date.parse(other) > Date.parse(one) ? other : one;
