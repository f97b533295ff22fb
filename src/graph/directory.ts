import type { User } from '@microsoft/microsoft-graph-types';
import { DirectoryError } from '../app/errors.ts';
import type { AccountNow, Directory, Log } from '../app/ports.ts';
import type { Account } from '../domain/account.ts';
import { type GraphAction, graphActions } from '../domain/result.ts';
import { accountProperties, memberProperties, toAccount, toAccountNow } from './accounts.ts';
import { createReadFacts } from './facts.ts';
import type { GraphClient } from './graph-client.ts';
import { groupPath, literal, query, userPath } from './path.ts';
import { createReadAgain, missing, readAll, readOne } from './reading.ts';
import { createRevoke } from './revoke.ts';
import type { HeldSignIns } from './sign-ins.ts';

const readDeadlineMs = 5000;
/** checkMemberObjects takes this many ids. */
const idsPerCheck = 20;
const mostHits = 10;
/** Entra frees the UPN of a deleted account by writing its object id before it. */
const formerId = /^[0-9a-f]{32}/i;
/** The largest page that Graph gives. */
const pageOfMembers = '999';
/** Of whom the card names a few. */
const mostMembers = 999;
const sessionsValidFrom = graphActions.revokeSignInSessions.validFrom;
type ValidFrom = (typeof graphActions)[GraphAction]['validFrom'];

/** Entra through Microsoft Graph. */
export function createDirectory(deps: {
  graph: GraphClient;
  action: GraphAction;
  riskAvailable: boolean;
  log: Pick<Log, 'warn'>;
  sleep: (ms: number) => Promise<void>;
  /** Where Graph is called as the approver. */
  signIns?: Pick<HeldSignIns, 'credentialOf'>;
}): Directory {
  const { graph, action, sleep } = deps;
  // The beta action's property can be read in beta only, so the reads move there with it.
  const { version, validFrom } = graphActions[action];

  const readAgain = createReadAgain(sleep);
  const get = (path: string) => ({ method: 'GET', version, path, deadlineMs: readDeadlineMs }) as const;

  /** Whether this Graph does not know the action's own property; the other tells the same. */
  let isValidFromUnknown = false;
  const withValidFrom = async <T>(ask: (property: ValidFrom) => Promise<T>): Promise<T> => {
    if (isValidFromUnknown || validFrom === sessionsValidFrom) return ask(sessionsValidFrom);
    try {
      return await ask(validFrom);
    } catch (error) {
      if (!(error instanceof DirectoryError && error.problem === 'rejected')) throw error;
      const answered = await ask(sessionsValidFrom);
      isValidFromUnknown = true;
      return answered;
    }
  };

  const readNow = (objectId: string): Promise<AccountNow> =>
    withValidFrom(async (property) => {
      const select = `${accountProperties},${property}`;
      const answer = await readOne(graph, 'read', get(`${userPath(objectId)}${query({ select })}`));
      return toAccountNow(answer, objectId, property);
    });

  const findDeleted: Directory['findDeleted'] = async ({ kind, text }) => {
    const filter = kind === 'objectId' ? `id eq ${literal(text)}` : `endsWith(userPrincipalName,${literal(text)})`;
    try {
      const options = query({ filter, select: accountProperties, count: 'true', top: String(mostHits) });
      const path = `/directory/deletedItems/microsoft.graph.user${options}`;
      const call = { ...get(path), version: 'v1.0', eventual: true } as const;
      const { items } = await readAll(graph, 'findDeleted', call, mostHits);
      const deleted = items.map((user) => toAccount(user as User));
      return deleted.flatMap((account) => {
        const upn = account.upn.replace(formerId, '');
        const meant = kind === 'objectId' ? account.id === text : upn.toLowerCase() === text.toLowerCase();
        return meant ? [{ ...account, upn }] : [];
      });
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      return [];
    }
  };

  const list = async (filter: string): Promise<readonly Account[]> => {
    const path = `/users${query({ filter, select: accountProperties, top: String(mostHits) })}`;
    const found = await readAll(graph, 'find', get(path), mostHits);
    return found.items.map((user) => toAccount(user as User));
  };

  /** In small letters; `null` when there is no such group. */
  const visibilityOf = async (id: string): Promise<string | null> => {
    try {
      const { body } = await readOne(graph, 'entry', get(`${groupPath(id)}${query({ select: 'id,visibility' })}`));
      const group = (body ?? {}) as { id?: unknown; visibility?: unknown };
      if (String(group.id).toLowerCase() !== id.toLowerCase()) throw new DirectoryError('rejected', 'entry: no group');
      return String(group.visibility ?? '').toLowerCase();
    } catch (error) {
      return missing(error, null);
    }
  };

  const membersOfGroup = async (id: string) => {
    try {
      const path = `${groupPath(id, 'transitiveMembers')}${query({ select: memberProperties, top: pageOfMembers })}`;
      const { items, complete } = await readAll(graph, 'members', get(path), mostMembers);
      // Devices, nested groups and service principals stand in the list too.
      return { accounts: items.filter(isUser).map(toAccount), complete };
    } catch (error) {
      return missing(error, null);
    }
  };

  return {
    ...createReadFacts(graph, { ...deps, readAgain }),
    revoke: createRevoke(graph, deps),

    async find(reference) {
      if (reference.kind === 'objectId') {
        const found = await readAgain(() => readNow(reference.text)).catch((error: unknown) => missing(error, null));
        return found ? [found.account] : [];
      }
      // One question per property: each is a documented default filter, which their combination is not everywhere.
      const { own, other } = filtersFor(reference.text);
      const [hits, otherHits] = await Promise.all([
        Promise.all(own.map(list)).then((found) => found.flat()),
        list(other),
      ]);
      // An alternate address anyone may have entered must not make an address of the organisation's own ambiguous.
      const meant = hits.length > 0 ? hits : otherHits;
      return [...new Map(meant.map((account) => [account.id, account])).values()].slice(0, mostHits);
    },

    beginning(prefixes) {
      const properties = ['displayName', 'givenName', 'surname', 'userPrincipalName', 'mail'];
      const clauses = prefixes.flatMap((prefix) => properties.map((name) => `startswith(${name},${literal(prefix)})`));
      return list(clauses.join(' or '));
    },

    findDeleted,

    async read(objectId) {
      try {
        return await readAgain(() => readNow(objectId));
      } catch (error) {
        const isGone = missing(error, true) && (await findDeleted({ kind: 'objectId', text: objectId })).length > 0;
        if (isGone) return null;
        throw error;
      }
    },

    async memberOf(objectId, groupIds) {
      const chunks = Array.from({ length: Math.ceil(groupIds.length / idsPerCheck) }, (_, index) =>
        groupIds.slice(index * idsPerCheck, (index + 1) * idsPerCheck),
      );
      const check = async (ids: readonly string[]): Promise<readonly string[]> => {
        const call = { ...get(userPath(objectId, 'checkMemberObjects')), method: 'POST', body: { ids } } as const;
        return (await readAgain(() => readAll(graph, 'memberOf', call))).items.map((id) => String(id).toLowerCase());
      };
      return new Set((await Promise.all(chunks.map(check))).flat());
    },

    entry(id) {
      return readAgain(async () => {
        const group = visibilityOf(id);
        // Looked at below, where there is no such user.
        group.catch(() => undefined);
        if (await readNow(id).catch((error: unknown) => missing(error, null))) return 'user';
        const visibility = await group;
        return visibility === null ? null : visibility === 'hiddenmembership' ? 'hiddenGroup' : 'group';
      });
    },

    async members(id) {
      // The id says nothing of what it names, so both are asked at once, and one of them is expected to be missing.
      const ifThere = readNow(id).catch((error: unknown) => missing(error, null));
      const [account, group] = await Promise.all([ifThere, membersOfGroup(id)]);
      if (account) return { accounts: [account.account], complete: true };
      if (group) return group;
      throw new DirectoryError('notFound', 'members: neither a user nor a group');
    },

    async check() {
      // What is asked for each account, so that what would fail there fails here.
      await withValidFrom((property) =>
        readOne(graph, 'check', get(`/users${query({ select: `${accountProperties},${property}`, top: '1' })}`)),
      );
    },
  };
}

function isUser(member: unknown): member is User {
  return (member as { '@odata.type'?: unknown } | null)?.['@odata.type'] === '#microsoft.graph.user';
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
