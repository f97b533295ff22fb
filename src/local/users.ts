import type { EmulatedPerson, UserView } from './directory.ts';
import { badRequest, type Call } from './graph-request.ts';

/** Whether the person signs in through another tenant. The user type does not tell. */
export function isExternal({ foreignIssuer, userPrincipalName }: EmulatedPerson | UserView): boolean {
  return foreignIssuer !== undefined || userPrincipalName.toUpperCase().includes('#EXT#');
}

/** What a read may select of a user. */
const properties: ReadonlySet<string> = new Set([
  ...['id', 'displayName', 'givenName', 'surname', 'userPrincipalName', 'mail', 'otherMails', 'proxyAddresses'],
  ...['jobTitle', 'department', 'userType', 'accountEnabled', 'identities', 'onPremisesSyncEnabled'],
  ...['isManagementRestricted', 'createdDateTime', 'lastPasswordChangeDateTime', 'deletedDateTime'],
  ...['signInActivity', 'signInSessionsValidFromDateTime', 'refreshTokensValidFromDateTime'],
]);

/** The selected properties; what holds nothing is null. @throws GraphFault for a property that this version does not know */
export function selectUser(user: UserView, { version, select = ['id', 'displayName'] }: Call): object {
  const [, domain] = user.userPrincipalName.split('@');
  const identity = isExternal(user)
    ? { signInType: 'federated', issuer: user.foreignIssuer ?? 'ExternalAzureAD' }
    : { signInType: 'userPrincipalName', issuer: domain };
  const values: Readonly<Record<string, unknown>> = {
    otherMails: [],
    proxyAddresses: [],
    ...user,
    identities: [identity],
  };
  const isKnown = (name: string) =>
    properties.has(name) && (version === 'beta' || name !== 'refreshTokensValidFromDateTime');
  const unknown = select.find((name) => !isKnown(name));
  if (unknown !== undefined) throw badRequest(`Could not find a property named '${unknown}' on type 'user'.`);
  return Object.fromEntries(select.map((name) => [name, values[name] ?? null]));
}

const texts = ['id', 'displayName', 'givenName', 'surname', 'mail', 'userPrincipalName'] as const;
const lists = ['otherMails', 'proxyAddresses'] as const;

/** The clauses that the bot sends, each behind the one before: a comparison, one of a collection, the ends of a text. */
const literal = "'((?:[^']|'')+)'";
const clause = new RegExp(
  `(?:(\\w+) eq ${literal}|(\\w+)/any\\((\\w):\\4 eq ${literal}\\)|(startswith|endswith)\\((\\w+),${literal}\\))(?<more> or (?=.)|$)`,
  'iy',
);

/** Users that match the filter, as many as a page has. @throws GraphFault */
export function listUsers(users: readonly UserView[], call: Call): object {
  const isMeant = call.filter === undefined ? () => true : compileFilter(call.filter, call.isAdvanced);
  const found = users.filter(isMeant).slice(0, call.top);
  return { value: found.map((user) => selectUser(user, call)) };
}

/** Clauses joined by `or`; comparison ignores case. @throws GraphFault for every other */
function compileFilter(text: string, isAdvanced: boolean): (user: UserView) => boolean {
  const tests: ((user: UserView) => boolean)[] = [];
  clause.lastIndex = 0;
  for (let isLast = false; !isLast; ) {
    const at = clause.lastIndex;
    const found = clause.exec(text);
    if (!found) throw badRequest(`Invalid filter clause: Syntax error at position ${at} in '${text}'.`);
    tests.push(testOf(found, isAdvanced));
    isLast = found.groups?.more === '';
  }
  return (user) => tests.some((test) => test(user));
}

function testOf([, own, equal, list, , any, ends = '', of, part]: RegExpExecArray, isAdvanced: boolean) {
  const end = ends.toLowerCase();
  const name = [...(list === undefined ? texts : lists)].find((one) => one === (own ?? list ?? of));
  if (!name || (end === 'endswith' && !isAdvanced)) {
    throw badRequest(`Unsupported or invalid query filter clause for property '${own ?? list ?? of}' of 'User'.`);
  }
  const wanted = (equal ?? any ?? part ?? '').replaceAll("''", "'").toLowerCase();
  const matches = (text: string) =>
    end === 'startswith' ? text.startsWith(wanted) : end === 'endswith' ? text.endsWith(wanted) : text === wanted;
  return (user: UserView) => [user[name] ?? []].flat().some((text) => matches(text.toLowerCase()));
}
