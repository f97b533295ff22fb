import assert from 'node:assert/strict';
import { historyView } from '../../../src/teams/cards/history.ts';
import { statusView } from '../../../src/teams/cards/status.ts';
import { timelineOf } from '../../../src/teams/cards/timeline.ts';
import { deepLink } from '../../../src/teams/chat/connector.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { afterResult, back, bad, ended, looked, signIn } from '../../support/around-views.ts';
import { recorded, refused } from '../../support/past-views.ts';
import {
  approved,
  become,
  cancelled,
  denied,
  expired,
  explained,
  finished,
  played,
  reported,
  signInLost,
  started,
  stopped,
  superseded,
} from '../../support/played.ts';
import { alex, channel, megan, requested, start, target, tenantId } from '../../support/samples.ts';

const [first, second] = [target(1), target(2)];
const one = requested({ targets: [first] });
const two = requested({ targets: [first, second] });
const told = ([request, ...events]: readonly [Parameters<typeof recorded>[0], ...Parameters<typeof played>[1][]]) =>
  timelineOf(recorded(request, ...events).events, en).map(({ what }) => what);
const asked = 'Requested by Alex Wilber';
const posted =
  (cardId?: string): Parameters<typeof played>[1] =>
  ({ at, conversation }) => [{ type: 'CardPosted', ...(cardId && { cardId }), at, where: conversation.id }];

describe('what happened to a request', () => {
  for (const [name, given, lines] of [
    ['asked', [one], [asked]],
    ['denied', [one, denied()], [asked, 'Denied by Megan Bowen']],
    [
      'denied with a reason',
      [one, denied(megan, 'the phone was found')],
      [asked, 'Denied by Megan Bowen: the phone was found'],
    ],
    [
      'denied, and the reason later',
      [one, denied(), explained('found')],
      [asked, 'Denied by Megan Bowen', 'Megan Bowen said why: found'],
    ],
    ['posted, and once more', [one, posted('1'), posted('2')], [asked, 'Card posted', 'Card posted again']],
    ['taken without an id, which a click tells', [one, posted(), posted('1')], [asked, 'Card posted']],
    ['cancelled', [one, cancelled(alex)], [asked, 'Withdrawn by Alex Wilber']],
    ['expired', [one, expired()], [asked, 'Expired: no one decided in time']],
    ['replaced', [one, superseded('M2QXAAAAAAAAAAAAAAAA')], [asked, 'Replaced by K7F3']],
    [
      'done',
      [one, approved(), started(), reported(become.verified()), finished('succeeded')],
      [asked, 'Approved by Megan Bowen', 'Started', 'Finished'],
    ],
    [
      'unclear at first',
      [one, approved(), started(), reported(become.unknown('noAnswer')), started(), reported(become.verified())],
      [asked, 'Approved by Megan Bowen', 'Started', 'No clear answer from Microsoft Graph; checked again'],
    ],
    [
      'of many: how far, batch by batch',
      [
        two,
        approved(),
        started(),
        reported(become.verified()),
        stopped(),
        reported(become.verified(), become.omitted('stopped')),
        finished('partly'),
      ],
      [
        asked,
        'Approved by Megan Bowen',
        'Started for 2 accounts',
        '1 of 2 done',
        'Stopped by Megan Bowen',
        '2 of 2 done, 1 failed',
        'Finished',
      ],
    ],
    [
      'refused attempts: one line for those of one person in a row',
      [one, refused(3), refused(1, { ...megan, name: 'Nestor Wilke' }), refused(1), denied()],
      [
        asked,
        'Lidia Holloway tried to approve it 3 times and was refused',
        'Nestor Wilke tried to approve it and was refused',
        'Lidia Holloway tried to approve it and was refused',
        'Denied by Megan Bowen',
      ],
    ],
    [
      'a sign-in that was lost',
      [one, approved(megan, 'w1'), signInLost()],
      [asked, 'Approved by Megan Bowen', 'The approver’s sign-in was lost'],
    ],
    [
      'what came after the result',
      [
        two,
        approved(),
        finished('succeeded'),
        afterResult(looked(bad(first)), looked(), back(signIn(first, 9), signIn(second, 9)), ended(null)),
      ],
      [
        asked,
        'Approved by Megan Bowen',
        'Finished',
        'Result posted',
        'Entra’s logs read: 7 findings',
        'Entra’s logs read: nothing unusual',
        'User 1 and 1 more signed in again',
        'Stopped watching for sign-ins',
      ],
    ],
  ] as const) {
    it(name, () => assert.deepEqual(told(given), lines));
  }

  it('the last that was refused gives the time of its line', () => {
    const [, line] = timelineOf(recorded(one, refused(3)).events, en);
    assert.equal(line?.at, new Date(start.getTime() + 22_000).toISOString());
  });

  it('names the day where it begins and where it changes', () => {
    const late = requested({ at: '2026-11-20T23:59:58.000Z', targets: [first] });
    const { timeline } = statusView(recorded(late, approved(), started()), null, 0, en);
    assert.deepEqual(
      timeline.map(({ at }) => at),
      ['2026-11-20 23:59:58 UTC', '2026-11-21 03:01:05 UTC', '03:01:06 UTC'],
    );
  });

  it('is shown from its end, in pages, each line once', () => {
    const long = recorded(two, approved(), started(), ...Array.from({ length: 22 }, () => reported(become.verified())));
    const pages = [0, 1, 2].map((page) => statusView(long, null, page, en));
    assert.deepEqual(
      pages.map(({ timeline, older, newer }) => [timeline.length, older !== null, newer !== null]),
      [
        [10, true, false],
        [10, true, true],
        [5, false, true],
      ],
    );
    const all = pages.toReversed().flatMap(({ timeline }) => timeline.map(({ what }) => what));
    assert.deepEqual(
      all,
      timelineOf(long.events, en).map(({ what }) => what),
    );
  });

  it('has what was read back, and the head of the trail', () => {
    const done = recorded(one, approved(), started(), reported(become.verified()), finished('succeeded'));
    const { proof, style } = statusView(done, null, 0, en);
    assert.deepEqual(proof, [
      'Ends within minutes: refresh tokens and session cookies issued before 2026-11-21 03:01:07 UTC',
      'audit ID 3fa91c07be42',
    ]);
    assert.equal(style, 'good');
    assert.deepEqual(statusView(recorded(one), null, 0, en).proof, ['audit ID 3fa91c07be42']);
  });

  it('has a link where there is one', () => {
    const url = deepLink('teams.microsoft.com', tenantId, channel, '1700000000001');
    assert.equal(statusView(recorded(one), url, 0, en).open?.url, url);
    assert.equal(statusView(recorded(one), null, 0, en).open, null);
  });
});

describe('what happened to an account', () => {
  const entry = (state: ReturnType<typeof played>, here = true) => {
    const found = { requests: [{ requestId: 'R', state, here }], older: null, complete: true };
    const [only] = historyView({ kind: 'found', account: second.account, ...found }, [], en).entries;
    assert(only);
    return only;
  };

  for (const [name, state, title] of [
    ['waits', played(two), 'Waiting for a decision until 03:15 UTC'],
    ['denied', played(two, denied()), 'Denied: nothing was revoked'],
    ['expired', played(two, expired()), 'Expired: nothing was revoked'],
    ['being done', played(two, approved(), started(), reported(become.verified())), 'In progress'],
    [
      'unclear so far',
      played(two, approved(), started(), reported(become.verified(), become.unknown('noAnswer', 1))),
      'In progress',
    ],
    [
      'done, while the other is not',
      played(two, approved(), started(), reported(become.failed('throttled'), become.verified(1)), finished('partly')),
      '✓ Sessions revoked, verified',
    ],
    [
      'not done, while the other is',
      played(
        two,
        approved(),
        started(),
        reported(become.verified(), become.failed('throttled', 1)),
        finished('partly'),
      ),
      '✗ Not revoked',
    ],
  ] as const) {
    it(`${name}: ${title}`, () => assert.equal(entry(state).name, title));
  }

  it('says why not, and of how many it was one', () => {
    const state = played(two, approved(), started(), reported(become.verified(), become.failed('throttled', 1)));
    assert.deepEqual(entry(state).lines, [
      'Requested by Alex Wilber, 2026-11-21 03:00 UTC, as one of 2 accounts',
      'Approved by Megan Bowen, 2026-11-21 03:01 UTC',
      `Why: ${en.failures.throttled}`,
    ]);
    assert.equal(entry(state).color, 'attention');
  });

  it('tells neither reason nor code of another conversation', () => {
    const state = played(requested({ targets: [second], reason: 'secret' }));
    assert.deepEqual([entry(state).code, entry(state, false).code], ['K7F3', null]);
    assert(entry(state).lines.includes('Reason: secret'));
    assert.doesNotMatch(entry(state, false).lines.join(), /secret/);
    assert(entry(state, false).lines.includes(en.lookUp.elsewhere(true)));
    assert(entry(played(two), false).lines.includes(en.lookUp.elsewhere(false)));
  });

  it('tells what the logs told, and whether it is back, in the conversation that was told so', () => {
    const done = [
      approved(),
      started(),
      reported(become.verified(), become.verified(1)),
      finished('succeeded'),
    ] as const;
    const isBack = played(two, ...done, afterResult(looked(bad(first), bad(second)), back(signIn(second, 9))));
    const isNot = played(two, ...done, afterResult(looked(bad(second)), ended('2026-11-21T04:01:00Z')));
    assert.match(
      entry(isBack).lines.join('\n'),
      /App consent \(Mail Backup Pro\).*\nSigned in again, 2026-11-21 03:09 UTC\.$/,
    );
    assert.match(entry(isNot).lines.join('\n'), /No sign-in seen until 2026-11-21 04:01 UTC\.$/);
    assert.doesNotMatch(entry(isBack, false).lines.join('\n'), /consent|again/i);
    for (const another of [become.failed('throttled', 1), become.unverified(1)]) {
      const part = [approved(), started(), reported(become.verified(), another), finished('partly')] as const;
      const notWatched = played(two, ...part, afterResult(ended('2026-11-21T04:01:00Z')));
      assert.doesNotMatch(entry(notWatched).lines.join('\n'), /No sign-in/);
    }
  });
});
