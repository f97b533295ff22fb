import type { History, OpenHere, Past } from '../../src/app/lookups.ts';
import type { Recorded } from '../../src/app/recorded.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { KnownRequest, RequestEvent, Requested } from '../../src/domain/request.ts';
import { historyView } from '../../src/teams/cards/history.ts';
import type { CardDataOf } from '../../src/teams/cards/render-card.ts';
import { openView, statusView } from '../../src/teams/cards/status.ts';
import { deepLink } from '../../src/teams/chat/connector.ts';
import type { Texts } from '../../src/teams/texts/en.ts';
import {
  approved,
  become,
  cancelled,
  denied,
  expired,
  finished,
  played,
  reported,
  started,
  stopped,
} from './played.ts';
import { alex, channel, head, megan, requested, requestId, start, target, tenantId } from './samples.ts';

type Told = Parameters<typeof played>[1];
interface PastSituation {
  readonly name: string;
  readonly card: 'status' | 'list';
  readonly data: CardDataOf<'status'> | CardDataOf<'list'>;
}

const link = deepLink('teams.microsoft.com', tenantId, channel, '1700000000001');
const after = (seconds: number) => new Date(start.getTime() + 1000 * seconds).toISOString();
const envelope = (seconds: number) => ({ at: after(seconds), where: channel.id });

const names = ['Adele Vance', 'Grady Archie', 'Debra Berger', 'Diego Siciliani', 'Irvin Sayers', 'Lidia Holloway'];
const someone = (index: number) => {
  const name = names[index] ?? `User ${index}`;
  const upn = `${name.toLowerCase().replace(' ', '.')}@contoso.com`;
  return target(index + 1, { name, upn, jobTitle: 'Retail Manager', department: 'Retail' });
};
const crowd = (count: number) => Array.from({ length: count }, (_, index) => someone(index));
const asked = (more: Partial<Requested> = {}) =>
  requested({ targets: [someone(0)], reason: 'phone stolen at the airport', ...more });

const posted = (): Told => () => [{ type: 'CardPosted', cardId: '1700000000001', ...envelope(2) }];
export const refused =
  (times: number, by = { ...alex, name: 'Lidia Holloway' }): Told =>
  () =>
    Array.from({ length: times }, (_, index) => {
      return {
        type: 'AttemptRefused' as const,
        by,
        verb: 'approve' as const,
        code: 'notApprover',
        ...envelope(20 + index),
      };
    });
const told = (): Told => () => [{ type: 'ResultPosted', messageId: '1700000000002', ...envelope(70) }];
/** Batches, as many as given, that end with all of them done. */
const batches =
  (count: number): Told =>
  (request) =>
    Array.from({ length: count }, (_, index): RequestEvent => {
      const from = Math.floor((request.targets.length * index) / count);
      const to = Math.floor((request.targets.length * (index + 1)) / count);
      const results = request.targets.slice(from, to).map(({ account }) => {
        return { ...become.verified(), targetId: account.id, at: after(67 + index) };
      });
      return { type: 'TargetsProcessed', attempt: 1, results, ...envelope(67 + index) };
    });

export function recorded(request: Requested, ...events: readonly Told[]): Recorded {
  const all = [request, ...events.flatMap((tell) => tell(request))];
  const state = fold(all);
  if (state.phase === 'none') throw new Error('nothing happened');
  return { requestId, state, events: all, head };
}

const account = someone(0).account;
const past = (state: KnownRequest, here = true): Past => ({ requestId, state, here });
const elsewhere = { ...channel, id: '19:elsewhere@thread.tacv2;messageid=9' };

/** The cards of *status* and *history* in every situation. */
export function pastSituations(texts: Texts): readonly PastSituation[] {
  const status = (name: string, of: Recorded, page = 0, url: string | null = link): PastSituation => {
    return { name: `status.${name}`, card: 'status', data: statusView(of, url, page, texts) };
  };
  const open = (name: string, more: Partial<OpenHere>): PastSituation => {
    const here: OpenHere = { requests: [], count: 3, page: 0, pages: 1, ...more };
    return { name: `list.open.${name}`, card: 'list', data: openView(here, texts) };
  };
  const history = (
    name: string,
    more: Partial<Extract<History, { kind: 'found' }>>,
    path: readonly number[] = [],
  ): PastSituation => {
    const found = { kind: 'found' as const, account, requests: [], older: null, complete: true, ...more };
    return { name: `list.history.${name}`, card: 'list', data: historyView(found, path, texts) };
  };
  const many = asked({ targets: crowd(12), reason: null });
  const running = played(many, approved(), started(), reported(become.verified(), become.failed('throttled', 1)));
  const waiting = played(asked({ code: 'M2QX', by: megan, targets: [someone(1)] }));
  const done = played(
    asked({ code: 'R9GH' }),
    approved(),
    started(),
    reported(become.unverified()),
    finished('succeeded'),
  );
  const verified = played(asked(), approved(), started(), reported(become.verified()), finished('succeeded'));
  const failed = played(
    asked({ code: 'D9DH', at: after(-100_000), reason: 'risk alert' }),
    approved(),
    started(),
    reported(become.failed('missingPermission')),
    finished('failed'),
  );
  const other = asked({ code: 'E6GH', conversation: elsewhere, at: after(-900_000), targets: crowd(12) });
  const away = played(other, approved(), started(), reported(become.verified()), stopped());
  const refusedThere = played(asked({ conversation: elsewhere, at: after(-9_000_000), reason: null }), denied());

  return [
    status('open', recorded(asked(), posted(), refused(3))),
    status('open.no-link', recorded(asked({ reason: null }), posted()), 0, null),
    status(
      'verified',
      recorded(asked(), posted(), approved(), started(), reported(become.verified()), finished('succeeded'), told()),
    ),
    status(
      'failed',
      recorded(
        asked(),
        posted(),
        approved(),
        started(),
        reported(become.failed('throttled')),
        finished('failed'),
        told(),
      ),
    ),
    status('denied', recorded(asked(), posted(), denied(megan, 'the phone was found at home'))),
    status('expired', recorded(asked(), posted(), expired())),
    status('many', recorded(many, posted(), approved(), started(), batches(3), stopped())),
    status('paged', recorded(many, posted(), approved(), started(), batches(12), finished('succeeded'), told())),
    status(
      'paged.older',
      recorded(many, posted(), approved(), started(), batches(12), finished('succeeded'), told()),
      1,
    ),
    open('some', { requests: [waiting, running, done].map((state) => ({ requestId, state })) }),
    open('paged', { requests: [{ requestId, state: waiting }], count: 12, page: 1, pages: 3 }),
    history('some', { requests: [past(verified), past(failed), past(away, false), past(refusedThere, false)] }),
    history('paged', { requests: [past(failed)], older: 41, complete: false }, [60]),
    history('waits', { requests: [past(waiting), past(played(asked(), cancelled(alex)))] }),
    history('none', {}),
    history('no-older', {}, [7]),
  ];
}

/** The largest, made of the longest request there is. */
export function largestPast(
  as: string,
  request: Requested,
  state: KnownRequest,
  texts: Texts,
): readonly PastSituation[] {
  const reason = request.reason;
  const long = { ...request, reason };
  const by = { ...megan, name: request.by.name };
  const attempts = Array.from({ length: 10 }, (_, index) => refused(1, { ...by, id: `${index}` }));
  const status = recorded(
    long,
    posted(),
    approved(by),
    started(),
    ...attempts,
    stopped(by),
    batches(9),
    finished('partly'),
    told(),
  );
  const [first] = request.targets;
  const requests = Array.from({ length: 5 }, () => past({ ...state, stopped: { by, at: after(99) } }));
  const found = {
    kind: 'found' as const,
    account: first?.account ?? account,
    requests,
    older: 10 ** 15,
    complete: false,
  };
  const path = Array.from({ length: 20 }, (_, index) => 10 ** 15 - index);
  const here = { requests, count: 500, page: 3, pages: 100 };
  return [
    { name: `status.${as}`, card: 'status', data: statusView(status, link, 1, texts) },
    { name: `list.history.${as}`, card: 'list', data: historyView(found, path, texts) },
    { name: `list.open.${as}`, card: 'list', data: openView(here, texts) },
  ];
}
