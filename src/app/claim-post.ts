import type { RefusalCode } from '../domain/command.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest, PostKind } from '../domain/request.ts';
import { leaseMs } from './lease.ts';
import type { Clock, Log, RequestStore } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import type { UnchangedMs } from './unchanged.ts';

interface Deps {
  readonly store: Pick<RequestStore, 'read'>;
  readonly runCommand: RunCommand;
  readonly unchangedMs: UnchangedMs;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Names this process among the replicas that share the store. */
  readonly worker: string;
}

const longestPatienceMs = 15 * 60_000;

/** One replica at a time posts for a request. */
export function createClaimPost({ store, runCommand, unchangedMs, clock, log, worker }: Deps) {
  return { claim, patienceFor };

  /**
   * On record right before it is said, so that nobody else says it and a crash in the middle shows. Whoever has waited
   * for the chat finds out here that another replica went on. @throws NotOurPost
   */
  function claim(requestId: string, what: PostKind): () => Promise<void> {
    return async () => {
      const { events } = await store.read(requestId);
      const state = fold(events);
      if (state.phase === 'none') throw new NotOurPost('notNow');
      const unchanged = unchangedMs(requestId, events);
      if (state.posting?.what === what && state.posting.worker === worker) {
        log.warn({ requestId, what }, 'it is not known whether this was posted before; it is posted again');
        return;
      }
      const patience = { leaseMs: patienceFor(state), unchangedMs: unchanged };
      const claimed = await runCommand(requestId, { type: 'startPost', what, worker, ...patience });
      if (!claimed.ok) throw new NotOurPost(claimed.code);
      if (state.posting?.what === what) log.warn({ requestId, what }, 'another replica did not end this post');
    };
  }

  /** While the chat is away for long, replicas take over from one another ever more seldom: each time is on record. */
  function patienceFor({ finishedAt }: KnownRequest): number {
    const since = finishedAt === null ? 0 : clock.now().getTime() - Date.parse(finishedAt);
    return Math.min(Math.max(leaseMs, since / 10), longestPatienceMs);
  }
}

export type ClaimPost = ReturnType<typeof createClaimPost>;

/** Thrown between the wait for the chat and the post: another replica has it, or it is not wanted any more. */
export class NotOurPost extends Error {
  override readonly name = 'NotOurPost';
  readonly code: RefusalCode;
  constructor(code: RefusalCode) {
    super(`not ours to post: ${code}`);
    this.code = code;
  }
}
