import { inParallel } from '../../app/concurrency.ts';
import type { Log } from '../../app/ports.ts';
import { property } from '../../base/read.ts';
import { guid } from '../../domain/guid.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';
import { codeOf, isNoMember, noMember, type Reach } from './connector.ts';

/** Why a member of a conversation has no sessions that can be revoked. */
type NotFound =
  /** Teams knows no such member here. */
  | 'gone'
  /** Of another organisation. */
  | 'elsewhere'
  /** Takes part without an account. */
  | 'noAccount'
  /** Teams did not say. */
  | 'unreadable';

export type Member =
  | { readonly kind: 'person'; readonly objectId: string }
  | { readonly kind: 'noOne'; readonly why: NotFound };

/** Where a person was mentioned. */
interface Place {
  readonly conversation: Conversation;
  /** The team of the channel, where there is one. */
  readonly team: string | null;
}

/** Which members of the conversation have these ids, in their order. Never throws. */
export type Roster = (place: Place, ids: readonly string[]) => Promise<readonly Member[]>;

interface Deps {
  readonly reach: Reach;
  readonly tenantId: string;
  readonly log: Log;
  readonly deadlineMs?: number;
}

/**
 * Asks Teams for one member after the other, by id: a team may have ten thousand, so they are not listed. All of it within
 * five seconds; a person of whom Teams has not told by then is `unreadable`.
 */
export function createRoster({ reach, tenantId, log, deadlineMs = 5000 }: Deps): Roster {
  return async function roster({ conversation, team }, ids) {
    const found = new Map<string, Member>();
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), deadlineMs);
    const asking = async () =>
      reach(conversation, { repeats: true })(async (_, { conversations }) => {
        // A thread has no members of its own. A member of no channel of the team but this one is in no list of the team.
        const lists = [placeOf(conversation.id), ...(team === null ? [] : [team])];
        await inParallel(ids, async (id) => {
          const ask = (list: string) => conversations.getConversationMember(list, id, { abortSignal: over.signal });
          found.set(id, await firstOf(lists, ask, over.signal));
        });
      });
    const late = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    await Promise.race([
      asking().catch((error: unknown) => log.warn({ err: error }, 'the roster could not be read')),
      late,
    ]);
    clearTimeout(timer);
    return ids.map((id) => found.get(id) ?? noOne('unreadable'));
  };

  async function firstOf(lists: readonly string[], ask: (list: string) => Promise<unknown>, over: AbortSignal) {
    let answer = noOne('unreadable');
    for (const list of lists) {
      try {
        return whoIs(await ask(list));
      } catch (error) {
        if (over.aborted) return noOne('unreadable');
        if (isNoMember(error)) answer = noOne('gone');
        else log.warn({ err: error }, 'the roster could not be read');
      }
    }
    return answer;
  }

  function whoIs(member: unknown): Member {
    const { aadObjectId, objectId, tenantId: home } = (member ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof home === 'string' && home.toLowerCase() !== tenantId.toLowerCase()) return noOne('elsewhere');
    const id = [aadObjectId, objectId].find((one) => typeof one === 'string' && guid.test(one)) as string | undefined;
    return id === undefined ? noOne('noAccount') : { kind: 'person', objectId: id.toLowerCase() };
  }
}

const noOne = (why: NotFound): Member => ({ kind: 'noOne', why });

/**
 * Whether the bot is in the conversation, so that it can speak there: Teams lets it ask for a member only then. `null`: that
 * could not be found out. Never throws.
 */
export function createIsInstalled({ reach }: { readonly reach: Reach }) {
  return async function isInstalled(conversation: Conversation, personId: string): Promise<boolean | null> {
    try {
      await reach(conversation)(async (_, { conversations }) => {
        // A private channel has its own members, and so its own installation: the channel is asked, not the team.
        await conversations.getConversationMember(placeOf(conversation.id), personId);
      });
      return true;
    } catch (error) {
      const status = property(error, 'statusCode');
      return status === 403 || status === 404 ? codeOf(error) === noMember : null;
    }
  };
}

export type IsInstalled = ReturnType<typeof createIsInstalled>;
