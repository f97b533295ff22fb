import type { User } from '@microsoft/microsoft-graph-types';
import { type AccountNow, type Directory, DirectoryError, type Log } from '../app/ports.ts';
import type { Account } from '../domain/account.ts';
import { type GraphAction, graphActions } from '../domain/result.ts';
import { accountProperties, memberProperties, toAccount, toAccountNow } from './accounts.ts';
import { createReadFacts } from './facts.ts';
import type { GraphClient } from './graph-client.ts';
import { directoryError, type GraphAnswer, problemOf } from './graph-error.ts';
import { groupPath, literal, query, userPath } from './path.ts';
import { createRevoke } from './revoke.ts';
import type { HeldSignIns } from './sign-ins.ts';

const readDeadlineMs = 5000;
/** checkMemberObjects takes this many ids. */
const idsPerCheck = 20;
const mostHits = 10;
/** Entra frees the UPN of a deleted account by writing its object id before it. */
const formerId = /^[0-9a-f]{32}/i;
/** The largest page that Graph gives. */
const mostMembers = '999';

/** Entra through Microsoft Graph. */
export function createDirectory(deps: {
  graph: GraphClient;
  action: GraphAction;
  riskAvailable: boolean;
  log: Pick<Log, 'warn'>;
  /** Where Graph is called as the approver. */
  signIns?: Pick<HeldSignIns, 'credentialOf'>;
}): Directory {
  const { graph, action } = deps;
  // The beta action's property can be read in beta only, so the reads move there with it.
  const { version, validFrom } = graphActions[action];

  const read = async (what: string, path: string, body?: object): Promise<GraphAnswer> => {
    const answer = await graph.send({
      method: body ? 'POST' : 'GET',
      version,
      path,
      deadlineMs: readDeadlineMs,
      ...(body ? { body } : {}),
    });
    const problem = problemOf(answer);
    if (problem) throw directoryError(problem, what, answer);
    return answer;
  };

  const readNow = async (objectId: string): Promise<AccountNow | null> => {
    const select = [...accountProperties, validFrom].join(',');
    try {
      const answer = await read('read', `${userPath(objectId)}${query({ select })}`);
      return toAccountNow(answer, objectId, validFrom);
    } catch (error) {
      return missing(error, null);
    }
  };

  const list = async (filter: string): Promise<readonly Account[]> => {
    const select = accountProperties.join(',');
    const answer = await read('find', `/users${query({ filter, select, top: String(mostHits) })}`);
    return listOf(answer, 'find').map((user) => toAccount(user as User));
  };

  const membersOfGroup = async (id: string) => {
    const select = memberProperties.join(',');
    try {
      const answer = await read(
        'members',
        `${groupPath(id, 'transitiveMembers')}${query({ select, top: mostMembers })}`,
      );
      // Devices, nested groups and service principals stand in the list too.
      const users = listOf(answer, 'members').filter(isUser);
      const { '@odata.nextLink': next } = answer.body as { '@odata.nextLink'?: unknown };
      return { accounts: users.map(toAccount), complete: next === undefined };
    } catch (error) {
      return missing(error, null);
    }
  };

  return {
    ...createReadFacts(graph, deps),
    revoke: createRevoke(graph, deps),

    async find(reference) {
      if (reference.kind === 'objectId') {
        const found = await readNow(reference.text);
        return found ? [found.account] : [];
      }
      // One question per property: each is a documented default filter, which their combination is not everywhere.
      const { own, other } = filtersFor(reference.text);
      const [hits, otherHits] = await Promise.all([
        Promise.all(own.map(list)).then((found) => found.flat()),
        list(other),
      ]);
      // An alternate address anybody may have entered must not make an address of the organisation's own ambiguous.
      const meant = hits.length > 0 ? hits : otherHits;
      return [...new Map(meant.map((account) => [account.id, account])).values()].slice(0, mostHits);
    },

    async findDeleted({ kind, text }) {
      const filter = kind === 'objectId' ? `id eq ${literal(text)}` : `endsWith(userPrincipalName,${literal(text)})`;
      const select = accountProperties.join(',');
      try {
        const answer = await graph.send({
          method: 'GET',
          version: 'v1.0',
          path: `/directory/deletedItems/microsoft.graph.user${query({ filter, select, count: 'true', top: String(mostHits) })}`,
          eventual: true,
          deadlineMs: readDeadlineMs,
        });
        const deleted =
          problemOf(answer) === null ? listOf(answer, 'findDeleted').map((user) => toAccount(user as User)) : [];
        return deleted.flatMap((account) => {
          const upn = account.upn.replace(formerId, '');
          const meant = kind === 'objectId' ? account.id === text : upn.toLowerCase() === text.toLowerCase();
          return meant ? [{ ...account, upn }] : [];
        });
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error;
        return [];
      }
    },

    read: readNow,

    async memberOf(objectId, groupIds) {
      const chunks = Array.from({ length: Math.ceil(groupIds.length / idsPerCheck) }, (_, index) =>
        groupIds.slice(index * idsPerCheck, (index + 1) * idsPerCheck),
      );
      const check = async (ids: readonly string[]): Promise<readonly string[]> => {
        const answer = await read('memberOf', userPath(objectId, 'checkMemberObjects'), { ids });
        return listOf(answer, 'memberOf').map((id) => String(id).toLowerCase());
      };
      return new Set((await Promise.all(chunks.map(check))).flat());
    },

    async members(id) {
      // The id says nothing of what it names, so both are asked at once, and one of them is expected to be missing.
      const [account, group] = await Promise.all([readNow(id), membersOfGroup(id)]);
      if (account) return { accounts: [account.account], complete: true };
      if (group) return group;
      throw new DirectoryError('notFound', 'members: neither a user nor a group');
    },

    async check() {
      await read('check', `/users${query({ select: 'id', top: '1' })}`);
    },
  };
}

/** Only a 404 is "not there"; every other failure stays a failure. */
function missing<T>(error: unknown, nothing: T): T {
  if (error instanceof DirectoryError && error.problem === 'notFound') return nothing;
  throw error;
}

function isUser(member: unknown): member is User {
  return (member as { '@odata.type'?: unknown } | null)?.['@odata.type'] === '#microsoft.graph.user';
}

function listOf({ body }: GraphAnswer, what: string): readonly unknown[] {
  const { value } = (body ?? {}) as { value?: unknown };
  if (!Array.isArray(value)) throw new DirectoryError('rejected', `${what}: Graph sent no list`);
  return value;
}

function filtersFor(address: string): { readonly own: readonly string[]; readonly other: string } {
  const value = literal(address);
  return {
    own: [
      `userPrincipalName eq ${value}`,
      `mail eq ${value}`,
      `proxyAddresses/any(p:p eq ${literal(`SMTP:${address}`)})`,
      `proxyAddresses/any(p:p eq ${literal(`smtp:${address}`)})`,
    ],
    other: `otherMails/any(m:m eq ${value})`,
  };
}
