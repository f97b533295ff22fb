/**
 * The only place where a value enters a Graph path or filter. Percent-encoding keeps `#`, `/`, `?` and the rest from
 * ending a segment; inside a filter literal OData wants quotes doubled first.
 */

/** `/users/{object id}` and what is below it. Accounts are acted on by object id only, never by UPN. */
export function userPath(objectId: string, ...rest: readonly string[]): string {
  return ['/users', encodeURIComponent(objectId), ...rest].join('/');
}

/** `/groups/{object id}` and what is below it. */
export function groupPath(objectId: string, ...rest: readonly string[]): string {
  return ['/groups', encodeURIComponent(objectId), ...rest].join('/');
}

/** A string literal for `$filter`; still to be percent-encoded with the rest of the query by `query`. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** `?$select=…&$filter=…` from names without their `$`. */
export function query(options: Readonly<Record<string, string>>): string {
  const parts = Object.entries(options).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
