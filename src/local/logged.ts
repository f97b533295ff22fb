import type { EmulatedPerson } from './directory.ts';

/** Where the people of Contoso sign in, and where they are not. */
const here = { app: 'Microsoft Teams', country: 'US', browser: 'Edge 130', operatingSystem: 'Windows11' };
const elsewhere = {
  app: 'Office 365 Exchange Online',
  country: 'BR',
  browser: 'Firefox 132',
  operatingSystem: 'Linux',
};

/** An ordinary day. */
export const ordinary: Partial<EmulatedPerson> = {
  signIns: [{ ...here, at: '2026-11-20T07:58:31Z' }],
  devices: [{ displayName: 'ADELE-LAPTOP', registrationDateTime: '2025-01-15T09:12:00Z' }],
};

/** Someone else is in the account, and comes back soon after the first revocation. */
export const takenOver: Partial<EmulatedPerson> = {
  signIns: [
    { ...here, at: '2026-11-20T08:02:11Z' },
    { ...elsewhere, at: '2026-11-20T22:29:40Z', errorCode: 50126 },
    { ...elsewhere, at: '2026-11-20T22:31:05Z', risk: 'high' },
  ],
  audits: [
    {
      at: '2026-11-20T22:36:20Z',
      activity: 'User registered security info',
      resultReason: 'User registered Authenticator App with Notification and Code',
    },
    {
      at: '2026-11-20T22:41:52Z',
      activity: 'Consent to application',
      what: { type: 'ServicePrincipal', displayName: 'Mail Backup Pro' },
    },
  ],
  devices: [{ displayName: 'LEE-LAPTOP', registrationDateTime: '2025-03-02T10:40:00Z' }],
  returns: { ...elsewhere, afterMs: 20_000 },
};
