import { directoryRoles, tenantId } from '../../src/local/people.ts';
import { person } from '../support/production/world.ts';
import { approving, asked, begin, fates, held, type Lead, type Point, recorded } from './point.ts';

const reads = (id: string) => ({ method: 'GET', path: new RegExp(`/users/${id}\\?`) });
const groupsOf = (id: string) => ({ method: 'POST', path: new RegExp(`/users/${id}/checkMemberObjects`) });
const rolesOf = (id: string) => ({ method: 'GET', path: new RegExp(`/users/${id}/transitiveMemberOf`) });
const writes = { method: 'POST', path: /revokeSignInSessions/ };
const cardPost = { method: 'POST', body: /"verb":"approve"/ };
const progress = { method: 'PUT', body: /Revoking sign-in sessions|Revoking sessions/ };
const finalCard = { method: 'PUT', body: /Sessions revoked/ };
const resultPost = { method: 'POST', body: /audit ID [0-9a-f]{12}/ };

const say: Lead = (scene) => scene.say();
/** Only a process that has just started comes by there. */
const freshly =
  (lead: Lead): Lead =>
  async (scene) => {
    await scene.restart();
    await lead(scene);
  };
/** Of many accounts at once, and of those that succeeded alone. */
const watchRead = { method: 'GET', path: /auditLogs\/signIns.*errorCode/ };
const backPost = { method: 'POST', body: /Signed in again after/ };
/** The person signs in after the result, and the process that starts then reads the log at once. */
const comingBack: Lead = async (scene) => {
  await approving(scene);
  await scene.recorded('LookedAround');
  const at = new Date(Date.now() + 1000).toISOString();
  const browser = { browser: 'Firefox 132', operatingSystem: 'Linux' };
  scene.stage.tenant.change(scene.target.id, { signIns: [{ at, app: 'Outlook', country: 'BR', ...browser }] });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await scene.restart();
};
/** Longer than a request stays open. */
const muchLaterMs = 20 * 60_000;
const alexId = person('alex').id;
const meganId = person('megan').id;

export const points: readonly Point[] = [
  held(
    'the message is there, its token is not checked',
    () => ['authority', { path: /openidconfiguration/ }],
    'before',
    freshly(say),
    { ask: true, press: true },
  ),
  held('the rights of who asks are being read', () => ['graph', groupsOf(alexId)], 'before', say, {
    ask: true,
    press: true,
  }),
  held('the last facts for the card are being read', ({ target }) => ['graph', rolesOf(target.id)], 'before', say, {
    ask: true,
    press: true,
  }),
  recorded('Requested', say, { press: true }),
  recorded('PostStarted', say, { press: true, what: '"what":"card"' }),
  held(
    'the post is announced, its token is being got',
    () => ['authority', { path: new RegExp(`${tenantId}/oauth2`), body: /botframework/ }],
    'before',
    freshly(say),
    { press: true },
  ),
  ...fates('the card', (side, name) => held(name, () => ['connector', cardPost], side, say, { press: true })),
  recorded('CardPosted', say, { press: true }),
  recorded(
    'AttemptRefused',
    async (scene) => {
      await asked(scene);
      await scene.press('approve', person('adele'));
    },
    { press: true },
  ),

  held('the rights of who approves are being read', () => ['graph', groupsOf(meganId)], 'before', approving, {
    press: true,
  }),
  {
    name: 'the accounts are read again for the approval',
    press: true,
    async reach(scene) {
      await asked(scene);
      const standing = scene.hold('graph', rolesOf(scene.target.id), 'before');
      begin(scene.press());
      await standing.reached;
      return undefined;
    },
  },
  recorded('Approved', approving),
  recorded(
    'Approved',
    async (scene) => {
      await asked(scene);
      await scene.type('approve');
    },
    { name: 'Approved, by a typed code, is on disk' },
  ),
  recorded('ExecutionStarted', approving),
  ...fates('the write', (side, name) => held(name, () => ['graph', writes], side, approving)),
  {
    name: 'it is written, and being read back',
    async reach(scene) {
      await asked(scene);
      // The first look is the approval's, and counts for the write.
      const standing = scene.hold('graph', reads(scene.target.id), 'before', 1);
      begin(scene.press());
      await standing.reached;
      return undefined;
    },
  },
  ...fates('one of twelve writes', (side, name) =>
    held(name, () => ['graph', writes, 6], side, approving, { accounts: 12 }),
  ),
  recorded(
    'Stopped',
    async (scene) => {
      const standing = scene.hold('graph', writes, 'after', 3);
      await approving(scene);
      await standing.reached;
      await scene.type('stop');
    },
    { accounts: 12 },
  ),
  recorded('TargetsProcessed', approving, { accounts: 12, name: 'ten of twelve are done, and on disk' }),
  recorded('Finished', approving),
  recorded('PostStarted', approving, { what: '"what":"result"' }),
  ...fates('the progress on the card', (side, name) => held(name, () => ['connector', progress], side, approving)),
  ...fates('the outcome on the card', (side, name) => held(name, () => ['connector', finalCard], side, approving)),
  ...fates('the result', (side, name) => held(name, () => ['connector', resultPost], side, approving)),
  recorded('ResultPosted', approving),

  held('the audit log is being read', () => ['graph', { method: 'GET', path: /directoryAudits/ }], 'before', approving),
  recorded('LookedAround', approving),
  recorded('ResultCorrected', approving),
  held('the sign-in log is being read', () => ['graph', watchRead], 'before', comingBack, {
    back: true,
    embedded: true,
  }),
  recorded('CameBack', comingBack, { back: true }),
  recorded('PostStarted', comingBack, { back: true, what: '"what":"back"' }),
  ...fates('that somebody is back', (side, name) =>
    held(name, () => ['connector', backPost], side, comingBack, { back: true, embedded: true }),
  ),
  recorded('Noticed', comingBack, { back: true, what: '"what":"back"' }),
  recorded('WatchEnded', comingBack, { back: true }),

  ...(['deny', 'cancel'] as const).flatMap((verb): readonly Point[] => {
    const lead: Lead = async (scene) => {
      await asked(scene);
      await scene.press(verb);
    };
    const [type, shown] = verb === 'deny' ? (['Denied', 'Denied'] as const) : (['Cancelled', 'Withdrawn'] as const);
    return [
      recorded(type, lead, { verb }),
      ...fates(`“${shown}” on the card`, (side, name) =>
        held(name, () => ['connector', { method: 'PUT', body: new RegExp(shown) }], side, lead, { verb }),
      ),
    ];
  }),
  recorded(
    'Superseded',
    async (scene) => {
      await asked(scene);
      scene.stage.tenant.change(scene.target.id, { roles: [directoryRoles.helpdeskAdministrator] });
      await scene.press();
    },
    { newCard: true },
  ),
  ...fates('“Expired” on the card', (side, name) => ({
    name,
    async reach(scene) {
      await scene.say();
      await scene.recorded('CardPosted');
      const put = { method: 'PUT', body: /Expired/ };
      const standing = scene.hold('connector', put, side === 'after' ? 'after' : 'before');
      await scene.restart({ laterMs: muchLaterMs });
      await standing.reached;
      return side === 'late' ? standing : undefined;
    },
  })),
];
