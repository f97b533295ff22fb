import type { EmulatedPerson } from '../src/local/directory.ts';

const departments = ['Retail', 'Engineering', 'Finance', 'Operations'];

/** So many ordinary members. None of them is in the story, and none holds a role. */
export function crowd(count: number): readonly EmulatedPerson[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(4, '0');
    return {
      id: `bbbbbbbb-0000-4000-8000-${number.padStart(12, '0')}`,
      displayName: `User ${number}`,
      userPrincipalName: `user${number}@contoso.example`,
      jobTitle: 'Clerk',
      department: departments[index % departments.length] ?? 'Retail',
      userType: 'Member',
      accountEnabled: true,
      createdDateTime: '2024-03-04T08:00:00Z',
      lastPasswordChangeDateTime: '2026-02-09T07:41:12Z',
    };
  });
}
