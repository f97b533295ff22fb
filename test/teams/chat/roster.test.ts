import assert from 'node:assert/strict';
import type { CloudAdapter } from 'botbuilder';
import { createReach } from '../../../src/teams/chat/connector.ts';
import { createIsInstalled, createRoster, type Member } from '../../../src/teams/chat/roster.ts';
import { silentLog } from '../../support/fakes.ts';
import { channel, tenantId } from '../../support/samples.ts';

const adele = '6e3f207c-9d4f-4e80-9b63-2caf7d809e03';
const place = { conversation: channel, team: '19:team@thread.tacv2' };
const status = (statusCode: number) => Object.assign(new Error(`secret ${statusCode}`), { statusCode });

const noMember = () => Object.assign(status(404), { body: { error: { code: 'MemberNotFoundInConversation' } } });

type Ask = (list: string, id: string, over: AbortSignal) => Promise<unknown>;

const addresses = { newest: ({ serviceUrl }: { serviceUrl: string }) => serviceUrl };

/** The roster over an adapter whose connector answers as given. */
function createDesk(ask: Ask, more: { isAllowed?: () => boolean; deadlineMs?: number; turn?: () => never } = {}) {
  const asked: string[] = [];
  const warned: object[] = [];
  const conversations = {
    getConversationMember(list: string, id: string, options?: { abortSignal: AbortSignal }) {
      asked.push(`${list} ${id}`);
      return ask(list, id, options?.abortSignal ?? new AbortController().signal);
    },
  };
  const adapter = {
    ConnectorClientKey: 'client',
    async continueConversationAsync(_: string, __: object, logic: (context: object) => Promise<void>) {
      more.turn?.();
      const client = { pipeline: { removePolicy() {} } };
      await logic({ turnState: new Map([['client', { conversations, client }]]) });
    },
  } as unknown as CloudAdapter;
  const reach = createReach({ adapter, appId: 'app', isAllowed: more.isAllowed ?? (() => true), addresses });
  const roster = createRoster({
    reach,
    tenantId,
    log: { ...silentLog, warn: (fields) => warned.push(fields) },
    ...(more.deadlineMs !== undefined && { deadlineMs: more.deadlineMs }),
  });
  return { roster, asked, warned, isInstalled: createIsInstalled({ reach }) };
}

const person: Member = { kind: 'person', objectId: adele };
const noOne = (why: Extract<Member, { kind: 'noOne' }>['why']): Member => ({ kind: 'noOne', why });

describe('the roster', () => {
  const answers: readonly (readonly [string, unknown, Member])[] = [
    ['a member', { id: '29:a', aadObjectId: adele, tenantId, userRole: 'user' }, person],
    ['a member by the other field', { id: '29:a', objectId: adele.toUpperCase(), tenantId }, person],
    ['a member of a tenant in capitals', { aadObjectId: adele, tenantId: tenantId.toUpperCase() }, person],
    ['a member whose tenant is not said', { aadObjectId: adele }, person],
    // The directory says what a guest is, and why nobody here can revoke.
    ['a guest of the tenant', { aadObjectId: adele, tenantId, userRole: 'guest' }, person],
    ['somebody of another tenant', { aadObjectId: adele, tenantId: adele }, noOne('elsewhere')],
    ['somebody anonymous', { id: '29:a', name: 'Adele', tenantId, userRole: 'anonymous' }, noOne('noAccount')],
    ['an id that is none', { aadObjectId: `${adele}/x`, tenantId }, noOne('noAccount')],
    ['nothing', undefined, noOne('noAccount')],
    ['a text', 'secret', noOne('noAccount')],
  ];
  for (const [name, answer, member] of answers) {
    it(`with ${name}`, async () => {
      const { roster } = createDesk(async () => answer);
      assert.deepEqual(await roster(place, ['29:a']), [member]);
    });
  }

  it('asks for each one alone, in the channel and not in its thread', async () => {
    const { roster, asked } = createDesk(async (_, id) => ({ aadObjectId: id === '29:a' ? adele : null }));
    assert.deepEqual(await roster(place, ['29:a', '29:b']), [person, noOne('noAccount')]);
    assert.deepEqual(asked, ['19:incident@thread.tacv2 29:a', '19:incident@thread.tacv2 29:b']);
  });

  it('asks the team for whom the channel does not know', async () => {
    const { roster, asked } = createDesk(async (list) => {
      if (list !== place.team) throw noMember();
      return { aadObjectId: adele };
    });
    assert.deepEqual(await roster(place, ['29:a']), [person]);
    assert.deepEqual(asked, ['19:incident@thread.tacv2 29:a', '19:team@thread.tacv2 29:a']);
    assert.deepEqual(await roster({ ...place, team: null }, ['29:a']), [noOne('gone')]);
  });

  it('knows who is gone from who could not be asked about', async () => {
    const gone = createDesk(() => Promise.reject(noMember()));
    assert.deepEqual(await gone.roster(place, ['29:a']), [noOne('gone')]);
    for (const code of [400, 401, 403, 404, 429, 500, 503]) {
      const { roster, warned } = createDesk(() => Promise.reject(status(code)));
      assert.deepEqual(await roster({ ...place, team: null }, ['29:a']), [noOne('unreadable')], String(code));
      assert.equal(warned.length, 1);
    }
  });

  it('waits no longer than it may, and gives the calls up', async () => {
    let signal: AbortSignal | undefined;
    const { roster } = createDesk(
      (_, id, over) => {
        signal = over;
        return id === '29:a' ? Promise.resolve({ aadObjectId: adele }) : new Promise(() => undefined);
      },
      { deadlineMs: 20 },
    );
    assert.deepEqual(await roster(place, ['29:a', '29:b']), [person, noOne('unreadable')]);
    assert.equal(signal?.aborted, true);
  });

  it('never throws, whatever the adapter does', async () => {
    const { roster, asked } = createDesk(async () => ({ aadObjectId: adele }), {
      turn() {
        throw new Error('no token');
      },
    });
    assert.deepEqual([await roster(place, ['29:a']), asked], [[noOne('unreadable')], []]);
  });

  it('asks nobody at an address that is not allowed', async () => {
    const { roster, asked } = createDesk(async () => ({ aadObjectId: adele }), { isAllowed: () => false });
    assert.deepEqual([await roster(place, ['29:a']), asked], [[noOne('unreadable')], []]);
  });
});

describe('whether the bot is in a conversation', () => {
  const refused = (statusCode: number, code: string) =>
    Object.assign(status(statusCode), { body: { error: { code } } });
  for (const [name, answer, expected] of [
    ['a member', {}, true],
    ['somebody who is no member', noMember(), true],
    ['403, the bot is not on the roster', refused(403, 'BotNotInConversationRoster'), false],
    ['404, no such conversation', refused(404, 'ConversationNotFound'), false],
    ['500', status(500), null],
    ['a broken connection', new Error('secret'), null],
  ] as const) {
    it(`${name}: ${expected}`, async () => {
      const { isInstalled, asked } = createDesk(async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      });
      assert.equal(await isInstalled(channel, '29:a'), expected);
      assert.deepEqual(asked, ['19:incident@thread.tacv2 29:a']);
    });
  }
});
