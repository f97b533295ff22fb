import type { Certificates } from './ca.ts';
import { shownBy } from './card.ts';
import { createFaults, type Faults } from './faults.ts';
import { type FakeAnswer, type FakeRequest, type FakeServer, startHttpsServer } from './https-server.ts';
import { createWatch } from './watch.ts';

/** A member of every conversation of this fake, as the roster call gives one. */
export type Member = {
  /** `29:…`, the id that Teams gives this person for this bot. */
  readonly id: string;
  readonly name: string;
  readonly aadObjectId: string;
  readonly userPrincipalName: string;
  readonly email?: string;
  readonly tenantId: string;
  readonly userRole: 'user' | 'guest';
};

type ActivityBody = { readonly [name: string]: unknown };

/** One thing a conversation came to show. */
export type Shown = {
  /** Milliseconds since the epoch, taken when the request was accepted. */
  readonly at: number;
  readonly kind: 'post' | 'update' | 'delete';
  readonly conversationId: string;
  readonly activityId: string;
  readonly activity: ActivityBody;
  /** Whoever sent it was gone by the time it was done, and never heard of it. */
  readonly unheard: boolean;
};

export type FakeConnector = FakeServer & {
  /** What activities name as their serviceUrl. */
  readonly serviceUrl: string;
  /** Posts, updates and deletions in the order in which they took effect. */
  readonly log: readonly Shown[];
  /** Requests without a token of the bot for this connector; they are answered 401. */
  readonly refused: readonly string[];
  readonly faults: Faults;
  /** What the activity looks like now; undefined once deleted or when it never was. */
  current(activityId: string): ActivityBody | undefined;
  /** What the conversation shows now, in the order in which it was posted. */
  conversation(conversationId: string): readonly (Shown & { readonly versions: number })[];
  /** Waits until `look` finds something; looks again after each entry of the log. */
  waitFor<T>(look: (log: readonly Shown[]) => T | undefined | false, timeoutMs?: number): Promise<T>;
};

type ConnectorOptions = {
  readonly certificates: Certificates;
  /** Whether the `Authorization` header holds a valid token of the bot for the connector. */
  readonly isBot: (authorization: string | undefined) => boolean;
  readonly members: readonly Member[];
};

/** Teams counts a message as UTF-16 and refuses it above this many bytes. */
const MESSAGE_LIMIT = 100 * 1024;
const failure = (status: number, code: string, message: string): FakeAnswer => ({
  status,
  body: { error: { code, message } },
});

/** The Bot Framework connector of Teams for every conversation that the bot writes to. */
export async function startFakeConnector(options: ConnectorOptions): Promise<FakeConnector> {
  const log: Shown[] = [];
  const refused: string[] = [];
  const faults = createFaults();
  const watch = createWatch();
  const now = new Map<string, Shown & { readonly versions: number }>();
  let posted = 0;

  const show = (
    kind: Shown['kind'],
    conversationId: string,
    activityId: string,
    activity: ActivityBody,
    unheard: boolean,
  ) => {
    const entry: Shown = { at: Date.now(), kind, conversationId, activityId, activity, unheard };
    log.push(entry);
    if (kind === 'delete') now.delete(activityId);
    else now.set(activityId, { ...entry, versions: (now.get(activityId)?.versions ?? 0) + 1 });
    watch.changed();
  };
  const summary = () =>
    `The conversations showed:\n${log.map((one) => `- ${one.kind} ${one.conversationId} ${one.activityId}: ${shownBy(one.activity).slice(0, 400)}`).join('\n') || '(nothing)'}`;

  const write = (request: FakeRequest, conversationId: string, activityId: string | undefined): FakeAnswer => {
    const activity = JSON.parse(request.body || '{}') as ActivityBody;
    if (request.body.length * 2 > MESSAGE_LIMIT) return failure(413, 'MessageSizeTooBig', 'Message size too large');
    if (request.method === 'POST') {
      // An activity id in the path of a post says what is answered; Teams takes the thread from the conversation's id.
      posted += 1;
      const id = String(1_700_000_000_000 + posted);
      show('post', conversationId, id, activity, request.isGone());
      return { status: 201, body: { id } };
    }
    const known = activityId === undefined ? undefined : now.get(activityId);
    if (!activityId || known?.conversationId !== conversationId) {
      return failure(404, 'ActivityNotFoundInConversation', 'The specified activity was not found.');
    }
    show(request.method === 'DELETE' ? 'delete' : 'update', conversationId, activityId, activity, request.isGone());
    return { status: 200, body: { id: activityId } };
  };

  const roster = (memberId: string | undefined, paged: boolean): FakeAnswer => {
    const members = options.members.map((one) => ({ ...one, objectId: one.aadObjectId }));
    if (memberId === undefined) return { status: 200, body: paged ? { members } : members };
    const found = members.find(({ id, aadObjectId, userPrincipalName }) =>
      [id, aadObjectId, userPrincipalName].includes(memberId),
    );
    return found ? { status: 200, body: found } : failure(404, 'MemberNotFoundInConversation', 'Member not found.');
  };

  const answer = (request: FakeRequest): FakeAnswer => {
    if (!options.isBot(request.headers.authorization)) {
      refused.push(`${request.method} ${request.target}`);
      return failure(401, 'Unauthorized', 'Authorization has been denied for this request.');
    }
    const [, conversation = '', kind = '', id] =
      /\/v3\/conversations\/([^/]+)\/(activities|members|pagedmembers)(?:\/([^/]+))?$/.exec(request.path) ?? [];
    const conversationId = decodeURIComponent(conversation);
    const last = id === undefined ? undefined : decodeURIComponent(id);
    if (kind === 'activities' && ['POST', 'PUT', 'DELETE'].includes(request.method))
      return write(request, conversationId, last);
    if (kind !== '' && kind !== 'activities' && request.method === 'GET') return roster(last, kind === 'pagedmembers');
    return failure(404, 'NotFound', 'No such resource.');
  };

  const server = await startHttpsServer(options.certificates, (request) =>
    faults.apply(request.method, request.target, () => answer(request), request.body),
  );
  return {
    ...server,
    serviceUrl: `${server.url}/emea/`,
    log,
    refused,
    faults,
    current: (activityId) => now.get(activityId)?.activity,
    conversation: (conversationId) => [...now.values()].filter((one) => one.conversationId === conversationId),
    waitFor: (look, timeoutMs) => watch.waitFor(() => look(log), timeoutMs, summary),
  };
}
