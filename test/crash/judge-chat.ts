import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import type { Shown } from '../support/production/fake-connector.ts';
import { type Evidence, headOn, isOpen, requestOn, type TrailLine } from './evidence.ts';
import { placeOf } from './judge-trail.ts';
import { type Judge, type Judged, only, type Promised } from './promises.ts';

/** A card or a result that was posted although one stood there already. */
export interface Twice {
  readonly what: 'card' | 'result' | 'back';
  /** What kept the first from being recorded. */
  readonly why: string;
}

type Note = (promise: Promised, how: string) => void;
const toldOnce: Promised = 'that somebody is back is told once, on record first, where it was asked';
const ends: Promised = 'every request ends, and its card and its result say how';

/** What the chat shows against the record. */
export const judgeChat: Judge<Pick<Judged, 'twice' | 'orphans'>> = (evidence, stories, broken) => {
  const { shown } = evidence;
  const cards = Map.groupBy(
    shown.filter((one) => requestOn(one) !== undefined),
    (one) => requestOn(one) ?? '',
  );
  for (const [requestId, posts] of cards) {
    const place = placeOf(stories.get(requestId) ?? []);
    if (place === undefined) broken('no card without a record', `${requestId} was asked about and is not on record`);
    else if (posts.some(({ conversationId }) => conversationId !== place)) broken(ends, `${requestId} asked elsewhere`);
  }
  const twice: Twice[] = [];
  let orphans = 0;
  for (const [requestId, lines] of stories) {
    const known = new Set(only(lines, 'CardPosted').flatMap(({ cardId }) => cardId ?? []));
    for (const cardId of known) judgeCard(evidence, requestId, lines, cardId, broken);
    const posts = cards.get(requestId) ?? [];
    orphans += posts.filter(({ activityId }) => !known.has(activityId)).length;
    judgeSight(requestId, lines, posts, broken);
    const results = resultsOf(shown, requestId, lines);
    judgeResult(requestId, lines, results, broken);
    twice.push(...explain(evidence, 'card', requestId, posts, broken));
    twice.push(...explain(evidence, 'result', requestId, results, broken));
    const back = backFor(shown, requestId);
    judgeBack(requestId, lines, back, broken);
    twice.push(...explain(evidence, 'back', requestId, back, broken));
  }
  return { twice, orphans };
};

const closedAs: Readonly<Record<string, RegExp>> = {
  Denied: /^Denied: nothing was revoked$/m,
  Cancelled: /^Withdrawn: nothing was revoked$/m,
  Expired: /^Expired: nothing was revoked$/m,
  Superseded: /^Replaced: an account changed$/m,
  succeeded: /^(?:✓ )?Sessions revoked/m,
  partly: /^Sessions revoked for \d+ of \d+ accounts$/m,
  failed: /^(?:(?:✗ )?Not revoked|Stopped: nothing was revoked$)/m,
};

function endOf(lines: readonly TrailLine[]): RegExp | undefined {
  const [over] = only(lines, 'Denied', 'Cancelled', 'Expired', 'Superseded', 'Finished');
  return over && closedAs[over.type === 'Finished' ? over.outcome : over.type];
}

function judgeCard(evidence: Evidence, id: string, lines: readonly TrailLine[], cardId: string, broken: Note): void {
  const now = evidence.shown.findLast(({ activityId }) => activityId === cardId)?.activity;
  const text = shownBy(now);
  if (isOpen(cardIn(now)) || !endOf(lines)?.test(text)) {
    broken(ends, `${id}: card ${cardId} shows ${JSON.stringify(text.slice(0, 300))}`);
  }
}

/** What is called was on a card that asked, by name or behind its button that opens the whole list. */
function judgeSight(id: string, lines: readonly TrailLine[], posts: readonly Shown[], broken: Note): void {
  const called = new Set(only(lines, 'ExecutionStarted').flatMap(({ calls }) => calls.map(({ targetId }) => targetId)));
  const targets = only(lines, 'Requested').flatMap((asked) => asked.targets);
  for (const targetId of called) {
    const upn = targets.find(({ account }) => account.id === targetId)?.account.upn;
    const isSeen = posts.some(
      ({ activity }) =>
        (upn !== undefined && shownBy(activity).includes(upn)) ||
        buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'page'),
    );
    if (!isSeen) broken('every account written to could be seen on the card that was approved', `${id}: ${targetId}`);
  }
}

/** Posts in the request's place that tell a result under its code. */
function resultsOf(shown: readonly Shown[], requestId: string, lines: readonly TrailLine[]): readonly Shown[] {
  const place = placeOf(lines);
  const code = only(lines, 'Requested')[0]?.code ?? requestId;
  const names = new RegExp(`\\b${code}\\b`);
  return shown.filter(
    ({ kind, conversationId, activity }) =>
      kind === 'post' && conversationId === place && headOn(activity) !== undefined && names.test(shownBy(activity)),
  );
}

function judgeResult(id: string, lines: readonly TrailLine[], results: readonly Shown[], broken: Note): void {
  const [told] = only(lines, 'ResultPosted');
  if (only(lines, 'Approved').length === 0) {
    if (results.length > 0) broken(ends, `${id}: a result of what nobody approved`);
    return;
  }
  if (told && !results.some(({ activityId }) => activityId === told.messageId)) {
    broken(ends, `${id}: the result ${told.messageId ?? told.undeliverable} is not in the chat`);
  }
  for (const { activity } of results) {
    if (!endOf(lines)?.test(shownBy(activity)))
      broken(ends, `${id}: the result says ${shownBy(activity).slice(0, 300)}`);
  }
}

/** Posts that tell that somebody of this request is back. */
function backFor(shown: readonly Shown[], requestId: string): readonly Shown[] {
  return shown.filter(
    ({ kind, activity }) =>
      kind === 'post' &&
      /^Signed in again after the revocation$/m.test(shownBy(activity)) &&
      buttonsOf(cardIn(activity)).some(({ verb, data }) => verb === 'again' && data.requestId === requestId),
  );
}

function judgeBack(id: string, lines: readonly TrailLine[], back: readonly Shown[], broken: Note): void {
  const told = only(lines, 'Noticed').filter(({ what }) => what === 'back');
  if (told.length > 1) broken(toldOnce, `${id}: on record ${told.length} times`);
  if (told.length > 0 && back.length === 0) broken(toldOnce, `${id}: on record, and not in the chat`);
  const [first] = only(lines, 'CameBack');
  const place = placeOf(lines);
  for (const { at, conversationId } of back) {
    if (first === undefined || Date.parse(first.at) > at) broken(toldOnce, `${id}: told before it was on record`);
    if (conversationId !== place) broken(toldOnce, `${id}: told in ${conversationId}`);
  }
}

/** What a process had sent when it died may arrive so much later, before it is seen that nobody is there. */
const inFlightMs = 500;

/** Each post but the last must have been one of which nobody could know that it was made. */
function explain(evidence: Evidence, what: Twice['what'], id: string, posts: readonly Shown[], broken: Note): Twice[] {
  return posts.slice(1).map((post, index) => {
    const earlier = posts[index];
    const from = earlier?.at ?? 0;
    const trouble = evidence.troubles.find(({ at }) => at >= from - inFlightMs && at <= post.at);
    const isLost = earlier?.unheard || evidence.lostAnswers.has(earlier?.activityId ?? '');
    const why = isLost ? 'its answer was lost' : trouble?.what;
    if (!why) broken('said twice only where it was not known whether it was said', `${id}: ${what} at ${post.at}`);
    return { what, why: why ?? 'no reason' };
  });
}
