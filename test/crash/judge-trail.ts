import type { Verb } from '../../src/domain/request.ts';
import { type Evidence, isTold } from './evidence.ts';
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
      if (!wasMade(evidence, placeOf(lines), line.by.id, verbOf[line.type])) {
        broken('one decision, and somebody made it', `${id}: ${line.type} by ${line.by.name}, who did not`);
      }
    }
  }
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

function wasMade({ decided }: Evidence, place: string | undefined, by: string, verb: Verb): boolean {
  return decided.some((one) => one.place === place && one.by === by && one.verb === verb);
}
