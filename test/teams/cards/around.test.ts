import assert from 'node:assert/strict';
import type { Target } from '../../../src/domain/account.ts';
import type { Findings } from '../../../src/domain/findings.ts';
import { aroundButton, aroundDetails, aroundLines } from '../../../src/teams/cards/around.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { afterResult, back, bad, ended, looked, signIn, told } from '../../support/around-views.ts';
import { approved, become, finished, played, reported, started } from '../../support/played.ts';
import { requested, requestId, start, target } from '../../support/samples.ts';

const [one, two] = [target(1), target(2)];
const at = (minutes: number) => new Date(start.getTime() + 60_000 * minutes).toISOString();
const none = { known: true, value: [] } as const;
const nothing = (of: Target, more: Partial<Findings> = {}) => bad(of, { changes: none, signIns: none, ...more });
const lines = (...given: Parameters<typeof told>) =>
  aroundLines(told(...given), en).map((line) => line.map(({ text }) => text).join(''));
const details = (...given: Parameters<typeof told>) =>
  aroundDetails(told(...given), en).map(({ label, text }) => `${label} ${text}`);

const asOf = 'Entra’s logs, 24 h to 03:03 UTC:';
const quiet = 'Nothing unusual in Entra’s logs, 24 h to 03:03 UTC.';

describe("what the result says of Entra's logs", () => {
  for (const [name, given, expected] of [
    ['nothing before they were read', [[one]], []],
    [
      'three lines, what lets an attacker stay first',
      [[one], looked(bad(one))],
      [
        asOf,
        'App consent (Mail Backup Pro), 02:41 UTC',
        'Role given (Exchange Administrator), 02:45 UTC',
        'New sign-in method, 02:36 UTC',
      ],
    ],
    ['that there is nothing', [[one], looked(nothing(one))], [quiet]],
    [
      'a sign-in with a risk, and no other',
      [
        [one],
        looked(nothing(one, { signIns: { known: true, value: [signIn(one, -9, { risk: 'low' }), signIn(one, -8)] } })),
      ],
      [asOf, 'Sign-in with low risk (Brazil), 02:51 UTC'],
    ],
    [
      'what could not be read, and never that there is nothing',
      [[one], looked(nothing(one, { signIns: { known: false, why: 'licence' } }))],
      ['Sign-ins: not available: license missing'],
    ],
    [
      'whose it is, where there are several',
      [[one, two], looked(nothing(one), bad(two, { signIns: none }))],
      [
        asOf,
        'User 2: App consent (Mail Backup Pro), 02:41 UTC',
        'User 2: Role given (Exchange Administrator), 02:45 UTC',
        'User 2: New sign-in method, 02:36 UTC',
      ],
    ],
    [
      'that someone is back',
      [[one], looked(nothing(one)), back(signIn(one, 9))],
      [quiet, 'Signed in again, 03:09 UTC'],
    ],
    [
      'how many are back',
      [[one, two], back(signIn(two, 9), signIn(one, 8))],
      ['2 of 2 signed in again, the first 03:08 UTC'],
    ],
    ['that no one is back, once it is over', [[one], ended(at(61))], ['No sign-in seen until 04:01 UTC.']],
    [
      'that it could not be seen',
      [[one], { ...ended(null), unread: { why: 'refused' } }],
      ['I cannot tell whether they are back: sign-in log not available: permission or license.'],
    ],
  ] as const) {
    it(name, () => assert.deepEqual(lines(...(given as unknown as Parameters<typeof told>)), expected));
  }
});

describe('that no one is back', () => {
  it('is said of those alone whose revocation has shown', () => {
    const request = requested({ targets: [one, two] });
    const results = [become.verified(), become.unverified(1)];
    const state = played(
      request,
      approved(),
      started(),
      reported(...results),
      finished('succeeded'),
      afterResult(ended(at(61))),
    );
    const [line = []] = aroundLines(state, en);
    assert.equal(line.map(({ text }) => text).join(''), 'revoked, verified: No sign-in seen until 04:01 UTC.');
  });

  it('is not told, nor that a log is not available, where no revocation has shown and nothing was read', () => {
    const over = [approved(), started(), reported(become.unverified()), finished('succeeded')] as const;
    const state = played(requested({ targets: [one] }), ...over, afterResult(ended(null)));
    assert.deepEqual(aroundLines(state, en), []);
  });
});

describe('what stands folded', () => {
  it('is all that was found, with who did it, sign-ins by country and app, devices, and until when they are watched', () => {
    const [changes = '', signIns, devices, watching, ...more] = details([one], looked(bad(one)));
    assert.match(changes, /^Audit log: App consent \(Mail Backup Pro\), by lee\.gu@contoso\.com, 02:41 UTC; /);
    assert.match(changes, /Password reset, by megan\.bowen@contoso\.com/);
    assert.equal(
      signIns,
      'Sign-ins: United States, Microsoft Teams: 2; Brazil, Office 365 Exchange Online: 1; 2 failed',
    );
    assert.equal(devices, 'Devices: LEE-LAPTOP');
    assert.equal(watching, 'Are they back? I read the sign-in log until 04:01 UTC.');
    assert.deepEqual(more, []);
  });

  it('says that there were more failed sign-ins than are kept', () => {
    const failed = Array.from({ length: 10 }, (_, index) => signIn(one, -index, { succeeded: false }));
    const [, signIns] = details([one], looked(nothing(one, { signIns: { known: true, value: failed } })));
    assert.equal(signIns, 'Sign-ins: 10 or more failed');
  });
});

describe('the button for all accounts', () => {
  for (const [count, title] of [
    [1, undefined],
    [5, undefined],
    [6, 'Entra’s logs of all 6'],
  ] as const) {
    it(`${count}: ${title ?? 'none'}`, () => {
      const targets = Array.from({ length: count }, (_, index) => target(index + 1));
      assert.equal(aroundButton(requestId, told(targets), en)?.title, title);
    });
  }
});
