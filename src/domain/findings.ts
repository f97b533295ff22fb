/** What Entra's logs tell of an account around a revocation, and whether it signed in since. Times are ISO 8601 in UTC. */

import type { Known } from './account.ts';

/** One attempt to sign in, as the sign-in log has it. Texts are untrusted: apps and devices are named by people. */
export interface SignIn {
  /** Entra's id of it. */
  readonly id: string;
  readonly accountId: string;
  readonly at: string;
  readonly app: string;
  /** Two letters, as Entra placed the address. */
  readonly country: string | null;
  readonly device: string | null;
  /** A person was at it; false: an app renewed a token by itself. */
  readonly interactive: boolean;
  readonly succeeded: boolean;
  readonly risk: 'none' | 'low' | 'medium' | 'high';
}

export type ChangeKind =
  | 'methodAdded'
  | 'methodRemoved'
  | 'passwordChanged'
  | 'passwordReset'
  | 'consent'
  | 'roleGiven'
  | 'groupGiven'
  | 'deviceRegistered';

/** One thing done to an account, as the audit log has it. */
export interface AccountChange {
  readonly kind: ChangeKind;
  readonly at: string;
  /** Which method, app, role, group or device, where the log says; untrusted text. */
  readonly what: string | null;
  /** Who did it, a person or an app, where the log says; untrusted text. */
  readonly by: string | null;
}

/** A device that is registered with the account. */
export interface Device {
  /** Untrusted text. */
  readonly name: string;
  /** When it was registered; `null`: Entra does not say. */
  readonly at: string | null;
}

/** No more attempts that failed than this are kept; there may have been more. */
export const mostFailedSignIns = 10;

/** What happened around a revocation. Lists are bounded, the newest first; each was read on its own and may be missing. */
export interface Findings {
  readonly accountId: string;
  /** When the logs were read. They are minutes late. */
  readonly asOf: string;
  readonly changes: Known<readonly AccountChange[]>;
  readonly signIns: Known<readonly SignIn[]>;
  readonly devices: Known<readonly Device[]>;
}
