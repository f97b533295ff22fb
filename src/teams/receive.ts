import { type Activity, INVOKE_RESPONSE_KEY, type InvokeResponse, type TurnContext } from 'botbuilder';
import type { AuthenticateRequestResult } from 'botframework-connector';
import type { Log } from '../app/ports.ts';
import type { Adapter } from './adapter.ts';
import { type Guarded, unread } from './guard.ts';

/** Reads and parses the body, when it is time to; or the status to refuse it with. */
type ReadBody = () => Promise<{ readonly json: unknown } | { readonly status: number }>;

/** What goes back over HTTP. Bodies are ours: nothing of an error is ever in one. */
interface Received {
  readonly status: number;
  readonly body?: object;
}

interface Deps {
  readonly adapter: Adapter;
  /** Asked about the token before the SDK sees that, with `unread` for the body; then about both. */
  readonly guard: (authorization: string | undefined, activity: object) => Guarded;
  readonly sleep: (ms: number) => Promise<void>;
  readonly run: (context: TurnContext) => Promise<void>;
  readonly log: Log;
}

/**
 * All that the SDK looks at to judge a token. Without a serviceUrl it checks signature, issuer, audience, time and
 * endorsement; that the body names the token's serviceUrl is the guard's to check.
 */
const forTheSdk = { channelId: 'msteams' } as Activity;

/** The SDK fetches the signing keys without a deadline; the sender is told to come again instead of waiting for ever. */
const keysWithinMs = 5000;
/** After they could not be had, nobody makes the SDK ask for them this long. */
const pauseMs = 1000;
/** The Bot Framework publishes a handful. */
const mostKeys = 32;

type Authenticated = AuthenticateRequestResult | Received;

/**
 * One activity in: token, signature, body, turn, answer. The body is read last, so that strangers can make the process
 * neither keep nor parse anything. Never throws.
 */
export function createReceive({ adapter, guard, sleep, run, log }: Deps) {
  /** Token headers, each naming a key, that came with a good signature. */
  const atHand = new Set<string>();
  let line: Promise<unknown> = Promise.resolve();
  let keysAreAway = false;

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
    let answer: InvokeResponse | undefined;
    try {
      await adapter.cloud.processActivityDirect(authenticated, body as Activity, async (context) => {
        await run(context);
        answer = context.turnState.get(INVOKE_RESPONSE_KEY)?.value;
      });
    } catch (error) {
      log.error({ err: error }, 'a turn failed');
      return { status: 500 };
    }
    return answer ? { status: answer.status, ...(answer.body ? { body: answer.body } : {}) } : { status: 200 };
  };

  function judge(authorization: string | undefined, activity: object): Received | null {
    const guarded = guard(authorization, activity);
    if (guarded.ok) return null;
    // The token is verified by now, so this is Teams itself, and nobody would hear the bot: its operator has to know.
    if (guarded.host === undefined) log.debug({ why: guarded.why }, 'an activity was turned away');
    else
      log.warn(
        { host: guarded.host },
        'Teams named a host that SERVICE_URL_HOSTS does not: the activity was turned away',
      );
    return { status: guarded.status };
  }

  /**
   * Tokens of keys that are not at hand wait in line, so that one of them at a time makes the SDK fetch keys; it would
   * fetch for each. Those of keys that have verified a token never wait behind them.
   */
  async function authenticate(authorization: string): Promise<Authenticated> {
    const header = authorization.slice(0, authorization.indexOf('.'));
    if (atHand.has(header)) return verify(authorization, header);
    const mine = line.then(() => (keysAreAway ? { status: 503 } : verify(authorization, header)));
    line = mine;
    return mine;
  }

  async function verify(authorization: string, header: string): Promise<Authenticated> {
    let pending = true;
    try {
      const authenticating = adapter.authentication.authenticateRequest(forTheSdk, authorization).finally(() => {
        pending = false;
      });
      // With the keys at hand there is nothing to wait for, and a timer would outlive the request by seconds.
      const tooLate = soon().then(() => {
        if (!pending) return undefined;
        atHand.delete(header);
        return sleep(keysWithinMs);
      });
      const authenticated = await Promise.race([authenticating, tooLate.then(() => null)]);
      if (!authenticated) return withoutKeys({}, 'the keys of the Bot Framework did not come in time');
      if (atHand.size >= mostKeys) atHand.clear();
      atHand.add(header);
      return authenticated;
    } catch (error) {
      // The SDK has a class for some refusals only; a bad signature or a stale token is the token library's error.
      const refused = error instanceof Error && /Authentication|JsonWebToken|TokenExpired|NotBefore/.test(error.name);
      if (refused || isAuthenticationError(error)) return { status: 401 };
      return withoutKeys({ err: error }, 'the keys of the Bot Framework could not be had');
    }
  }

  function withoutKeys(fields: object, what: string): Received {
    log.error(fields, what);
    keysAreAway = true;
    void sleep(pauseMs).then(() => {
      keysAreAway = false;
    });
    return { status: 503 };
  }
}

/** When everything that waits for nothing outside the process is done. */
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

function isActivity(body: unknown): body is { readonly type: string } {
  return (
    typeof body === 'object' && body !== null && !Array.isArray(body) && 'type' in body && typeof body.type === 'string'
  );
}

/** The SDK's class keeps the name "Error", so it is known by the status it carries. */
function isAuthenticationError(error: unknown): boolean {
  return error instanceof Error && (error as { statusCode?: unknown }).statusCode === 401;
}
