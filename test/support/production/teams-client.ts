import { createHash } from 'node:crypto';
import type { TokenOptions } from './fake-authority.ts';

/** Somebody with Teams open. */
export type Person = {
  readonly id: string;
  readonly displayName: string;
};

/** A place in Teams where the bot is installed, as activities describe it. */
export type Place = {
  /** `conversation.id`; in a channel it carries the thread. */
  readonly id: string;
  readonly kind: 'channel' | 'groupChat' | 'personal';
  readonly channelData: Readonly<Record<string, unknown>>;
};

export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  /** Milliseconds from sending the request to the end of the answer. */
  readonly tookMs: number;
};

export type ActivityJson = Readonly<Record<string, unknown>>;

export type SendOptions = {
  /** Members of the activity to change; one that is undefined is left out. */
  readonly activity?: ActivityJson;
  /** How the token differs from a good one; `null` sends none, a string is sent as the whole header. */
  readonly token?: TokenOptions | string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

export type TeamsClient = {
  /** Says something, with the bot's @mention where Teams asks for it. */
  say(person: Person, place: Place, text: string, options?: SendOptions): Promise<Answered>;
  /** Presses an Action.Execute on the card with that activity id. */
  execute(person: Person, place: Place, card: string, action: Press, options?: SendOptions): Promise<Answered>;
  /** Presses the Action.Submit that old clients show in its place. */
  submit(person: Person, place: Place, card: string, data: unknown, options?: SendOptions): Promise<Answered>;
  /** Sends an invoke of any name, such as those about dialogs. */
  invoke(person: Person, place: Place, name: string, value: unknown, options?: SendOptions): Promise<Answered>;
  /** Posts an activity, or any text, as it is. */
  post(body: ActivityJson | string, options?: Omit<SendOptions, 'activity'>): Promise<Answered>;
  /** The activity that `say` would post. */
  message(person: Person, place: Place, text: string): ActivityJson;
  /** The activity that `execute` would post. */
  pressed(person: Person, place: Place, card: string, action: Press): ActivityJson;
};

export type Press = {
  readonly verb: string;
  readonly data: unknown;
  readonly trigger?: 'manual' | 'automatic';
  /** What Teams adds when it comes again after a login request. */
  readonly authentication?: { readonly id: string; readonly connectionName: string; readonly token: string };
};

type TeamsClientOptions = {
  /** Asked for each request, so that a restart on another port does not matter. */
  readonly botUrl: () => string;
  readonly serviceUrl: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly botName: string;
  readonly channelToken: (serviceUrl: string, options?: TokenOptions) => string;
};

/** The id under which Teams names a person to one bot: nothing can be read out of it. */
export const teamsUserId = (objectId: string) => `29:1${createHash('sha256').update(objectId).digest('base64url')}`;

/** A thread in a channel of a team; `root` is the id of the message that began it. */
export function channelThread(root = '1700000000001', team = '19:team-secops@thread.tacv2'): Place {
  const channel = '19:channel-incidents@thread.tacv2';
  return {
    id: `${channel};messageid=${root}`,
    kind: 'channel',
    channelData: { teamsChannelId: channel, teamsTeamId: team, channel: { id: channel }, team: { id: team } },
  };
}

export function groupChat(name = 'on-call'): Place {
  return { id: `19:${name}@thread.v2`, kind: 'groupChat', channelData: {} };
}

export function personalChat(person: Person): Place {
  return {
    id: `a:1${createHash('sha256').update(`chat ${person.id}`).digest('base64url')}`,
    kind: 'personal',
    channelData: {},
  };
}

/** Makes activities as Teams sends them and posts them to the bot. */
export function createTeamsClient(options: TeamsClientOptions): TeamsClient {
  const { serviceUrl, tenantId, appId, botName, channelToken } = options;
  let sent = 0;

  const base = (person: Person, place: Place, id: string): ActivityJson => {
    const timestamp = new Date().toISOString();
    return {
      id,
      timestamp,
      localTimestamp: timestamp,
      localTimezone: 'Europe/Berlin',
      channelId: 'msteams',
      serviceUrl,
      from: { id: teamsUserId(person.id), name: person.displayName, aadObjectId: person.id },
      recipient: { id: `28:${appId}`, name: botName },
      conversation: {
        id: place.id,
        conversationType: place.kind,
        tenantId,
        ...(place.kind !== 'personal' && { isGroup: true }),
      },
      channelData: { ...place.channelData, tenant: { id: tenantId } },
      locale: 'en-US',
    };
  };
  const clientInfo = { type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'iOS', timezone: 'Europe/Berlin' };
  const nextId = () => {
    sent += 1;
    return String(1_600_000_000_000 + sent);
  };

  const message = (person: Person, place: Place, text: string): ActivityJson => {
    const mention = `<at>${botName}</at>`;
    const mentioned = { type: 'mention', text: mention, mentioned: { id: `28:${appId}`, name: botName } };
    const needed = place.kind !== 'personal';
    return {
      ...base(person, place, nextId()),
      type: 'message',
      textFormat: 'plain',
      text: needed ? `${mention} ${text}` : text,
      entities: needed ? [mentioned, clientInfo] : [clientInfo],
    };
  };

  const pressed: TeamsClient['pressed'] = (
    person,
    place,
    card,
    { verb, data, trigger = 'manual', authentication },
  ) => ({
    ...base(person, place, `f:${nextId()}`),
    type: 'invoke',
    name: 'adaptiveCard/action',
    replyToId: card,
    entities: [clientInfo],
    value: { action: { type: 'Action.Execute', verb, data }, trigger, ...(authentication && { authentication }) },
  });

  const post: TeamsClient['post'] = async (body, { token = {}, headers = {} } = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const authorization =
      token === null || typeof token === 'string' ? token : `Bearer ${channelToken(serviceUrl, token)}`;
    const begun = performance.now();
    const response = await fetch(`${options.botUrl()}/api/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
        'x-ms-tenant-id': tenantId,
        ...(authorization !== null && { authorization }),
        ...headers,
      },
      body: text,
    });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && answer !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(answer) : answer,
      tookMs: performance.now() - begun,
    };
  };
  const postChanged = (activity: ActivityJson, { activity: change, ...rest }: SendOptions = {}) =>
    post({ ...activity, ...change }, rest);

  return {
    post,
    message,
    pressed,
    say: (person, place, text, change) => postChanged(message(person, place, text), change),
    execute: (person, place, card, action, change) => postChanged(pressed(person, place, card, action), change),
    invoke: (person, place, name, value, change) =>
      postChanged(
        { ...base(person, place, `f:${nextId()}`), type: 'invoke', name, entities: [clientInfo], value },
        change,
      ),
    submit: (person, place, card, data, change) =>
      postChanged(
        { ...base(person, place, nextId()), type: 'message', replyToId: card, entities: [clientInfo], value: data },
        change,
      ),
  };
}
