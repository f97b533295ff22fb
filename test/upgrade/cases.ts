import assert from 'node:assert/strict';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import type { BotProcess } from '../support/production/bot-process.ts';
import { buttonsOf, cardIn } from '../support/production/card.ts';
import type { AskedCard } from '../support/production/steps.ts';
import { groupChat, type Place, personalChat } from '../support/production/teams-client.ts';
import { person } from '../support/production/world.ts';
import { accounts, type OnRecord, type Site } from './site.ts';

export const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];

/** What a later version has to do with a request that it finds. */
export type Later =
  /** It is open: the old card's button counts. `writes`: how many follow. */
  | {
      readonly kind: 'press';
      readonly verb: 'approve' | 'deny' | 'stop';
      readonly bySelf?: true;
      readonly writes: number;
      readonly end: RegExp;
    }
  /** It goes on by itself, with so many writes, to this end of the record. */
  | { readonly kind: 'finishes'; readonly writes: number; readonly end: RegExp }
  /** It is over: nothing more is written or recorded. */
  | { readonly kind: 'over' };

export interface Case {
  readonly name: string;
  /**
   * In whose time. `longBefore`: more than an hour before all else; `delegated`: by a process with those settings;
   * `before`: a minute and a half before the last; `last`: as the last process is killed.
   */
  readonly when: 'longBefore' | 'delegated' | 'before' | 'last';
  /** Brings the request there, as far as the process of that time does. */
  readonly begin: (scene: Scene) => Promise<void>;
  /** The same, in the next process with the same settings. */
  readonly goOn?: (scene: Scene) => Promise<void>;
  /** It lasts for seconds only, so it is begun when all others are there. */
  readonly passes?: true;
  /** The directory as it has to be for this one. */
  readonly arrange?: (site: Site, target: EmulatedPerson) => void;
  /** The first version of the stored form in which there can be such a request; 1 when left out. */
  readonly since?: number;
  /** All that is on record when the last process is killed, `;` behind each type. */
  readonly recorded: RegExp;
  /** Graph did what it was asked by then, though the record does not say so. */
  readonly isDone?: true;
  readonly later: Later;
}

/** A request in the making: its place, its accounts and the process that hears of it. */
export interface Scene {
  readonly site: Site;
  readonly bot: BotProcess;
  readonly place: Place;
  readonly people: readonly EmulatedPerson[];
  /** The first is the one the case is known by. */
  readonly target: EmulatedPerson;
}

/** Accounts of a case: no two cases have one in common. */
export function peopleOf(index: number): readonly EmulatedPerson[] {
  return accounts.slice(3 * index, 3 * index + 3);
}

export const placeOf = ({ name }: Pick<Case, 'name'>): Place =>
  name === 'followed' || name === 'unreachable' ? personalChat(alex) : groupChat(`up-${name}`);

const revokeCall = ({ id }: EmulatedPerson) => new RegExp(`${id}/revokeSignInSessions`);
const for_ = Number.POSITIVE_INFINITY;
const card = /AdaptiveCard/;

/** The records of the first request for this account. */
export function recordsFor(trail: readonly OnRecord[], { id }: { readonly id: string }): readonly OnRecord[] {
  const isFor = ({ type, targets }: OnRecord) =>
    type === 'Requested' && (targets as { account: { id: string } }[]).some(({ account }) => account.id === id);
  const first = trail.find(isFor);
  return trail.filter(({ requestId }) => requestId === first?.requestId);
}

export const typesOf = (records: readonly OnRecord[]): string => records.map(({ type }) => `${type};`).join('');

const patienceMs = 60_000;

/** Waits for what the record of the first request for this account comes to. */
export async function recorded(site: Site, target: { readonly id: string }, wanted: RegExp): Promise<string> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const types = typesOf(recordsFor(await site.recentTrail(), target));
    if (wanted.test(types)) return types;
    if (Date.now() > deadline) throw new Error(`${target.id} came to ${types || 'nothing'}, not to ${wanted}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const sentence = (people: readonly EmulatedPerson[]) =>
  `revoke sessions for ${people.map(({ userPrincipalName }) => userPrincipalName).join(', ')}`;

async function say(
  { site, bot, place, target }: Scene,
  people: readonly EmulatedPerson[] = [target],
  text = sentence(people),
): Promise<void> {
  assert.equal((await site.client(bot).say(alex, place, text)).status, 200);
}

/** Asks, and waits for the card as long as a busy machine may take. */
async function ask(scene: Scene, people?: readonly EmulatedPerson[], text?: string): Promise<AskedCard> {
  await say(scene, people, text);
  return cardShown(scene.site, scene.place, 'approve');
}

/** The card that asks for a decision upon the case's request, wherever that stands, once it has that button. */
export async function cardOfCase(site: Site, one: Case, verb: string): Promise<AskedCard> {
  const [target] = peopleOf(cases.indexOf(one));
  assert(target);
  await recorded(site, target, /CardPosted;/);
  const [first] = recordsFor(await site.recentTrail(), target);
  const shown = await site.connector.waitFor(
    (log) =>
      log.find(({ activityId }) =>
        buttonsOf(cardIn(site.connector.current(activityId))).some(
          (button) => button.verb === verb && button.data.requestId === first?.requestId,
        ),
      ),
    patienceMs,
  );
  const { conversationId, activityId } = shown;
  const kind = conversationId.endsWith('@thread.tacv2') ? 'channel' : 'groupChat';
  const place: Place = { id: conversationId, kind, channelData: {} };
  return cardOf(place, { activityId, activity: site.connector.current(activityId) });
}

/** The card in this place, once it has that button. */
export async function cardShown({ connector }: Site, place: Place, verb: string): Promise<AskedCard> {
  const shown = await connector.waitFor(
    () =>
      connector
        .conversation(place.id)
        .find(({ activity }) => buttonsOf(cardIn(activity)).some((button) => button.verb === verb)),
    patienceMs,
  );
  return cardOf(place, shown);
}

const press = ({ site, bot }: Scene, by: EmulatedPerson, asked: AskedCard, verb: string) =>
  site.client(bot).steps.press(by, asked, verb);

async function approve(scene: Scene, people?: readonly EmulatedPerson[]): Promise<AskedCard> {
  const asked = await ask(scene, people);
  await press(scene, megan, asked, 'approve');
  return asked;
}

/** Nothing more is heard of Graph, from now on, about what is asked of it. */
function hang({ site }: Scene, path: RegExp): void {
  site.graph.faults.inject({ path, hang: true, times: for_ });
}

/** Posts or updates in its conversation never end. */
function hush({ site }: Scene, { name }: { name: string }, method: 'POST' | 'PUT', body = card): void {
  site.connector.faults.inject({ method, path: new RegExp(`up-${name}%40`), body, hang: true, times: for_ });
}

/** Graph says that it did what it did not do, so that no effect shows. */
function pretend({ site, target }: Scene): void {
  const answer = { status: 200, body: { value: true } };
  site.graph.faults.inject({ path: revokeCall(target), answer, times: for_ });
}

/** The effect is there. */
export async function takeEffect({ tenant }: Site, { id }: EmulatedPerson): Promise<void> {
  const { status } = await tenant.handle({
    method: 'POST',
    path: `/v1.0/users/${id}/revokeSignInSessions`,
    headers: { authorization: 'Bearer any' },
  });
  assert.equal(status, 200);
}

/** A card as it stands in the chat now. */
function cardOf(place: Place, { activityId, activity }: { activityId: string; activity: unknown }): AskedCard {
  const shown = cardIn(activity as Parameters<typeof cardIn>[0]);
  return { place, activityId, card: shown, text: '', code: '', buttons: buttonsOf(shown) };
}

/** As Teams presses it once the person has signed in. */
async function pressSignedIn({ site, bot }: Scene, asked: AskedCard, verb: string): Promise<void> {
  const token = site.client(bot).userToken(megan.id);
  const data = asked.buttons.find(({ data }) => data)?.data;
  const action = { verb, data, authentication: { id: 'any', connectionName: 'entra', token } };
  const { status, body } = await site.client(bot).execute(megan, asked.place, asked.activityId, action);
  assert.deepEqual([status, (body as { statusCode?: unknown }).statusCode], [200, 200], JSON.stringify(body));
}

const asked = '^Requested;(Noticed;)*';
const withCard = `${asked}PostStarted;CardPosted;(Noticed;)*`;
const approved = `${withCard}(AttemptRefused;)*Approved;`;
const told = 'PostStarted;ResultPosted;$';
const ended = /Finished;PostStarted;(PostStarted;)?ResultPosted;$/;

/**
 * One request in every state in which a process can leave one. New ones come at the end: in the golden files their accounts
 * stand by number.
 */
export const cases: readonly Case[] = [
  {
    name: 'given-up',
    when: 'longBefore',
    async begin(scene) {
      pretend(scene);
      await approve(scene);
      await recorded(scene.site, scene.target, /ResultPosted;$/);
    },
    recorded: new RegExp(
      `${approved}ExecutionStarted;TargetsProcessed;Finished;PostStarted;ResultPosted;ProofGivenUp;$`,
    ),
    later: { kind: 'over' },
  },
  {
    name: 'expired',
    when: 'longBefore',
    begin: async (scene) => void (await ask(scene)),
    recorded: new RegExp(`${withCard}Expired;ResultPosted;$`),
    later: { kind: 'over' },
  },
  {
    name: 'expired-untold',
    when: 'longBefore',
    async begin(scene) {
      await ask(scene);
      hush(scene, this, 'PUT');
    },
    recorded: new RegExp(`${withCard}Expired;$`),
    later: { kind: 'finishes', writes: 0, end: /Expired;ResultPosted;$/ },
  },
  {
    name: 'delegated-card',
    when: 'delegated',
    begin: async (scene) => void (await ask(scene)),
    recorded: new RegExp(`${withCard}$`),
    later: { kind: 'press', verb: 'deny', writes: 0, end: /Denied;ResultPosted;$/ },
  },
  {
    name: 'delegated-lost',
    when: 'delegated',
    async begin(scene) {
      const shown = await ask(scene);
      hang(scene, revokeCall(scene.target));
      await pressSignedIn(scene, shown, 'approve');
      await recorded(scene.site, scene.target, /ExecutionStarted;$/);
    },
    recorded: new RegExp(`${approved}(ExecutionStarted;|TargetsProcessed;)+SignInLost;(Noticed;)?`),
    later: { kind: 'press', verb: 'stop', writes: 0, end: /Stopped;.*Finished;PostStarted;ResultPosted;$/ },
  },
  {
    name: 'delegated-continued',
    when: 'delegated',
    async begin(scene) {
      const shown = await ask(scene);
      hang(scene, revokeCall(scene.target));
      await pressSignedIn(scene, shown, 'approve');
      await recorded(scene.site, scene.target, /ExecutionStarted;$/);
    },
    async goOn(scene) {
      const { site, place, target } = scene;
      await recorded(site, target, /SignInLost;/);
      site.graph.faults.clear();
      const [first] = recordsFor(await site.trail(), target);
      const data = { requestId: String(first?.requestId) };
      const buttons = [{ verb: 'continue', title: '', data, fallback: undefined }];
      await pressSignedIn(scene, { place, activityId: '', card: null, text: '', code: '', buttons }, 'continue');
    },
    recorded: /SignInLost;(Noticed;)?SignedIn;.*Finished;PostStarted;ResultPosted;$/,
    later: { kind: 'over' },
  },
  {
    name: 'awaiting-proof',
    when: 'before',
    async begin(scene) {
      pretend(scene);
      await approve(scene);
      await recorded(scene.site, scene.target, /ResultPosted;$/);
    },
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;${told}`),
    isDone: true,
    later: { kind: 'finishes', writes: 0, end: /ResultPosted;ProofFound;ResultCorrected;$/ },
  },
  {
    name: 'proof-found',
    when: 'before',
    async begin(scene) {
      pretend(scene);
      await approve(scene);
      await recorded(scene.site, scene.target, /ResultPosted;$/);
      hush(scene, this, 'PUT');
      await takeEffect(scene.site, scene.target);
    },
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;PostStarted;ResultPosted;ProofFound;$`),
    later: { kind: 'finishes', writes: 0, end: /ProofFound;ResultCorrected;$/ },
  },
  {
    name: 'corrected',
    when: 'before',
    async begin(scene) {
      pretend(scene);
      await approve(scene);
      await recorded(scene.site, scene.target, /ResultPosted;$/);
      await takeEffect(scene.site, scene.target);
    },
    recorded: /ResultPosted;ProofFound;ResultCorrected;$/,
    later: { kind: 'over' },
  },
  {
    name: 'asked',
    when: 'last',
    passes: true,
    async begin(scene) {
      hush(scene, this, 'POST', /./);
      await say(scene);
      await recorded(scene.site, scene.target, /^Requested;/);
    },
    recorded: new RegExp(`${asked}$`),
    later: { kind: 'press', verb: 'approve', writes: 1, end: ended },
  },
  {
    name: 'card-begun',
    when: 'last',
    async begin(scene) {
      hush(scene, this, 'POST');
      await say(scene);
    },
    recorded: new RegExp(`${asked}PostStarted;$`),
    later: { kind: 'press', verb: 'approve', writes: 1, end: ended },
  },
  {
    name: 'card',
    when: 'last',
    begin: async (scene) => void (await ask(scene)),
    recorded: new RegExp(`${withCard}$`),
    later: { kind: 'press', verb: 'approve', writes: 1, end: ended },
  },
  {
    name: 'card-of-many',
    when: 'last',
    async begin(scene) {
      const guest = person('guest').userPrincipalName;
      const text = `${sentence(scene.people)}, ${guest}, nobody@contoso.example because a laptop was stolen`;
      await ask(scene, scene.people, text);
    },
    recorded: new RegExp(`${withCard}$`),
    later: { kind: 'press', verb: 'deny', writes: 0, end: /Denied;ResultPosted;$/ },
  },
  {
    name: 'second-person',
    when: 'last',
    // Only somebody with power over others needs two.
    arrange: ({ tenant }, { id }) => tenant.change(id, { roles: person('isaiah').roles ?? [] }),
    async begin(scene) {
      const shown = await ask(scene);
      await press(scene, alex, shown, 'approve');
      await press(scene, adele, shown, 'approve');
    },
    recorded: new RegExp(`${withCard}AttemptRefused;AttemptRefused;$`),
    later: { kind: 'press', verb: 'approve', writes: 1, end: ended },
  },
  {
    name: 'followed',
    when: 'last',
    async begin(scene) {
      await say(scene);
    },
    recorded: /^Requested;(?=.*CardPosted;)(?=.*FollowPosted;).*(CardPosted|FollowPosted);(Noticed;)*$/,
    later: { kind: 'press', verb: 'approve', writes: 1, end: ended },
  },
  {
    name: 'approved',
    when: 'last',
    passes: true,
    async begin(scene) {
      const { site, target } = scene;
      const shown = await ask(scene);
      // The approval looks at the account once, to see whether it is what the card showed. The next look is the worker's.
      const path = new RegExp(`^/v1.0/users/${target.id}\\?\\$select=id%2C`);
      site.graph.faults.inject({ path, until: Promise.resolve() });
      site.graph.faults.inject({ path, hang: true, times: for_ });
      await press(scene, megan, shown, 'approve');
    },
    recorded: new RegExp(`${approved}$`),
    later: { kind: 'finishes', writes: 1, end: ended },
  },
  {
    name: 'sent-not-done',
    when: 'last',
    passes: true,
    async begin(scene) {
      hang(scene, revokeCall(scene.target));
      await approve(scene);
    },
    recorded: new RegExp(`${approved}ExecutionStarted;$`),
    later: { kind: 'finishes', writes: 1, end: ended },
  },
  {
    name: 'sent-and-done',
    when: 'last',
    passes: true,
    async begin(scene) {
      const answerAfter = new Promise<void>(() => undefined);
      scene.site.graph.faults.inject({ path: revokeCall(scene.target), answerAfter });
      await approve(scene);
    },
    recorded: new RegExp(`${approved}ExecutionStarted;$`),
    isDone: true,
    later: { kind: 'finishes', writes: 0, end: ended },
  },
  {
    name: 'outcome-unknown',
    when: 'last',
    async begin(scene) {
      const answer = { status: 503, headers: { 'retry-after': '20' }, body: {} };
      scene.site.graph.faults.inject({ path: revokeCall(scene.target), answer, times: for_ });
      await approve(scene);
    },
    recorded: new RegExp(`${approved}(ExecutionStarted;TargetsProcessed;)+$`),
    later: { kind: 'finishes', writes: 1, end: ended },
  },
  {
    name: 'partly-under-way',
    when: 'last',
    async begin(scene) {
      const [, second, third] = scene.people as [EmulatedPerson, EmulatedPerson, EmulatedPerson];
      const { faults } = scene.site.graph;
      faults.inject({
        path: revokeCall(second),
        answer: { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } },
      });
      const answer = { status: 503, headers: { 'retry-after': '20' }, body: {} };
      faults.inject({ path: revokeCall(third), answer, times: for_ });
      await approve(scene, scene.people);
    },
    recorded: new RegExp(`${approved}(ExecutionStarted;TargetsProcessed;)+$`),
    later: { kind: 'finishes', writes: 1, end: ended },
  },
  {
    name: 'stopped',
    when: 'last',
    passes: true,
    async begin(scene) {
      const { site, place, people, target } = scene;
      for (const one of people) hang(scene, revokeCall(one));
      await approve(scene, people);
      await recorded(site, target, /ExecutionStarted;$/);
      await press(scene, megan, await cardShown(site, place, 'stop'), 'stop');
    },
    recorded: new RegExp(`${approved}ExecutionStarted;Stopped;$`),
    later: { kind: 'finishes', writes: 0, end: ended },
  },
  {
    name: 'untold',
    when: 'last',
    async begin(scene) {
      const shown = await ask(scene);
      hush(scene, this, 'POST');
      await press(scene, megan, shown, 'approve');
    },
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;PostStarted;$`),
    later: { kind: 'finishes', writes: 0, end: ended },
  },
  {
    name: 'card-behind',
    when: 'last',
    async begin(scene) {
      const shown = await ask(scene);
      const path = new RegExp(`up-${this.name}%40`);
      const answer = { status: 503, headers: { 'retry-after': '1' }, body: {} };
      scene.site.connector.faults.inject({ method: 'PUT', path, answer, times: for_ });
      await press(scene, megan, shown, 'approve');
    },
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;${told}`),
    later: { kind: 'finishes', writes: 0, end: /ResultPosted;ResultCorrected;$/ },
  },
  {
    name: 'succeeded',
    when: 'last',
    begin: async (scene) => void (await approve(scene)),
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;${told}`),
    later: { kind: 'over' },
  },
  {
    name: 'failed',
    when: 'last',
    async begin(scene) {
      const answer = { status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'no' } } };
      scene.site.graph.faults.inject({ path: revokeCall(scene.target), answer });
      await approve(scene);
    },
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;${told}`),
    later: { kind: 'over' },
  },
  {
    name: 'undeliverable',
    when: 'last',
    async begin(scene) {
      const shown = await ask(scene);
      const answer = { status: 403, body: { error: { code: 'BotNotInConversationRoster', message: 'gone' } } };
      const path = new RegExp(`up-${this.name}%40`);
      scene.site.connector.faults.inject({ path, answer, times: for_ });
      await press(scene, megan, shown, 'approve');
    },
    recorded: new RegExp(`${approved}ExecutionStarted;TargetsProcessed;Finished;${told}`),
    later: { kind: 'over' },
  },
  {
    name: 'denied',
    when: 'last',
    begin: async (scene) => void (await press(scene, megan, await ask(scene), 'deny')),
    recorded: new RegExp(`${withCard}Denied;ResultPosted;$`),
    later: { kind: 'over' },
  },
  {
    name: 'denied-untold',
    when: 'last',
    async begin(scene) {
      const shown = await ask(scene);
      hush(scene, this, 'PUT');
      await press(scene, megan, shown, 'deny');
    },
    recorded: new RegExp(`${withCard}Denied;$`),
    later: { kind: 'finishes', writes: 0, end: /Denied;ResultPosted;$/ },
  },
  {
    name: 'cancelled',
    when: 'last',
    begin: async (scene) => void (await press(scene, alex, await ask(scene), 'cancel')),
    recorded: new RegExp(`${withCard}Cancelled;ResultPosted;$`),
    later: { kind: 'over' },
  },
  {
    name: 'superseded',
    when: 'last',
    async begin(scene) {
      const { site, target } = scene;
      const shown = await ask(scene);
      site.tenant.change(target.id, { displayName: `${target.displayName} by another name` });
      await press(scene, megan, shown, 'approve');
    },
    recorded: new RegExp(`${withCard}Superseded;ResultPosted;$`),
    later: { kind: 'over' },
  },
  {
    name: 'superseded-untold',
    when: 'last',
    async begin(scene) {
      const { site, target } = scene;
      const shown = await ask(scene);
      hush(scene, this, 'PUT');
      site.tenant.change(target.id, { displayName: `${target.displayName} by another name` });
      await press(scene, megan, shown, 'approve');
    },
    recorded: new RegExp(`${withCard}Superseded;$`),
    later: { kind: 'finishes', writes: 0, end: /Superseded;ResultPosted;$/ },
  },
  {
    name: 'own',
    when: 'last',
    async begin({ site, bot, place, target }) {
      const { say, steps } = site.client(bot);
      await say(target, place, 'revoke my sessions');
      await steps.press(megan, await cardShown(site, place, 'approve'), 'approve');
    },
    recorded: new RegExp(`${withCard}AttemptRefused;$`),
    later: { kind: 'press', verb: 'approve', bySelf: true, writes: 1, end: ended },
  },
  {
    name: 'unreachable',
    when: 'last',
    since: 2,
    async begin(scene) {
      const answer = { status: 403, body: { error: { code: 'BotNotInConversationRoster', message: 'gone' } } };
      const body = new RegExp(scene.target.displayName);
      scene.site.connector.faults.inject({ path: /up-approvals%40/, body, answer, times: for_ });
      await say(scene);
    },
    recorded: /^Requested;(?=.*Noticed;)(Noticed;|FollowPosted;|PostStarted;)*$/,
    later: { kind: 'press', verb: 'approve', writes: 1, end: ended },
  },
];

/** Those that this version can leave. */
export const casesOf = (version: number) => cases.filter(({ since = 1 }) => since <= version);
