import { DirectoryError, type OnBehalf, type SignIns } from '../app/ports.ts';
import type { SignInProblem } from '../domain/command.ts';
import { asSignIn, type Credential } from './pipeline.ts';
import type { VerifyUserToken } from './user-token.ts';

export interface HeldSignIns extends SignIns {
  /** What calls are made with on behalf of the person; `undefined` when no sign-in is held. */
  credentialOf(on: OnBehalf): Credential | undefined;
}

/** Where Graph is called as the app. */
export const noSignIns: HeldSignIns = {
  async accept() {
    return 'signInUnavailable';
  },
  holds: () => false,
  forget() {},
  credentialOf: () => undefined,
};

interface Deps {
  readonly verify: VerifyUserToken;
  /** Exchanges the token by the on-behalf-of flow; its cache lives as long as it does. */
  readonly onBehalfOf: (token: string) => Credential;
  /** Of Graph. */
  readonly scope: string;
  /** The authentication context that privileged accounts need; `null` for none. */
  readonly privilegedContext: string | null;
  readonly now: () => Date;
}

/** No token is good for longer, so what is left over from requests that another replica ended goes then. */
const longestHeldMs = 2 * 3_600_000;
/** "The user or administrator has not consented." Source: Entra authentication error codes. */
const noConsent = /AADSTS(?:65001|650057)\b/;

export function createSignIns(deps: Deps): HeldSignIns {
  const { verify, onBehalfOf, scope, privilegedContext, now } = deps;
  const held = new Map<string, { readonly credential: Credential; readonly since: number }>();

  return {
    async accept(on, token, strong) {
      const verified = await verify(token, on.personId);
      if (!verified.ok) return verified.code;
      if (strong && privilegedContext !== null && !verified.contexts.includes(privilegedContext))
        return 'signInTooWeak';
      const credential = asSignIn(onBehalfOf(token));
      try {
        await credential.getToken(scope, { enableCae: true });
      } catch (error) {
        return problemOf(error);
      }
      for (const [key, { since }] of held) if (now().getTime() - since > longestHeldMs) held.delete(key);
      held.set(keyOf(on), { credential, since: now().getTime() });
      return null;
    },
    holds: (on) => held.has(keyOf(on)),
    forget(on) {
      held.delete(keyOf(on));
    },
    credentialOf: (on) => held.get(keyOf(on))?.credential,
  };
}

function keyOf({ requestId, personId }: OnBehalf): string {
  return `${requestId} ${personId}`;
}

/** Entra says why by a number in its prose; no number at all means that it was not asked. */
function problemOf(error: unknown): SignInProblem {
  const { cause } = error as DirectoryError;
  const text = error instanceof DirectoryError && cause instanceof Error ? cause.message : '';
  if (noConsent.test(text)) return 'signInConsent';
  return /AADSTS\d+/.test(text) ? 'signInRefused' : 'signInUnavailable';
}
