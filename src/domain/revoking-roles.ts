import type { DirectoryRole, Known } from './account.ts';

/**
 * Entra roles that may revoke the sessions of whom, by the roles that the other holds.
 * Source: Microsoft Entra, "Privileged roles and permissions", who can reset passwords (and invalidate refresh tokens).
 */
export type RevokingRole =
  | 'Password Administrator'
  | 'Helpdesk Administrator'
  | 'Authentication Administrator'
  | 'User Administrator'
  | 'Privileged Authentication Administrator';

const everybody: readonly RevokingRole[] = [
  'Helpdesk Administrator',
  'Authentication Administrator',
  'User Administrator',
  'Password Administrator',
  'Privileged Authentication Administrator',
];
const allButPassword = everybody.filter((role) => role !== 'Password Administrator');
/** It may do what a Global Administrator may, as far as sign-in goes. */
const highest: readonly RevokingRole[] = ['Privileged Authentication Administrator'];

/** By the template id of the role that the target holds; whatever is not here needs the highest. */
const byTarget: Readonly<Record<string, readonly RevokingRole[]>> = {
  // Directory Readers, Guest Inviter, Password Administrator
  '88d8e3e3-8f55-4a1e-953a-9b9898b8876b': everybody,
  '95e79109-95c0-4d8e-aee3-d01accf2d47b': everybody,
  '966707d0-3269-4727-9be2-8c3a10f19b9d': everybody,
  // Message Center Reader, Reports Reader, Usage Summary Reports Reader, User Experience Success Manager
  '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b': allButPassword,
  '4a5d8f65-41da-4de4-8968-e035b65339cf': allButPassword,
  '75934031-6c7e-415a-99d7-48dbd49e875e': allButPassword,
  '27460883-1df1-4691-b032-3b79643e5e63': allButPassword,
  // Helpdesk Administrator, Authentication Administrator, User Administrator, Groups Administrator
  '729827e3-9c14-49f7-bb1b-9608f156bbb8': ['Helpdesk Administrator', 'User Administrator', ...highest],
  'c4e39bd9-1100-46d3-8c65-fb160da0071f': ['Authentication Administrator', 'User Administrator', ...highest],
  'fe930be7-5e62-47db-91af-98c3a49a38b1': ['User Administrator', ...highest],
  'fdd7a751-b60b-444a-984c-02652fe8fa1c': ['User Administrator', ...highest],
};

/** Those of which any would do for this account. Roles that could not be read may be any. */
export function rolesThatRevoke(held: Known<readonly DirectoryRole[]>): readonly RevokingRole[] {
  if (!held.known) return highest;
  return everybody.filter((role) =>
    held.value.every(({ templateId }) => (byTarget[templateId] ?? highest).includes(role)),
  );
}
