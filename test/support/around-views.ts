import { clouds } from '../../src/config/clouds.ts';
import type { Target } from '../../src/domain/account.ts';
import type { AccountChange, ChangeKind, Findings, SignIn } from '../../src/domain/findings.ts';
import { mostFailedSignIns } from '../../src/domain/findings.ts';
import type { KnownRequest, RequestEvent } from '../../src/domain/request.ts';
import { aroundPageView } from '../../src/teams/cards/around-page.ts';
import { backView } from '../../src/teams/cards/back.ts';
import { historyView } from '../../src/teams/cards/history.ts';
import { resultView } from '../../src/teams/cards/result.ts';
import type { Texts } from '../../src/teams/texts/en.ts';
import { approved, become, finished, played, reported, started } from './played.ts';
import { channel, head, requested, requestId, start } from './samples.ts';
import type { Situation } from './views.ts';

const after = (minutes: number) => new Date(start.getTime() + 60_000 * minutes).toISOString();
const known = <T>(value: T) => ({ known: true, value }) as const;
const worker = 'w1';
const until = after(61);

const change = (kind: ChangeKind, minutes: number, more: Partial<AccountChange> = {}): AccountChange => {
  return { kind, at: after(minutes), what: null, by: 'lee.gu@contoso.com', ...more };
};
export const signIn = ({ account }: Target, minutes: number, more: Partial<SignIn> = {}): SignIn => ({
  id: `sign-in ${minutes}`,
  accountId: account.id,
  at: after(minutes),
  app: 'Office 365 Exchange Online',
  country: 'BR',
  device: 'Firefox 132, Linux',
  interactive: true,
  succeeded: true,
  risk: 'none',
  ...more,
});

const consent = change('consent', -19, { what: 'Mail Backup Pro' });
const method = change('methodAdded', -24, { what: 'User registered Authenticator App with Notification and Code' });

/** What the logs told of an account that someone else was in. */
export const bad = (target: Target, more: Partial<Findings> = {}): Findings => ({
  accountId: target.account.id,
  asOf: after(3),
  changes: known([
    consent,
    method,
    change('passwordReset', -300, { by: 'megan.bowen@contoso.com' }),
    change('roleGiven', -15, { what: 'Exchange Administrator' }),
    change('groupGiven', -16, { what: 'Finance' }),
    change('deviceRegistered', -17, { what: 'DESKTOP-7K2' }),
  ]),
  signIns: known([
    signIn(target, -29, { risk: 'high' }),
    ...[-31, -32].map((minutes) => signIn(target, minutes, { succeeded: false })),
    ...[-600, -540].map((minutes) => signIn(target, minutes, { app: 'Microsoft Teams', country: 'US' })),
  ]),
  devices: known([{ name: 'LEE-LAPTOP', at: after(-90_000) }]),
  ...more,
});
const usual = (target: Target): Findings =>
  bad(target, {
    changes: known([]),
    signIns: known([signIn(target, -600, { app: 'Teams', country: 'US' })]),
  });
const unread = (target: Target): Findings =>
  bad(target, {
    changes: { known: false, why: 'refused' },
    signIns: { known: false, why: 'licence' },
    devices: { known: false },
  });

const wordy = (fill: string) => (target: Target) => {
  const by = fill.repeat(20);
  const what = fill.repeat(20);
  const changes = Array.from({ length: 40 }, (_, index) => change('consent', -index - 1, { what, by }));
  const all = Array.from({ length: 40 }, (_, index) =>
    signIn(target, -index - 1, {
      id: `${index}`,
      app: `${index}${what}`,
      risk: 'high',
      succeeded: index > mostFailedSignIns,
    }),
  );
  return bad(target, {
    changes: known(changes),
    signIns: known(all),
    devices: known(Array.from({ length: 20 }, () => ({ name: what, at: null }))),
  });
};

type Told = readonly AftermathEvent[];
type AftermathEvent = Extract<RequestEvent, { type: 'LookedAround' | 'CameBack' | 'WatchEnded' }>;
type Bare<E> = E extends AftermathEvent ? Omit<E, 'at' | 'where' | 'worker'> : never;

/** The result was told, and this came after it. */
export const afterResult =
  (...events: readonly Bare<AftermathEvent>[]) =>
  (): readonly RequestEvent[] => {
    const posted = { type: 'ResultPosted', messageId: '2', after: { worker, watchUntil: until } } as const;
    const envelope = { at: after(2), where: channel.id };
    return [{ ...posted, ...envelope }, ...events.map((event) => ({ ...event, worker, ...envelope }) as Told[number])];
  };

export function told(targets: readonly Target[], ...events: readonly Bare<AftermathEvent>[]): KnownRequest {
  const results = targets.map((_, index) => become.verified(index));
  const request = requested({ targets, reason: 'phone stolen at the airport' });
  return played(request, approved(), started(), reported(...results), finished('succeeded'), afterResult(...events));
}

export const looked = (...findings: readonly Findings[]) => ({ type: 'LookedAround', findings }) as const;
export const back = (...signIns: readonly SignIn[]) => ({ type: 'CameBack', readAt: after(12), signIns }) as const;
export const ended = (readAt: string | null) => ({ type: 'WatchEnded', until: readAt }) as const;

/** The result with the most that the logs can tell. */
export function largestAround(
  as: string,
  targets: readonly Target[],
  fill: string,
  texts: Texts,
): readonly Situation[] {
  return [targets.slice(0, 1), targets.slice(0, 5)].map((some): Situation => {
    const state = told(some, looked(...some.map(wordy(fill))), back(...some.slice(0, 1).map((one) => signIn(one, 11))));
    const data = resultView(requestId, state, head, texts, clouds.global);
    return { name: `result.findings.${as}.${some.length}`, card: 'result', data };
  });
}

/** The result with what Entra's logs told, and the message that someone is back. */
export function aroundSituations(texts: Texts, people: readonly Target[]): readonly Situation[] {
  const [one, another] = people;
  if (!one || !another) throw new Error('nobody to look at');
  const five = people.slice(0, 5);
  const result = (name: string, state: KnownRequest): Situation => {
    return { name: `result.${name}`, card: 'result', data: resultView(requestId, state, head, texts, clouds.global) };
  };
  const isBack = (name: string, state: KnownRequest): Situation => {
    const mentions = ['<at>Alex Wilber</at>', '<at>Megan Bowen</at>'];
    const data = backView(requestId, state, mentions, texts, clouds.global.adminCenter);
    if (data === null) throw new Error('no one is back');
    return { name: `back.${name}`, card: 'back', data };
  };
  const hostile = wordy('**x** [l](https://evil.example) <at>all</at> {{DATE(2026-11-21T00:00:00Z)}} \u202e ');
  return [
    result('findings', told([one], looked(bad(one)), ended(until))),
    result('findings.watching', told([one], looked(bad(one)))),
    result('findings.back', told([one], looked(bad(one)), back(signIn(one, 11)))),
    result('findings.nothing', told([one], looked(usual(one)), ended(until))),
    result('findings.unread', told([one], looked(unread(one)), { ...ended(null), unread: { why: 'licence' } })),
    result('findings.part', told([one], looked(bad(one, { signIns: { known: false, why: 'noAnswer' } })))),
    result(
      'findings.several',
      told(five, looked(...five.map((each, index) => (index === 1 ? bad(each) : usual(each))))),
    ),
    result('findings.several.back', told(five, looked(...five.map(usual)), back(signIn(one, 11), signIn(another, 12)))),
    result('findings.hostile', told([one], looked(hostile(one)), back(signIn(one, 11)))),
    {
      name: 'list.history.findings',
      card: 'list',
      data: historyView(
        {
          kind: 'found',
          account: one.account,
          requests: [
            told([one], looked(bad(one)), back(signIn(one, 11))),
            told([one], looked(unread(one)), ended(until)),
          ].map((state) => ({ requestId, state, here: true })),
          older: null,
          complete: true,
        },
        [],
        texts,
      ),
    },
    {
      name: 'list.around',
      card: 'list',
      data: aroundPageView(
        {
          kind: 'found',
          found: { requestId, state: told(people), events: [], head },
          accounts: five.map((target, index) => ({
            target,
            findings: [bad, unread, usual][Math.min(index, 2)]?.(target) ?? usual(target),
          })),
          page: 1,
          pages: 3,
        },
        texts,
      ),
    },
    isBack('one', told([one], back(signIn(one, 11)))),
    isBack('several', told(five, back(signIn(another, 12), signIn(one, 11)))),
    isBack('bare', told([one], back(signIn(one, 11, { app: '', country: null, device: null, interactive: false })))),
    isBack(
      'hostile',
      told([one], back(signIn(one, 11, { app: '**x** {{DATE(1)}} <at>all</at>', device: '"'.repeat(120) }))),
    ),
  ];
}
