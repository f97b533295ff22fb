import type { EmulatedPerson } from '../../src/local/directory.ts';

/** The first two groups of digits are this population's, the last is the number. */
const idOf = (number: number) => `5ca1ab1e-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Ordinary accounts, numbered from 0, so that every request of a run has its own and effects cannot be mixed up. */
export function staff(count: number): readonly EmulatedPerson[] {
  return Array.from({ length: count }, (_, number) => ({
    id: idOf(number),
    displayName: `Staff ${number}`,
    userPrincipalName: `staff${number}@contoso.example`,
    mail: `staff${number}@contoso.example`,
    userType: 'Member',
    accountEnabled: true,
    createdDateTime: '2024-03-04T08:00:00Z',
    lastPasswordChangeDateTime: '2026-02-09T07:41:12Z',
  }));
}
