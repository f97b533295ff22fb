import type { GraphAction } from '../domain/result.ts';
import type { TwoPersonPolicy } from '../domain/targets.ts';
import type { Clock, Directory, EntraLogs, Ids, Log, Notifier, RequestStore, SignIns } from './ports.ts';

/** Who may do what, by object id of users or groups. */
export interface People {
  readonly requesters: readonly string[];
  readonly approvers: readonly string[];
  readonly protectedUsers: readonly string[];
}

export interface Policy {
  readonly people: People;
  readonly twoPersons: TwoPersonPolicy;
  readonly maxTargets: number;
  readonly maxTargetsPerHour: number;
  readonly maxOpenPerRequester: number;
  readonly requestTtlMs: number;
  readonly reasonRequired: boolean;
  /** For how long sign-ins are watched for after a verified revocation; 0: not at all. */
  readonly watchMs: number;
  readonly action: GraphAction;
  /** Whether Graph is called as the app, or as the approver. */
  readonly auth: 'application' | 'delegated';
  /** Who is mentioned when an approval is needed: the approvers that the card names, or those of these people and groups. */
  readonly notify: 'approvers' | readonly string[];
  /** Where requests are decided that were asked for in a 1:1 chat; `null`: there. */
  readonly approvalConversation: string | null;
  /** What other apps may do over HTTP; `null`: nothing. */
  readonly alerts: {
    /** Client ids of those that may open requests. */
    readonly clients: ReadonlySet<string>;
    /** Two different people approve what an app asked, where two persons are needed. */
    readonly twoApprovers: boolean;
    /** Hosts that a link may lead to. */
    readonly linkHosts: ReadonlySet<string>;
  } | null;
}

/** Whether it is known who is protected. While it is not, no account is revoked. */
interface Protection {
  /** @throws DirectoryError when it was never found out, and cannot be now */
  isKnown(): Promise<boolean>;
}

/** What use cases are made over: the ports, and what is settled at the start. */
export interface Base {
  readonly store: RequestStore;
  readonly directory: Directory;
  readonly logs: EntraLogs;
  readonly notifier: Notifier;
  readonly signIns: SignIns;
  readonly protection: Protection;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly tenantId: string;
  readonly policy: Policy;
  /** Names this process among the replicas that share the store. */
  readonly worker: string;
}
