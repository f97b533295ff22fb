import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DirectoryError } from '../../src/app/errors.ts';
import { groupPath, literal, query, segment, userPath } from '../../src/graph/path.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, isProblem, json, parsePath, root } from './fixture.ts';

/** Whatever a UPN may hold, whatever means something in a URL or a filter, and whatever is no text at all. */
const hostile = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.string({
    maxLength: 20,
    unit: fc.constantFrom(
      ...["'", "''", '#EXT#', '$', '$&', '+', '/', '\\', '?', '%', '%2F', '%27', '..', '.', '&', '=', ';', ':', '@'],
      ...['(', ')', ' ', '\r\n', '\0', '\u202e', '\ufeff', 'é', 'e\u0301', '😀', '\ud800', '\udc00', 'a', 'users'],
    ),
  }),
  fc.constantFrom('', '.', '..', '%2e%2e', '../../groups/1?', 'a/../../groups/1', '\ud83d', '$adele@contoso.example'),
);

const cannotStand = (text: string) => ['', '.', '..'].includes(text) || !text.isWellFormed();

describe('any text in a path', () => {
  it('stays within its segment and comes out as it went in, or is refused with a problem that people are told', () => {
    let refused = 0;
    const paths: [build: (text: string) => string, before: string, after: string][] = [
      [(text) => userPath(text), '/users/', ''],
      [(text) => userPath(text, 'revokeSignInSessions'), '/users/', '/revokeSignInSessions'],
      [(text) => groupPath(text, 'transitiveMembers') + query({ top: '999' }), '/groups/', '/transitiveMembers'],
      [(text) => `/identityProtection/riskyUsers/${segment(text)}`, '/identityProtection/riskyUsers/', ''],
    ];
    fc.assert(
      fc.property(hostile, fc.constantFrom(...paths), (text, [build, before, after]) => {
        if (cannotStand(text)) {
          refused += 1;
          assert.throws(() => build(text), isProblem('rejected'));
          return;
        }
        const { host, pathname, hash } = new URL(`${root}/v1.0${build(text)}`);
        assert.deepEqual([host, hash], [new URL(root).host, '']);
        assert(pathname.startsWith(`/v1.0${before}`) && pathname.endsWith(after), pathname);
        const inside = pathname.slice(`/v1.0${before}`.length, after === '' ? undefined : -after.length);
        assert(!inside.includes('/'), pathname);
        assert.equal(decodeURIComponent(inside), text);
      }),
      { numRuns: runs(3000) },
    );
    assert(refused > 20, 'otherwise this would say nothing about those');
  });
});

describe('any text in a filter', () => {
  it('comes out as the one literal it went in as, or is refused', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const build = () => query({ filter: `mail eq ${literal(text)}`, top: '10' });
        if (!text.isWellFormed()) return void assert.throws(build, isProblem('rejected'));
        const { searchParams, hash } = new URL(`${root}/v1.0/users${build()}`);
        assert.deepEqual([[...searchParams.keys()], hash], [['$filter', '$top'], '']);
        const [, inside = ''] = /^mail eq '((?:[^']|'')*)'$/s.exec(searchParams.get('$filter') ?? '') ?? [];
        assert.equal(inside.replaceAll("''", "'"), text);
      }),
      { numRuns: runs(3000) },
    );
  });
});

describe('any text through the client', () => {
  it('asks Graph about exactly that, or answers with a problem; facts never throw', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const { directory, sent } = createGraphFixture({ between: () => json({ value: [] }) });
        const asked = await Promise.allSettled([
          directory.find({ kind: 'address', text }),
          directory.find({ kind: 'objectId', text }),
          directory.memberOf(text, ['a']),
          directory.read(text),
        ]);
        for (const one of asked)
          if (one.status === 'rejected') assert(one.reason instanceof DirectoryError, one.reason);
        await directory.findDeleted({ kind: 'address', text });
        const { kind } = await directory.revoke(text, '9b0d3f1e-5a5c-4a52-8f5e-0d2c9b7e1a42');
        if (cannotStand(text)) assert.equal(kind, 'refused', 'nothing was sent');
        for (const { path } of sent) {
          const { pathname } = parsePath(path);
          const segments = pathname.split('/').slice(2).map(decodeURIComponent);
          const known = ['users', 'checkMemberObjects', 'revokeSignInSessions', 'directory', 'deletedItems'];
          for (const one of segments) assert([...known, 'microsoft.graph.user', text].includes(one), path);
        }
        for (const fact of Object.values(await directory.facts(text))) assert.equal(typeof fact, 'object');
        await directory.roles(text);
      }),
      { numRuns: runs(200) },
    );
  });
});
