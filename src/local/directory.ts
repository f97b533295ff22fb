/** The shapes of the emulated directory: what a person, a group and a role are made of. */

export interface EmulatedRole {
  /** object id of the activated role in this tenant */
  readonly id: string;
  readonly displayName: string;
  readonly roleTemplateId: string;
  /** the part of the directory it is for; absent for all of it */
  readonly directoryScopeId?: string;
}

/** ISO 8601 in UTC; the last two are absent for accounts that never signed in that way. */
interface EmulatedSignInActivity {
  readonly lastSignInDateTime: string;
  readonly lastNonInteractiveSignInDateTime?: string;
  readonly lastSuccessfulSignInDateTime?: string;
}

interface EmulatedRisk {
  readonly riskLevel: 'low' | 'medium' | 'high' | 'hidden' | 'none';
  readonly riskState: 'atRisk' | 'confirmedCompromised' | 'remediated' | 'dismissed' | 'confirmedSafe';
  readonly riskDetail: string;
  readonly riskLastUpdatedDateTime: string;
}

export interface EmulatedPerson {
  /** object id, a GUID */
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly mail?: string;
  readonly otherMails?: readonly string[];
  /** `SMTP:` before the primary address, `smtp:` before the others */
  readonly proxyAddresses?: readonly string[];
  readonly jobTitle?: string;
  readonly department?: string;
  readonly userType: 'Member' | 'Guest';
  readonly accountEnabled: boolean;
  readonly onPremisesSyncEnabled?: boolean;
  readonly externalUserState?: 'Accepted' | 'PendingAcceptance';
  readonly creationType?: 'Invitation' | 'LocalAccount' | 'EmailVerified';
  /** who vouches for the sign-in, where it is not this tenant */
  readonly foreignIssuer?: string;
  /** in a restricted management administrative unit: the application may read but not write */
  readonly isManagementRestricted?: boolean;
  /** Graph does not let the application write, and nothing that can be read beforehand tells */
  readonly refusesWrites?: boolean;
  readonly roles?: readonly EmulatedRole[];
  /** roles the person may activate */
  readonly eligibleRoles?: readonly EmulatedRole[];
  readonly signInActivity?: EmulatedSignInActivity;
  readonly risk?: EmulatedRisk;
  readonly createdDateTime?: string;
  readonly lastPasswordChangeDateTime?: string;
  /** before any revocation here; without it, the last password change or the creation */
  readonly signInSessionsValidFromDateTime?: string;
}

export interface EmulatedGroup {
  readonly id: string;
  readonly displayName: string;
  /** object ids of people or of groups, which nest */
  readonly members: readonly string[];
  /** only an application with Member.Read.Hidden learns who is in it */
  readonly visibility?: 'HiddenMembership';
  /** roles that members hold through this group */
  readonly roles?: readonly EmulatedRole[];
}
