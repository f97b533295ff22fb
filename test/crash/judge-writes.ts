import type { GraphCall } from '../support/production/fake-graph-server.ts';
import type { Evidence, TrailLine } from './evidence.ts';
import { type Judge, type Judged, only, type Promised } from './promises.ts';

/** One write that the record announces, with where it stands there. */
interface Announced {
  readonly requestId: string;
  readonly lines: readonly TrailLine[];
  readonly seq: number;
  readonly attempt: number;
  readonly targetId: string;
}

const refused: ReadonlySet<string> = new Set(['missingPermission', 'rejected', 'external', 'protected']);
const targetOf = ({ path }: GraphCall) => /\/users\/([^/]+)\//.exec(path)?.[1]?.toLowerCase() ?? path;
const idOf = ({ headers }: GraphCall) => headers['client-request-id'] ?? '';
/** Graph keeps whole seconds. */
const second = (ms: number) => Math.floor(ms / 1000);

/** Graph's writes against the record: each was announced, approved, made once, and came to what is claimed. */
export const judgeWrites: Judge<Pick<Judged, 'writes' | 'writtenAgain' | 'stale'>> = (evidence, stories, broken) => {
  const announced = new Map<string, Announced>();
  for (const [requestId, lines] of stories) {
    for (const { seq, attempt, calls } of only(lines, 'ExecutionStarted')) {
      for (const { targetId, clientRequestId } of calls) {
        if (announced.has(clientRequestId)) broken(again, `${clientRequestId} is announced twice`);
        announced.set(clientRequestId, { requestId, lines, seq, attempt, targetId });
      }
    }
  }
  for (const write of evidence.writes) {
    const why = forbidden(write, announced.get(idOf(write)));
    if (why !== undefined) broken(unapproved, `${write.path} ${idOf(write)} ${why}`);
  }
  // A 401 is no write: the call goes out once more with a new token.
  const arrived = Map.groupBy(
    evidence.writes.filter(({ status }) => status !== 401),
    idOf,
  );
  for (const [id, writes] of arrived) if (writes.length > 1) broken(again, `${id} was sent ${writes.length} times`);
  for (const [requestId, lines] of stories) {
    judgeOrder(requestId, lines, broken);
    const own = evidence.writes.filter((write) => announced.get(idOf(write))?.requestId === requestId);
    judgeClaims(own, requestId, lines, broken);
  }
  const calls = [...announced.values()].map(({ requestId, targetId }) => `${requestId} ${targetId}`);
  return {
    writes: evidence.writes.length,
    writtenAgain: calls.length - new Set(calls).size,
    stale: countStale(evidence, announced, broken),
  };
};

const again = 'no second write unless the first is on record as unknown' satisfies Promised;
const unapproved = 'no write without an approval on record for exactly that account' satisfies Promised;
type Note = (promise: Promised, how: string) => void;

/** Why this write must not have been made; undefined when it may. */
function forbidden(write: GraphCall, found: Announced | undefined): string | undefined {
  if (!found) return 'is not on record';
  const { lines, seq, targetId } = found;
  if (targetId !== targetOf(write)) return `was announced for ${targetId}`;
  const [asked] = only(lines, 'Requested');
  const [approved] = only(lines, 'Approved');
  if (!asked?.targets.some(({ account }) => account.id === targetId)) return 'is for an account that was not shown';
  if (!approved || approved.seq > seq) return 'was approved by nobody';
  if (only(lines, 'Denied', 'Cancelled', 'Expired', 'Superseded').length > 0) return 'is for a request that was over';
  if (only(lines, 'Stopped').some((stopped) => stopped.seq < seq)) return 'was announced after somebody had stopped it';
  return approved.at >= asked.expiresAt ? 'was approved too late' : undefined;
}

/** For each account: call, unknown, call, unknown, …, something final. */
function judgeOrder(requestId: string, lines: readonly TrailLine[], broken: Note): void {
  const open = new Map<string, 'called' | 'unknown' | 'settled'>();
  for (const line of only(lines, 'ExecutionStarted', 'TargetsProcessed')) {
    if (line.type === 'ExecutionStarted') {
      for (const { targetId } of line.calls) {
        const before = open.get(targetId);
        if (before === 'called' || before === 'settled')
          broken(again, `${requestId} ${targetId}: ${before}, then called`);
        open.set(targetId, 'called');
      }
    } else {
      for (const { targetId, outcome } of line.results) open.set(targetId, outcome === 'unknown' ? outcome : 'settled');
    }
  }
  if ([...open.values()].includes('unknown') && only(lines, 'Finished').length > 0) {
    broken('what is claimed is what happened', `${requestId} ended with something unknown`);
  }
}

/** @param writes those that this request announced: what another one did to an account proves nothing for this */
function judgeClaims(writes: readonly GraphCall[], requestId: string, lines: readonly TrailLine[], broken: Note): void {
  const claim: Promised = 'what is claimed is what happened';
  const final = new Map(
    only(lines, 'TargetsProcessed', 'ProofFound').flatMap(({ results }) => results.map((one) => [one.targetId, one])),
  );
  for (const [targetId, result] of final) {
    const effects = writes.filter((write) => targetOf(write) === targetId && write.doneAt !== undefined);
    const what = `${requestId} ${targetId} is ${result.outcome}`;
    if (result.outcome === 'verified') {
      const at = second(Date.parse(result.validFrom));
      const seen = effects.some(({ doneAt = 0 }) => second(doneAt) === at || second(doneAt) + 1 === at);
      if (!seen) broken(claim, `${what} since ${result.validFrom}, and Graph did nothing then`);
    }
    const accepted = effects.some(({ status }) => typeof status === 'number' && status < 300);
    if (result.outcome === 'unverified' && !accepted) broken(claim, `${what}, and Graph accepted nothing`);
    if (result.outcome === 'omitted' && effects.length > 0) broken(claim, `${what}, yet done`);
    if (result.outcome === 'failed' && refused.has(result.code) && effects.length > 0)
      broken(claim, `${what}, yet done`);
  }
}

/** A holder that stood still may have been between its last look and its write; that is one batch for each stop. */
function countStale(evidence: Evidence, announced: ReadonlyMap<string, Announced>, broken: Note): number {
  const latest = new Map<string, number>();
  let stale = 0;
  for (const write of evidence.writes) {
    const found = announced.get(idOf(write));
    if (!found) continue;
    const key = `${found.requestId} ${found.targetId}`;
    const newest = latest.get(key) ?? 0;
    if (found.attempt < newest) {
      stale += 1;
      const stopped = evidence.troubles.some(({ what, at }) => what === 'stopped' && at < write.at);
      if (!stopped) broken(again, `${key}: attempt ${found.attempt} wrote after attempt ${newest}`);
    }
    latest.set(key, Math.max(newest, found.attempt));
  }
  return stale;
}
