import assert from 'node:assert/strict';
import type { AccountFacts } from '../../../src/domain/account.ts';
import { approvalView } from '../../../src/teams/cards/approval.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { requested, start, target } from '../../support/samples.ts';

/** What stands beside a label on the card for one account. */
function shown(label: string, facts: Partial<AccountFacts>, enabled = true): string | undefined {
  const request = requested({ targets: [target(1, { enabled }, facts)] });
  return approvalView('id', request, en, start).person?.facts.find((fact) => fact.label === label)?.value;
}

describe('a fact on the card', () => {
  const facts = ['roles', 'lastSignIn', 'risk'] as const;
  for (const fact of facts) {
    for (const why of ['cloud', 'licence', 'refused', 'noAnswer'] as const) {
      it(`${fact}: says why it is not available: ${why}`, () => {
        const value = shown(en.labels[fact], { [fact]: { known: false, why } });
        assert.equal(value, en.notAvailableWhy[why]);
        // One line on a phone, and the words that a reader knows.
        assert(value?.startsWith('not available'));
        assert(value.length < 40);
      });
    }
    it(`${fact}: is not available where nothing says why`, () => {
      assert.equal(shown(en.labels[fact], { [fact]: { known: false } }), 'not available');
    });
  }

  it('is the last sign-in that succeeded, and a later attempt beside it', () => {
    const label = en.labels.lastSignIn;
    const lastSignIn = { known: true, value: '2026-11-21T02:36:00Z' } as const;
    assert.equal(shown(label, { lastSignIn }), '24 min ago, 02:36 UTC');
    assert.equal(
      shown(label, { lastSignIn, lastAttempt: '2026-11-21T02:50:00Z' }),
      '24 min ago, 02:36 UTC; later failed attempt 2026-11-21 02:50 UTC',
    );
    assert.equal(
      shown(label, { lastSignIn: { known: true, value: null }, lastAttempt: '2026-11-21T02:50:00Z' }),
      'none on record; failed attempt 2026-11-21 02:50 UTC',
    );
    const ahead = '9999-12-31T23:59:59.9999999Z';
    assert.equal(shown(label, { lastSignIn: { known: true, value: ahead } }), 'not available');
    assert.equal(shown(label, { lastSignIn, lastAttempt: ahead }), 'not available');
    assert.equal(
      shown(label, { lastSignIn: { known: true, value: '2026-11-21T04:36:00+02:00' } }),
      '24 min ago, 02:36 UTC',
    );
  });
});

describe('a disabled account', () => {
  const warnings = (...enabled: boolean[]) =>
    approvalView(
      'id',
      requested({ targets: enabled.map((isEnabled, index) => target(index + 1, { enabled: isEnabled })) }),
      en,
      start,
    ).warnings;

  it('is said to be disabled, and that revoking still makes sense', () => {
    assert.deepEqual(warnings(false), [en.alreadyDisabled(1, 1)]);
    assert.deepEqual(warnings(false, true, false), [en.alreadyDisabled(2, 3)]);
    assert.deepEqual(warnings(true), []);
  });
});
