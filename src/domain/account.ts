/** Whom requests are about, as Entra describes them. */

/** A person as Teams and Entra identify one. `id` is the Entra object id, the only thing ever compared. */
export interface Person {
  readonly id: string;
  readonly tenantId: string;
  /** Untrusted text, for display only. */
  readonly name: string;
  /** As the directory has it, where it was read; for display only. */
  readonly upn?: string;
  /** Not a person but another app, which asked over HTTP: `id` is its client id. */
  readonly app?: true;
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
  /** Entra's id of the part of the directory it is for; absent where it is for all of it. */
  readonly scope?: string;
  /** Not held now, but may be activated. */
  readonly eligible?: true;
}

/** Two of the same key are one role. */
export function roleKey({ templateId, scope = '/', eligible }: DirectoryRole): string {
  return `${templateId} ${scope} ${eligible === true}`;
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
  /** Held or to be activated, for all of the directory or a part: each is power over others. */
  readonly roles: Known<readonly DirectoryRole[]>;
  /** The last that succeeded. */
  readonly lastSignIn: Known<string | null>;
  /** An attempt after that one, which as far as Entra tells did not succeed. */
  readonly lastAttempt?: string;
  readonly risk: Known<'none' | 'low' | 'medium' | 'high' | 'hidden'>;
}

export interface Target {
  readonly account: Account;
  readonly facts: AccountFacts;
  /** How an app named it, which hears of it under no other name. Untrusted text. */
  readonly asked?: string;
  /** May itself ask or approve here. */
  readonly operator?: true;
}

/** What is no longer as the card showed it. */
export type ChangeCode = 'deleted' | 'external' | 'protected' | 'restricted' | 'gainedRole' | 'rolesUnknown';

export interface Change {
  readonly targetId: string;
  readonly code: ChangeCode;
}

/** What an account was called when it was approved, where the card called it otherwise. It is the same account. */
export interface Renamed {
  readonly targetId: string;
  /** Untrusted text, as `upn`. */
  readonly name: string;
  readonly upn: string;
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

/** A person who was named and is left out, with the reason. */
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
