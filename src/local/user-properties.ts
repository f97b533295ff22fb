import type { EmulatedPerson } from './directory.ts';
import { badRequest } from './graph-errors.ts';

/** A person as read at one moment. */
export interface UserView {
  readonly person: EmulatedPerson;
  readonly signInSessionsValidFromDateTime: string | undefined;
  readonly refreshTokensValidFromDateTime: string | undefined;
  /** only in the deleted items */
  readonly deletedDateTime?: string;
}

type Entity = Readonly<Record<string, unknown>>;

const defaultNames = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
];

/** Whether the person signs in through another tenant. Neither userType nor an invitation tells. */
export function isExternal(person: EmulatedPerson): boolean {
  return person.foreignIssuer !== undefined || person.userPrincipalName.toUpperCase().includes('#EXT#');
}

/** Every property the version knows; one that holds nothing is null, except signInActivity, which is left out. */
function userEntity(view: UserView, version: 'v1.0' | 'beta'): Entity {
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

/** The selected properties of a user, or without a selection what Graph answers by default. Throws a GraphFault. */
export function selectUser(view: UserView, version: 'v1.0' | 'beta', select: readonly string[] | undefined): Entity {
  const entity = userEntity(view, version);
  if (select === undefined) {
    const names = version === 'beta' ? Object.keys(entity).filter((name) => name !== 'signInActivity') : defaultNames;
    return selectFrom(entity, names, 'user');
  }
  // The activity comes from another service, which always names whose it is.
  const names = select.includes('signInActivity') && !select.includes('id') ? [...select, 'id'] : select;
  return selectFrom(entity, names, 'user');
}

/** The named properties of any entity; `*` is all of them. Throws a GraphFault for a name it does not have. */
export function selectFrom(entity: Entity, select: readonly string[] | undefined, type: string): Entity {
  if (select === undefined || select.includes('*')) return entity;
  const unknown = select.find((name) => !Object.hasOwn(entity, name));
  if (unknown !== undefined) {
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${type}'.`,
    );
  }
  return Object.fromEntries(select.map((name) => [name, entity[name]]));
}

/** Whether $filter may name the property at all, for the error that says which. */
export function isUserProperty(name: string): boolean {
  return Object.hasOwn(userEntity(anybody, 'beta'), name);
}

const anybody: UserView = {
  person: { id: '', displayName: '', userPrincipalName: '', userType: 'Member', accountEnabled: true },
  signInSessionsValidFromDateTime: undefined,
  refreshTokensValidFromDateTime: undefined,
};
