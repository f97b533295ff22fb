import type { HourlyUse } from '../domain/command.ts';
import type { Clock, Policy, RequestStore } from './ports.ts';

const hourMs = 3_600_000;

/**
 * How much of `MAX_TARGETS_PER_HOUR` a requester has used. Approvals made at the same instant may each see the use
 * before the other's: the limit is a brake, not a lock.
 */
export function createReadHourlyUse(deps: { store: RequestStore; clock: Pick<Clock, 'now'>; policy: Policy }) {
  const { store, clock, policy } = deps;
  return async function readHourlyUse(requesterId: string): Promise<HourlyUse> {
    const since = new Date(clock.now().getTime() - hourMs).toISOString();
    return { used: await store.approvedSince(requesterId, since), most: policy.maxTargetsPerHour };
  };
}

export type ReadHourlyUse = ReturnType<typeof createReadHourlyUse>;
