import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import type { AccountChange, Findings, SignIn } from '../../src/domain/findings.ts';
import { mostFailedSignIns } from '../../src/domain/findings.ts';
import { createEntraLogs } from '../../src/graph/entra-logs.ts';
import { createLogTurns } from '../../src/graph/log-turns.ts';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import { personIds } from '../../src/local/people.ts';
import { createGraphFixture, isProblem, json, networkError, parsePath, reply } from './fixture.ts';

const { adele, risky, isaiah } = personIds;
const hour = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

type Fixture = Parameters<typeof createGraphFixture>[0];

/** The port over the emulated tenant, with a clock that is moved by waiting alone. */
function createLogs({ shares = 1, ...fixture }: { readonly shares?: number } & Fixture = {}) {
  let elapsed = 0;
  const starts: number[] = [];
  const made = createGraphFixture({
    ...fixture,
    between: (request, earlier) => {
      if (request.path.includes('/auditLogs/')) starts.push(elapsed);
      return fixture?.between?.(request, earlier);
    },
  });
  const clock = {
    now: () => new Date(),
    elapsed: () => elapsed,
    sleep: async (ms: number) => {
      // What may be sent now is sent before the time goes on.
      for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
      elapsed += ms;
    },
  };
  return { ...made, starts, logs: createEntraLogs({ graph: made.graph, clock, shares }) };
}

/** What a log answers with these entries; everything else is empty. */
const answering = (part: string, entries: readonly unknown[]) => ({
  between: ({ path }: { path: string }) => json({ value: path.includes(part) ? entries : [] }),
});

const audit = (more: object): object => ({
  activityDisplayName: 'User registered security info',
  activityDateTime: ago(hour),
  result: 'success',
  initiatedBy: { user: { id: adele, userPrincipalName: 'adele@contoso.example' } },
  targetResources: [{ type: 'User', id: adele }],
  ...more,
});

const signIn = (more: object): object => ({
  id: 'sign-in-1',
  userId: adele,
  createdDateTime: ago(hour),
  appDisplayName: 'Microsoft Teams',
  isInteractive: true,
  location: { countryOrRegion: 'US' },
  deviceDetail: { displayName: 'ADELE-LAPTOP', browser: 'Edge 130', operatingSystem: 'Windows11' },
  status: { errorCode: 0 },
  riskLevelDuringSignIn: 'none',
  ...more,
});

const changesOf = ({ changes }: Findings): readonly AccountChange[] => {
  assert.ok(changes.known);
  return changes.value;
};
const signInsOf = ({ signIns }: Findings): readonly SignIn[] => {
  assert.ok(signIns.known);
  return signIns.value;
};

describe("Entra's logs", () => {
  it('tell of an account what was done to it, its sign-ins and its devices', async () => {
    const { tenant, logs, sent } = createLogs();
    const elsewhere = { app: 'Mail', country: 'BR', browser: 'Firefox', operatingSystem: 'Linux' };
    const log: Partial<EmulatedPerson> = {
      audits: [
        { at: ago(3 * hour), activity: 'User registered security info', resultReason: 'Authenticator App' },
        {
          at: ago(2 * hour),
          activity: 'Consent to application',
          what: { type: 'ServicePrincipal', displayName: 'Backup' },
        },
        { at: ago(1 * hour), activity: 'Reset password', by: 'megan@contoso.example' },
        { at: ago(25 * hour), activity: 'Reset password' },
      ],
      signIns: [
        { ...elsewhere, at: ago(2 * hour), risk: 'high' },
        { ...elsewhere, at: ago(26 * hour) },
      ],
      devices: [{ displayName: 'PHONE', registrationDateTime: '2025-01-15T09:12:00Z' }],
    };
    tenant.change(risky, log);
    const found = await logs.around(risky, ago(24 * hour));
    assert.deepEqual(
      changesOf(found).map(({ kind, what, by }) => [kind, what, by]),
      [
        ['passwordReset', null, 'megan@contoso.example'],
        ['consent', 'Backup', 'lee@contoso.example'],
        ['methodAdded', 'Authenticator App', 'lee@contoso.example'],
      ],
    );
    assert.deepEqual(
      signInsOf(found).map(({ app, country, device, interactive, succeeded, risk }) => [
        app,
        country,
        device,
        interactive,
        succeeded,
        risk,
      ]),
      [['Mail', 'BR', 'Firefox, Linux', true, true, 'high']],
    );
    assert.deepEqual(found.devices, { known: true, value: [{ name: 'PHONE', at: '2025-01-15T09:12:00.000Z' }] });
    assert.equal(found.accountId, risky);
    assert.ok(Date.now() - Date.parse(found.asOf) < hour);
    assert.deepEqual([...new Set(sent.map(({ method, path }) => `${method} ${path.slice(0, 6)}`))], ['GET /v1.0/']);
  });

  describe('know by its name what an activity means', () => {
    const what = (displayName: string, type: string) => [
      { type: 'User', id: adele },
      { type, id: 'x', displayName },
    ];
    const renamed = (displayName: string, newValue: string) => [
      { type: 'User', id: adele, modifiedProperties: [{ displayName, newValue }] },
    ];
    const table: readonly [activity: string, expected: readonly unknown[] | null, more?: object][] = [
      ['User registered security info', ['methodAdded', 'Phone'], { resultReason: 'Phone' }],
      ['User updated security info', ['methodAdded', null]],
      ['Admin registered security info', ['methodAdded', null]],
      ['User registered all required security info', ['methodAdded', null]],
      ['Add FIDO2 security key', ['methodAdded', null]],
      ['Add Passkey (device-bound)', ['methodAdded', null]],
      ['Create application password for user', ['methodAdded', null]],
      ['User deleted security info', ['methodRemoved', null]],
      ['Delete Windows Hello for Business credential', ['methodRemoved', null]],
      ['Change user password', ['passwordChanged', null]],
      ['Change password (self-service)', ['passwordChanged', null]],
      ['Reset user password', ['passwordReset', null]],
      ['Reset password (by admin)', ['passwordReset', null]],
      ['Consent to application', ['consent', 'Backup'], { targetResources: [{ id: 'x', displayName: 'Backup' }] }],
      ['Add member to role', ['roleGiven', 'Owner'], { targetResources: what('Owner', 'Role') }],
      ['Add member to role', ['roleGiven', 'Owner'], { targetResources: renamed('Role.DisplayName', '"Owner"') }],
      ['Add eligible member to role', ['roleGiven', null]],
      ['Add member to role completed (PIM activation)', ['roleGiven', null]],
      ['Add member to role requested (PIM activation)', null],
      ['Add member to role request denied (PIM activation)', null],
      ['Add member to group', ['groupGiven', 'Sales'], { targetResources: renamed('Group.DisplayName', '"Sales"') }],
      ['Add registered owner to device', ['deviceRegistered', 'PC'], { targetResources: what('PC', 'Device') }],
      ['Register device', ['deviceRegistered', 'PC'], { targetResources: [{ id: 'x', displayName: 'PC' }] }],
      ['Update user', null],
      ['User started security info registration', null],
      ['Update StsRefreshTokenValidFrom Timestamp', null],
    ];
    for (const [activityDisplayName, expected, more = {}] of table) {
      it(`${activityDisplayName}${expected ? `: ${expected.join(', ')}` : ': nothing'}`, async () => {
        const { logs } = createLogs(answering('directoryAudits', [audit({ activityDisplayName, ...more })]));
        const [change] = changesOf(await logs.around(adele, ago(24 * hour)));
        assert.deepEqual(change ? [change.kind, change.what] : null, expected);
      });
    }
  });

  describe('leave out of the audit log', () => {
    const others = [{ type: 'User', id: isaiah }];
    const table: Readonly<Record<string, unknown>> = {
      'no entry at all': null,
      'text for an entry': 'entry',
      'what did not succeed': audit({ result: 'failure' }),
      'the future': audit({ activityDateTime: new Date(Date.now() + hour).toISOString() }),
      'what is older than was asked for': audit({ activityDateTime: ago(25 * hour) }),
      'no time': audit({ activityDateTime: 'yesterday' }),
      'what was done to others': audit({ targetResources: others }),
      'no targets': audit({ targetResources: null }),
      'consent by others': audit({
        activityDisplayName: 'Consent to application',
        targetResources: [{ id: 'x' }],
        initiatedBy: { user: { id: isaiah } },
      }),
    };
    for (const [name, entry] of Object.entries(table)) {
      it(name, async () => {
        const { logs } = createLogs(answering('directoryAudits', [entry]));
        assert.deepEqual(changesOf(await logs.around(adele, ago(24 * hour))), []);
      });
    }
    it('the same thing told again in the same minute', async () => {
      const at = `${ago(hour).slice(0, 17)}00Z`;
      const twice = ['Register device', 'Add registered owner to device'].map((activityDisplayName) =>
        audit({ activityDisplayName, activityDateTime: at, targetResources: [{ id: 'x', displayName: 'PC' }] }),
      );
      const { logs } = createLogs(answering('directoryAudits', twice));
      assert.equal(changesOf(await logs.around(adele, ago(24 * hour))).length, 1);
    });
  });

  describe('leave out of the sign-in log', () => {
    const table: Readonly<Record<string, unknown>> = {
      'no entry at all': null,
      'no id': signIn({ id: undefined }),
      'other people': signIn({ userId: isaiah }),
      'the future': signIn({ createdDateTime: new Date(Date.now() + hour).toISOString() }),
      'what is older than was asked for': signIn({ createdDateTime: ago(25 * hour) }),
      'no time': signIn({ createdDateTime: 7 }),
    };
    for (const [name, entry] of Object.entries(table)) {
      it(name, async () => {
        const { logs } = createLogs(answering('signIns', [entry, signIn({ id: 'good' })]));
        assert.deepEqual(
          signInsOf(await logs.around(adele, ago(24 * hour))).map(({ id }) => id),
          ['good'],
        );
        assert.deepEqual(
          (await logs.signIns([adele], ago(24 * hour))).map(({ id }) => id),
          ['good'],
        );
      });
    }
  });

  it('take of a sign-in only what has the form it should have', async () => {
    const bare = { id: 'bare', userId: adele.toUpperCase(), createdDateTime: ago(hour) };
    const odd = {
      ...bare,
      id: 'odd',
      location: { countryOrRegion: 'United States' },
      status: 'ok',
      appDisplayName: 'x'.repeat(999),
    };
    const { logs } = createLogs(answering('signIns', [bare, odd]));
    const [first, second] = signInsOf(await logs.around(adele, ago(24 * hour)));
    const { at: _, ...rest } = first ?? assert.fail();
    assert.deepEqual(rest, {
      id: 'bare',
      accountId: adele,
      app: '',
      country: null,
      device: null,
      interactive: true,
      succeeded: false,
      risk: 'none',
    });
    assert.deepEqual([second?.country, second?.succeeded, second?.app.length], [null, false, 120]);
  });

  it('keep what came through a flood of attempts that failed', async () => {
    const flood = Array.from({ length: 500 }, (_, index) => signIn({ id: `f${index}`, status: { errorCode: 50126 } }));
    const { logs } = createLogs(answering('signIns', [...flood, signIn({ id: 'in', createdDateTime: ago(2 * hour) })]));
    const kept = signInsOf(await logs.around(adele, ago(24 * hour)));
    assert.equal(kept.filter(({ succeeded }) => !succeeded).length, mostFailedSignIns);
    assert.deepEqual(
      kept.filter(({ succeeded }) => succeeded).map(({ id }) => id),
      ['in'],
    );
  });

  it('keep what lets an attacker stay, and a sign-in with a risk, though much else came later', async () => {
    const early = { activityDateTime: ago(10 * hour), createdDateTime: ago(10 * hour) };
    const many = Array.from({ length: 90 }, (_, index) => index);
    const audits = [
      ...many.map((index) =>
        audit({
          activityDisplayName: index % 2 === 0 ? 'User registered security info' : 'User deleted security info',
          activityDateTime: ago((index + 1) * 60_000),
        }),
      ),
      audit({ activityDisplayName: 'Consent to application', ...early }),
    ];
    const signIns = [
      ...many.map((index) => signIn({ id: `s${index}`, createdDateTime: ago((index + 1) * 60_000) })),
      signIn({ id: 'risky', riskLevelDuringSignIn: 'high', ...early }),
    ];
    const { logs } = createLogs({
      between: ({ path }) =>
        json({ value: path.includes('signIns') ? signIns : path.includes('directoryAudits') ? audits : [] }),
    });
    const found = await logs.around(adele, ago(24 * hour));
    assert.deepEqual([changesOf(found).length, changesOf(found).at(-1)?.kind], [40, 'consent']);
    assert.deepEqual([signInsOf(found).length, signInsOf(found).at(-1)?.id], [30, 'risky']);
  });

  describe('say why something is not available', () => {
    const code = (name: string) => JSON.stringify({ error: { code: name, message: 'prose' } });
    const table: Readonly<Record<string, [answer: () => ReturnType<typeof reply>, why: string | undefined]>> = {
      '403': [() => reply(403), 'refused'],
      '403 without licence': [
        () => reply(403, { body: code('Authentication_RequestFromNonPremiumTenantOrB2CTenant') }),
        'licence',
      ],
      '400 without licence': [() => reply(400, { body: code('AadPremiumLicenseRequired') }), 'licence'],
      '429': [() => reply(429, { headers: { 'retry-after': '60' } }), 'noAnswer'],
      '400': [() => reply(400), undefined],
      'no list': [() => json({}), undefined],
      'a web page': [() => reply(200, { headers: { 'request-id': '' }, body: '<html>' }), undefined],
      'no network': [
        () => {
          throw networkError('ENOTFOUND');
        },
        'noAnswer',
      ],
      'pages without end': [
        () => json({ value: [], '@odata.nextLink': 'https://graph.contoso.example/v1.0/auditLogs/next' }),
        undefined,
      ],
    };
    for (const [name, [answer, why]] of Object.entries(table)) {
      it(name, async () => {
        const { logs } = createLogs({ between: answer });
        const { changes, signIns, devices } = await logs.around(adele, ago(24 * hour));
        for (const one of [changes, signIns, devices])
          assert.deepEqual(one, why ? { known: false, why } : { known: false });
        await assert.rejects(logs.signIns([adele], ago(hour)), DirectoryError);
      });
    }

    it('devices of which the app may see the ids alone', async () => {
      const { logs } = createLogs(answering('registeredDevices', [{ id: 'x', displayName: null }]));
      const { devices, changes } = await logs.around(adele, ago(24 * hour));
      assert.deepEqual(devices, { known: false, why: 'refused' });
      assert.ok(changes.known);
    });
  });

  it('are asked about many accounts by filter, in addresses of bounded length', async () => {
    const { logs, sent } = createLogs();
    const ids = Array.from(
      { length: 100 },
      (_, index) => `7e110000-0000-4000-8000-0000000001${String(index).padStart(2, '0')}`,
    );
    await logs.signIns([...ids, ...ids], ago(hour));
    assert.equal(sent.length, 7);
    for (const { path } of sent) assert.ok(path.length < 2000, `${path.length}`);
    const asked = sent.flatMap(
      ({ path }) =>
        parsePath(path)
          .query.get('$filter')
          ?.match(/[0-9a-f-]{36}/g) ?? [],
    );
    assert.deepEqual(asked, ids);
  });

  it('tell of a return once the person is back', async () => {
    const returns = { afterMs: -1000, app: 'Mail', country: 'BR', browser: 'Firefox', operatingSystem: 'Linux' };
    const { logs, tenant, directory } = createLogs();
    tenant.change(adele, { returns, signIns: [{ ...returns, at: ago(1000), errorCode: 50126 }] });
    assert.deepEqual(await logs.signIns([adele, isaiah], ago(hour)), []);
    await directory.revoke(adele, '00000000-0000-4000-8000-00000000000a');
    const [back, ...more] = await logs.signIns([adele, isaiah], ago(hour));
    assert.deepEqual([back?.accountId, back?.app, more], [adele, 'Mail', []]);
  });

  describe('are read no faster than Graph allows', () => {
    for (const [shares, most] of [
      [1, 5],
      [2, 2],
      [9, 1],
    ] as const) {
      it(`${shares} replicas: each ${most} in ten seconds, the watch first`, async () => {
        const { logs, starts, sent } = createLogs({ shares });
        const around = [adele, isaiah, risky].map((id) => logs.around(id, ago(hour)));
        await Promise.all([...around, logs.signIns([adele], ago(hour))]);
        assert.equal(starts.length, 10);
        for (const [index, at] of starts.entries()) {
          const earlier = starts[index - most];
          if (earlier !== undefined) assert.ok(at - earlier > 10_000, `${starts}`);
        }
        const logCalls = sent.filter(({ path }) => path.includes('/auditLogs/'));
        const watched = logCalls.findIndex(({ path }) => path.includes('errorCode'));
        assert.ok(watched <= most, `the watch waited for ${watched} others`);
      });
    }

    it('and not at all for as long as it asks for', async () => {
      const throttled = reply(429, { headers: { 'retry-after': '60' } });
      const { logs, starts } = createLogs({ between: (_, earlier) => (earlier === 0 ? throttled : undefined) });
      await assert.rejects(logs.signIns([adele], ago(hour)), isProblem('throttled'));
      await logs.signIns([adele], ago(hour));
      assert.deepEqual(starts, [0, 60_000]);
    });

    it('nor what waited for its turn already when it asked', async () => {
      let elapsed = 0;
      const starts: number[] = [];
      const turns = createLogTurns(
        {
          elapsed: () => elapsed,
          sleep: async (ms) => {
            // The last of those under way is answered while the next one waits.
            if (starts.length === 5 && elapsed === 0) turns.pause(60_000);
            elapsed += ms;
          },
        },
        1,
      );
      for (let calls = 0; calls < 6; calls += 1) starts.push(await turns.turn(true).then(() => elapsed));
      assert.deepEqual(starts, [0, 0, 0, 0, 0, 60_000]);
    });

    it('and what would wait too long is not read', async () => {
      const { logs, starts } = createLogs();
      const found = await Promise.all(Array.from({ length: 40 }, () => logs.around(adele, ago(hour))));
      const unread = found.filter(({ signIns }) => !signIns.known && signIns.why === 'noAnswer');
      assert.ok(unread.length > 0);
      assert.ok(starts.length < 70, `${starts.length}`);
    });
  });

  it('refuse an id that no address can carry', async () => {
    const { logs } = createLogs();
    const { changes, signIns, devices } = await logs.around('\ud800', ago(hour));
    assert.deepEqual([changes.known, signIns.known, devices.known], [false, false, false]);
    await assert.rejects(logs.signIns(['\ud800'], ago(hour)), isProblem('rejected'));
  });
});
