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

  ...(['deny', 'cancel'] as const).flatMap((verb): readonly Point[] => {
    const lead: Lead = async (scene) => {
      await asked(scene);
      await scene.press(verb);
    };
    const type = verb === 'deny' ? 'Denied' : 'Cancelled';
    return [
      recorded(type, lead, { verb }),
      ...fates(`“${type}” on the card`, (side, name) =>
        held(name, () => ['connector', { method: 'PUT', body: new RegExp(type) }], side, lead, { verb }),
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
