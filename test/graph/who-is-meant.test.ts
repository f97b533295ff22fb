import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createTurns } from '../../src/app/concurrency.ts';
import type { Directory, TargetReference } from '../../src/app/ports.ts';
import { createResolveTargets } from '../../src/app/resolve-targets.ts';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import { groupIds, people, personIds } from '../../src/local/people.ts';
import { leftOutLines } from '../../src/teams/cards/accounts.ts';
import { approvalView } from '../../src/teams/cards/approval.ts';
import { parseSentence } from '../../src/teams/sentence/command.ts';
import { isReference } from '../../src/teams/sentence/names.ts';
import { en } from '../../src/teams/texts/en.ts';
import { runs } from '../support/chance.ts';
import { policy as ordinary } from '../support/fakes.ts';
import { requested } from '../support/samples.ts';
import { createGraphFixture } from './fixture.ts';

const policy = {
  requesters: [groupIds.responders],
  approvers: [groupIds.approvers],
  protectedUsers: [groupIds.breakGlass],
};

/** From a typed sentence, through the real client and the emulated tenant, to who is asked about and who is left out. */
async function resolve(typed: string, fixture: Pick<ReturnType<typeof createGraphFixture>, 'directory'>) {
  const sentence = parseSentence(`revoke sessions for ${typed}`);
  assert(sentence.kind === 'revoke');
  assert.deepEqual(sentence.unclear, []);
  return resolved(fixture.directory, sentence.targets.filter(isReference));
}

async function resolved(directory: Directory, references: readonly TargetReference[]) {
  const { find, judge } = createResolveTargets({
    directory,
    policy: { ...ordinary, people: policy },
    turns: createTurns(),
  });
  return judge(await find(references, personIds.alex), personIds.alex);
}

/** What is answered where nobody is left, in one text. */
async function answerTo(typed: string, fixture = createGraphFixture()): Promise<string> {
  const { targets, omitted } = await resolve(typed, fixture);
  assert.deepEqual(targets, []);
  return leftOutLines(omitted, en).join('\n');
}

function someoneCalled(userPrincipalName: string): EmulatedPerson {
  const id = 'dddddddd-0000-4000-8000-000000000001';
  return {
    ...(people[2] ?? assert.fail()),
    id,
    userPrincipalName,
    mail: `${id}@elsewhere.example`,
    proxyAddresses: [],
  };
}

describe('who is meant', () => {
  const local = fc
    .string({
      minLength: 1,
      maxLength: 64,
      unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzABCXYZ0123456789'.-_!#^~'#~", '#EXT#'),
    })
    .map((text) => text.slice(0, 64));

  it('is one account by its UPN, with every character that Entra allows, in any case', async () => {
    await fc.assert(
      fc.asyncProperty(local, fc.boolean(), async (name, isUpper) => {
        const upn = `${name}@contoso.example`;
        const fixture = createGraphFixture({ more: { people: [someoneCalled(upn)] } });
        const found = await fixture.directory.find({ kind: 'address', text: isUpper ? upn.toUpperCase() : upn });
        assert.deepEqual(
          found.map((account) => account.upn),
          [upn],
        );
      }),
      {
        numRuns: runs(150),
        examples: [
          ["o'brien", false],
          ['a_b.example#EXT#', true],
          ["'", false],
          ["''#'", true],
        ],
      },
    );
  });

  const addresses: [what: string, typed: string, who: string][] = [
    ['a UPN', 'adele@contoso.example', personIds.adele],
    ['a UPN as Outlook pastes it', '<ADELE@contoso.example>;', personIds.adele],
    ['a UPN with a quote and a hash', "miriam.o'brien#test!^~_-1@contoso.example", personIds.awkward],
    ['an object id', personIds.adele.toUpperCase(), personIds.adele],
    ['a mail address with a plus', 'christie+oncall@contoso.example', personIds.plusMail],
    ['a primary proxy address', 'joni.sherman@mail.contoso.example', personIds.otherAddress],
    ['a further proxy address', 'JONI@contoso.example', personIds.otherAddress],
    ['an address in otherMails', 'enrico@woodgrove.example', personIds.sharedOne],
    ['a disabled account, because what it has open goes on', 'johanna@contoso.example', personIds.disabled],
  ];
  for (const [what, typed, who] of addresses) {
    it(`is one account by ${what}`, async () => {
      const { targets, omitted } = await resolve(typed, createGraphFixture());
      assert.deepEqual([targets.map(({ account }) => account.id), omitted], [[who], []]);
    });
  }

  it('is one account by a UPN that begins with a dollar sign', async () => {
    const upn = '$adele@contoso.example';
    const { targets } = await resolve(upn, createGraphFixture({ more: { people: [someoneCalled(upn)] } }));
    assert.deepEqual(
      targets.map(({ account }) => account.upn),
      [upn],
    );
  });

  const byHand = (id: string) => `Revoke-MgUserSignInSession -UserId ${id}`;
  const refused: [what: string, typed: string, parts: readonly string[]][] = [
    ['nobody', 'adel@contoso.example', [en.omissions.notFound]],
    [
      'a guest',
      'lynne.robbins@fabrikam.example',
      [en.omissions.external, `: Update-MgUser -UserId ${personIds.guest} -AccountEnabled:$false`],
    ],
    ['a guest by UPN', 'lynne.robbins_fabrikam.example#EXT#@contoso.example', [en.omissions.external]],
    ['a member of another organisation', 'pradeep@tailspin.example', [en.omissions.external, personIds.externalMember]],
    ['an emergency account', 'emergency1@contoso.onmicrosoft.example', [en.omissions.protected]],
    ['a restricted account', 'patti@contoso.example', [en.omissions.restricted, `: ${byHand(personIds.restricted)}`]],
    [
      'an address of two',
      'office@woodgrove.example',
      [
        en.omissions.ambiguous,
        `Diego Siciliani <diego@contoso.example>, HR, ${personIds.sharedTwo}`,
        `Enrico Cattaneo <enrico@contoso.example>, Legal, ${personIds.sharedOne}`,
      ],
    ],
  ];
  for (const [what, typed, parts] of refused) {
    it(`is answered with what to do instead: ${what}`, async () => {
      const answer = await answerTo(typed);
      assert(answer.startsWith(`${typed}: `), answer);
      for (const part of parts) assert(answer.includes(part), `${part} in ${answer}`);
      // Some eight lines on a phone.
      assert(answer.length < 420, String(answer.length));
    });
  }

  it('is answered with what to do instead: a deleted account, by address and by object id', async () => {
    for (const typed of ['adele@contoso.example', personIds.adele]) {
      const fixture = createGraphFixture();
      fixture.tenant.remove(personIds.adele);
      assert.equal(await answerTo(typed, fixture), `${typed}: ${en.omissions.deleted}`);
    }
  });

  it('is answered with what to do instead: a guest whose sessions are our own', async () => {
    const fixture = createGraphFixture();
    fixture.tenant.change(personIds.adele, { userType: 'Guest' });
    const answer = await answerTo('adele@contoso.example', fixture);
    assert.equal(answer, `adele@contoso.example: ${en.omissions.ownGuest}: ${byHand(personIds.adele)}`);
  });

  it('can be told by object id where the address itself belongs to two', async () => {
    const fixture = createGraphFixture();
    fixture.tenant.change(personIds.dormant, { mail: 'adele@contoso.example' });
    const answer = await answerTo('adele@contoso.example', fixture);
    const [id] = new RegExp(personIds.adele).exec(answer) ?? assert.fail(answer);
    const { targets } = await resolve(id, fixture);
    assert.equal(targets[0]?.account.id, personIds.adele);
  });

  it('is said of each on one card: whoever can be done stands there, disabled or not', async () => {
    const names = ['johanna@contoso.example', 'adele@contoso.example', ...refused.map(([, typed]) => typed)];
    const { targets, omitted } = await resolve(names.join(', '), createGraphFixture());
    const view = approvalView('id', requested({ targets, omitted }), en, new Date('2026-11-21T03:00:00Z'));
    assert.deepEqual(
      view.people.map(({ upn }) => upn),
      ['johanna@contoso.example', 'adele@contoso.example'],
    );
    assert(view.warnings.includes(en.alreadyDisabled(1, 2)), view.warnings.join('\n'));
    const told = view.details.leftOut?.lines.map(({ who, why }) => `${who} ${why}`).join('\n') ?? '';
    for (const code of ['notFound', 'external', 'protected', 'restricted', 'ambiguous'] as const) {
      assert(told.includes(en.omissions[code]), code);
    }
  });
});

describe('several accounts for one address', () => {
  const reference: TargetReference = { kind: 'address', text: 'twins@contoso.example' };
  const twins = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...(people[2] ?? assert.fail()),
      id: `dddddddd-0000-4000-8000-${String(index).padStart(12, '0')}`,
      userPrincipalName: `twin${index}@contoso.example`,
      mail: reference.text,
    }));
  const resolveTwins = (count: number) => {
    const { directory } = createGraphFixture({ more: { people: twins(count) } });
    return resolved(directory, [reference]);
  };

  for (const [count, named, more] of [
    [2, 2, undefined],
    [3, 3, undefined],
    [4, 3, 1],
    [15, 3, 7],
  ] as const) {
    it(`${count}: ${named} are named, the rest counted`, async () => {
      const { omitted } = await resolveTwins(count);
      assert.deepEqual([omitted[0]?.found.length, omitted[0]?.more], [named, more]);
      const [line = ''] = leftOutLines(omitted, en);
      assert.equal(line.endsWith(`and at least ${more} more`), more !== undefined, line);
    });
  }

  it('as many and as long as they come fit into a record of 4 MiB, twice', async () => {
    const long = (length: number) => '\u732b'.repeat(length);
    const { directory } = createGraphFixture();
    const longest = Array.from({ length: 10 }, (_, index) => ({
      id: `dddddddd-0000-4000-8000-${String(index).padStart(12, '0')}`,
      upn: `${'u'.repeat(64)}@${'d'.repeat(48)}`,
      name: long(256),
      jobTitle: long(128),
      department: long(64),
      ...{ external: false, guest: false, enabled: true, synced: false, restricted: false },
    }));
    const references = Array.from({ length: 500 }, (_, index) => ({
      kind: 'address' as const,
      text: `${String(index).padStart(64, 'u')}@${'d'.repeat(48)}`,
    }));
    const { omitted } = await resolved({ ...directory, find: async () => longest }, references);
    assert.equal(omitted.length, 500);
    assert(Buffer.byteLength(JSON.stringify(omitted)) < 2 * 1024 * 1024);
  });
});
