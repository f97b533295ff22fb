import type { Account, Person } from '../../src/domain/account.ts';
import type { Conversation } from '../../src/domain/request.ts';
import { type BotDesk, createBotDesk } from './bot-desk.ts';
import { approversGroup, person, requestersGroup } from './fakes.ts';
import { account, alex, channel, lidia, megan, named, nestor, tenantId } from './samples.ts';

/** On the list of approvers, and not allowed to approve all the same. */
const guest = named(5, 'Guest Approver');
const disabled = named(6, 'Disabled Approver');
/** On the list of approvers, and a target herself. */
const target: Person = { id: account(1).id, tenantId, name: 'User 1' };
const ghost = named(9, 'Nobody Known');
export const people = [alex, megan, nestor, lidia, guest, disabled, target, ghost];

const otherChannel: Conversation = { ...channel, id: '19:elsewhere@thread.tacv2;messageid=9' };
const ownChat: Conversation = { ...channel, id: 'a:1lidia', kind: 'personal' };
const otherThread: Conversation = { ...channel, id: '19:incident@thread.tacv2;messageid=5' };
/** Its id begins like that of the channel. */
const neighbour: Conversation = { ...channel, id: '19:incident@thread.tacv2.example' };
export const places = [channel, otherThread, otherChannel, ownChat, neighbour];

const approvers = [megan.id, nestor.id, target.id];
/** What a button can say that does something. */
export type Verb = 'approve' | 'deny' | 'cancel' | 'stop' | 'retry';
type May = Readonly<Record<Verb, readonly string[]>>;
/** Whoever may cancel may stop; failed ones alone are asked for again. */
const may = (approve: readonly string[], deny: readonly string[], cancel: readonly string[]): May => {
  return { approve, deny, cancel, stop: cancel, retry: [] };
};
const incident = '19:incident@thread.tacv2';

interface Asked {
  readonly id: string;
  readonly place: string;
  /** Where it stands when the scene opens. */
  readonly phase: 'open' | 'approved' | 'over';
  /** Who may do what, at a time when it can be done: written down, not worked out. */
  readonly may: May;
}
const single = {
  id: 'K7F3KKKKKKKKKKKKKKKK',
  place: incident,
  phase: 'open',
  may: may(approvers, approvers, [alex.id, ...approvers]),
} as const;

/** The requests there are. */
export const requests = {
  single,
  /** Asked by an approver, about an approver: two persons, and neither is the target. */
  twoPersons: {
    id: 'T6WXTTTTTTTTTTTTTTTT',
    place: incident,
    phase: 'open',
    // Who is a target decides nothing.
    may: may([megan.id], [megan.id, nestor.id], [megan.id, nestor.id]),
  },
  own: { id: 'P4PQPPPPPPPPPPPPPPPP', place: 'a:1lidia', phase: 'open', may: may([lidia.id], [lidia.id], [lidia.id]) },
  elsewhere: {
    id: 'E6GHEEEEEEEEEEEEEEEE',
    place: '19:elsewhere@thread.tacv2',
    phase: 'open',
    may: may(approvers, approvers, approvers),
  },
  /** About three, one of whom approves elsewhere. */
  approved: {
    ...single,
    id: 'A9PRAAAAAAAAAAAAAAAA',
    phase: 'approved',
    may: { ...single.may, stop: [alex.id, megan.id, nestor.id] },
  },
  denied: { ...single, id: 'N3EDNNNNNNNNNNNNNNNN', phase: 'over' },
  expired: { ...single, id: 'F7ACFFFFFFFFFFFFFFFF', phase: 'over' },
  failed: {
    ...single,
    id: 'D9DHDDDDDDDDDDDDDDDD',
    phase: 'over',
    may: { ...single.may, retry: [alex.id, nestor.id] },
  },
} as const satisfies Record<string, Asked>;
export const allRequests: readonly Asked[] = Object.values(requests);
export const openIds = allRequests.filter(({ phase }) => phase === 'open').map(({ id }) => id);
export const ids = allRequests.map(({ id }) => id);

/** A bot in the middle of its work: some requests open, some over. */
export async function openScene(options: { onlyChannel: boolean; slow: boolean }): Promise<BotDesk> {
  const accounts: Account[] = [account(1), account(2), account(3), account(4), person(lidia.id, lidia.name)];
  accounts.push(person(nestor.id, nestor.name), person(guest.id, guest.name, { guest: true }));
  accounts.push(person(disabled.id, disabled.name, { enabled: false }));
  const allowedConversations = options.onlyChannel ? new Set(['19:incident@thread.tacv2']) : null;
  const desk = createBotDesk({ house: { accounts }, allowedConversations, slow: options.slow });
  const { house } = desk;
  // What happens here happens because of a click, not because time passed.
  house.clock.after = () => () => undefined;
  house.directory.groups.set(requestersGroup, new Set([alex.id, nestor.id]));
  house.directory.groups.set(approversGroup, new Set([...approvers, guest.id, disabled.id]));

  const ask = async ({ id: requestId }: Asked, by: Person, numbers: readonly number[], conversation = channel) => {
    const targets = numbers.map((number) => ({ kind: 'address' as const, text: account(number).upn }));
    const asked = house.ask({ requestId, by, conversation, targets: targets.length === 0 ? 'self' : targets });
    const { kind } = await house.submit(asked);
    if (kind !== 'recorded') throw new Error(`${requestId} was not asked: ${kind}`);
    // Nobody decides what nobody has seen.
    await house.settle(requestId);
  };
  const decide = ({ id: requestId }: Asked, verb: 'approve' | 'deny') =>
    house.review({ requestId, verb, by: megan, where: channel.id });

  await ask(requests.failed, alex, [4]);
  await decide(requests.failed, 'approve');
  house.directory.answers.push({ kind: 'refused', code: 'missingPermission', effect: false });
  await house.settle(requests.failed.id);
  house.directory.writes.length = 0;
  await ask(requests.expired, alex, [2]);
  house.clock.pass(14 * 60_000);
  await ask(requests.single, alex, [2]);
  await ask(requests.twoPersons, nestor, [1]);
  await ask(requests.own, lidia, [], ownChat);
  await ask(requests.elsewhere, nestor, [2], otherChannel);
  await ask(requests.denied, alex, [3]);
  await decide(requests.denied, 'deny');
  await ask(requests.approved, alex, [1, 2, 3]);
  await decide(requests.approved, 'approve');
  house.clock.pass(2 * 60_000);
  desk.appended.length = 0;
  return desk;
}

export const sentences = { asked: 'revoke sessions for user3@contoso.example', askedOwn: 'revoke my sessions' };
/** Who may say which of them. */
export const askers = {
  asked: [alex.id, nestor.id],
  askedOwn: [alex.id, megan.id, nestor.id, lidia.id, target.id],
};
