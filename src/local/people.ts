import type { EmulatedGroup, EmulatedPerson, EmulatedRole } from './directory.ts';

/** The emulated tenant, Contoso. Every domain here ends in `.example`, which can never belong to anybody. */
export const tenantId = '7f3c1c52-9d0e-4b7a-8a55-2d1f6e0b9c41';

/** Object ids by role in the story, for settings, the Playground and tests. */
export const personIds = {
  /** at the keyboard: may ask and may approve, holds no directory role */
  alex: '3c1f0e5a-7b2d-4c6e-9f41-0a8d5b6e7c01',
  /** may approve, holds no directory role */
  megan: '5d2e1f6b-8c3e-4d7f-8a52-1b9e6c7f8d02',
  /** an ordinary account: the one a newcomer revokes first */
  adele: '6e3f207c-9d4f-4e80-9b63-2caf7d809e03',
  /** Global Administrator */
  isaiah: '7f40318d-ae50-4f91-8c74-3db08e91af04',
  /** Helpdesk Administrator; may approve through a nested group */
  nestor: '8051429e-bf61-40a2-9d85-4ec19fa2b005',
  guest: '916253af-c072-41b3-8e96-5fd2a0b3c106',
  /** lives in another tenant although userType says Member */
  externalMember: 'a27364b0-d183-42c4-9fa7-60e3b1c4d207',
  disabled: 'b38475c1-e294-43d5-80b8-71f4c2d5e308',
  synced: 'c49586d2-f3a5-44e6-91c9-8205d3e6f409',
  /** name and UPN full of characters that are markup elsewhere */
  awkward: 'd5a697e3-04b6-45f7-a2da-9316e4f7050a',
  /** mail differs from the UPN, with further proxy addresses */
  otherAddress: 'e6b7a8f4-15c7-4608-b3eb-a427f508160b',
  /** these two share an address in otherMails */
  sharedOne: 'f7c8b905-26d8-4719-84fc-b5380619270c',
  sharedTwo: '08d9ca16-37e9-482a-950d-c649172a380d',
  /** emergency account in the Break-glass group */
  breakGlass: '19eadb27-48fa-493b-a61e-d75a283b490e',
  /** in a restricted management administrative unit */
  restricted: '2afbec38-590b-4a4c-b72f-e86b394c5a0f',
  /** risk level high */
  risky: '3b0cfd49-6a1c-4b5d-8830-f97c4a5d6b10',
  /** last sign-in years ago */
  dormant: '4c1d0e5a-7b2d-4c6e-9941-0a8d5b6e7c11',
  /** a plus sign in the mail address */
  plusMail: '5d2e1f6b-8c3e-4d7f-aa52-1b9e6c7f8d12',
} as const;

export const groupIds = {
  /** those who may ask */
  responders: '6e3f207c-9d4f-4e80-bb63-2caf7d809e13',
  /** those who may approve; contains approversNightShift */
  approvers: '7f40318d-ae50-4f91-8c74-3db08e91af14',
  approversNightShift: '8051429e-bf61-40a2-9d85-4ec19fa2b015',
  breakGlass: '916253af-c072-41b3-8e96-5fd2a0b3c116',
} as const;

export const people: readonly EmulatedPerson[] = [];
export const groups: readonly EmulatedGroup[] = [];
export const directoryRoles: Readonly<Record<string, EmulatedRole>> = {};
