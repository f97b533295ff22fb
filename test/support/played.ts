import type { Person } from '../../src/domain/account.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { KnownRequest, Outcome, RequestEvent, Requested } from '../../src/domain/request.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import { megan, start } from './samples.ts';

type Told = (asked: Requested) => readonly RequestEvent[];

/** The state after what was told has happened to the request, in that order. */
export function played(asked: Requested, ...told: readonly Told[]): KnownRequest {
  const state = fold([asked, ...told.flatMap((tell) => tell(asked))]);
  if (state.phase === 'none') throw new Error('nothing happened');
  return state;
}

const after = (seconds: number) => new Date(start.getTime() + 1000 * seconds).toISOString();
const envelope = ({ conversation }: Pick<Requested, 'conversation'>, seconds: number) => ({
  at: after(seconds),
  where: conversation.id,
});

export function approved(by: Person = megan, worker?: string): Told {
  return (asked) => [
    {
      type: 'Approved',
      by,
      requesterId: asked.by.id,
      targetCount: asked.targets.length,
      ...(worker === undefined ? {} : { worker }),
      ...envelope(asked, 65),
    },
  ];
}

export function signInLost(): Told {
  return (asked) => [{ type: 'SignInLost', ...envelope(asked, 70) }];
}

export function denied(by: Person = megan, reason?: string): Told {
  return (asked) => [{ type: 'Denied', by, ...(reason ? { reason } : {}), ...envelope(asked, 65) }];
}

export function explained(reason: string, by: Person = megan): Told {
  return (asked) => [{ type: 'Explained', by, reason, ...envelope(asked, 95) }];
}

export function cancelled(by: Person): Told {
  return (asked) => [{ type: 'Cancelled', by, ...envelope(asked, 65) }];
}

export function expired(): Told {
  return (asked) => [{ type: 'Expired', at: asked.expiresAt, where: asked.conversation.id }];
}

export function superseded(id: string): Told {
  return ({ type: _type, at: _at, where: _where, ...draft }) => [
    {
      type: 'Superseded',
      by: megan,
      successor: { id, draft },
      changes: draft.targets.slice(0, 1).map(({ account }) => ({ targetId: account.id, code: 'gainedRole' as const })),
      ...envelope(draft, 65),
    },
  ];
}

export function started(): Told {
  return (asked) => [
    {
      type: 'ExecutionStarted',
      attempt: 1,
      worker: 'w1',
      leaseUntil: after(96),
      calls: asked.targets.map(({ account }, index) => ({
        targetId: account.id,
        clientRequestId: clientRequestId(index),
        validFromBefore: null,
      })),
      ...envelope(asked, 66),
    },
  ];
}

export function stopped(by: Person = megan): Told {
  return (asked) => [{ type: 'Stopped', by, ...envelope(asked, 67) }];
}

type Without<R> = R extends TargetResult ? Omit<R, 'targetId' | 'at'> : never;
/** What becomes of a target, whoever it is. */
export type Become = Without<TargetResult>;

/** Reports on the first targets, in the order of the card. */
export function reported(...results: readonly Become[]): Told {
  return (asked) => [
    {
      type: 'TargetsProcessed',
      attempt: 1,
      results: results.map((result, index) => ({ ...result, targetId: targetId(asked, index), at: after(68) })),
      ...envelope(asked, 68),
    },
  ];
}

export function finished(outcome: Outcome): Told {
  return (asked) => [{ type: 'Finished', outcome, ...envelope(asked, 68) }];
}

const ids = (index: number) => ({
  clientRequestId: clientRequestId(index),
  graphRequestId: `9b1c44e0-3f6d-4f0e-8a6b-2d71c0a5${4000 + index}`,
  graphDate: after(67),
});

/** What becomes of a target, with the ids a result carries. */
export const become = {
  verified: (index = 0) => ({ outcome: 'verified' as const, validFrom: after(67), ...ids(index) }),
  unverified: (index = 0) => ({ outcome: 'unverified' as const, ...ids(index) }),
  failed: (code: Extract<TargetResult, { outcome: 'failed' }>['code'], index = 0) => {
    const { graphDate: _, ...known } = ids(index);
    return { outcome: 'failed' as const, code, ...known };
  },
  omitted: (code: Extract<TargetResult, { outcome: 'omitted' }>['code']) => ({ outcome: 'omitted' as const, code }),
  unknown: (code: Extract<TargetResult, { outcome: 'unknown' }>['code'], index = 0) => ({
    outcome: 'unknown' as const,
    code,
    clientRequestId: clientRequestId(index),
  }),
};

function clientRequestId(index: number): string {
  return `c3e8b7d2-51a4-4c9f-b06e-8f2a94d1${7000 + index}`;
}

function targetId({ targets }: Requested, index: number): string {
  const target = targets[index];
  if (!target) throw new Error(`there is no target ${index}`);
  return target.account.id;
}
