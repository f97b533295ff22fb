import type { DirectoryRole, Known } from './account.ts';

/**
 * Entra roles that may revoke the sessions of whom, by the roles that the other holds.
 * Source: Microsoft Entra, "Privileged roles and permissions", who can reset passwords (and invalidate refresh tokens), and the
 * built-in roles with `microsoft.directory/users/invalidateAllRefreshTokens`; read on 2026-11-28. Members and owners of
 * role-assignable groups, and people in a restricted management unit, need the highest, too: neither stands among the roles.
 */
export type RevokingRole =
  | 'Helpdesk Administrator'
  | 'Authentication Administrator'
  | 'User Administrator'
  | 'Password Administrator'
  | 'Security Administrator'
  | 'Security Operator'
  | 'Entra SOC Identity Responder'
  | 'Privileged Authentication Administrator'
  | 'Global Administrator';

/** They may do it for everyone. */
const highest: readonly RevokingRole[] = ['Privileged Authentication Administrator', 'Global Administrator'];
/** For people with no role. */
const withoutRole: readonly RevokingRole[] = [
  'Helpdesk Administrator',
  'Authentication Administrator',
  'User Administrator',
  'Password Administrator',
  'Security Administrator',
  'Security Operator',
  'Entra SOC Identity Responder',
  ...highest,
];
const ofPasswords: readonly RevokingRole[] = [
  'Helpdesk Administrator',
  'Authentication Administrator',
  'User Administrator',
  'Password Administrator',
  ...highest,
];
const allButPassword = ofPasswords.filter((role) => role !== 'Password Administrator');

/** By the template id of the role that the target holds; whatever is not here needs the highest. */
const byTarget: Readonly<Record<string, readonly RevokingRole[]>> = {
  // Directory Readers, Guest Inviter, Password Administrator
  '88d8e3e3-8f55-4a1e-953a-9b9898b8876b': ofPasswords,
  '95e79109-95c0-4d8e-aee3-d01accf2d47b': ofPasswords,
  '966707d0-3269-4727-9be2-8c3a10f19b9d': ofPasswords,
  // Message Center Reader, Reports Reader, Usage Summary Reports Reader, User Experience Success Manager
  '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b': allButPassword,
  '4a5d8f65-41da-4de4-8968-e035b65339cf': allButPassword,
  '75934031-6c7e-415a-99d7-48dbd49e875e': allButPassword,
  '27460883-1df1-4691-b032-3b79643e5e63': allButPassword,
  // Helpdesk Administrator, Authentication Administrator, User Administrator, Groups Administrator
  '729827e3-9c14-49f7-bb1b-9608f156bbb8': ['Helpdesk Administrator', 'User Administrator', ...highest],
  'c4e39bd9-1100-46d3-8c65-fb160da0071f': ['Authentication Administrator', ...highest],
  'fe930be7-5e62-47db-91af-98c3a49a38b1': ['User Administrator', ...highest],
  'fdd7a751-b60b-444a-984c-02652fe8fa1c': ['User Administrator', ...highest],
};

/** Those of which any would do for this account. Roles that could not be read may be any; one to be activated is not held. */
export function rolesThatRevoke(read: Known<readonly DirectoryRole[]>): readonly RevokingRole[] {
  if (!read.known) return highest;
  const held = read.value.filter(({ eligible }) => eligible !== true);
  if (held.length === 0) return withoutRole;
  return ofPasswords.filter((role) => held.every(({ templateId }) => (byTarget[templateId] ?? highest).includes(role)));
}
