/** Whom requests are about, as Entra describes them. */

/** A person as Teams and Entra identify one. `id` is the Entra object id, the only thing ever compared. */
export interface Person {
  readonly id: string;
  readonly tenantId: string;
  /** Untrusted text, for display only. */
  readonly name: string;
}

/**
 * A fact that may have been unreadable: "not available" is never the same as "none". `why`, where that is known: the cloud
 * does not offer it, the tenant has no licence for it, Graph refused (a permission or a licence), Graph did not answer.
 */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why?: WhyUnknown };
export type WhyUnknown = 'cloud' | 'licence' | 'refused' | 'noAnswer';

export interface DirectoryRole {
  readonly templateId: string;
  readonly name: string;
}

/** One account as the directory described it when it was asked for. Times are ISO 8601 in UTC. */
export interface Account {
  readonly id: string;
  readonly upn: string;
  readonly name: string;
  readonly jobTitle: string | null;
  readonly department: string | null;
  /** Signs in through another tenant, so revoking here has no effect (whatever `userType` says). */
  readonly external: boolean;
  readonly guest: boolean;
  readonly enabled: boolean;
  readonly synced: boolean;
  /** Member of a restricted management administrative unit: application permissions do not reach it. */
  readonly restricted: boolean;
}

/** Facts that help a person decide; each was read on its own and may be missing. */
export interface AccountFacts {
  readonly roles: Known<readonly DirectoryRole[]>;
  /** The last that succeeded. */
  readonly lastSignIn: Known<string | null>;
  /** An attempt after that one, which as far as Entra tells did not succeed. */
  readonly lastAttempt?: string;
  readonly risk: Known<'none' | 'low' | 'medium' | 'high' | 'hidden'>;
  /** Directory roles the account may activate; only where that could be read and there are some. */
  readonly eligibleRoles?: readonly DirectoryRole[];
}

export interface Target {
  readonly account: Account;
  readonly facts: AccountFacts;
}

export type OmissionCode =
  | 'notFound'
  | 'deleted'
  | 'ambiguous'
  | 'external'
  /** A guest by `userType` whose sessions are this organisation's own. */
  | 'ownGuest'
  | 'protected'
  | 'restricted'
  | 'unreadable';

/** Somebody who was named and is left out, with the reason. */
export interface Omission {
  /** What was typed: untrusted text. */
  readonly asked: string;
  readonly code: OmissionCode;
  /** The first few of what was found, where something was: untrusted text, but for the object id. */
  readonly found: readonly Found[];
  /** At least so many more were found. */
  readonly more?: number;
}

export interface Found {
  /** Object id; older records have none. */
  readonly id?: string;
  readonly name: string;
  readonly upn: string;
  readonly department: string | null;
}
