import { isBesideAddress, isNameOf } from './display-name.ts';
import { type Part, visible } from './written.ts';

interface Named {
  readonly kind: 'address' | 'objectId' | 'mention';
  readonly text: string;
}

interface Cell {
  readonly cell: string;
  readonly targets: readonly Named[];
}

/** Beyond these it is nobody's row, and looking on would take its time. */
const mostCells = 50;
const mostOwners = 3;

/** How a column of addresses is called. */
export const heading =
  /^(?:e-?mails?|mails?|(?:e-?)?mail ?address(?:es)?|upns?|user ?principal ?names?|user ?names?|users?|accounts?|address(?:es)?|object ?ids?|sign-?in ?names?|logins?)$/iu;
/** Who somebody is in a table that has one line for each of several people. */
const part =
  /^(?:(?:line |affected |reporting |impacted )?(?:manager|user|account|person|victim|supervisor|owner|reporter|request[eo]r|approver|assignee|analyst|sponsor|contact|sender|recipient|witness|author|admin(?:istrator)?)|(?:assigned|reports) to)s?[:：]?$/iu;

/**
 * Whether a cell beside an address only says more about whoever has it. Where several people stand one below the other,
 * each with something else beside, it may say which of them is meant; only a heading tells what it is.
 */
export function besideIn(rows: readonly (readonly Cell[])[], hasHeading: boolean, parts: readonly Part[]) {
  const named = rows.filter((row) => row.some(({ targets }) => targets.length > 0));
  const counts = new Map<string, number>();
  for (const cell of named.flatMap((row) => [...new Set(row.map((one) => one.cell))])) {
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return function isBeside(row: readonly Cell[], { cell }: Cell): boolean {
    const shown = visible(cell, parts);
    if (!isBesideAddress(shown)) return false;
    if (named.length < 2) return true;
    if (row[0]?.cell === cell && (part.test(shown) || heading.test(shown))) return false;
    if (hasHeading || !/\p{L}/u.test(shown) || counts.get(cell) === named.length) return true;
    const owners = row.length > mostCells ? [] : row.flatMap(({ targets }) => targets).slice(0, mostOwners);
    return owners.some((one) => isNameOf(shown, addressOf(one)));
  };
}

/** Of a mention, its label as if it were one. */
function addressOf(named: Named): string {
  return named.kind === 'mention' ? `${named.text.replace(/[\s@]+/gu, '.')}@` : named.text;
}
