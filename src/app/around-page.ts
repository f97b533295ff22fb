import { createBoundedMap } from '../base/bounded-map.ts';
import { within } from '../base/time.ts';
import type { Person, Target } from '../domain/account.ts';
import type { Findings } from '../domain/findings.ts';
import { isRevoked, privilegedFirst } from '../domain/targets.ts';
import { lookBackMs } from './aftermath.ts';
import { inParallel } from './concurrency.ts';
import type { createMaySeeHistory, createStatus } from './lookups.ts';
import type { Clock, EntraLogs } from './ports.ts';
import type { Recorded } from './recorded.ts';
import type { MayLookUp } from './resolve-targets.ts';

export type AroundPage =
  | { readonly kind: 'unknown' | 'refused' | 'tooMany' }
  /** Graph allows few reads of its logs: the page is there when it is asked for again. */
  | { readonly kind: 'reading' }
  | {
      readonly kind: 'found';
      readonly found: Recorded;
      readonly accounts: readonly { readonly target: Target; readonly findings: Findings }[];
      readonly page: number;
      readonly pages: number;
    };

const onOnePage = 5;
/** A click is answered by then. */
const waitMs = 2000;
/** The logs tell something new after that. */
const freshForMs = 5 * 60_000;
const mostRemembered = 100;

/**
 * What Entra's logs tell of the accounts of a request that were revoked, some at a time, for a person who may ask or approve
 * and stands where the request does. Read for the one who asks; nothing goes on record.
 * @throws DirectoryError when the person's rights cannot be read
 */
export function createAroundPage(deps: {
  status: Pick<ReturnType<typeof createStatus>, 'byId'>;
  logs: Pick<EntraLogs, 'around'>;
  maySeeHistory: ReturnType<typeof createMaySeeHistory>;
  mayLookUp: MayLookUp;
  clock: Pick<Clock, 'elapsed'>;
}) {
  const { status, logs, maySeeHistory, mayLookUp, clock } = deps;
  const readings = createBoundedMap<string, { readonly at: number; readonly read: Promise<readonly Findings[]> }>(
    mostRemembered,
  );

  return async function aroundPage(by: Person, where: string, requestId: string, wanted: number): Promise<AroundPage> {
    const found = await status.byId(requestId, where);
    const all = found ? revoked(found) : [];
    if (!found || all.length === 0) return { kind: 'unknown' };
    if (!(await maySeeHistory(by))) return { kind: 'refused' };
    const pages = Math.ceil(all.length / onOnePage);
    const page = Math.min(wanted, pages - 1);
    const targets = all.slice(page * onOnePage, (page + 1) * onOnePage);
    const key = `${requestId} ${page}`;
    let reading = readings.get(key);
    if (!reading || clock.elapsed() - reading.at > freshForMs) {
      if (!mayLookUp(by.id, targets.length)) return { kind: 'tooMany' };
      const { finishedAt, request } = found.state;
      const since = new Date(Date.parse(finishedAt ?? request.at) - lookBackMs).toISOString();
      const read = inParallel(targets, ({ account }) => logs.around(account.id, since));
      reading = { at: clock.elapsed(), read };
      readings.set(key, reading);
    }
    const findings = await within(waitMs, reading.read, () => null);
    if (findings === null) return { kind: 'reading' };
    const accounts = targets.flatMap((target, index) => {
      const own = findings[index];
      return own ? [{ target, findings: own }] : [];
    });
    return { kind: 'found', found, accounts, page, pages };
  };
}

function revoked({ state }: Recorded): readonly Target[] {
  const { request, results, finishedAt } = state;
  if (finishedAt === null) return [];
  return privilegedFirst(request.targets).filter(({ account }) => {
    const result = results.get(account.id);
    return result !== undefined && isRevoked(result);
  });
}
