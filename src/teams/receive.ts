import { type Activity, INVOKE_RESPONSE_KEY, type InvokeResponse, type TurnContext } from 'botbuilder';
import type { AuthenticateRequestResult } from 'botframework-connector';
import type { Log } from '../app/ports.ts';
import type { Adapter } from './adapter.ts';
import type { Guarded } from './guard.ts';

/** What goes back over HTTP. Bodies are ours: nothing of an error is ever in one. */
export interface Received {
  readonly status: number;
  readonly body?: object;
}

interface Deps {
  readonly adapter: Adapter;
  /** Runs before the SDK sees anything. */
  readonly guard: (authorization: string | undefined, activity: object) => Guarded;
  readonly sleep: (ms: number) => Promise<void>;
  readonly run: (context: TurnContext) => Promise<void>;
  readonly log: Log;
}

/** The SDK fetches the signing keys without a deadline; the sender is told to come again instead of waiting for ever. */
const keysWithinMs = 5000;

/** One activity in: guard, signature, turn, answer. Never throws. */
export function createReceive({ adapter, guard, sleep, run, log }: Deps) {
  return async function receive(authorization: string | undefined, body: unknown): Promise<Received> {
    if (!isActivity(body)) return { status: 400 };
    const guarded = guard(authorization, body);
    if (!guarded.ok) {
      log.debug({ why: guarded.why }, 'an activity was turned away');
      return { status: guarded.status };
    }
    const authenticated = await authenticate(body, authorization ?? '');
    if ('status' in authenticated) return authenticated;
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

  async function authenticate(body: object, authorization: string): Promise<AuthenticateRequestResult | Received> {
    try {
      const authenticated = await Promise.race([
        adapter.authentication.authenticateRequest(body as Activity, authorization),
        sleep(keysWithinMs).then(() => null),
      ]);
      if (authenticated) return authenticated;
      log.error({}, 'the keys of the Bot Framework did not come in time');
      return { status: 503 };
    } catch (error) {
      // The SDK has a class for some refusals only; a bad signature or a stale token is the token library's error.
      const refused = error instanceof Error && /Authentication|JsonWebToken|TokenExpired|NotBefore/.test(error.name);
      if (refused || isAuthenticationError(error)) return { status: 401 };
      log.error({ err: error }, 'the keys of the Bot Framework could not be had');
      return { status: 503 };
    }
  }
}

export type Receive = ReturnType<typeof createReceive>;

function isActivity(body: unknown): body is { readonly type: string } {
  return (
    typeof body === 'object' && body !== null && !Array.isArray(body) && 'type' in body && typeof body.type === 'string'
  );
}

/** The SDK's class keeps the name "Error", so it is known by the status it carries. */
function isAuthenticationError(error: unknown): boolean {
  return error instanceof Error && (error as { statusCode?: unknown }).statusCode === 401;
}
