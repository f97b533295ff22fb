import type { Change } from '../domain/account.ts';
import type { Command, Limit, RefusalCode } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import type { KnownRequest, RequestState, Verb } from '../domain/request.ts';
import { standsDespite } from '../domain/targets.ts';
import { hourlyLimitOf, mayRequest } from '../domain/who-may.ts';
import type { TellAttempt } from './announce.ts';
import type { Base } from './policy.ts';
import type { TellDelay } from './progress.ts';
import {
  type Click,
  createReadForClick,
  type Handovers,
  type ReadForClick,
  type ReadingDeps,
} from './read-for-click.ts';
import { mostInOneRound, type Ran, type RunCommand } from './run-command.ts';
import type { Submit } from './submit.ts';

export type Reviewed =
  | { readonly ok: true; readonly state: KnownRequest }
  | {
      readonly ok: false;
      readonly code: RefusalCode;
      readonly state: RequestState;
      readonly limit?: Limit;
      /** All were told: the first time that this person tried to decide about their own account. */
      readonly toldToAll?: true;
    };

interface Deps extends ReadingDeps, Pick<Base, 'ids' | 'signIns' | 'protection'> {
  readonly submit: Submit;
  readonly runCommand: RunCommand;
  readonly handovers: Pick<Handovers, 'leave'>;
  /** From the decision on, also where nothing can be read any more. */
  readonly delay: TellDelay;
  readonly tellAttempt: TellAttempt;
}

/** Refusals about a person, as opposed to the state of the request; these go on record. */
const aboutThePerson: ReadonlySet<RefusalCode> = new Set([
  'notMember',
  'disabled',
  'notApprover',
  'notRequesterNorApprover',
  'isTarget',
  'onlySelf',
  'onlyApprover',
  'twoPersons',
  'signInInvalid',
  'signInOfAnother',
  'signInTooWeak',
  'askerMayNot',
]);

const aboutTheRequest: ReadonlySet<RefusalCode> = new Set(['hourlyLimit', 'noApprover']);

/**
 * Records a decision, durably, before anything is said or done about it. An approval is for what the card showed: when
 * an account is not that any more, nothing is approved and a new request with a new card takes the old one's place.
 * @throws DirectoryError when rights or accounts could not be read: nothing was decided.
 */
export function createReview(deps: Deps) {
  const { protection, submit, runCommand, handovers, clock, ids, signIns, policy, delay, tellAttempt, worker } = deps;

  const { readForClick, lookAt } = createReadForClick(deps);

  return async function review(click: Click): Promise<Reviewed> {
    const { requestId, verb, by, where, reason } = click;
    const read = await readForClick(click);
    const { state, rights, hourly } = read;
    if (state.phase === 'none') return { ok: false, code: 'unknownRequest', state };
    const why = reason === undefined ? {} : { reason };
    const bare = { type: verb, by, rights, where, hourly, ...why } as const;
    const onBehalf = { requestId, personId: by.id };
    const early = decide(bare, state, clock.now());
    // Everything else allows it, so what a sign-in costs is not spent on a person who may not.
    const auth = state.request.auth ?? 'application';
    const comesThrough = early.ok || early.code === 'signInNeeded';
    // Approved now, it would be carried out in a way that the settings no longer allow.
    if (comesThrough && auth !== policy.auth && (verb === 'approve' || verb === 'continue')) {
      return { ok: false, code: 'settingsChanged', state };
    }
    const token = !early.ok && early.code === 'signInNeeded' ? click.token : undefined;
    if (token === undefined) return settle(click, bare, state, read);
    const code = await signIns.accept(onBehalf, token, state.request.privileged === true);
    if (code !== null) {
      await note(click, code);
      return { ok: false, code, state };
    }
    let isHeld = false;
    try {
      const reviewed = await settle(click, { ...bare, worker }, state, read);
      isHeld = reviewed.state.phase !== 'none' && holdsSignIn(reviewed.state, onBehalf.personId);
      return reviewed;
    } finally {
      if (!isHeld) signIns.forget(onBehalf);
    }
  };

  /** Whether the sign-in that this process holds is the one that counts. */
  function holdsSignIn({ signIn, decision, finishedAt }: KnownRequest, personId: string): boolean {
    return finishedAt === null && signIn?.worker === worker && decision?.by.id === personId;
  }

  async function settle(
    click: Click,
    command: Command & { type: Verb },
    state: KnownRequest,
    read: ReadForClick,
  ): Promise<Reviewed> {
    const ran = await decided(click, command, state, read);
    if (!ran.ok) {
      if (ran.code === 'hourlyLimit' && 'hourly' in command) {
        return { ...ran, limit: hourlyLimitOf(state.request.targets.length, command.hourly, clock.now()) };
      }
      const times = await note(click, ran.code);
      if (ran.code !== 'isTarget' || times !== 1) return ran;
      tellAttempt(click.requestId, state, click);
      return { ...ran, toldToAll: true };
    }
    if (ran.state.phase === 'none') throw new Error('a decision without a request');
    delay.watch(click.requestId, ran.state);
    return { ok: true, state: ran.state };
  }

  /** An approval of what is no longer so is none. */
  async function decided(
    click: Click,
    command: Command & { type: Verb },
    state: KnownRequest,
    { known, at, rights, looking }: ReadForClick,
  ): Promise<Ran | Reviewed> {
    if (command.type !== 'approve' || !decide(command, state, clock.now()).ok) {
      return runCommand(click.requestId, command);
    }
    if (!(await protection.isKnown())) return { ok: false, code: 'protectionUnknown', state };
    const { request, agreed } = state;
    const [{ changes, renamed, accounts }, asker, first] = await (looking ?? lookAt(state));
    if (mayRequest(asker, request.self) !== null) return { ok: false, code: 'askerMayNot', state };
    const { self, by, privileged, voided } = request;
    const alone = !self && by.id === click.by.id && policy.twoPersons.rule !== 'never';
    const weightCounts = alone || (policy.auth === 'delegated' && !self && privileged === undefined);
    const stands = standsDespite(changes, { ...(voided && { voided }), approverId: click.by.id, weightCounts });
    if (changes.length > 0 && !stands) return supersede(click, state, changes);
    const ran = await runCommand(click.requestId, { ...command, renamed }, known);
    // Of a large request another process may carry it out, and the look would be too old before its last account.
    if (ran.ok && ran.state.phase === 'approved' && request.targets.length <= mostInOneRound) {
      const others = agreed && first ? [{ of: agreed, rights: first }] : [];
      const read = [{ of: click.by, rights }, { of: request.by, rights: asker }, ...others];
      handovers.leave(click.requestId, { known: ran.known, readAt: at, accounts, rights: read });
    }
    return ran;
  }

  /** How often this person was refused so far; 0 where that is not written down. */
  async function note({ requestId, by, verb, where }: Click, code: RefusalCode): Promise<number> {
    if (!aboutThePerson.has(code)) return 0;
    const noted = await runCommand(requestId, { type: 'noteRefusal', by, verb, code, where });
    return noted.ok && noted.state.phase !== 'none' ? (noted.state.refusedAttempts.get(by.id) ?? 0) : 0;
  }

  /** The same people are asked for again, by the same person, as they are now; `advance` makes that request. */
  async function supersede(click: Click, state: KnownRequest, changes: readonly Change[]): Promise<Reviewed> {
    const { requestId, by, where } = click;
    const { request } = state;
    const id = ids.successorOf(requestId);
    const submitted = await submit({
      requestId: id,
      by: request.by,
      conversation: request.origin ?? request.conversation,
      place: request,
      targets: request.self ? 'self' : request.targets.map(({ account }) => ({ kind: 'objectId', text: account.id })),
      reason: request.reason,
      ...(request.link ? { link: request.link } : {}),
      dryRun: true,
      locale: request.locale,
    });
    if (submitted.kind !== 'preview') {
      // Why there is no new card, unless it is about the one who asked: that is said in general.
      const tells = submitted.kind === 'refused' && aboutTheRequest.has(submitted.code);
      return { ok: false, code: tells ? submitted.code : 'targetGone', state };
    }
    const { type: _type, at: _at, where: _where, ...asked } = submitted.state.request;
    const draft = { ...asked, voided: [...(request.voided ?? []), by.id] };
    const ran = await runCommand(requestId, { type: 'supersede', by, where, successor: { id, draft }, changes });
    return ran.ok ? { ok: false, code: 'superseded', state: ran.state } : ran;
  }
}

export type Review = ReturnType<typeof createReview>;
