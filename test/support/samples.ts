import type { DirectoryProblem } from '../../src/app/errors.ts';
import type { Account, AccountFacts, Person, Target } from '../../src/domain/account.ts';
import type { Approvers, Conversation, Requested } from '../../src/domain/request.ts';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const start = new Date('2026-11-21T03:00:00.000Z');

export const requestId = 'K7F3AAAAAAAAAAAAAAAA';
/** The end of its trail. */
export const head = '3fa91c07be42d8e5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f80910a1b';

export const named = (number: number, name: string): Person => ({
  id: `aaaaaaaa-0000-4000-8000-00000000000${number}`,
  tenantId,
  name,
});
export const alex = named(1, 'Alex Wilber');
export const megan = named(2, 'Megan Bowen');
export const nestor = named(3, 'Nestor Wilke');
/** Nobody gave her any right. */
export const lidia = named(4, 'Lidia Holloway');

export const channel: Conversation = {
  id: '19:incident@thread.tacv2;messageid=1',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  botId: '28:bot',
  kind: 'channel',
};

export const noFacts: AccountFacts = {
  roles: { known: true, value: [] },
  lastSignIn: { known: false },
  risk: { known: false },
};

export function account(number: number, more: Partial<Account> = {}): Account {
  return {
    id: `bbbbbbbb-0000-4000-8000-${String(number).padStart(12, '0')}`,
    upn: `user${number}@contoso.example`,
    name: `User ${number}`,
    jobTitle: null,
    department: null,
    external: false,
    guest: false,
    enabled: true,
    synced: false,
    restricted: false,
    ...more,
  };
}

export function target(number: number, more: Partial<Account> = {}, facts: Partial<AccountFacts> = {}): Target {
  return { account: account(number, more), facts: { ...noFacts, ...facts } };
}

/** Those who can approve; Alex is the one who asks. */
export function approvers(people: readonly Pick<Person, 'id' | 'name'>[], more: Partial<Approvers> = {}) {
  const named = people.map(({ id, name }) => ({ id, name }));
  const requesterToo = named.some(({ id }) => id === alex.id);
  return { known: true, value: { named, count: named.length, complete: true, requesterToo, ...more } } as const;
}

export function draft(more: Partial<Requested> = {}): Omit<Requested, 'type' | 'at' | 'where'> {
  return {
    code: 'K7F3',
    by: alex,
    conversation: channel,
    targets: [target(1)],
    omitted: [],
    reason: null,
    self: false,
    action: 'revokeSignInSessions',
    twoPersons: null,
    approvers: approvers(more.twoPersons ? [megan] : [alex, megan]),
    expiresAt: new Date(start.getTime() + 15 * 60_000).toISOString(),
    locale: 'en-US',
    ...more,
  };
}

export function requested(more: Partial<Requested> = {}): Requested {
  const asked = draft(more);
  return { type: 'Requested', at: start.toISOString(), where: asked.conversation.id, ...asked, ...more };
}

const problems: Readonly<Record<DirectoryProblem, true>> = {
  missingPermission: true,
  notFound: true,
  notGraph: true,
  conflict: true,
  throttled: true,
  unavailable: true,
  noAnswer: true,
  signIn: true,
  rejected: true,
};
/** Every way in which Graph can fail; one that is new stands here, or does not compile. */
export const directoryProblems = Object.keys(problems) as DirectoryProblem[];
