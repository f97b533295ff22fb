import type { Person } from '../../src/domain/account.ts';
import type { Verb } from '../../src/domain/request.ts';
import { type Evidence, isTold, requestOn, type TrailLine } from './evidence.ts';
import { type Judge, only } from './promises.ts';

const verbOf = { Approved: 'approve', Denied: 'deny', Cancelled: 'cancel', Stopped: 'stop' } as const satisfies Record<
  string,
  Verb
>;

/** The trail in itself, and against what people did. */
export const judgeTrail: Judge<void> = (evidence, stories, broken) => {
  const { code, said } = evidence.verified;
  if (code !== 0) broken('the trail verifies, with each step once', said);
  for (const [id, lines] of stories) {
    const count = (...types: Parameters<typeof only>[1][]) => only(lines, ...types).length;
    const types = lines.map(({ type }) => type).join(' ');
    if (lines.some(({ position }, index) => position !== index) || count('Requested') !== 1) {
      broken('the trail verifies, with each step once', `${id}: ${types}`);
    }
    const approved = count('Approved');
    const decisions = approved + count('Denied', 'Cancelled', 'Expired', 'Superseded');
    if (decisions > 1) broken('one decision, and somebody made it', `${id}: ${types}`);
    const ended = decisions > 0 && count('Finished') === approved && count('ResultPosted') === 1 && isTold(lines);
    if (!ended) broken('every request ends, and its card and its result say how', `${id} stands at: ${types}`);
    for (const line of only(lines, 'Approved', 'Denied', 'Cancelled', 'Stopped')) {
      if (!wasMade(evidence, placeOf(lines), line.by.id, verbOf[line.type], cardAt(evidence, id))) {
        broken('one decision, and somebody made it', `${id}: ${line.type} by ${line.by.name}, who did not`);
      }
      const why = forbidden(evidence, lines, line);
      if (why) broken('nobody decides without the right to, and no target about the request', `${id}: ${why}`);
    }
  }
  judgeCodes(stories, broken);
  for (const { place, verb, by, isAcknowledged } of evidence.decided) {
    const here = [...stories.values()].filter((lines) => placeOf(lines) === place);
    if (
      isAcknowledged &&
      !here.some((lines) => only(lines, 'Approved', 'Denied', 'Cancelled', 'Expired', 'Superseded').length > 0)
    ) {
      broken('one decision, and somebody made it', `${by} was told that ${verb} in ${place} is decided; it is not`);
    }
  }
};

export function placeOf(lines: readonly Evidence['trail'][number][]): string | undefined {
  return only(lines, 'Requested')[0]?.conversation.id;
}

/** When the first card of this request stood in the chat; never, when none did. */
function cardAt({ shown }: Evidence, requestId: string): number {
  return shown.find((one) => requestOn(one) === requestId)?.at ?? Number.POSITIVE_INFINITY;
}

function wasMade({ decided }: Evidence, place: string | undefined, by: string, verb: Verb, since: number): boolean {
  return decided.some((one) => one.place === place && one.by === by && one.verb === verb && one.at >= since);
}

type Decision = Extract<TrailLine, { readonly by: Person }>;

/** Why this person must not have decided this; undefined when they may. */
function forbidden({ approvers }: Evidence, lines: readonly TrailLine[], { type, by }: Decision): string | undefined {
  const [asked] = only(lines, 'Requested');
  const isRequester = by.id === asked?.by.id;
  const takesBack = type === 'Cancelled' || type === 'Stopped';
  if (asked?.self) return isRequester ? undefined : `${type} by ${by.name}, whose sessions they are not`;
  if (isRequester && takesBack) return undefined;
  if (!approvers.has(by.id)) return `${type} by ${by.name}, who is no approver`;
  if (asked?.targets.some(({ account }) => account.id === by.id)) return `${type} by ${by.name}, who is a target`;
  return isRequester && type === 'Approved' && asked?.twoPersons ? `${by.name} asked and approved` : undefined;
}

const dayMs = 24 * 60 * 60_000;

function judgeCodes(stories: Parameters<Judge<void>>[1], broken: Parameters<Judge<void>>[2]): void {
  const given = new Map<string, number>();
  for (const lines of stories.values()) {
    const [asked] = only(lines, 'Requested');
    if (!asked) continue;
    const key = `${asked.code} in ${asked.conversation.id.split(';')[0]}`;
    const at = Date.parse(asked.at);
    const before = given.get(key);
    if (before !== undefined && Math.abs(at - before) < dayMs) broken('no code twice in a place within a day', key);
    given.set(key, at);
  }
}
