import { request } from 'node:https';
import { tenantId } from '../../src/local/people.ts';
import { openTrail } from '../../src/store/open-store.ts';
import { staff } from '../crash/staff.ts';
import { type BotProcess, type Environment, startBot } from '../support/production/bot-process.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { createTeamsClient, type TeamsClient } from '../support/production/teams-client.ts';
import { APP_ID, APP_SECRET, BOT_NAME, type Surroundings, startSurroundings } from '../support/production/world.ts';
import { startDetour } from './detour.ts';

/** The connector's address in stored records. Where it is now, the detour knows. */
const serviceUrl = 'https://localhost/emea/';
const shiftClock = new URL('../crash/shift-clock.mjs', import.meta.url).href;
const minute = 60_000;
/** Where requests are decided that are asked for in a 1:1 chat. */
export const approvals = '19:up-approvals@thread.tacv2';
export const accounts = staff(200);

/** One record of the trail with the event in it. */
export interface OnRecord {
  readonly requestId: string;
  readonly type: string;
  readonly v: number;
  readonly [name: string]: unknown;
}

/** Everything outside the bot, and the bot in any of its versions, at any time of its clock. */
export type Site = Surroundings & {
  readonly storeUrl: string;
  /** Speaks to that process, whose clock it knows. */
  client(bot: BotProcess): TeamsClient & { readonly steps: Steps; userToken(personId: string): string };
  start(options: StartOptions): Promise<BotProcess>;
  /** All records, in the order of writing. */
  trail(): Promise<readonly OnRecord[]>;
  /** The same as it was a moment ago: one reading for all who wait for something. */
  recentTrail(): Promise<readonly OnRecord[]>;
  /** Posts to the chat as a bot of before did, so that a card of then is there under its id. */
  postAsBefore(conversationId: string): Promise<string>;
};

export interface StartOptions {
  /** The entry point; the present one when left out. */
  readonly main?: string | undefined;
  /** How far its clock is ahead. */
  readonly shiftMs?: number;
  readonly env?: Environment;
}

export async function openSite(storeUrl?: string): Promise<Site> {
  const surroundings = await startSurroundings({ people: accounts });
  const { authority, certificates, connector, graph } = surroundings;
  const detour = await startDetour({ 'localhost:443': new URL(connector.url).host });
  const env: Environment = {
    ...surroundings.env,
    ...(storeUrl === undefined ? {} : { STORE_URL: storeUrl }),
    HTTPS_PROXY: detour.url,
    NO_PROXY: '127.0.0.1',
    APPROVAL_CONVERSATION: approvals,
    REQUEST_TTL_MINUTES: '60',
    MAX_TARGETS_PER_HOUR: '1000',
  };
  const shifts = new WeakMap<BotProcess, number>();
  const bots = new Set<BotProcess>();
  let replayed: Promise<string> | undefined;
  let said = 0;

  const client: Site['client'] = (bot) => {
    const shift = shifts.get(bot) ?? 0;
    const times = () => {
      const now = Math.floor((Date.now() + shift) / 1000);
      return { iat: now - 1, nbf: now - 1, exp: now + 3600 };
    };
    const teams = createTeamsClient({
      botUrl: () => bot.url,
      serviceUrl,
      tenantId,
      appId: APP_ID,
      botName: BOT_NAME,
      channelToken: (url, options = {}) =>
        authority.channelToken(url, { ...options, claims: { ...times(), ...options.claims } }),
    });
    const unused = () => Promise.reject(new Error('not here'));
    const world = { ...surroundings, teams, bot: () => bot, start: unused, startAnother: unused, stop: unused };
    return {
      ...teams,
      /** With an id that no other client gives: by it a message that comes twice is known. */
      say(person, place, text, options) {
        said += 1;
        const activity = { id: String(1_600_000_000_000 + said), ...options?.activity };
        return teams.say(person, place, text, { ...options, activity });
      },
      steps: createSteps(world),
      userToken: (personId) => authority.userToken(personId, { claims: times() }),
    };
  };

  /** As the bot gets one from Entra. */
  const botToken = async () => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: APP_ID,
      client_secret: APP_SECRET,
      scope: 'https://api.botframework.com/.default',
    });
    const path = `${authority.url}/${tenantId}/oauth2/v2.0/token`;
    return String((await send(path, {}, String(form))).access_token);
  };
  const send = (url: string, headers: Record<string, string>, body: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers, ca: certificates.ca }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(JSON.parse(text)));
      });
      sent.on('error', reject).end(body);
    });

  let recent: Promise<readonly OnRecord[]> | undefined;
  const readTrail = async () => {
    const trail = await openTrail({ url: env.STORE_URL ?? '', credential: null });
    const records: OnRecord[] = [];
    for await (const { requestId, body } of trail.records()) records.push({ ...JSON.parse(body), requestId });
    trail.close();
    return records;
  };

  return {
    ...surroundings,
    storeUrl: env.STORE_URL ?? '',
    client,
    async start({ main, shiftMs = 0, env: more } = {}) {
      const shifted = { NODE_OPTIONS: `--import ${shiftClock}`, CLOCK_SHIFT_MS: String(shiftMs) };
      const bot = await startBot({ ...env, ...(shiftMs === 0 ? {} : shifted), ...more }, minute, undefined, main);
      shifts.set(bot, shiftMs);
      bots.add(bot);
      return bot;
    },
    trail: readTrail,
    recentTrail() {
      recent ??= readTrail().finally(() => {
        recent = undefined;
      });
      return recent;
    },
    async postAsBefore(conversationId) {
      replayed ??= botToken();
      const token = await replayed;
      const url = `${connector.url}/emea/v3/conversations/${encodeURIComponent(conversationId)}/activities`;
      const posted = await send(url, { authorization: `Bearer ${token}` }, JSON.stringify({ type: 'message' }));
      return String(posted.id);
    },
    async close() {
      graph.faults.clear();
      connector.faults.clear();
      await Promise.all([...bots].map((bot) => bot.kill()));
      detour.close();
      await surroundings.close();
    },
  };
}
