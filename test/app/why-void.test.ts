import assert from 'node:assert/strict';
import { createWhyVoid } from '../../src/app/plan-step.ts';
import type { Person } from '../../src/domain/account.ts';
import type { Rights } from '../../src/domain/command.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { channel, megan, requested, start, tenantId } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const nestor: Person = { ...megan, id: 'aaaaaaaa-0000-4000-8000-000000000077', name: 'Nestor' };
const app = { id: 'cccccccc-0000-4000-8000-000000000001', tenantId, name: 'Sentinel', app: true } as const;
const asked = { ...requested(), by: app, twoApprovers: true } as const;
const agreed = (by: Person): RequestEvent => ({ type: 'Agreed', by, ...envelope });
const approved = (by: Person): RequestEvent => ({
  ...{ type: 'Approved', by, requesterId: app.id, targetCount: 1 },
  ...envelope,
});
const may: Rights = { member: true, enabled: true, requester: true, approver: true };

describe('an approval that needs two approvers', () => {
  const cases: readonly (readonly [string, readonly RequestEvent[], lost: readonly Person[], void_: boolean])[] = [
    ['of two who may', [agreed(megan), approved(nestor)], [], false],
    ['of one alone', [approved(nestor)], [], true],
    ['of the same one twice', [agreed(megan), approved(megan)], [], true],
    ['whose first approver may no longer', [agreed(megan), approved(nestor)], [megan], true],
    ['whose second approver may no longer', [agreed(megan), approved(nestor)], [nestor], true],
    ['of an app that may no longer ask', [agreed(megan), approved(nestor)], [app], true],
  ];
  for (const [what, events, lost, isVoid] of cases) {
    it(`${what} ${isVoid ? 'leads to no write' : 'counts'}`, async () => {
      const whyVoid = createWhyVoid({
        readRights: async ({ id }) =>
          lost.some((one) => one.id === id) ? { ...may, requester: false, approver: false } : may,
      });
      const state = fold([asked, ...events]);
      assert(state.phase !== 'none');
      assert.deepEqual(await whyVoid(state, null), isVoid ? { code: 'approvalVoid', final: true } : null);
    });
  }
});
