import type { DirectoryRole, Known, Target } from '../../domain/account.ts';
import type { Texts } from '../texts/en.ts';
import { type Fact, shorten } from './parts.ts';

const mostRoles = 5;
const roomForRole = 100;

/** Each with whether an approver has to see it without unfolding anything. */
type Weighed = Fact & { readonly unusual: boolean };

const told = ({ label, value, look }: Weighed): Fact => ({ label, value, look });

/** What an approver has to see. */
export function unusualFacts(target: Target, texts: Texts, now: Date): readonly Fact[] {
  return factsOf(target, texts, now)
    .filter((fact) => fact.unusual)
    .map(told);
}

/** What is as usual, folded away. */
export function usualFacts(targets: readonly Target[], texts: Texts, now: Date): readonly Fact[] {
  const [only] = targets;
  if (!only || targets.length > 1) return [];
  return factsOf(only, texts, now)
    .filter((fact) => !fact.unusual)
    .map(told);
}

function factsOf({ account, facts }: Target, texts: Texts, now: Date): readonly Weighed[] {
  const { labels } = texts;
  const fact = <T>(
    label: string,
    known: Known<T>,
    show: (value: T) => string,
    isAlert: (value: T) => boolean,
  ): Weighed =>
    known.known
      ? { label, value: show(known.value), ...(isAlert(known.value) ? alert : usual) }
      : {
          label,
          value: known.why ? texts.notAvailableWhy[known.why] : texts.notAvailable,
          look: 'subtle',
          unusual: true,
        };
  const isOdd = account.guest || account.external || !account.enabled;
  return [
    { label: labels.account, value: texts.account(account), ...(isOdd ? alert : usual) },
    fact(
      labels.roles,
      facts.roles,
      (value) => roles(value, texts, mostRoles),
      (value) => value.length > 0,
    ),
    fact(labels.risk, facts.risk, texts.risk, (value) => value !== 'none'),
    {
      ...fact(
        labels.lastSignIn,
        facts.lastSignIn,
        (value) => lastSignIn(value, facts.lastAttempt, texts, now),
        () => false,
      ),
      unusual: true,
    },
    { label: labels.objectId, value: account.id, look: 'code', unusual: false },
  ];
}

const alert = { look: 'alert', unusual: true } as const;
const usual = { look: 'plain', unusual: false } as const;

/** @param most named; the others are counted */
export function roles(held: readonly DirectoryRole[], texts: Texts, most: number): string {
  if (held.length === 0) return texts.none;
  const named = held.map((role) =>
    texts.role(shorten(role.name, roomForRole), role.eligible === true, role.scope !== undefined),
  );
  const names = named.slice(0, most).join(texts.marks.list);
  const hidden = held.length - most;
  return hidden > 0 ? `${names} ${texts.more(hidden)}` : names;
}

/** Clocks differ by less: what is told of later than this has not happened, and is no time. */
const aheadMs = 3_600_000;

function lastSignIn(last: string | null, attempt: string | undefined, texts: Texts, now: Date): string {
  const isAhead = (time: string | null | undefined) => Date.parse(time ?? '') - now.getTime() > aheadMs;
  if (isAhead(last) || isAhead(attempt)) return texts.notAvailable;
  const signIn = last === null ? texts.noSignIn : texts.lastSignIn(last, now);
  return attempt === undefined ? signIn : `${signIn}${texts.marks.parts}${texts.lastAttempt(attempt, last !== null)}`;
}
