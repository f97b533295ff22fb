import type { EmulatedPerson } from './directory.ts';
import { badRequest } from './graph-answers.ts';
import type { Call } from './graph-request.ts';

/** A person as read at one moment. */
export interface UserView {
  readonly person: EmulatedPerson;
  readonly signInSessionsValidFromDateTime: string | undefined;
  readonly refreshTokensValidFromDateTime: string | undefined;
  /** only in the deleted items */
  readonly deletedDateTime?: string;
}

type Version = Call['version'];
type Entity = Readonly<Record<string, unknown>>;

/** Whether the person signs in through another tenant. Neither userType nor an invitation tells. */
export function isExternal(person: EmulatedPerson): boolean {
  return person.foreignIssuer !== undefined || person.userPrincipalName.toUpperCase().includes('#EXT#');
}

/** Every property the version knows; one that holds nothing is null, except signInActivity, which is left out. */
function userEntity(view: UserView, version: Version): Entity {
  const { person } = view;
  return {
    accountEnabled: person.accountEnabled,
    businessPhones: [],
    createdDateTime: person.createdDateTime ?? null,
    creationType: person.creationType ?? null,
    deletedDateTime: view.deletedDateTime ?? null,
    department: person.department ?? null,
    displayName: person.displayName,
    externalUserState: person.externalUserState ?? null,
    givenName: person.givenName ?? null,
    id: person.id,
    identities: [identity(person)],
    isManagementRestricted: person.isManagementRestricted ?? null,
    jobTitle: person.jobTitle ?? null,
    lastPasswordChangeDateTime: person.lastPasswordChangeDateTime ?? person.createdDateTime ?? null,
    mail: person.mail ?? null,
    mailNickname: person.userPrincipalName.split('@')[0],
    mobilePhone: null,
    officeLocation: null,
    onPremisesSyncEnabled: person.onPremisesSyncEnabled ?? null,
    otherMails: person.otherMails ?? [],
    preferredLanguage: null,
    proxyAddresses: person.proxyAddresses ?? [],
    signInActivity: person.signInActivity,
    signInSessionsValidFromDateTime: view.signInSessionsValidFromDateTime ?? null,
    surname: person.surname ?? null,
    userPrincipalName: person.userPrincipalName,
    userType: person.userType,
    ...(version === 'beta' && { refreshTokensValidFromDateTime: view.refreshTokensValidFromDateTime ?? null }),
  };
}

function identity(person: EmulatedPerson) {
  return isExternal(person)
    ? { signInType: 'federated', issuer: person.foreignIssuer ?? 'ExternalAzureAD', issuerAssignedId: null }
    : {
        signInType: 'userPrincipalName',
        issuer: person.userPrincipalName.split('@')[1],
        issuerAssignedId: person.userPrincipalName,
      };
}

/** The selected properties of a user; without a selection all but the sign-in activity. @throws GraphFault */
export function selectUser(view: UserView, version: Version, select: readonly string[] | undefined): Entity {
  const { signInActivity, ...entity } = userEntity(view, version);
  if (!select?.includes('signInActivity')) return selectFrom(entity, select, 'user');
  // The activity comes from another service, which always names whose it is.
  return selectFrom({ ...entity, signInActivity }, ['id', ...select], 'user');
}

/** The named properties of any entity. @throws GraphFault for a name that it does not have */
export function selectFrom(entity: Entity, select: readonly string[] | undefined, type: string): Entity {
  if (select === undefined) return entity;
  const unknown = select.find((name) => !Object.hasOwn(entity, name));
  if (unknown !== undefined) {
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${type}'.`,
    );
  }
  return Object.fromEntries(select.map((name) => [name, entity[name]]));
}

/** The address of a context, with what was selected. */
export function context(version: Version, what: string, select?: readonly string[], rest = ''): string {
  const selected = select === undefined ? '' : `(${select.join(',')})`;
  return `https://graph.microsoft.com/${version}/$metadata#${what}${selected}${rest}`;
}
