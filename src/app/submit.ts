import { createBoundedMap } from '../base/bounded-map.ts';
import type { Omission, Person, Target } from '../domain/account.ts';
import { codeFor, shortestCode } from '../domain/code.ts';
import type { Limit, RefusalCode } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import { fold, initialState } from '../domain/evolve.ts';
import {
  type Conversation,
  type Draft,
  isSamePlace,
  type KnownRequest,
  placeOf,
  type Requested,
} from '../domain/request.ts';
import { isPrivileged, twoPersonsReason } from '../domain/targets.ts';
import {
  hourlyLimitOf,
  identified,
  isOverHourlyLimit,
  isSameRequest,
  mayRequest,
  mostOpenHere,
  overOpenLimit,
} from '../domain/who-may.ts';
import { createInTurn } from './concurrency.ts';
import type { Base, Policy } from './policy.ts';
import type { TargetReference } from './ports.ts';
import { type Recorded, readable } from './recorded.ts';
import type { MayLookUp, Miscalled, ResolveTargets } from './resolve-targets.ts';
import type { FindApprovers, FindNotified, ReadHourlyUse, ReadRights } from './rights.ts';
import type { RunCommand } from './run-command.ts';

type Place = Pick<Requested, 'conversation' | 'origin'>;

export interface Ask {
  /** Made from the message it came in, so that a message delivered twice asks once. */
  readonly requestId: string;
  readonly by: Person;
  readonly conversation: Conversation;
  /** Where it is decided, when that is settled already: then it is not for the settings of today to say. */
  readonly place?: Place;
  /** Who is meant; for `self` only the person. */
  readonly targets: readonly TargetReference[] | 'self';
  readonly reason: string | null;
  readonly link?: Requested['link'];
  readonly dryRun: boolean;
  readonly locale: string;
}

/** Nothing was recorded: this request is for the same accounts, and open. */
export interface AlreadyOpen {
  readonly kind: 'alreadyOpen';
  readonly state: KnownRequest;
  /** Who was named now and cannot be done. */
  readonly omitted: readonly Omission[];
}

export type Submitted =
  | AlreadyOpen
  | { readonly kind: 'recorded'; readonly requestId: string }
  | { readonly kind: 'preview'; readonly state: KnownRequest }
  /** `own`: the person may not ask, and named only themselves, which takes no right. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly limit?: Limit; readonly own?: true }
  /** Nothing was asked: beside an address stood what its owner is not called. */
  | { readonly kind: 'miscalled'; readonly miscalled: readonly Miscalled[] }
  | { readonly kind: 'noOneLeft'; readonly omitted: readonly Omission[] };

interface Deps extends Pick<Base, 'store' | 'clock' | 'policy' | 'protection' | 'tenantId'> {
  readonly readRights: ReadRights;
  readonly resolveTargets: ResolveTargets;
  readonly findApprovers: FindApprovers;
  readonly findNotified: FindNotified;
  readonly runCommand: RunCommand;
  readonly readHourlyUse: ReadHourlyUse;
}

/** So many are looked up beside the rights of the person who asks, one round for all of them. */
const mostLookedUpEarly = 8;
const mostRemembered = 1000;

/** For so long the code of a request that no one can decide any more is not given again. */
const codeRestsMs = 24 * 60 * 60_000;

/**
 * May this person ask, who exactly is meant, and is it on record. The card is posted from the record, not from here.
 * A person who may not ask learns nothing about any account: the answer depends on their rights alone, and so does its time.
 * @throws DirectoryError when Graph could not be asked: nothing was recorded.
 */
export function createSubmit(deps: Deps) {
  const { readRights, protection, resolveTargets, findApprovers, findNotified, runCommand, store } = deps;
  const { readHourlyUse, clock, policy, tenantId } = deps;
  const inTurn = createInTurn();
  /** People who might not ask when they last tried: for them nothing more is looked up until they may. */
  const refusedBefore = createBoundedMap<string, true>(mostRemembered);
  const mayLookUpEarly = (by: Person) => by.tenantId === tenantId && !refusedBefore.has(by.id);

  return async function submit(ask: Ask): Promise<Submitted> {
    const { promise, resolve } = Promise.withResolvers<void>();
    return judge(ask, promise).finally(resolve);
  };

  async function judge(ask: Ask, done: Promise<void>): Promise<Submitted> {
    const self = ask.targets === 'self';
    const references = ask.targets === 'self' ? [{ kind: 'objectId', text: ask.by.id } as const] : ask.targets;
    // Beside the rights, for which alone a refusal waits: it is the same, and as quick, for every name.
    const isEarly = mayLookUpEarly(ask.by) && references.length <= Math.min(mostLookedUpEarly, policy.maxTargets);
    const early = isEarly ? resolveTargets.find(references, ask.by.id) : null;
    const recorded = readable(store, ask.dryRun ? [] : [ask.requestId]);
    for (const begun of [early, recorded]) begun?.catch(() => undefined);
    const rights = await readRights(ask.by);
    const forbidden = mayRequest(rights, self);
    if (forbidden) {
      refusedBefore.set(ask.by.id, true);
      const names = [ask.by.id, rights.upn?.toLowerCase()];
      const isOwn = references.length > 0 && references.every(({ text }) => names.includes(text.toLowerCase()));
      return { kind: 'refused', code: forbidden, ...(forbidden === 'notRequester' && isOwn ? { own: true } : {}) };
    }
    refusedBefore.delete(ask.by.id);
    if (!(await protection.isKnown())) return { kind: 'refused', code: 'protectionUnknown' };
    const count = references.length;
    if (count > policy.maxTargets) {
      return { kind: 'refused', code: 'tooManyTargets', limit: { most: policy.maxTargets, count } };
    }
    if (policy.reasonRequired && !self && ask.reason === null) return { kind: 'refused', code: 'reasonRequired' };
    // The same message came twice; what has changed since then is no reason to answer otherwise.
    const { found: before, unreadable } = await recorded;
    if (before.length > 0 || unreadable) return { kind: 'recorded', requestId: ask.requestId };
    const { conversation, origin } = ask.place ?? placeFor(ask, policy.approvalConversation);
    const found = early ?? resolveTargets.find(references, ask.by.id);
    const [resolved, approversOf] = await Promise.all([
      found.then((one) => resolveTargets.judge(one, ask.by.id)),
      findApprovers(),
    ]);
    const { omitted } = resolved;
    // People hear of accounts by their names; an app by what it sent.
    const targets = ask.by.app ? resolved.targets : resolved.targets.map(({ asked: _, ...target }) => target);
    if (resolved.miscalled.length > 0) return { kind: 'miscalled', miscalled: resolved.miscalled };
    if (targets.length === 0) return { kind: 'noOneLeft', omitted };
    // From counting what is open to being open: one of a person at a time, and of all people one in each conversation.
    const turns = [`person ${ask.by.id}`, `place ${placeOf(conversation.id)}`];
    for (const turn of ask.dryRun ? [] : turns) await inTurn(turn, done);
    const now = clock.now();
    const auth = policy.auth === 'delegated' ? { auth: policy.auth } : {};
    const open = ask.dryRun ? [] : await waiting(self ? placeOf(conversation.id) : undefined);
    for (const { requestId, state } of open) {
      if (!isSameRequest(state, { self, conversation, targets, ...auth }, now)) continue;
      // The same message came twice, at the same time.
      if (requestId === ask.requestId) return { kind: 'recorded', requestId };
      // Of a requester who may not ask any more it could not be approved.
      const asker = await readRights(state.request.by);
      if (mayRequest(asker, self) === null) return { kind: 'alreadyOpen', state, omitted };
    }
    const tooMany = self || ask.dryRun ? null : whyTooMany(open, ask.by, conversation, targets);
    if (tooMany) {
      const most = tooMany === 'tooManyOpen' ? mostOpenHere : policy.maxOpenPerRequester;
      return { kind: 'refused', code: tooMany, limit: { most } };
    }
    const hourly = await readHourlyUse(ask.by.id);
    if (isOverHourlyLimit(targets.length, hourly)) {
      return { kind: 'refused', code: 'hourlyLimit', limit: hourlyLimitOf(targets.length, hourly, now) };
    }
    const { requestId, reason, locale } = ask;
    const by = identified(ask.by, rights);
    const twoPersons = self ? null : twoPersonsReason(targets, policy.twoPersons);
    const approvers = approversOf({ by, self, targets, twoPersons });
    // In a 1:1 chat every message calls the one person there is.
    const notifies = policy.notify.length > 0 && conversation.kind !== 'personal';
    const notify = notifies && !self ? await findNotified({ by, self, targets, twoPersons }, approvers) : [];
    const draft = {
      code: codeFor(requestId, await idsWithCodesInUse(requestId, now)),
      by,
      conversation,
      ...(origin === undefined ? {} : { origin }),
      targets,
      omitted,
      reason,
      ...(ask.link ? { link: ask.link } : {}),
      ...(by.app && policy.alerts?.twoApprovers && twoPersons !== null ? { twoApprovers: true as const } : {}),
      self,
      action: policy.action,
      ...auth,
      ...(policy.auth === 'delegated' && !self && targets.some(isPrivileged) ? { privileged: true as const } : {}),
      twoPersons,
      approvers,
      ...(notifies ? { notify } : {}),
      expiresAt: new Date(now.getTime() + policy.requestTtlMs).toISOString(),
      locale,
    };
    if (ask.dryRun) return preview(draft, now);
    const ran = await runCommand(requestId, { type: 'request', draft });
    // Already there: the same message came twice, and its first delivery asked.
    return ran.ok || ran.state.phase !== 'none' ? { kind: 'recorded', requestId } : { kind: 'refused', code: ran.code };
  }

  /** Requests that begin alike, and whose code a person may still have in mind, or in a message on its way. */
  async function idsWithCodesInUse(requestId: string, now: Date): Promise<readonly string[]> {
    const alike = await store.idsBeginning(requestId.slice(0, shortestCode));
    const { found } = await readable(store, alike);
    const isFree = ({ told, request }: KnownRequest) =>
      told && Date.parse(request.expiresAt) + codeRestsMs <= now.getTime();
    const free = new Set(found.filter(({ state }) => isFree(state)).map((one) => one.requestId));
    return alike.filter((id) => !free.has(id));
  }

  /** What waits for a decision. What cannot be read here does not count: what is not known keeps no one from asking. */
  async function waiting(place?: string): Promise<readonly Recorded[]> {
    const { found } = await readable(store, await store.openIds(place));
    return found.filter(({ state }) => state.phase === 'requested');
  }

  /** Requests for one's own sessions do not count, because anyone may ask for those; of these one in each place answers the next. */
  function whyTooMany(
    open: readonly Recorded[],
    by: Person,
    { id }: Conversation,
    targets: readonly Target[],
  ): 'tooManyOpen' | 'tooManyOfYours' | null {
    const all = open.flatMap(({ state: { request } }) => (request.self ? [] : [request]));
    const here = all.filter(({ conversation }) => isSamePlace(conversation.id, id));
    const own = all.filter((request) => request.by.id === by.id).length;
    return overOpenLimit(by.id, targets, here, { open: own, most: policy.maxOpenPerRequester });
  }
}

export type Submit = ReturnType<typeof createSubmit>;

/** For what people ask. One's own sessions are always looked up; what names too many is refused without a look-up. */
export function withinBudget(submit: Submit, mayLookUp: MayLookUp, { maxTargets }: Pick<Policy, 'maxTargets'>): Submit {
  return async (ask) => {
    const count = ask.targets === 'self' ? 0 : ask.targets.length;
    const isOver = count > 0 && count <= maxTargets && !mayLookUp(ask.by.id, count);
    return isOver ? { kind: 'refused', code: 'lookUpLimit' } : submit(ask);
  };
}

function preview(draft: Draft, now: Date): Submitted {
  const decision = decide({ type: 'request', draft }, initialState, now);
  if (!decision.ok) return { kind: 'refused', code: decision.code };
  const state = fold(decision.events);
  if (state.phase === 'none') throw new Error('a preview without a request');
  return { kind: 'preview', state };
}

/** Where it is decided: where it was asked, or, when no one else sees that, in the conversation that is there for it. */
function placeFor({ conversation, targets }: Ask, approvalConversation: string | null): Place {
  if (targets === 'self' || conversation.kind !== 'personal' || approvalConversation === null) return { conversation };
  const kind = approvalConversation.endsWith('@thread.tacv2') ? 'channel' : 'groupChat';
  return { conversation: { ...conversation, id: approvalConversation, kind }, origin: conversation };
}
