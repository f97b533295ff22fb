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

/** The moment that the times in people.ts are written for. */
const writtenFor = Date.parse('2026-11-20T23:30:00Z');
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/**
 * The people with all their times moved, so that on whatever day it is what happened to them is as long ago as it was
 * meant to be: who signed in this morning has not been away for a year, and nothing lies in the future.
 */
export function peopleAsOf(now: Date, people: readonly EmulatedPerson[]): readonly EmulatedPerson[] {
  const ago = now.getTime() - writtenFor;
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string' && time.test(value)) {
      return `${new Date(Date.parse(value) + ago).toISOString().slice(0, 19)}Z`;
    }
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item)]));
  };
  return people.map((person) => moved(person) as EmulatedPerson);
}
