import { DirectoryError } from '../app/errors.ts';

/**
 * The only place where a value enters a Graph path or filter. Percent-encoding keeps `#`, `/`, `?` and the rest from
 * ending a segment; inside a filter literal OData wants quotes doubled first. What no encoding can carry is refused with
 * a DirectoryError before anything is sent.
 */

/** A value as one segment of a path. @throws DirectoryError for what would not stay one: empty, `.` and `..` */
export function segment(value: string): string {
  // However they are encoded, URLs resolve dots: what comes after them would be asked of something else.
  if (value === '' || value === '.' || value === '..') throw unfit();
  return encoded(value);
}

/** `/users/{object id}` and what is below it. Accounts are acted on by object id only, never by UPN. */
export function userPath(objectId: string, ...rest: readonly string[]): string {
  return ['/users', segment(objectId), ...rest].join('/');
}

/** `/me` and what is below it: the person on whose behalf the call is made. */
export function mePath(...rest: readonly string[]): string {
  return ['/me', ...rest].join('/');
}

/** `/groups/{object id}` and what is below it. */
export function groupPath(objectId: string, ...rest: readonly string[]): string {
  return ['/groups', segment(objectId), ...rest].join('/');
}

/** A string literal for `$filter`; still to be percent-encoded with the rest of the query by `query`. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** `?$select=…&$filter=…` from names without their `$`. */
export function query(options: Readonly<Record<string, string>>): string {
  const parts = Object.entries(options).map(([name, value]) => `$${name}=${encoded(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function encoded(value: string): string {
  // Half of a surrogate pair is no character: UTF-8 has no form for it, and replacing it would ask about another person.
  if (!value.isWellFormed()) throw unfit();
  return encodeURIComponent(value);
}

function unfit(): DirectoryError {
  return new DirectoryError('rejected', 'a value that no request can carry; nothing was sent');
}
