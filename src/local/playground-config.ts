/** Someone of the tenant, as the Playground shows them. */
interface PlaygroundPerson {
  /** Entra object id */
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail?: string;
}

export interface PlaygroundConfigOptions {
  readonly people: readonly PlaygroundPerson[];
  readonly tenantId: string;
  /** object id of the person at the keyboard */
  readonly currentUserId: string;
}

/** What the Playground calls its conversations and the bot; the names stand in its side bar and in its @mention menu. */
export const playgroundNames = {
  bot: 'Session Revoker',
  groupChat: 'Security on call',
  team: 'Contoso Security',
  channel: 'Incident response',
} as const;

/** The Playground's schema asks for exactly so many people besides the one at the keyboard. */
const otherPeople = 5;

/**
 * The Playground's configuration file, version 0.1.1. Written as JSON, which is YAML, so that no name can break out of its
 * quotes. The person at the keyboard and the first five others are in every roster; no other can be @mentioned there.
 * Throws when the current user is not among the people, or fewer than five others are.
 */
export function playgroundConfig({ people, tenantId, currentUserId }: PlaygroundConfigOptions): string {
  const currentUser = people.find((person) => person.id === currentUserId);
  if (!currentUser) throw new RangeError(`the person at the keyboard, ${currentUserId}, is not among the people given`);
  const others = people.filter((person) => person.id !== currentUserId).slice(0, otherPeople);
  if (others.length < otherPeople) {
    throw new RangeError(`the Playground needs ${otherPeople} people besides the one at the keyboard`);
  }
  // The ids stay the same from start to start: open requests, which outlive the process, are bound to their conversation.
  const config = {
    version: '0.1.1',
    tenantId,
    bot: { id: '28:session-revoker', name: playgroundNames.bot },
    currentUser: account(currentUser),
    users: others.map(account),
    personalChat: { id: 'a:session-revoker' },
    groupChat: { id: '19:security-on-call@thread.v2', name: playgroundNames.groupChat },
    team: {
      id: '19:contoso-security@thread.tacv2',
      name: playgroundNames.team,
      aadGroupId: 'c2b7f1d4-3a68-4f0e-9c15-7de2a4810b36',
      channels: [{ id: '19:incident-response@thread.tacv2', name: playgroundNames.channel }],
    },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function account(person: PlaygroundPerson) {
  const [givenName = '', ...surnames] = person.displayName.split(' ');
  return {
    // Teams finds a member by object id, too; the Playground only by this one.
    id: person.id,
    name: person.displayName,
    userPrincipleName: person.userPrincipalName,
    aadObjectId: person.id,
    givenName,
    surname: surnames.join(' '),
    email: person.mail ?? '',
  };
}
