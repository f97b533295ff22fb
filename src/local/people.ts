import type { EmulatedGroup, EmulatedPerson, EmulatedRole } from './directory.ts';
import { ordinary, takenOver } from './logged.ts';

/** The emulated tenant, Contoso. Every domain here ends in `.example`, which can never belong to anyone. */
export const tenantId = '7f3c1c52-9d0e-4b7a-8a55-2d1f6e0b9c41';

/** Role template ids are the same in every tenant; the role objects' own ids are this tenant's. */
export const directoryRoles = {
  globalAdministrator: {
    id: 'a27364b0-d183-42c4-9fa7-60e3b1c4d221',
    displayName: 'Global Administrator',
    roleTemplateId: '62e90394-69f5-4237-9190-012177145e10',
  },
  helpdeskAdministrator: {
    id: 'b38475c1-e294-43d5-80b8-71f4c2d5e322',
    displayName: 'Helpdesk Administrator',
    roleTemplateId: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  },
} as const satisfies Readonly<Record<string, EmulatedRole>>;

/** An ordinary member, signed in this morning; what differs is given. */
export function member(
  id: string,
  displayName: string,
  userPrincipalName: string,
  differences: Partial<EmulatedPerson> = {},
): EmulatedPerson {
  const [givenName = '', ...surnames] = displayName.split(' ');
  return {
    id,
    displayName,
    userPrincipalName,
    givenName,
    surname: surnames.join(' '),
    mail: userPrincipalName,
    proxyAddresses: [`SMTP:${differences.mail ?? userPrincipalName}`],
    userType: 'Member',
    accountEnabled: true,
    createdDateTime: '2024-03-04T08:00:00Z',
    lastPasswordChangeDateTime: '2026-02-09T07:41:12Z',
    signInActivity: {
      lastSignInDateTime: '2026-11-20T07:58:31Z',
      lastNonInteractiveSignInDateTime: '2026-11-20T16:12:05Z',
      lastSuccessfulSignInDateTime: '2026-11-20T16:12:05Z',
    },
    ...differences,
  };
}

const { globalAdministrator, helpdeskAdministrator } = directoryRoles;

/** By their role in the story. */
const cast = {
  /** At the keyboard: may ask and may approve, holds no directory role. */
  alex: member('3c1f0e5a-7b2d-4c6e-9f41-0a8d5b6e7c01', 'Alex Wilber', 'alex@contoso.example', {
    jobTitle: 'Security Responder',
    department: 'IT',
  }),
  /** May approve, holds no directory role. */
  megan: member('5d2e1f6b-8c3e-4d7f-8a52-1b9e6c7f8d02', 'Megan Bowen', 'megan@contoso.example', {
    jobTitle: 'Security Lead',
    department: 'IT',
  }),
  /** An ordinary account: the one a newcomer revokes first. */
  adele: member('6e3f207c-9d4f-4e80-9b63-2caf7d809e03', 'Adele Vance', 'adele@contoso.example', {
    jobTitle: 'Retail Manager',
    department: 'Retail',
    ...ordinary,
  }),
  /** Global Administrator. */
  isaiah: member('7f40318d-ae50-4f91-8c74-3db08e91af04', 'Isaiah Langer', 'isaiah@contoso.example', {
    jobTitle: 'Cloud Administrator',
    department: 'IT',
    roles: [globalAdministrator],
  }),
  /** Helpdesk Administrator; may approve through a nested group. */
  nestor: member('8051429e-bf61-40a2-9d85-4ec19fa2b005', 'Nestor Wilke', 'nestor@contoso.example', {
    jobTitle: 'Service Desk Lead',
    department: 'Operations',
    roles: [helpdeskAdministrator],
  }),
  guest: {
    id: '916253af-c072-41b3-8e96-5fd2a0b3c106',
    displayName: 'Lynne Robbins',
    userPrincipalName: 'lynne.robbins_fabrikam.example#EXT#@contoso.example',
    mail: 'lynne.robbins@fabrikam.example',
    otherMails: ['lynne.robbins@fabrikam.example'],
    proxyAddresses: ['SMTP:lynne.robbins@fabrikam.example'],
    userType: 'Guest',
    accountEnabled: true,
    createdDateTime: '2025-06-17T13:20:44Z',
  },
  /** Lives in another tenant although userType says Member. */
  externalMember: {
    id: 'a27364b0-d183-42c4-9fa7-60e3b1c4d207',
    displayName: 'Pradeep Gupta',
    userPrincipalName: 'pradeep_tailspin.example#EXT#@contoso.example',
    mail: 'pradeep@tailspin.example',
    proxyAddresses: ['SMTP:pradeep@tailspin.example'],
    jobTitle: 'Accountant',
    department: 'Finance',
    userType: 'Member',
    accountEnabled: true,
    createdDateTime: '2025-09-01T06:05:00Z',
  },
  disabled: member('b38475c1-e294-43d5-80b8-71f4c2d5e308', 'Johanna Lorenz', 'johanna@contoso.example', {
    jobTitle: 'Senior Engineer',
    department: 'Engineering',
    accountEnabled: false,
  }),
  synced: member('c49586d2-f3a5-44e6-91c9-8205d3e6f409', 'Grady Archie', 'grady@contoso.example', {
    jobTitle: 'Designer',
    department: 'R&D',
    onPremisesSyncEnabled: true,
  }),
  /** Name and UPN full of characters that are markup elsewhere. */
  awkward: member(
    'd5a697e3-04b6-45f7-a2da-9316e4f7050a',
    'Miriam "**Bold**" O\'Brien [click](https://evil.example) ${secret} <at>Alex</at>',
    "miriam.o'brien#test!^~_-1@contoso.example",
    { givenName: 'Miriam', surname: "O'Brien", jobTitle: '_Director_ `{{title}}`', department: '# Legal & <b>Tax</b>' },
  ),
  /** Mail differs from the UPN, with further proxy addresses. */
  otherAddress: member('e6b7a8f4-15c7-4608-b3eb-a427f508160b', 'Joni Sherman', 'jsherman@contoso.example', {
    jobTitle: 'Paralegal',
    department: 'Legal',
    mail: 'joni.sherman@mail.contoso.example',
    proxyAddresses: ['SMTP:joni.sherman@mail.contoso.example', 'smtp:joni@contoso.example', 'SIP:joni@contoso.example'],
  }),
  /** These two share an address in otherMails. */
  sharedOne: member('f7c8b905-26d8-4719-84fc-b5380619270c', 'Enrico Cattaneo', 'enrico@contoso.example', {
    jobTitle: 'Attorney',
    department: 'Legal',
    otherMails: ['office@woodgrove.example', 'enrico@woodgrove.example'],
  }),
  sharedTwo: member('08d9ca16-37e9-482a-950d-c649172a380d', 'Diego Siciliani', 'diego@contoso.example', {
    jobTitle: 'Human Resources Manager',
    department: 'HR',
    otherMails: ['office@woodgrove.example'],
  }),
  /** Emergency account in the Break-glass group. */
  breakGlass: {
    id: '19eadb27-48fa-493b-a61e-d75a283b490e',
    displayName: 'Emergency Access 1',
    userPrincipalName: 'emergency1@contoso.onmicrosoft.example',
    userType: 'Member',
    accountEnabled: true,
    roles: [globalAdministrator],
    createdDateTime: '2024-03-01T09:00:00Z',
  },
  /** In a restricted management administrative unit. */
  restricted: member('2afbec38-590b-4a4c-b72f-e86b394c5a0f', 'Patti Fernandez', 'patti@contoso.example', {
    jobTitle: 'President',
    department: 'Executive Management',
    isManagementRestricted: true,
  }),
  /** Risk level high. */
  risky: member('3b0cfd49-6a1c-4b5d-8830-f97c4a5d6b10', 'Lee Gu', 'lee@contoso.example', {
    jobTitle: 'Director',
    department: 'Manufacturing',
    risk: {
      riskLevel: 'high',
      riskState: 'atRisk',
      riskDetail: 'none',
      riskLastUpdatedDateTime: '2026-11-20T22:47:10Z',
    },
    ...takenOver,
  }),
  /** Last sign-in years ago. */
  dormant: member('4c1d0e5a-7b2d-4c6e-9941-0a8d5b6e7c11', 'Debra Berger', 'debra@contoso.example', {
    jobTitle: 'Administrative Assistant',
    department: 'Executive Management',
    lastPasswordChangeDateTime: '2024-03-04T08:00:00Z',
    signInActivity: {
      lastSignInDateTime: '2024-05-13T09:30:00Z',
      lastSuccessfulSignInDateTime: '2024-05-13T09:30:00Z',
    },
  }),
  /** A plus sign in the mail address. */
  plusMail: member('5d2e1f6b-8c3e-4d7f-aa52-1b9e6c7f8d12', 'Christie Cline', 'christie@contoso.example', {
    jobTitle: 'Buyer',
    department: 'Retail',
    mail: 'christie+oncall@contoso.example',
  }),
} satisfies Readonly<Record<string, EmulatedPerson>>;

export const people: readonly EmulatedPerson[] = Object.values(cast);

/** Object ids by role in the story. */
export const personIds = Object.fromEntries(Object.entries(cast).map(([role, { id }]) => [role, id])) as Readonly<
  Record<keyof typeof cast, string>
>;

export const groupIds = {
  /** those who may ask */
  responders: '6e3f207c-9d4f-4e80-bb63-2caf7d809e13',
  /** those who may approve; contains approversNightShift */
  approvers: '7f40318d-ae50-4f91-8c74-3db08e91af14',
  approversNightShift: '8051429e-bf61-40a2-9d85-4ec19fa2b015',
  breakGlass: '916253af-c072-41b3-8e96-5fd2a0b3c116',
} as const;

export const groups: readonly EmulatedGroup[] = [
  { id: groupIds.responders, displayName: 'Responders', members: [personIds.alex, personIds.megan] },
  {
    id: groupIds.approvers,
    displayName: 'Approvers',
    members: [personIds.alex, personIds.megan, groupIds.approversNightShift],
  },
  { id: groupIds.approversNightShift, displayName: 'Approvers, night shift', members: [personIds.nestor] },
  { id: groupIds.breakGlass, displayName: 'Break-glass', members: [personIds.breakGlass] },
];

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

/** The moment that the times above are written for. */
const writtenFor = Date.parse('2026-11-20T23:30:00Z');
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/**
 * The people with all their times moved, so that on whatever day it is what happened to them is as long ago as it was
 * meant to be: who signed in this morning has not been away for a year, and nothing lies in the future.
 */
export function peopleAsOf(now: Date, all: readonly EmulatedPerson[]): readonly EmulatedPerson[] {
  const ago = now.getTime() - writtenFor;
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string' && time.test(value)) {
      return `${new Date(Date.parse(value) + ago).toISOString().slice(0, 19)}Z`;
    }
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item)]));
  };
  return all.map((person) => moved(person) as EmulatedPerson);
}
