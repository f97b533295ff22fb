import type { EmulatedPerson } from '../src/local/directory.ts';
import { buttonsOf, cardIn, shownBy } from '../test/support/production/card.ts';
import type { Shown } from '../test/support/production/fake-connector.ts';
import { groupChat } from '../test/support/production/teams-client.ts';
import { person, startWorld, type World } from '../test/support/production/world.ts';
import { crowd } from './crowd.ts';
import { putToWork } from './graph-at-work.ts';
import { quietly } from './start-process.ts';

const targets = 120;
const patienceMs = 60_000;
/** Of a list of people that a card shows, so many are enough to read. */
const mostPeople = 2;

/** One bulk request from the message to the retry, against the production process, as people in the chat see it. */
export async function transcript(): Promise<string> {
  const people = crowd(targets);
  const world = await startWorld({ people, env: await quietly() });
  try {
    return await play(world, people);
  } finally {
    await world.stop();
  }
}

async function play(world: World, people: readonly EmulatedPerson[]): Promise<string> {
  const { connector, graph, teams, tenant } = world;
  const [alex, megan] = [person('alex'), person('megan')];
  const [gone, refused, throttled] = [people[30], people[70], people[100]] as [EmulatedPerson, ...EmulatedPerson[]];
  putToWork(world).latencyMs = 100;
  const write = (id: string | undefined) => ({
    method: 'POST',
    path: new RegExp(`/users/${id}/revokeSignInSessions$`),
  });
  const error = (code: string) => ({ error: { code, message: '' } });
  graph.faults.inject({ ...write(gone.id), delayMs: 100, onHit: () => tenant.remove(gone.id) });
  graph.faults.inject({
    ...write(refused?.id),
    delayMs: 100,
    answer: { status: 403, body: error('Authorization_RequestDenied') },
  });
  const wait = { status: 429, headers: { 'retry-after': '2' }, body: error('TooManyRequests') };
  graph.faults.inject({ ...write(throttled?.id), delayMs: 100, answer: wait });

  const place = groupChat('incident');
  const began = Date.now();
  const lines: string[] = [
    `${targets} accounts. Graph answers after 100 ms. ${gone.displayName} is deleted at the moment of the write (404),`,
    `${refused?.displayName} is refused (403), ${throttled?.displayName} is throttled once (429, Retry-After 2).`,
  ];
  const note = (at: number, who: string, what: string) => {
    const seconds = ((at - began) / 1000).toFixed(1).padStart(5);
    lines.push('', `[${seconds} s] ${who}`, ...what.split('\n').map((line) => `    ${line}`));
  };
  let noted = 0;
  const noteChat = () => {
    for (const one of connector.log.slice(noted)) {
      const titles = buttonsOf(cardIn(one.activity)).map(({ title }) => title);
      const text = shortened(shownBy(one.activity).split('\n')).filter((line) => !titles.includes(line));
      const buttons = titles.length > 0 ? [titles.map((title) => `[${title}]`).join(' ')] : [];
      note(one.at, one.kind === 'post' ? 'the bot posts' : 'the card changes to', [...text, ...buttons].join('\n'));
    }
    noted = connector.log.length;
  };
  const say = async (text: string, shown: string) => {
    note(Date.now(), `${alex.displayName} types`, shown);
    await teams.say(alex, place, text);
  };
  const shows = (verb: string, not?: Shown): Promise<Shown> =>
    connector.waitFor(
      () =>
        connector
          .conversation(place.id)
          .find(
            (one) =>
              one.activityId !== not?.activityId &&
              buttonsOf(cardIn(one.activity)).some((button) => button.verb === verb),
          ),
      patienceMs,
    );
  const press = async (by: typeof alex, card: Shown, verb: string) => {
    noteChat();
    const button = buttonsOf(cardIn(card.activity)).find((one) => one.verb === verb);
    if (!button) throw new Error(`no button ${verb}`);
    note(Date.now(), `${by.displayName} presses`, button.title);
    const { body } = await teams.execute(by, place, card.activityId, button);
    const { type, value } = body as { type: string; value: unknown };
    if (type.endsWith('activity.message')) note(Date.now(), `only ${by.displayName} sees`, String(value));
  };

  const upns = people.map(({ userPrincipalName }) => userPrincipalName);
  const why = 'because the token cache of the build farm leaked';
  await say(
    `revoke sessions for ${upns.join('\n')} ${why}`,
    `@Session Revoker revoke sessions for ${upns.slice(0, 3).join('\n')}\n(${targets - 4} more lines)\n${upns.at(-1)} ${why}`,
  );
  const card = await shows('approve');
  await press(megan, card, 'approve');
  await press(alex, await shows('retry', card), 'retry');
  await press(megan, await shows('approve', card), 'approve');
  // The card, the result, the new card and its result.
  await connector.waitFor(() => connector.conversation(place.id).length === 4, patienceMs);
  noteChat();
  return `${lines.join('\n')}\n`;
}

/** Without most of the accounts in a long list, of which a card shows name and UPN. */
function shortened(all: readonly string[]): readonly string[] {
  const isLast = (line: string | undefined) => line !== undefined && /^user\d+@/.test(line);
  // A line of its own says why one failed, so only those count that another account follows.
  const listed = all.flatMap((line, index) =>
    isLast(line) && /^User \d+(?: revoked, verified)?$/.test(all[index - 1] ?? '') ? [index] : [],
  );
  const left = new Set(listed.slice(mostPeople).flatMap((index) => [index - 1, index]));
  const first = Math.min(...left);
  return all.flatMap((line, index) => {
    if (index === first) return [`(${left.size / 2} more, name and UPN)`];
    return left.has(index) ? [] : [line];
  });
}
