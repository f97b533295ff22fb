import assert from 'node:assert/strict';
import type { RequestEvent } from '../../src/domain/request.ts';
import type { Fault } from './bot-desk.ts';
import { placeName, type Wanted } from './click-meaning.ts';
import { allRequests, askers, requests, type Verb } from './click-scene.ts';

interface Written {
  readonly requestId: string;
  readonly event: RequestEvent;
}
type Click = Extract<Wanted, { verb: unknown }>;

const verbs: Readonly<Record<string, Verb>> = {
  Approved: 'approve',
  Denied: 'deny',
  Cancelled: 'cancel',
  Stopped: 'stop',
};
export const isDecision = ({ type }: RequestEvent) => type === 'Approved' || type === 'Denied' || type === 'Cancelled';

/** What a click tells besides what it wants: under which id its card stands, and through which address. */
const isLearnt = ({ type }: RequestEvent) => type === 'CardPosted' || type === 'Readdressed';

/** How many refused clicks of one person on one request are written down. */
const mostRefusals = 20;

/**
 * What may and must have been written, by rules of its own: kept beside a bot from the moment its scene opens.
 * @param met told what kind of effect each kind of activity had
 */
export function createLedger(met: (what: string) => void) {
  const states = new Map(allRequests.map(({ id, phase }) => [id, { phase, refused: new Map<string, number>() }]));
  /** What is asked for where: one request at a time. */
  const open = new Set([ownOfScene]);

  return {
    /** Compares what was written with what was sent, all at once, while `away` was. */
    check(wants: readonly (Wanted | null)[], written: readonly Written[], away: Fault | null): void {
      const clicks = wants.filter((want): want is Click => want !== null && 'verb' in want);
      for (const { id, place, may } of allRequests) {
        const here = clicks.filter(({ requestId, where }) => requestId === id && placeName(where) === place);
        const able = here.filter(({ verb, by }) => may[verb].includes(by));
        const unable = here.filter((click) => !able.includes(click));
        const all = written.filter(({ requestId }) => requestId === id).map(({ event }) => event);
        const isSeen = wants.some(
          (want) => want?.via === 'looked' && want.requestId === id && placeName(want.where) === place,
        );
        assert(isSeen || here.length > 0 || !all.some(isLearnt), 'only a click, or a look, tells where a card stands');
        const events = all.filter((event) => !isLearnt(event));
        for (const event of events) checkEvent(event, able, unable);
        checkCounts(id, able, unable, events, away);
      }
      const justFreed = written.some(({ requestId, event }) => requestId === requests.own.id && isDecision(event));
      if (justFreed) open.delete(ownOfScene);
      const fresh = written.filter(({ requestId }) => !states.has(requestId)).map(({ event }) => event);
      checkAsked(wants, fresh, away, justFreed);
    },
  };

  /** Whoever is named did exactly that, there, and may (or may not, for a refusal). */
  function checkEvent(event: RequestEvent, able: readonly Click[], unable: readonly Click[]): void {
    const { type, by, where } = event;
    const verb = type === 'AttemptRefused' ? event.verb : verbs[type];
    assert(verb && by && by.name.length <= 256, type);
    const click = (type === 'AttemptRefused' ? unable : able).find(
      (one) => one.verb === verb && one.by === by.id && one.where === where,
    );
    assert(click, `${type} by ${by.id}`);
    assert.doesNotMatch(JSON.stringify({ ...event, by: by.id }), /smuggled/);
    met(`${click.via} ${type}`);
  }

  function checkCounts(
    id: string,
    able: readonly Click[],
    unable: readonly Click[],
    events: readonly RequestEvent[],
    away: Fault | null,
  ): void {
    const state = states.get(id) ?? assert.fail();
    const decided = events.filter(isDecision).length;
    const stopped = events.filter(({ type }) => type === 'Stopped').length;
    const refused = events.length - decided - stopped;
    const isStop = ({ verb }: Click) => verb === 'stop';
    const isReview = ({ verb }: Click) => verb === 'approve' || verb === 'deny' || verb === 'cancel';
    // Without the roles of the targets nothing is approved; all else does not need them.
    const sure = stopsAll(away) ? [] : away === 'roles' ? able.filter(({ verb }) => verb !== 'approve') : able;
    const countRefused = (which: (click: Click) => boolean, isCertain: boolean) => {
      const each = [...Map.groupBy(unable.filter(which), ({ by }) => by)];
      const most = each.reduce((sum, [by, those]) => {
        return sum + Math.min(those.length, mostRefusals - (state.refused.get(by) ?? 0));
      }, 0);
      assert(refused <= most, 'no more refusals on record than clicks');
      // Where groups cannot be read, somebody unknown is refused, anybody else is not even that.
      if (stopsAll(away) && away !== 'memberOf') assert.equal(refused, 0);
      if (!stopsAll(away) && isCertain) assert.equal(refused, most, 'every refused click is on record');
    };
    if (state.phase === 'open') {
      const isDecided = sure.some(isReview);
      assert.equal(decided, isDecided ? 1 : 0, 'exactly one decision, if any is possible');
      const isApproved = events.some(({ type }) => type === 'Approved');
      // One may be quick enough to stop what is approved at the same moment.
      assert(stopped <= (isApproved && sure.some(isStop) ? 1 : 0), 'nothing to stop');
      countRefused(isApproved ? (click) => isReview(click) || isStop(click) : isReview, !isDecided);
      if (decided > 0) state.phase = isApproved && stopped === 0 ? 'approved' : 'over';
    } else if (state.phase === 'approved') {
      assert.deepEqual([decided, stopped], [0, sure.some(isStop) ? 1 : 0], 'stopped once, if by anybody who may');
      countRefused(isStop, stopped === 0);
      if (stopped > 0) state.phase = 'over';
    } else {
      assert.deepEqual(events, [], 'what is over stays as it is');
    }
    for (const { type, by } of events) {
      if (type === 'AttemptRefused' && by) state.refused.set(by.id, (state.refused.get(by.id) ?? 0) + 1);
    }
  }

  function checkAsked(
    wants: readonly (Wanted | null)[],
    events: readonly RequestEvent[],
    away: Fault | null,
    justFreed: boolean,
  ): void {
    const able = stopsAll(away) ? [] : wants.filter((want): want is Wanted => want !== null && keyOf(want) !== null);
    let [least, most] = [0, 0];
    for (const [what, those] of Map.groupBy(able, subjectOf)) {
      if (open.has(what)) continue;
      // Several at the same moment do not see one another; and what was decided at the same moment may still stand.
      const mayBeLate = justFreed && what === ownOfScene;
      least += mayBeLate ? 0 : 1;
      most += new Set(those.map(keyOf)).size;
      if (!mayBeLate || events.some(({ by }) => by?.id === those[0]?.by)) open.add(what);
    }
    assert(events.length >= least && events.length <= most, `${least} to ${most} requests, not ${events.length}`);
    for (const event of events) {
      assert(event.type === 'Requested', event.type);
      const { by, where, targets, self } = event;
      const want = able.find(
        (one) => one.by === by.id && isOwn(one) === self && placeName(one.where) === placeName(where),
      );
      assert(want, `asked by ${by.id}`);
      for (const { account } of targets) assert(self ? account.id === by.id : /^user[34]@/.test(account.upn));
      met(`${want.via} Requested`);
    }
  }
}

const isOwn = ({ via }: Wanted) => via === 'askedOwn';
const ownOf = (by: string, where: string) => JSON.stringify(['own', by, placeName(where)]);
const ownOfScene = ownOf(requests.own.may.approve[0] ?? '', requests.own.place);

/** Whose sessions, and where: one's own, those of the account that failed, or those of the account in the sentence. */
function subjectOf(want: Wanted): string {
  if (isOwn(want)) return ownOf(want.by, want.where);
  return JSON.stringify(['verb' in want ? 'again' : 'asked', placeName(want.where)]);
}

/** What makes two askings one; `null` for what asks nothing, or is asked by somebody who may not. */
function keyOf(want: Wanted): string | null {
  if (want.via === 'looked') return null;
  if (!('verb' in want)) {
    return askers[want.via].includes(want.by) ? JSON.stringify([want.where, want.activityId, want.by]) : null;
  }
  const request = allRequests.find(({ id }) => id === want.requestId);
  const isRetry = want.verb === 'retry' && request !== undefined && request.place === placeName(want.where);
  return isRetry && request.may.retry.includes(want.by) ? `again ${request.id}` : null;
}

function stopsAll(away: Fault | null): boolean {
  return away === 'read' || away === 'memberOf' || away === 'append' || away === 'events';
}
