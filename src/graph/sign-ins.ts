import { DirectoryError } from '../app/errors.ts';
import type { Log, OnBehalf, SignIns } from '../app/ports.ts';
import { claimsOf } from '../base/read.ts';
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
  readonly log: Pick<Log, 'warn'>;
}

/** No token is good for longer, so what is left over from requests that another replica ended goes then. */
const longestHeldMs = 2 * 3_600_000;
/** What Entra says of it, in its prose, by number. Source: Entra authentication error codes. */
const saidByEntra = /AADSTS(\d+)/;
/** Consent is missing. */
const noConsent: ReadonlySet<string> = new Set(['65001', '650057']);
/** The secret, certificate or registration of the bot is wrong, or has run out. */
const ownFault: ReadonlySet<string> = new Set(['7000215', '7000222', '7000218', '700016', '700027', '500131']);
/** Delegated permissions of which each lets a person with the role revoke. */
const enough: ReadonlySet<string> = new Set([
  'User.RevokeSessions.All',
  'User.ReadWrite.All',
  'Directory.ReadWrite.All',
  'Directory.AccessAsUser.All',
]);

export function createSignIns(deps: Deps): HeldSignIns {
  const { verify, onBehalfOf, scope, privilegedContext, now, log } = deps;
  const held = new Map<string, { readonly credential: Credential; readonly since: number }>();

  return {
    async accept(on, token, strong) {
      const refuse = (code: SignInProblem, why: string): SignInProblem => {
        log.warn({ requestId: on.requestId, code, why }, 'the sign-in of an approver was not taken');
        return code;
      };
      const verified = await verify(token, on.personId);
      if (!verified.ok) return refuse(verified.code, verified.why);
      if (strong && privilegedContext !== null && !verified.contexts.includes(privilegedContext)) {
        return refuse('signInTooWeak', `without ${privilegedContext}`);
      }
      let credential: Credential;
      try {
        credential = asApprover(onBehalfOf(token));
        const exchanged = await credential.getToken(scope, { enableCae: true });
        // Entra gives what was consented to, and be it nothing of use.
        if (!mayRevoke(exchanged?.token ?? '')) return refuse('signInConsent', 'scp');
      } catch (error) {
        const said = numberOf(error);
        return refuse(problemOf(said), said === null ? 'no answer' : `AADSTS${said}`);
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

/** Only what Entra itself refuses ends a sign-in; whatever else fails may work the next time. */
function asApprover(credential: Credential): Credential {
  const signedIn = asSignIn(credential);
  return {
    async getToken(scopes, options) {
      try {
        return await signedIn.getToken(scopes, options);
      } catch (error) {
        if (numberOf(error) !== null) throw error;
        throw new DirectoryError('unavailable', 'no token on behalf of the approver', { cause: error });
      }
    },
  };
}

function numberOf(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const said = saidByEntra.exec(cause.message)?.[1];
    if (said !== undefined) return said;
  }
  return null;
}

function problemOf(said: string | null): SignInProblem {
  if (said === null) return 'signInUnavailable';
  if (noConsent.has(said)) return 'signInConsent';
  return ownFault.has(said) ? 'signInMisconfigured' : 'signInRefused';
}

/** A token for Graph is Graph's to read: what cannot be read is not judged. */
function mayRevoke(token: string): boolean {
  try {
    const { scp } = claimsOf(token);
    return typeof scp !== 'string' || scp.split(' ').some((permission) => enough.has(permission));
  } catch {
    return true;
  }
}
