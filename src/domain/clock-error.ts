/** A clock that is further off than this decides nothing well: when a request is over, or whose token holds. */
export const mostOffMs = 30_000;

/**
 * How far this machine's clock is ahead of the time, in ms; 0 when that is little, or not known.
 * @param ahead how far it is ahead of each of those who were asked. One of them may itself be wrong, so two have to agree, and
 *   be more than the others
 */
export function clockError(ahead: readonly number[]): number {
  const far = ahead.filter((ms) => Math.abs(ms) > mostOffMs).toSorted((one, other) => one - other);
  const middle = far[Math.floor(far.length / 2)] ?? 0;
  const agreeing = far.filter((ms) => Math.abs(ms - middle) <= mostOffMs).length;
  return agreeing >= 2 && agreeing * 2 > ahead.length ? middle : 0;
}
