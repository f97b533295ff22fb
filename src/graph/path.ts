/**
 * The only place where a value enters a Graph path or filter. Inside a key or filter literal OData wants quotes doubled;
 * percent-encoding then keeps `#`, `/`, `?` and the rest from ending the segment.
 */

/** `/users('<id or UPN>')`: the form that also takes a UPN beginning with `$`. */
export function userPath(key: string, ...rest: readonly string[]): string {
  return [`/users('${encodeURIComponent(key.replaceAll("'", "''"))}')`, ...rest].join('/');
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
