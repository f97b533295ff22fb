import type { EmulatedPerson } from './directory.ts';
import { badRequest, invalidRequest, unsupportedQuery } from './graph-errors.ts';
import { type FilterTokens, tokenize } from './odata-tokens.ts';
import { isUserProperty } from './user-properties.ts';

type PersonTest = (person: EmulatedPerson) => boolean;

/** A test of a person and, inside any(), of one value of the collection. */
type Test = (person: EmulatedPerson, item: string) => boolean;
type Read = (person: EmulatedPerson, item: string) => string | undefined;
interface Operand {
  readonly property: string;
  readonly read: Read;
}
/** The variable of the any() around an expression, and the collection it runs over. */
interface Scope {
  readonly variable: string;
  readonly collection: string;
}

const single: Readonly<Record<string, Read>> = {
  id: (person) => person.id,
  mail: (person) => person.mail,
  userPrincipalName: (person) => person.userPrincipalName,
};
const several: Readonly<Record<string, (person: EmulatedPerson) => readonly string[]>> = {
  otherMails: (person) => person.otherMails ?? [],
  proxyAddresses: (person) => person.proxyAddresses ?? [],
};
const comparisons = new Set(['ne', 'gt', 'ge', 'lt', 'le', 'has']);
const maxOrClauses = 15;
export const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Compiles a $filter over users. `advanced` is a query with `ConsistencyLevel: eventual` and `$count=true`, which endswith
 * needs. Comparison ignores case. Throws a GraphFault for whatever Graph, or this tenant, does not support.
 */
export function compileFilter(text: string, advanced: boolean): PersonTest {
  const tokens = tokenize(text);
  const test = parseOr(tokens, advanced, undefined);
  tokens.end();
  return (person) => test(person, '');
}

function parseOr(tokens: FilterTokens, advanced: boolean, scope: Scope | undefined): Test {
  const tests = [parseAnd(tokens, advanced, scope)];
  while (tokens.take('or')) tests.push(parseAnd(tokens, advanced, scope));
  limitClauses(tests.length);
  return (person, item) => tests.some((test) => test(person, item));
}

function parseAnd(tokens: FilterTokens, advanced: boolean, scope: Scope | undefined): Test {
  const tests = [parseClause(tokens, advanced, scope)];
  while (tokens.take('and')) tests.push(parseClause(tokens, advanced, scope));
  return (person, item) => tests.every((test) => test(person, item));
}

function parseClause(tokens: FilterTokens, advanced: boolean, scope: Scope | undefined): Test {
  if (tokens.take('(')) {
    const inner = parseOr(tokens, advanced, scope);
    tokens.expect(')');
    return inner;
  }
  const name = tokens.word();
  if (name === 'not') throw unsupportedQuery("Operator 'not' is not supported.");
  if (tokens.take('(')) return parseCall(tokens, name.toLowerCase(), advanced, scope);
  if (tokens.take('/')) return parseAny(tokens, name, advanced);
  return parseComparison(tokens, operand(name, scope));
}

function parseCall(tokens: FilterTokens, name: string, advanced: boolean, scope: Scope | undefined): Test {
  if (name !== 'startswith' && name !== 'endswith')
    throw badRequest(`Invalid filter clause: unknown function '${name}'.`);
  const { property, read } = operand(tokens.word(), scope);
  tokens.expect(',');
  const wanted = literal(tokens, property);
  tokens.expect(')');
  if (property === 'id' || (name === 'endswith' && !advanced)) throw unsupportedClause(property);
  return (person, item) => {
    const value = read(person, item)?.toLowerCase();
    return value !== undefined && (name === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted));
  };
}

function parseAny(tokens: FilterTokens, collection: string, advanced: boolean): Test {
  const values = Object.hasOwn(several, collection) ? several[collection] : undefined;
  if (values === undefined || !tokens.take('any')) throw unsupportedOrUnknown(collection);
  tokens.expect('(');
  const variable = tokens.word();
  tokens.expect(':');
  const inner = parseOr(tokens, advanced, { variable, collection });
  tokens.expect(')');
  return (person) => values(person).some((item) => inner(person, item));
}

function parseComparison(tokens: FilterTokens, { property, read }: Operand): Test {
  const operator = tokens.word();
  if (comparisons.has(operator)) throw unsupportedClause(property);
  if (operator === 'eq') {
    const wanted = literal(tokens, property);
    return (person, item) => read(person, item)?.toLowerCase() === wanted;
  }
  if (operator !== 'in') throw tokens.fault();
  tokens.expect('(');
  const wanted = [literal(tokens, property)];
  while (tokens.take(',')) wanted.push(literal(tokens, property));
  tokens.expect(')');
  limitClauses(wanted.length);
  return (person, item) => wanted.includes(read(person, item)?.toLowerCase() ?? '');
}

function operand(name: string, scope: Scope | undefined): Operand {
  if (scope?.variable === name) return { property: scope.collection, read: (_person, item) => item };
  const read = Object.hasOwn(single, name) ? single[name] : undefined;
  if (read === undefined) throw unsupportedOrUnknown(name);
  return { property: name, read };
}

function literal(tokens: FilterTokens, property: string): string {
  const value = tokens.string();
  // Graph refuses to look for nothing, and for an id that cannot be one.
  if (value === undefined || value === '') throw unsupportedClause(property);
  if (property === 'id' && !guid.test(value)) throw invalidRequest(`Invalid object identifier '${value}'.`);
  return value.toLowerCase();
}

function limitClauses(count: number): void {
  if (count > maxOrClauses) {
    throw unsupportedQuery(
      `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${maxOrClauses}.`,
    );
  }
}

const unsupportedClause = (property: string) =>
  unsupportedQuery(
    `Unsupported or invalid query filter clause specified for property '${property}' of resource 'User'.`,
  );

const unsupportedOrUnknown = (name: string) =>
  isUserProperty(name)
    ? unsupportedClause(name)
    : badRequest(`Invalid filter clause: Could not find a property named '${name}' on type 'microsoft.graph.user'.`);
