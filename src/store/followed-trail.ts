import type { TrailRecord } from '../app/ports.ts';

/** The trail as it grows, for whoever carries on with it from where they are. Reads only, beside the bot. */
export interface FollowedTrail {
  /** How many records there are, and the last link. */
  end(): Promise<{ readonly count: number; readonly head: string }>;
  /** Records behind `seq` up to `last` at most, in order, some of them: at least one where there is one. */
  after(seq: number, last: number): Promise<readonly TrailRecord[]>;
  close(): void;
}

/** Records given at once, and characters behind which no more are read. */
export const mostAtOnce = 100;
export const mostText = 1024 * 1024;
