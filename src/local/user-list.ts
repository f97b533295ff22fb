import type { EmulatedPerson } from './directory.ts';
import { type Answer, badRequest, invalidRequest, ok, unsupportedQuery } from './graph-answers.ts';
import type { Call } from './graph-request.ts';
import { context, selectUser, type UserView } from './users.ts';

type PersonTest = (person: EmulatedPerson) => boolean;

export const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a filter may name; any other property is refused, as one that Graph does not filter by is. */
const valuesOf = {
  id: (person) => [person.id],
  displayName: (person) => [person.displayName],
  givenName: (person) => [person.givenName ?? ''],
  surname: (person) => [person.surname ?? ''],
  mail: (person) => [person.mail ?? ''],
  userPrincipalName: (person) => [person.userPrincipalName],
  otherMails: (person) => person.otherMails ?? [],
  proxyAddresses: (person) => person.proxyAddresses ?? [],
} satisfies Record<string, (person: EmulatedPerson) => readonly string[]>;

/** The clauses that the bot sends, each behind the one before: a comparison, one of a collection, the ends of a text. */
const clause =
  /(?:(?<property>\w+) eq (?<value>LITERAL)|(?<list>\w+)\/any\((?<each>\w):\k<each> eq (?<one>LITERAL)\)|(?<call>startswith|endswith)\((?<of>\w+), ?(?<part>LITERAL)\))(?<more> or (?=.)|$)/iy;
const literal = "'(?:[^']|'')+'";
const clauses = new RegExp(clause.source.replaceAll('LITERAL', literal), clause.flags);

/** Users that match the filter, as many as a page has. @throws GraphFault */
export function listUsers(users: readonly UserView[], call: Call): Answer {
  const { version, select, filter, top, isAdvanced } = call;
  const test = filter === undefined ? () => true : compileFilter(filter, isAdvanced);
  const found = users.filter(({ person }) => test(person));
  return ok({
    '@odata.context': context(version, 'users', select),
    ...(isAdvanced && { '@odata.count': found.length }),
    value: found.slice(0, top).map((view) => selectUser(view, version, select)),
  });
}

/**
 * The filters that the bot sends: clauses joined by `or`. Comparison ignores case. @throws GraphFault for every other
 */
function compileFilter(text: string, isAdvanced: boolean): PersonTest {
  const tests: PersonTest[] = [];
  let at = 0;
  for (let isLast = false; !isLast; at = clauses.lastIndex) {
    clauses.lastIndex = at;
    const groups = clauses.exec(text)?.groups;
    if (!groups) throw badRequest(`Invalid filter clause: Syntax error at position ${at} in '${text}'.`);
    tests.push(testOf(groups, isAdvanced));
    isLast = groups.more === '';
  }
  return (person) => tests.some((test) => test(person));
}

function testOf(groups: Readonly<Record<string, string | undefined>>, isAdvanced: boolean): PersonTest {
  const { property, value, list, one, of, part } = groups;
  const name = property ?? list ?? of ?? '';
  const call = groups.call?.toLowerCase();
  const isList = name === 'otherMails' || name === 'proxyAddresses';
  if (!isFilterable(name) || isList !== (list !== undefined) || (call === 'endswith' && !isAdvanced)) {
    throw unsupportedQuery(
      `Unsupported or invalid query filter clause specified for property '${name}' of resource 'User'.`,
    );
  }
  const wanted = (value ?? one ?? part ?? '').slice(1, -1).replaceAll("''", "'").toLowerCase();
  if (name === 'id' && !guid.test(wanted)) throw invalidRequest(`Invalid object identifier '${wanted}'.`);
  const matches = (text: string) =>
    call === 'startswith' ? text.startsWith(wanted) : call === 'endswith' ? text.endsWith(wanted) : text === wanted;
  return (person) => valuesOf[name](person).some((text) => matches(text.toLowerCase()));
}

function isFilterable(name: string): name is keyof typeof valuesOf {
  return Object.hasOwn(valuesOf, name);
}
