import assert from 'node:assert/strict';
import fc from 'fast-check';
import { people, personIds } from '../../src/local/people.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, isProblem, json, parsePath, reply } from './fixture.ts';

const ids = (accounts: readonly { id: string }[]) => accounts.map(({ id }) => id).toSorted();
const find = (text: string) => createGraphFixture().directory.find({ kind: 'address', text });

describe('find', () => {
  for (const proxyAddress of ['SMTP:sales@contoso.example', 'smtp:sales@contoso.example']) {
    it(`finds by proxy address alone: ${proxyAddress}`, async () => {
      const { tenant, directory } = createGraphFixture();
      tenant.change(personIds.dormant, { proxyAddresses: [proxyAddress] });
      assert.deepEqual(ids(await directory.find({ kind: 'address', text: 'sales@contoso.example' })), [
        personIds.dormant,
      ]);
    });
  }

  it('finds on all pages', async () => {
    const { directory } = createGraphFixture({ isPaged: (path) => path.includes('/users?') });
    assert.deepEqual(ids(await directory.find({ kind: 'address', text: 'adele@contoso.example' })), [personIds.adele]);
  });

  it('does not take a SIP address for a mail address', async () => {
    const { tenant, directory } = createGraphFixture();
    tenant.change(personIds.dormant, { proxyAddresses: ['SIP:calls@contoso.example'] });
    assert.deepEqual(await directory.find({ kind: 'address', text: 'calls@contoso.example' }), []);
  });

  it('finds by object id, whatever its case, with one request to /users/{id}', async () => {
    const { directory, sent } = createGraphFixture();
    const [account] = await directory.find({ kind: 'objectId', text: personIds.adele.toUpperCase() });
    assert.equal(account?.id, personIds.adele);
    assert.deepEqual(
      sent.map(({ method, path }) => [method, parsePath(path).pathname.toLowerCase()]),
      [['GET', `/v1.0/users/${personIds.adele}`]],
    );
  });

  it('gives ten accounts at most, no two alike', async () => {
    const [template] = people;
    assert(template);
    const twins = Array.from({ length: 15 }, (_, index) => ({
      ...template,
      id: `dddddddd-0000-4000-8000-${String(index).padStart(12, '0')}`,
      userPrincipalName: `twin${index}@contoso.example`,
      mail: 'twins@contoso.example',
      otherMails: ['twins@contoso.example'],
    }));
    const { directory } = createGraphFixture({ more: { people: twins } });
    const found = await directory.find({ kind: 'address', text: 'twins@contoso.example' });
    assert.equal(found.length, 10);
    assert.equal(new Set(ids(found)).size, 10);
  });

  for (const status of [400, 401, 403, 404]) {
    it(`fails, and does not find nobody, when one of its questions is answered ${status}`, async () => {
      const { directory } = createGraphFixture({
        between: ({ path }) => (parsePath(path).query.get('$filter')?.startsWith('mail') ? reply(status) : undefined),
      });
      await assert.rejects(directory.find({ kind: 'address', text: 'nobody@contoso.example' }), {
        name: 'DirectoryError',
      });
    });
  }

  for (const [what, body] of Object.entries({ 'no list': '{}', 'a list that is none': '{"value":{}}', nothing: '' })) {
    it(`fails when Graph sends ${what}`, async () => {
      const { directory } = createGraphFixture({ between: () => reply(200, { body }) });
      await assert.rejects(directory.find({ kind: 'address', text: 'adele@contoso.example' }), isProblem('rejected'));
    });
  }
});

describe('find by hostile addresses', () => {
  const hostile = [
    "' or startswith(userPrincipalName,'a') or mail eq '",
    "x' or true or 'x' eq 'x",
    "adele@contoso.example' and accountEnabled eq true or mail eq '",
    "adele@contoso.example')%20or%20(p:p eq 'SMTP:megan@contoso.example",
    'adele@contoso.example&$top=999',
    'adele@contoso.example#',
    'adele@contoso.example%00',
    '%61dele@contoso.example',
    '../../groups/1?',
    'adele@contoso.example\r\nx-injected: 1',
    '$adele@contoso.example',
    '*',
    '\u202e@contoso.example',
  ];
  for (const text of hostile) {
    it(`finds nobody by ${JSON.stringify(text)}`, async () => {
      assert.deepEqual(await find(text), []);
    });
  }

  it('any text stays inside the literals of the five filters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), async (text) => {
        const { directory, sent } = createGraphFixture();
        await directory.find({ kind: 'address', text });
        const escaped = text.replaceAll("'", "''");
        assert.deepEqual(
          new Set(sent.map(({ path }) => parsePath(path).query.get('$filter'))),
          new Set([
            `userPrincipalName eq '${escaped}'`,
            `mail eq '${escaped}'`,
            `proxyAddresses/any(p:p eq 'SMTP:${escaped}')`,
            `proxyAddresses/any(p:p eq 'smtp:${escaped}')`,
            `otherMails/any(m:m eq '${escaped}')`,
          ]),
        );
        for (const { path } of sent) {
          const { pathname, query } = parsePath(path);
          assert.equal(pathname, '/v1.0/users');
          assert.deepEqual([...query.keys()], ['$filter', '$select', '$top']);
        }
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('findDeleted', () => {
  it('finds on all pages', async () => {
    const { tenant, directory } = createGraphFixture({ isPaged: (path) => path.includes('/deletedItems/') });
    tenant.remove(personIds.adele);
    assert.equal((await directory.findDeleted({ kind: 'objectId', text: personIds.adele })).length, 1);
  });

  const { adele, otherAddress } = personIds;

  it('knows a deleted account by its former UPN and by its object id, and by nothing shorter', async () => {
    const { directory, tenant, sent } = createGraphFixture();
    tenant.remove(adele);
    for (const reference of [
      { kind: 'address', text: 'Adele@Contoso.example' },
      { kind: 'objectId', text: adele },
    ] as const) {
      const [account, ...more] = await directory.findDeleted(reference);
      assert.deepEqual([account?.id, account?.upn, more.length], [adele, 'adele@contoso.example', 0]);
    }
    assert.equal(sent[0]?.headers.consistencylevel, 'eventual');
    assert.deepEqual(await directory.findDeleted({ kind: 'address', text: 'le@contoso.example' }), []);
    assert.deepEqual(await directory.findDeleted({ kind: 'address', text: 'megan@contoso.example' }), []);
    assert.deepEqual(await directory.findDeleted({ kind: 'objectId', text: otherAddress }), []);
  });

  for (const [what, answer] of [
    ['Graph refuses', reply(403)],
    ['Graph does not understand', reply(400)],
    ['there is no list', json({})],
    ['the list is odd', json({ value: [{}] })],
  ] as const) {
    it(`finds nobody when ${what}`, async () => {
      const { directory } = createGraphFixture({ between: () => answer });
      assert.deepEqual(await directory.findDeleted({ kind: 'address', text: 'adele@contoso.example' }), []);
    });
  }

  it('takes quotes in an address for quotes', async () => {
    const { directory, sent } = createGraphFixture();
    await directory.findDeleted({ kind: 'address', text: "o'brien@contoso.example" });
    assert.equal(
      parsePath(sent[0]?.path ?? '').query.get('$filter'),
      "endsWith(userPrincipalName,'o''brien@contoso.example')",
    );
  });
});

describe('beginning', () => {
  for (const [prefixes, expected] of [
    [['adele'], [personIds.adele]],
    [['ADELE VANCE'], [personIds.adele]],
    [["miriam.o'brien#"], [personIds.awkward]],
    [["' or 1 eq 1"], []],
    [['zz', "O'Brien"], [personIds.awkward]],
  ] as const) {
    it(`${prefixes.join(', ')}: by display name, given name, surname, UPN and mail`, async () => {
      assert.deepEqual(ids(await createGraphFixture().directory.beginning(prefixes)), expected);
    });
  }
});
