import type { Clock, Log } from '../../app/ports.ts';
import type { PutRight } from '../../app/put-right.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Answers } from '../answer/answers.ts';
import { words } from '../answer/reply.ts';
import type { Addresses } from '../chat/connector.ts';
import type { Welcome } from '../chat/welcome.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Asked, Incoming } from './incoming.ts';

interface Deps {
  readonly allowedConversations: ReadonlySet<string> | null;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly answers: Answers;
  readonly putRight: PutRight;
  readonly addresses: Pick<Addresses, 'note'>;
  readonly welcome: Welcome;
  readonly outsideTurn: (name: string, work: () => Promise<void>) => void;
  readonly log: Log;
}

/**
 * Whatever comes in from Teams, and the body that goes back (`null`: none). It is the one place that leaves the turn, so
 * that Teams gets its 200 at once whatever Graph does.
 */
export function createBot(deps: Deps) {
  const { allowedConversations, answers, putRight, addresses, welcome, outsideTurn, log } = deps;
  const admit = createFloodGate(deps.clock);
  /** For what clients ask by themselves. */
  const admitRefresh = createFloodGate(deps.clock);
  const isAllowed = (places: readonly string[]) =>
    allowedConversations === null || places.some((id) => allowedConversations.has(id));

  return async function bot(incoming: Incoming): Promise<object | null> {
    if (incoming.where) addresses.note(incoming.where.id, incoming.where.serviceUrl);
    switch (incoming.kind) {
      case 'ignored':
        if (incoming.type === 'message') log.warn({}, 'a message from no one in the directory was not answered');
        return null;
      case 'installed': {
        const { where, places, locale } = incoming;
        if (isAllowed(places)) outsideTurn('welcome', () => welcome.come(where, locale));
        return null;
      }
      case 'removed':
        welcome.go(incoming.where);
        return null;
      case 'signInFailed':
        log.warn({ code: incoming.code }, 'Teams could not get a token for someone who is to sign in');
        return null;
      case 'otherInvoke': {
        const value = { code: 'NotImplemented', message: textsFor(incoming.locale).unknownInvoke };
        return { statusCode: 501, type: 'application/vnd.microsoft.error', value };
      }
      case 'noPerson': {
        const texts = textsFor(incoming.locale);
        return answers.show(incoming.via, words(incoming.isRefresh ? texts.stillOpen : texts.noPerson), texts);
      }
      default: {
        const refusal = whyNot(incoming);
        if (refusal === '') return null;
        // Beside the answer, which does not wait for it.
        if (refusal === null && 'seen' in incoming) {
          outsideTurn('copy', () => putRight(incoming.requestId, incoming.seen));
        }
        const { now, behind } = refusal === null ? await answers.answer(incoming) : answers.refuse(incoming, refusal);
        for (const [name, work] of behind) outsideTurn(name, work);
        return now;
      }
    }
  };

  /** Why it gets no answer but that; empty: not even that, because it was said already, or no one waits for it. */
  function whyNot({ kind, via, by }: Asked): string | null {
    const texts = textsFor(by.locale);
    const isHere = isAllowed(by.places);
    if (kind === 'edited' && !isHere) return '';
    // What clients ask by themselves must not use up what a person may press and type, and is no reason for words.
    const isRefresh = kind === 'refreshed';
    const admission = (isRefresh ? admitRefresh : admit)(by.person.id);
    if (admission === 'ignore' && via === 'message') return '';
    if (admission !== 'admit') return isRefresh ? texts.stillOpen : texts.flood;
    if (isHere) return null;
    return isRefresh ? texts.stillOpen : texts.notAllowedHere;
  }
}

/** More than a person at work sends, and less than what would hurt. */
const most = 120;
const windowMs = 60_000;
const ignoreMs = 60_000;
/** People remembered at once; beyond it the one silent for longest is forgotten. */
const mostPeople = 10_000;

/** Keeps one person from flooding everyone else's conversation: told once, then not answered for a while. */
export function createFloodGate(clock: Pick<Clock, 'elapsed'>) {
  const people = createBoundedMap<string, { began: number; count: number; ignoredUntil: number }>(mostPeople);

  /** `tell`: turned away, and this is the one time to say so. `ignore`: turned away without a word. */
  return function admit(personId: string): 'admit' | 'tell' | 'ignore' {
    const now = clock.elapsed();
    const known = people.get(personId);
    const current =
      known && now - known.began < windowMs ? known : { began: now, count: 0, ignoredUntil: known?.ignoredUntil ?? 0 };
    people.set(personId, current);
    if (now < current.ignoredUntil) return 'ignore';
    current.count += 1;
    if (current.count <= most) return 'admit';
    current.ignoredUntil = now + ignoreMs;
    return 'tell';
  };
}
