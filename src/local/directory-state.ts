import type { EmulatedGroup, EmulatedPerson, EmulatedRole } from './directory.ts';
import { resourceNotFound } from './graph-answers.ts';
import type { UserView } from './users.ts';

export type ValidFromProperty = 'signInSessionsValidFromDateTime' | 'refreshTokensValidFromDateTime';

interface Revocation {
  readonly property: ValidFromProperty;
  /** whole seconds, UTC */
  readonly validFrom: string;
  /** milliseconds since the epoch */
  readonly visibleAt: number;
}

/** The people, groups and deleted people of the tenant at this moment. */
export interface DirectoryState {
  users(): readonly UserView[];
  deletedUsers(): readonly UserView[];
  /** By object id or UPN, ignoring case. Throws a GraphFault (404). */
  user(key: string): UserView;
  /** Every role held, directly or through groups. */
  rolesOf(id: string): readonly EmulatedRole[];
  /** The groups and roles the person is in, at any depth, by object id in lower case; without the hidden ones unless seen. */
  memberOf(id: string, seesHidden: boolean): ReadonlySet<string>;
  /** Throws a GraphFault (404). */
  group(id: string): EmulatedGroup;
  /** Who is in the group, directly or through others, as far as that is seen; undefined when there is no such group. */
  membersOf(groupId: string, seesHidden: boolean): readonly UserView[] | undefined;
  revoke(id: string, property: ValidFromProperty): void;
  change(id: string, patch: Partial<EmulatedPerson>): void;
  remove(id: string): void;
}

interface DirectoryStateOptions {
  readonly now: () => Date;
  readonly readBackLagMs: number;
  readonly people: readonly EmulatedPerson[];
  readonly groups: readonly EmulatedGroup[];
}

/** Throws when two people share an id or a UPN. */
export function createDirectoryState({ now, readBackLagMs, people, groups }: DirectoryStateOptions): DirectoryState {
  const present = new Map<string, EmulatedPerson>();
  const keyOfUpn = new Map<string, string>();
  const deleted: UserView[] = [];
  const revocations = new Map<string, Revocation[]>();
  const membersOf = new Map(groups.map((group) => [group, group.members.map((id) => id.toLowerCase())]));

  const put = (person: EmulatedPerson) => {
    const key = person.id.toLowerCase();
    const upn = person.userPrincipalName.toLowerCase();
    if ((keyOfUpn.get(upn) ?? key) !== key) {
      throw new Error(`Two people have the user principal name ${person.userPrincipalName}`);
    }
    keyOfUpn.delete(present.get(key)?.userPrincipalName.toLowerCase() ?? '');
    keyOfUpn.set(upn, key);
    present.set(key, person);
  };
  const existing = (id: string) => {
    const person = present.get(id.toLowerCase());
    if (person === undefined) throw new Error(`Nobody in the emulated tenant has the id ${id}`);
    return person;
  };

  const validFrom = (person: EmulatedPerson, property: ValidFromProperty) => {
    const seen = (revocations.get(person.id.toLowerCase()) ?? []).filter(
      (revocation) => revocation.property === property && revocation.visibleAt <= now().getTime(),
    );
    const times = [
      person.signInSessionsValidFromDateTime ?? person.lastPasswordChangeDateTime ?? person.createdDateTime,
      ...seen.map((revocation) => revocation.validFrom),
    ];
    return times.filter((time) => time !== undefined).reduce<string | undefined>(later, undefined);
  };
  const view = (person: EmulatedPerson): UserView => ({
    person,
    signInSessionsValidFromDateTime: validFrom(person, 'signInSessionsValidFromDateTime'),
    refreshTokensValidFromDateTime: validFrom(person, 'refreshTokensValidFromDateTime'),
  });

  /** Groups may contain each other in a ring: the search ends when it finds nothing new. */
  const groupsOf = (id: string) => {
    const ids = new Set([id.toLowerCase()]);
    const found = new Set<EmulatedGroup>();
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const group of groups) {
        if (membersOf.get(group)?.some((member) => ids.has(member))) {
          found.add(group);
          ids.add(group.id.toLowerCase());
        }
      }
    }
    return [...found];
  };
  const groupNamed = (id: string) => groups.find((group) => group.id.toLowerCase() === id.toLowerCase());
  const rolesOf = (id: string) => {
    const roles = [...(existing(id).roles ?? []), ...groupsOf(id).flatMap((group) => group.roles ?? [])];
    return [...new Map(roles.map((role) => [`${role.id} ${role.directoryScopeId}`, role])).values()];
  };

  for (const person of people) {
    if (present.has(person.id.toLowerCase())) throw new Error(`Two people have the id ${person.id}`);
    put(person);
  }
  return {
    users: () => [...present.values()].map(view),
    deletedUsers: () => deleted,
    user(key) {
      const wanted = key.toLowerCase();
      const person = present.get(wanted) ?? present.get(keyOfUpn.get(wanted) ?? '');
      if (person === undefined) throw resourceNotFound(key);
      return view(person);
    },
    rolesOf,
    memberOf(id, seesHidden) {
      const seen = groupsOf(id).filter(({ visibility }) => seesHidden || visibility === undefined);
      return new Set([...seen, ...rolesOf(id)].map((object) => object.id.toLowerCase()));
    },
    group(id) {
      const wanted = groupNamed(id);
      if (wanted === undefined) throw resourceNotFound(id);
      return wanted;
    },
    membersOf(groupId, seesHidden) {
      const wanted = groupNamed(groupId);
      if (wanted?.visibility !== undefined && !seesHidden) return [];
      return wanted && [...present.values()].filter(({ id }) => groupsOf(id).includes(wanted)).map(view);
    },
    revoke(id, property) {
      const at = now();
      const key = existing(id).id.toLowerCase();
      const earlier = revocations.get(key) ?? [];
      revocations.set(key, [
        ...earlier,
        { property, validFrom: wholeSeconds(at), visibleAt: at.getTime() + readBackLagMs },
      ]);
    },
    change(id, patch) {
      const person = existing(id);
      if (patch.id !== undefined && patch.id !== person.id) throw new Error('An object id never changes');
      put({ ...person, ...patch });
    },
    remove(id) {
      const person = existing(id);
      present.delete(person.id.toLowerCase());
      keyOfUpn.delete(person.userPrincipalName.toLowerCase());
      // Entra frees the UPN for a successor by putting the object id before it.
      const userPrincipalName = `${person.id.replaceAll('-', '')}${person.userPrincipalName}`;
      deleted.push({ ...view({ ...person, userPrincipalName }), deletedDateTime: wholeSeconds(now()) });
    },
  };
}

const wholeSeconds = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

const later = (one: string | undefined, other: string) =>
  one === undefined || Date.parse(other) > Date.parse(one) ? other : one;
