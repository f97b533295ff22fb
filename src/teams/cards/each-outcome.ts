import type { Target } from '../../domain/account.ts';
import type { KnownRequest } from '../../domain/request.ts';
import { isPrivileged } from '../../domain/targets.ts';
import type { Texts, ToldOutcome } from '../texts/en.ts';
import { wasStopped } from './headline.ts';
import { type CrowdShown, fitLines, takes } from './parts.ts';
import {
  fewAccounts,
  inOneLine,
  mostLines,
  mostOthers,
  nothingHidden,
  roomForNames,
  showAll,
  shownName,
  shownUpn,
} from './shown.ts';
import { whyNot } from './what-now.ts';

/**
 * One of several accounts with what became of it. `attention` marks what went wrong. There is no green and no yellow:
 * as text they are hardly legible in Teams' light theme.
 */
export interface PersonOutcome {
  readonly name: string;
  readonly upn: string;
  readonly outcome: string;
  readonly color: 'default' | 'attention';
  /** Why, or null where there is nothing to explain. */
  readonly reason: string | null;
}

const lines = { most: mostLines, room: 2500, frame: 310 };
const order: Readonly<Record<ToldOutcome, number>> = {
  failed: 0,
  unknown: 1,
  omitted: 2,
  stopped: 3,
  unverified: 4,
  verified: 5,
};

/** A person has to look at these. */
const wrong: ReadonlySet<ToldOutcome> = new Set(['failed', 'unknown', 'omitted']);

/** Accounts with the same outcome for the same reason. */
interface Group {
  readonly outcome: ToldOutcome;
  readonly why: string | null;
  /** They may hold power over others, and so are named before what is counted. */
  readonly first: boolean;
  readonly targets: readonly Target[];
}

/** What became of each of many, as far as there is room; the rest is counted. Who is done as wished has no line among many. */
export function eachOutcome(
  requestId: string,
  state: KnownRequest,
  texts: Texts,
): CrowdShown & { readonly people: readonly PersonOutcome[] } {
  const groups = groupsOf(state, texts);
  const { targets } = state.request;
  const told = groups.filter(({ outcome, first }) => targets.length <= fewAccounts || first || wrong.has(outcome));
  const people =
    told.length === 0
      ? []
      : fitLines(lines, (count) => shares(told, count).flatMap((share, index) => rows(told[index], share, texts)));
  const shown = shares(told, people.length);
  const rest = groups.map((group) => ({ ...group, targets: group.targets.slice(shown[told.indexOf(group)] ?? 0) }));
  const hidden = rest.map(({ outcome, targets }) => ({ outcome, count: targets.length }));
  const more = (Object.keys(order) as ToldOutcome[])
    .map((outcome) => ({ outcome, count: sum(hidden.filter((group) => group.outcome === outcome)) }))
    .filter(({ count }) => count > 0);
  if (more.length === 0) return { people, more: null, ...nothingHidden };
  const names = targets.slice(0, mostOthers).map(({ account }) => shownName(account));
  return {
    people,
    more:
      more.length === 1 && people.length === 0
        ? texts.others(targets.length, names.join(texts.marks.list), targets.length - names.length, false)
        : [texts.moreOutcomes(more, people.length > 0), ...stillNamed(rest, texts)].join(texts.marks.parts),
    ...showAll(
      requestId,
      targets.length,
      () =>
        accountLines(state, texts).map(({ name, upn, outcome, reason }) => {
          return { name, upn, note: reason === null ? outcome : `${outcome}${texts.marks.label}${reason}` };
        }),
      takes(people, lines.frame),
      texts,
    ),
  };
}

/** Who has no line, and went wrong or may hold power. */
function stillNamed(rest: readonly Group[], texts: Texts): readonly string[] {
  const named = Map.groupBy(
    rest.filter(({ outcome, first }) => first || wrong.has(outcome)),
    ({ outcome, first }) => (first ? texts.powerful : texts.outcome[outcome]),
  );
  const lists = [...named]
    .map(([label, groups]) => ({ label, targets: groups.flatMap(({ targets }) => targets) }))
    .filter(({ targets }) => targets.length > 0);
  return lists.map(
    ({ label, targets }) => `${label}${texts.marks.label}${inOneLine(targets, texts, roomForNames / lists.length)}`,
  );
}

/** All the accounts of a request as they are listed: what went wrong first, then who may hold power over others. */
export function accountLines(state: KnownRequest, texts: Texts): readonly PersonOutcome[] {
  return groupsOf(state, texts).flatMap((group) => rows(group, group.targets.length, texts));
}

/** What went wrong comes first, then who may hold power; then what concerns most accounts before what concerns few. */
function groupsOf({ request, results }: KnownRequest, texts: Texts): readonly Group[] {
  const groups = Map.groupBy(request.targets, (target) => {
    const result = results.get(target.account.id);
    const outcome = result && wasStopped(result) ? 'stopped' : (result?.outcome ?? 'unknown');
    return JSON.stringify([outcome, whyNot(result, target, texts), !wrong.has(outcome) && isPrivileged(target)]);
  });
  return [...groups]
    .map(([key, targets]): Group => {
      const [outcome, why, first] = JSON.parse(key);
      return { outcome, why, first, targets };
    })
    .toSorted((one, other) => rank(one) - rank(other) || other.targets.length - one.targets.length);
}

function rank({ outcome, first }: Group): number {
  return first ? 2.5 : order[outcome];
}

/** How many of each group are shown: one of each while there are lines, the rest in order. */
function shares(groups: readonly Group[], lines: number): readonly number[] {
  const shown = groups.slice(0, lines);
  let left = lines - shown.length;
  return shown.map(({ targets }) => {
    const further = Math.min(left, targets.length - 1);
    left -= further;
    return 1 + further;
  });
}

/** The reason that all of a group share stands once, below the last of them. */
function rows(group: Group | undefined, share: number, texts: Texts): readonly PersonOutcome[] {
  if (!group) return [];
  const { outcome, why, targets } = group;
  const shared = why !== null && targets.length > 1 ? texts.allOf(targets.length, why) : why;
  return targets.slice(0, share).map(({ account }, index) => ({
    name: shownName(account),
    upn: shownUpn(account),
    outcome: texts.outcome[outcome],
    color: wrong.has(outcome) ? 'attention' : 'default',
    reason: index === share - 1 ? shared : null,
  }));
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}
