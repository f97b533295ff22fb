import type { EmulatedPerson } from './directory.ts';
import { member } from './people.ts';

const tills = 300;

/** Who is in the tenant of local mode beside the people of the story: enough for a request about many, and a failure. */
export const crowd: readonly EmulatedPerson[] = [
  ...Array.from({ length: tills }, (_, index) => {
    const number = `${index + 1}`.padStart(3, '0');
    const id = `7e110000-0000-4000-8000-000000000${number}`;
    return member(id, `Till ${number}`, `till${number}@contoso.example`, { jobTitle: 'Till', department: 'Retail' });
  }),
  member('6f2e417d-9e40-4f91-ac74-3db08e91af31', 'Irvin Sayers', 'irvin@contoso.example', {
    jobTitle: 'Project Manager',
    department: 'Engineering',
    refusesWrites: true,
  }),
];
