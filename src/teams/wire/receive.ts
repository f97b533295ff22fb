import type { Activity } from 'botbuilder';
import type { AuthenticateRequestResult } from 'botframework-connector';
import type { Log } from '../../app/ports.ts';
import { refusalForOutsider } from '../answer/reply.ts';
import { type Adapter, KeysAway, KeyUnknown } from './adapter.ts';
import { type Guarded, unread } from './guard.ts';
import { type Incoming, readIncoming } from './incoming.ts';

/** Reads and parses the body, when it is time to; or the status to refuse it with. */
type ReadBody = () => Promise<{ readonly json: unknown } | { readonly status: number }>;

/** What goes back over HTTP. Bodies are ours: nothing of an error is ever in one. */
interface Received {
  readonly status: number;
  readonly body?: object;
  /** Why nothing tells whether the token is one of the Bot Framework's. */
  readonly unchecked?: 'keysAway' | 'keyUnknown';
}

interface Deps {
  readonly adapter: Adapter;
  /** Asked about the token before the SDK sees that, with `unread` for the body; then about both. */
  readonly guard: (authorization: string | undefined, activity: object) => Guarded;
  readonly tenantId: string;
  /** Answers the body of what goes back; `null`: there is none. */
  readonly run: (incoming: Incoming) => Promise<object | null>;
  readonly log: Log;
}

/**
 * All that the SDK looks at to judge a token. Without a serviceUrl it checks signature, issuer, audience, time and
 * endorsement; that the body names the token's serviceUrl is the guard's to check.
 */
const forTheSdk = { channelId: 'msteams' } as Activity;

type Authenticated = AuthenticateRequestResult | Received;

/**
 * One activity in: token, signature, body, turn, answer. The body is read last, so that strangers can make the process
 * neither keep nor parse anything. Never throws.
 */
export function createReceive({ adapter, guard, tenantId, run, log }: Deps) {
  return async function receive(authorization: string | undefined, readBody: ReadBody): Promise<Received> {
    const refused = judge(authorization, unread);
    if (refused) return refused;
    const authenticated = await authenticate(authorization ?? '');
    if ('status' in authenticated) return authenticated;
    const read = await readBody();
    if ('status' in read) return read;
    const body = read.json;
    if (!isActivity(body)) return { status: 400 };
    const misplaced = judge(authorization, body);
    if (misplaced) return misplaced;
    let answer: object | null = null;
    try {
      await adapter.cloud.processActivityDirect(authenticated, body as Activity, async ({ activity }) => {
        answer = await run(readIncoming(activity, tenantId));
      });
    } catch (error) {
      log.error({ err: error }, 'a turn failed');
      return { status: 500 };
    }
    return withBody(answer) ?? { status: 200 };
  };

  function judge(authorization: string | undefined, activity: object): Received | null {
    const guarded = guard(authorization, activity);
    if (guarded.ok) return null;
    // The token is verified by now, so this is Teams itself, and the bot would not be heard: its operator has to know.
    if (guarded.host === undefined) log.debug({ why: guarded.why }, 'an activity was turned away');
    else
      log.warn(
        { host: guarded.host },
        'Teams named a host that SERVICE_URL_HOSTS does not: the activity was turned away',
      );
    const told = guarded.outsider ? refusalForOutsider(readIncoming(activity, tenantId)) : null;
    return withBody(told) ?? { status: guarded.status };
  }

  async function authenticate(authorization: string): Promise<Authenticated> {
    try {
      return await adapter.authentication.authenticateRequest(forTheSdk, authorization);
    } catch (error) {
      if (error instanceof KeysAway) return { status: 503, unchecked: 'keysAway' };
      if (error instanceof KeyUnknown) return { status: 401, unchecked: 'keyUnknown' };
      // The SDK has a class for some refusals only; a bad signature or a stale token is the token library's error.
      const refused = error instanceof Error && /Authentication|JsonWebToken|TokenExpired|NotBefore/.test(error.name);
      if (refused || isAuthenticationError(error)) return { status: 401 };
      log.error({ err: error }, 'a token could not be checked');
      return { status: 503 };
    }
  }
}

const withBody = (body: object | null): Received | null => body && { status: 200, body };

function isActivity(body: unknown): body is { readonly type: string } {
  return (
    typeof body === 'object' && body !== null && !Array.isArray(body) && 'type' in body && typeof body.type === 'string'
  );
}

/** The SDK's class keeps the name "Error", so it is known by the status it carries. */
function isAuthenticationError(error: unknown): boolean {
  return error instanceof Error && (error as { statusCode?: unknown }).statusCode === 401;
}
