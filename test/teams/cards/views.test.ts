import assert from 'node:assert/strict';
import { clouds } from '../../../src/config/clouds.ts';
import { accountsView, leftOut, leftOutLines } from '../../../src/teams/cards/accounts.ts';
import { approvalView } from '../../../src/teams/cards/approval.ts';
import { aroundButton } from '../../../src/teams/cards/around.ts';
import { closedView, progressView } from '../../../src/teams/cards/outcome.ts';
import { shorten, sizeOf } from '../../../src/teams/cards/parts.ts';
import { type AdaptiveCardJson, type CardDataOf, createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { resultView } from '../../../src/teams/cards/result.ts';
import { literalText } from '../../../src/teams/cards/untrusted-text.ts';
import { whatIfView } from '../../../src/teams/cards/what-if.ts';
import { emergencyCommands } from '../../../src/teams/cards/what-now.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { ja } from '../../../src/teams/texts/ja.ts';
import { zh } from '../../../src/teams/texts/zh.ts';
import { nodes, strings, texts } from '../../support/card-parts.ts';
import { followsTheRules } from '../../support/card-rules.ts';
import { approved, become, finished, played, reported, started } from '../../support/played.ts';
import { account, requested, requestId, target } from '../../support/samples.ts';
import { largestSituations, type Situation, situations } from '../../support/views.ts';

const renderer = createCardRenderer(new URL('../../../cards/', import.meta.url));
const render = ({ card, data }: Situation) => renderer.render(card, data);
const all = situations();

/** Everything that is read on a card, in order: blocks of text, pieces of a line put together, buttons. */
function readings(card: AdaptiveCardJson): readonly string[] {
  const blocks = nodes(card)
    .filter(({ type }) => type === 'TextBlock')
    .map(({ text }) => String(text));
  return [...blocks, ...texts(card)];
}

function one(name: string): Situation {
  const found = all.find((situation) => situation.name === name);
  assert(found, name);
  return found;
}
/** Read with ordinary spaces: a label and its value stand an en space apart. */
const read = (name: string) =>
  readings(render(one(name)))
    .join('\n')
    .replaceAll('\u2002', ' ');
const titleOf = (name: string) => String(one(name).data.title);

describe('cards of requests', () => {
  it('are told apart by name', () => assert.equal(new Set(all.map(({ name }) => name)).size, all.length));

  for (const situation of all) {
    const card = render(situation);

    describe(situation.name, () => {
      followsTheRules(situation.card, card, situation.data);

      it('says nothing that a program says', () => {
        for (const { value } of strings(card)) {
          assert.doesNotMatch(value, /(?<!\$)\b(?:undefined|null|NaN|Infinity|function|true|false)\b|\[object|=>/);
        }
      });

      it('says nothing twice', () => {
        // Folded, all the accounts stand once more.
        const { everyone: _, ...data } = situation.data as CardDataOf<'closed'>;
        const sentences = readings(renderer.render(situation.card, { ...data, everyone: null } as never))
          .flatMap((text) => text.split(/(?<=[.:;!?])\s+/u))
          .filter((sentence) => sentence.split(/\s+/u).length >= 4);
        // Names that an attacker chose may say whatever they like, and stand wherever that person is named.
        // Two requests on a list may agree in anything.
        const own = situation.name.includes('hostile') || situation.card === 'list' ? [] : sentences;
        assert.deepEqual(
          own.filter((sentence, index) => own.indexOf(sentence) !== index),
          [],
        );
      });

      it('gives every time in UTC', () => {
        if (situation.name.includes('hostile')) return;
        for (const text of readings(card)) {
          for (const [found, rest] of text.matchAll(/\b\d{1,2}:\d{2}(?::\d{2})?(.{0,4})/gu)) {
            assert.equal(rest, ' UTC', found);
          }
          assert.doesNotMatch(text, /\d{4}-\d{2}-\d{2}T/, 'a time as programs write it');
        }
      });

      it('has words without Markdown in its own blocks', () => {
        for (const { type, text } of nodes(card)) {
          if (type === 'TextBlock') assert.doesNotMatch(String(text), /[*_`#[\]]|^\d+\. |^- /u);
        }
      });
    });
  }
});

describe('the largest cards', () => {
  for (const situation of largestSituations()) {
    it(`${situation.name}: under 24 KB, and understood`, () => {
      const card = render(situation);
      const size = Buffer.byteLength(JSON.stringify(card), 'utf16le');
      assert(size < 24 * 1024, `${size} bytes`);
      for (const text of readings(card)) assert.notEqual(text.trim(), '');
    });
  }
});

describe('what a card says', () => {
  for (const [name, title] of [
    ['approval.one', 'Revoke sign-in sessions?'],
    ['approval.many', 'Revoke sign-in sessions of 12 accounts?'],
    ['approval.own', 'Sign yourself out everywhere?'],
    ['progress.approved', 'Revoking sign-in sessions…'],
    ['closed.denied', 'Denied: nothing was revoked'],
    ['closed.cancelled', 'Withdrawn: nothing was revoked'],
    ['closed.expired', 'Expired: nothing was revoked'],
    ['closed.superseded', 'Replaced: an account changed'],
    ['result.verified', '✓ Sessions revoked, verified'],
    ['result.unverified', 'Sessions revoked, not verified yet'],
    ['result.failed', '✗ Not revoked'],
    ['result.partly', 'Sessions revoked for 8 of 12 accounts'],
    ['result.many.verified', '✓ Sessions revoked for 12 accounts, verified'],
    ['result.many.some-unverified', 'Sessions revoked for 12 accounts, 3 not verified yet'],
    ['result.many.unverified', 'Sessions revoked for 3 accounts, not verified yet'],
    ['result.many.failed', '✗ Not revoked: none of 12 accounts'],
  ] as const) {
    it(`${name}: ${title}`, () => assert.equal(titleOf(name), title));
  }

  it('who it is, as the directory has it', () => {
    const text = read('approval.one');
    for (const part of [
      'Adele Vance',
      'adele.vance@contoso.com',
      'Retail Manager, Retail',
      'Account member, enabled, cloud only',
      'Roles none',
      'Last sign-in 25 min ago, 02:36 UTC',
      'Risk none',
      'Object ID 7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a2000',
    ]) {
      assert(text.includes(part), part);
    }
  });

  it('not available where a fact could not be read, and never nothing', () => {
    const text = read('approval.unavailable');
    for (const label of ['Roles', 'Last sign-in', 'Risk']) assert(text.includes(`${label} not available`), label);
    assert(read('approval.risky').includes('Last sign-in none on record'));
    assert(read('approval.risky').includes('Risk high'));
    const roles = 'Roles Global Administrator (eligible), Helpdesk Administrator (in one unit only)';
    assert(read('approval.eligible').includes(roles));
    assert(read('approval.risky').includes('member, disabled, synced from on-premises'));
  });

  it('who asks, why, and until when', () => {
    assert(read('approval.one').includes('Alex Wilber: “phone stolen at the airport”'));
    assert(read('approval.one.personal').includes('Alex Wilber requested this, no reason given'));
    assert(read('approval.one').includes('Expires in 15 min, 03:15 UTC.'));
    assert(read('approval.one.long-ttl').includes('Expires in 24 h, 2026-11-22 03:00 UTC.'));
  });

  it('what to type where buttons fail; in a channel the bot hears only what mentions it', () => {
    assert(read('approval.one').includes('You can also mention me and type approve K7F3 or deny K7F3.'));
    assert(read('approval.one.personal').includes('You can also type approve K7F3 or cancel K7F3.'));
    assert(read('approval.own').includes('approve K7F3 or cancel K7F3.'));
    assert(String(one('approval.own').data.fallbackText).includes('approve K7F3 or cancel K7F3.'));
  });

  for (const [name, line] of [
    ['one', 'Any one can approve: Alex Wilber, Megan Bowen'],
    ['one.approvers.many', 'Any one can approve: Alex Wilber, Megan Bowen, Megan Bowen and 9 more'],
    ['one.approvers.incomplete', 'Any one can approve: Megan Bowen and others'],
    ['one.approvers.unknown', 'Can approve: not available'],
    ['two-persons.role', 'Can approve: Megan Bowen'],
  ] as const) {
    it(`says who can approve: ${name}`, () => assert(read(`approval.${name}`).split('\n').includes(line)));
  }

  it('says who can approve neither for one’s own sessions nor twice', () => {
    assert.doesNotMatch(read('approval.own'), /Any one can approve|Can approve/);
    assert.match(read('what-if.one'), /^Any one can approve: Alex Wilber, Megan Bowen$/m);
  });

  it('says in a 1:1 chat when nobody there can approve, and only then', () => {
    const nobody = /No approver can see this 1:1 chat/;
    assert.match(read('approval.one.personal.not-approver'), nobody);
    for (const name of ['one', 'one.personal', 'own.personal', 'two-persons.role']) {
      assert.doesNotMatch(read(`approval.${name}`), nobody);
    }
  });

  for (const [name, title] of [
    ['result.stopped.one', 'Stopped: nothing was revoked'],
    ['closed.stopped', 'Stopped: nothing was revoked'],
    ['result.stopped.all', 'Stopped: nothing was revoked'],
    ['result.stopped', 'Sessions revoked for 4 of 12 accounts'],
  ] as const) {
    it(`what was stopped on purpose has not failed, and is not shown so: ${name}`, () => {
      assert.equal(titleOf(name), title);
      const data = one(name).data as CardDataOf<'result'>;
      assert.equal(data.style, name === 'result.stopped' ? 'warning' : 'emphasis');
      for (const { color, outcome } of data.people ?? []) {
        assert.equal(color, 'default');
        assert.match(outcome, /^(?:stopped|revoked, verified)$/);
      }
      if (name === 'result.stopped') assert.equal(data.more, '8 stopped; 4 revoked, verified');
    });
  }

  const verbs = (name: string) =>
    nodes(render(one(name))).flatMap(({ type, verb }) => (type === 'Action.Execute' && verb !== 'page' ? [verb] : []));

  it('a reader who may not approve has no button for it, and no words to type for it', () => {
    for (const name of ['one.personal.not-approver', 'one.personal.two-persons', 'many.personal.delegated']) {
      const text = read(`approval.${name}`);
      assert.deepEqual(verbs(`approval.${name}`), ['cancel'], name);
      assert.match(text, /You can also type cancel K7F3\.$/m);
      assert.doesNotMatch(text, /approve K7F3|deny K7F3/);
      assert.match(text, /^(?:Any one can approve|Can approve): Megan Bowen$/m, 'who can instead');
      assert.doesNotMatch(String(one(`approval.${name}`).data.fallbackText), /approve K7F3/);
    }
    assert.deepEqual(verbs('approval.one'), ['approve', 'deny', 'cancel']);
    assert.deepEqual(verbs('approval.one.personal'), ['approve', 'cancel', 'deny'], 'whoever asked withdraws');
    assert.deepEqual(verbs('approval.one.personal.incomplete'), ['approve', 'cancel', 'deny'], 'not known to be none');
    assert.deepEqual(verbs('approval.reader.none'), []);
    assert.match(read('approval.reader.none'), /^Expires in 15 min, 03:15 UTC\.$/m);
    assert.deepEqual(verbs('approval.reader.requester'), ['cancel']);
    assert.match(read('approval.reader.requester'), /You can also mention me and type cancel K7F3\.$/m);
  });

  it('how to look at one of a list, or to ask for what a dry run showed: with a button', () => {
    assert.deepEqual(verbs('list.open.some'), ['say', 'say', 'say']);
    assert.deepEqual(verbs('what-if.one'), ['say']);
  });

  it('how to stop what was approved, among the sentences to type', () => {
    const { commands } = one('help').data as CardDataOf<'help'>;
    assert.ok(commands.some(({ sentence }) => sentence === 'stop K7F3'));
  });

  const someoneElse = 'Alex Wilber requested this, so someone else must approve.';
  for (const [name, warning] of [
    ['always', `Two people must agree here: ${someoneElse}`],
    ['role', `Administrator account: ${someoneElse}`],
    ['role.many', `Administrators are on this list: ${someoneElse}`],
    ['rolesUnknown', `I could not read directory roles: ${someoneElse}`],
    ['operator', `This person can request or approve here: ${someoneElse}`],
    ['operator.many', `People on this list can request or approve here: ${someoneElse}`],
    ['bulk.many', `6 accounts at once: ${someoneElse}`],
  ] as const) {
    it(`why a second person is needed: ${name}`, () => assert(read(`approval.two-persons.${name}`).includes(warning)));
  }

  it('the commands of the emergency procedure, ready to copy, for one account that was revoked', () => {
    const id = '7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a2000';
    const cloud = read('result.verified');
    assert(cloud.includes(`Update-MgUser -UserId ${id} -AccountEnabled:$false`));
    assert(cloud.includes(`Get-MgUserRegisteredDevice -UserId ${id} |`));
    const synced = read('result.verified.synced');
    assert(synced.includes(`Get-ADUser -Filter "UserPrincipalName -eq 'adele.vance@contoso.com'" | Disable-ADAccount`));
    assert.doesNotMatch(synced, /Update-MgUser/);
    for (const name of ['result.omitted', 'result.own', 'result.many.verified']) {
      assert.doesNotMatch(read(name), /Update-Mg|ADUser/, name);
    }
    assert.match(read('result.failed'), new RegExp(`Revoke-MgUserSignInSession -UserId ${id}\\n.*Update-MgUser`, 's'));
    const inOrder =
      /Connect-MgGraph -Scopes .*AccountEnabled:\$false.*Read-Host 'New password' -MaskInput.*Revoke-Mg.*Update-MgDevice/s;
    assert.match(cloud, inOrder, 'revoked again after the reset');
    const failedState = played(
      requested(),
      approved(),
      started(),
      reported(become.failed('noAnswer')),
      finished('failed'),
    );
    const government = resultView(requestId, failedState, 'head', en, clouds.dod).details.commands;
    assert.match(government[0] ?? '', /^Connect-MgGraph -Environment USGovDoD -Scopes User\.RevokeSessions\.All, /);
  });

  it('no command with an address in it that PowerShell might read as more than an address', () => {
    for (const upn of [
      "o'brien@contoso.com",
      '$(evil)@contoso.com',
      'a`b@contoso.com',
      'a"b@contoso.com',
      'a b@c.com',
    ]) {
      const commands = emergencyCommands(account(1, { upn, synced: true }));
      assert.equal(commands.length, 2);
      assert(!commands.some((command) => command.includes(upn)));
    }
  });

  it('how long it may still take, once that can be said', () => {
    const many = one('progress.many').data as CardDataOf<'progress'>;
    assert.equal(many.bar?.text, '6 of 12 done, 2 failed');
    const state = played(
      requested({ targets: Array.from({ length: 300 }, (_, index) => target(index + 1)) }),
      approved(),
      started(),
      reported(...Array.from({ length: 60 }, (_, index) => become.verified(index))),
    );
    const at = (ms: number) =>
      progressView(requestId, state, en, new Date(Date.parse(state.decision?.at ?? '') + ms)).bar?.text;
    assert.equal(at(3000), '60 of 300 done, about 20 s left');
    assert.equal(at(60_000), '60 of 300 done, about 4 min left');
    assert.equal(at(1000), '60 of 300 done');
  });

  it('whoever is left out, with the reason, on the card and on the result', () => {
    for (const name of ['approval.left-out', 'result.verified.left-out', 'what-if.many']) {
      const text = read(name);
      for (const part of [
        'partner@fabrikam.com, supplier@fabrikam.com: guest or external account',
        'breakglass01@contoso.com: protected account',
        'adel@contoso.com: no account here with this address or ID',
        'Adele Vance <adele.vance@contoso.com>, Retail; Adele Vance <adele.vance2@contoso.com>',
        'ceo@contoso.com: in a restricted management administrative unit',
        'ghost@contoso.com: I could not check whether it is protected',
      ]) {
        assert(text.includes(part), `${name}: ${part}`);
      }
    }
  });

  it('the outcome, then time, then what to look up', () => {
    const text = read('result.verified');
    const parts = [
      'Can still get in until 04:31 UTC: apps already open (Exchange, SharePoint and Teams: about 15 min)',
      'Do next: disable the account',
      'Requested by Alex Wilber. Approved by Megan Bowen, done 03:01 UTC',
      'Reason: phone stolen at the airport',
      'Ends within minutes: refresh tokens and session cookies issued before 2026-11-21 03:01:07 UTC',
      'Access tokens already issued work for 60 to 90 minutes',
      'Not covered:',
      'Not looked at: sign-in methods, app consents, inbox rules and forwarding, app passwords',
      'request-id 9b1c44e0-3f6d-4f0e-8a6b-2d71c0a54000',
      'client-request-id c3e8b7d2-51a4-4c9f-b06e-8f2a94d17000',
      'Graph date 2026-11-21 03:01:07 UTC',
      'audit ID 3fa91c07be42',
    ];
    const places = parts.map((part) => text.indexOf(part));
    for (const [index, place] of places.entries()) assert(place > (places[index - 1] ?? -1), parts[index]);
  });

  it('claims nothing where nothing is known to be dead', () => {
    assert(!read('result.unverified').includes('Ends within minutes'));
    assert(read('result.unverified').includes('Not verified yet:'));
    for (const name of ['result.failed', 'result.omitted', 'result.many.failed']) {
      assert.doesNotMatch(read(name), /Ends within minutes|Can still get in|Do next:/, name);
    }
    const failed = read('result.failed');
    for (const part of ['Adele Vance is still signed in. Graph refused: the app lacks', 'Do now: revoke in Entra']) {
      assert(failed.includes(part), part);
    }
  });

  it('every account that went wrong first, and a reason that several share once', () => {
    const text = read('result.partly');
    const order = [
      'Irvin Sayers',
      'Lidia Holloway',
      'All 2: Graph refused',
      'Debra Berger',
      'Lynne Robbins',
      'and 1 more revoked, not verified yet; 7 more revoked, verified',
    ];
    const places = order.map((part) => text.indexOf(part));
    for (const [index, place] of places.entries()) assert(place > (places[index - 1] ?? -1), order[index]);
    const { all, everyone } = one('result.partly').data as CardDataOf<'result'>;
    assert.equal((all ?? everyone)?.title, 'Show all 12');
    assert(read('result.many.failed').includes('All 12: Graph refused'));
    assert.match(read('result.many.failed'), /and \d+ more not revoked; not revoked: /);
  });

  it('a button to what Entra’s logs tell of all, where there are more than five and one was revoked', () => {
    for (const [count, revoked, title] of [
      [5, 5, undefined],
      [6, 6, 'Entra’s logs of all 6'],
      [6, 1, 'Entra’s logs of all 1'],
      [6, 0, undefined],
    ] as const) {
      const request = requested({ targets: Array.from({ length: count }, (_, index) => target(index)) });
      const results = request.targets.map((_, index) =>
        index < revoked ? become.verified(index) : become.failed('rejected', index),
      );
      const state = played(request, approved(), started(), reported(...results), finished('partly'));
      assert.equal(aroundButton(requestId, state, en)?.title, title);
    }
  });

  it('as many accounts as there are, shown and counted', () => {
    for (const [name, count] of [
      ['approval.hundreds', 300],
      ['approval.many', 12],
      ['progress.many', 12],
    ] as const) {
      const { people, more } = one(name).data as { people: readonly unknown[]; more: string | null };
      assert.equal(people.length + Number(/^(\d+) (?:others|accounts): /.exec(more ?? '')?.[1] ?? 0), count);
    }
    for (const [name, count] of [['result.partly', 12]] as const) {
      const { people, more } = one(name).data as { people: readonly unknown[]; more: string | null };
      const hidden = [...(more ?? '').matchAll(/(\d+) more/g)].map(([, number]) => Number(number));
      assert.equal(people.length + hidden.reduce((sum, number) => sum + number, 0), count);
    }
  });

  it('the same call for each account in a dry run, without writing all of them', () => {
    const text = read('what-if.many');
    assert.equal(text.match(/POST \/beta\/users\/[0-9a-f-]{36}\/invalidateAllRefreshTokens/g)?.length, 3);
    assert(text.includes('and 3 more'));
    assert(read('what-if.one').includes('POST /v1.0/users/7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a2000/revokeSignInSessions'));
  });
});

describe('who may hold power over others', () => {
  const roles = { roles: { known: true, value: [{ name: 'Global Administrator', templateId: 'g' }] } } as const;
  const admin = target(11, {}, roles);
  const operator = { ...target(12), operator: true } as const;
  const targets = [...Array.from({ length: 10 }, (_, index) => target(index)), admin, operator, target(13)];
  const request = requested({ targets });
  const now = new Date(request.at);
  const state = played(request, approved(), started(), reported(...targets.map((_, index) => become.verified(index))));
  const views = {
    approval: () => approvalView(requestId, request, en, now).people,
    progress: () => progressView(requestId, state, en, now).people,
    closed: () => closedView(requestId, state, en, now).people,
    'what-if': () => whatIfView(request, en, now).people,
    result: () => resultView(requestId, state, 'h', en, clouds.global).people,
  };
  for (const [name, view] of Object.entries(views)) {
    it(`is named first on ${name}, however many there are`, () => {
      assert.deepEqual(
        view()
          .slice(0, 2)
          .map((line) => line.name),
        ['User 11', 'User 12'],
      );
    });
  }

  it('stands with what makes it so, and the others can be opened', () => {
    const { people, everyone, more } = approvalView(requestId, request, en, now);
    assert.match(String(people[0]?.note), /Global Administrator/);
    assert.equal(people[1]?.note, en.operator);
    assert.deepEqual([more, everyone?.title], ['11 others: User 0, User 1, User 2 and 8 more', 'Show all 13']);
  });

  it('is named on each card without a line of its own, where there are more of them than lines, and stands on a page', () => {
    const admins = Array.from({ length: 25 }, (_, index) => target(index, {}, roles));
    const many = requested({ targets: [target(99), ...admins] });
    const done = played(
      many,
      approved(),
      started(),
      reported(...many.targets.map((_, index) => become.verified(index))),
    );
    const { people: lines, more: counted } = approvalView(requestId, many, en, now);
    const others = admins.slice(lines.length).map(({ account }) => `${account.name} (${account.upn})`);
    assert.equal(counted, `${en.morePrivileged(others.length + 1, others.length)}: ${others.join(', ')}`);
    for (const { people, more } of [
      progressView(requestId, done, en, now),
      closedView(requestId, done, en, now),
      whatIfView(many, en, now),
      resultView(requestId, done, 'h', en, clouds.global),
    ]) {
      const read = [...people.map(({ name, upn }) => `${name} (${upn})`), more].join(', ');
      for (const { account } of admins) assert(read.includes(`${account.name} (${account.upn})`), account.name);
    }
    const pages = [0, 1, 2, 7].map((page) => accountsView({ requestId, state: played(many) }, page, en));
    assert.deepEqual(
      pages.map(({ entries }) => entries.length),
      [10, 10, 6, 6],
    );
    const named = pages.slice(0, 3).flatMap(({ entries }) => entries.map(({ name }) => name));
    assert.deepEqual(
      named,
      [...admins, target(99)].map(({ account: { name } }) => name),
    );
  });

  it('is counted where not even the names have room', () => {
    const admins = Array.from({ length: 300 }, (_, index) => target(index, { name: 'A'.repeat(90) + index }, roles));
    const { more } = approvalView(requestId, requested({ targets: admins }), en, now);
    assert.match(String(more), /^and \d+ more, \d+ of them administrators.*A\d+ \(\S+\) and \d+ more$/);
  });

  it('comes right behind what went wrong, on the pages of a result as on itself', () => {
    const results = targets.map((_, index) =>
      index === 4 ? become.failed('rejected', index) : become.verified(index),
    );
    const failed = played(request, approved(), started(), reported(...results), finished('partly'));
    const [first, second, third] = accountsView({ requestId, state: failed }, 0, en).entries;
    assert.deepEqual([first?.name, second?.name, third?.name], ['User 4', 'User 11', 'User 12']);
    assert.deepEqual([first?.color, first?.lines.includes(en.outcome.failed)], ['attention', true]);
  });
});

describe('a long list', () => {
  it('names every failure, also those that have no line', () => {
    const targets = Array.from({ length: 40 }, (_, index) => target(index));
    const results = targets.map((_, index) =>
      index % 2 === 0 ? become.failed('throttled', index) : become.verified(index),
    );
    const state = played(requested({ targets }), approved(), started(), reported(...results), finished('partly'));
    const { people, more } = resultView(requestId, state, 'head', en, clouds.global);
    const read = [...people.map(({ name }) => name), more].join(' ');
    for (const [index, { account }] of targets.entries()) {
      if (index % 2 === 0) assert.match(read, new RegExp(`${account.name}\\b`));
    }
  });

  it('never hides a kind of outcome behind another', () => {
    const count = 200;
    const request = requested({ targets: Array.from({ length: count }, (_, index) => target(index + 1)) });
    const codes = ['missingPermission', 'throttled', 'noAnswer'] as const;
    const results = request.targets.map((_, index) =>
      index < 150 ? become.failed(codes[index % 3] ?? 'noAnswer', index) : become.verified(index),
    );
    const state = played(request, approved(), started(), reported(...results), finished('partly'));
    const { people, more } = resultView(requestId, state, 'head', en, clouds.global);
    for (const code of codes)
      assert.equal(people.filter(({ reason }) => reason === `All 50: ${en.failures[code]}`).length, 1);
    assert(more?.startsWith(`and ${150 - people.length} more not revoked; 50 more revoked, verified; not revoked: `));
  });

  it('of people left out is grouped by reason, cut, and counted', () => {
    const omitted = Array.from({ length: 500 }, (_, index) => ({
      asked: `user${index}@contoso.example`,
      code: index % 2 === 0 ? ('notFound' as const) : ('external' as const),
      found: [],
    }));
    const shown = leftOut(omitted, en);
    assert.equal(shown?.lines.length, 2);
    for (const { who } of shown?.lines ?? []) {
      const named = who.match(/user\d+@/g)?.length ?? 0;
      assert(named > 3);
      assert(who.endsWith(` and ${250 - named} more:`), who);
    }
    assert.equal(shown?.more, null);
    assert(leftOutLines(omitted, en).join('\n').length < 1000);
    assert.deepEqual([leftOut([], en), leftOutLines([], en)], [null, []]);
  });

  it('of people left out has one line for each line: a name cannot write its own', () => {
    const found = [{ name: 'Adele\nApproved by Megan', upn: 'a@b.example', department: 'x\r\u2028y' }];
    const lines = leftOutLines([{ asked: 'a@b.example', code: 'ambiguous', found }], en);
    assert.equal(lines.length, 1);
    assert.equal(lines.join('').split(/[\n\r\u2028]/u).length, 1);
  });
});

describe('what is put together', () => {
  const nobody = [{ asked: 'x@contoso.com', code: 'notFound', found: [] }] as const;
  for (const [texts, job, colon] of [
    [en, 'Retail Manager, Retail', ': '],
    [ja, 'Retail Manager、Retail', ': '],
    [zh, 'Retail Manager、Retail', '：'],
  ] as const) {
    it(`has the marks of the language: ${texts.lang}`, () => {
      const request = requested({ targets: [target(1, { jobTitle: 'Retail Manager', department: 'Retail' })] });
      assert.equal(approvalView(requestId, request, texts, new Date()).person?.job, job);
      assert.deepEqual(leftOutLines(nobody, texts), [`x@contoso.com${colon}${texts.omissions.notFound}`]);
    });
  }
});

describe('shortened text', () => {
  it('is the text itself where it has room', () => {
    for (const text of ['', 'Adele Vance', '日本語', '🙂🙂', 'e\u0301', '{{x}}']) {
      assert.equal(shorten(text, sizeOf(text)), text);
      if (text !== '') assert.equal(shorten(text, sizeOf(text) - 1).endsWith('…'), true);
    }
  });

  it('is never cut within a character, and never longer than its room', () => {
    for (const text of ['🙂'.repeat(50), '"'.repeat(50), '{{DATE('.repeat(20), '\ud800'.repeat(20), 'x'.repeat(99)]) {
      for (let room = 1; room < 120; room += 7) {
        const short = shorten(text, room);
        assert(sizeOf(short.replace(/…$/u, '')) <= room);
        assert(text.startsWith(short.replace(/…$/u, '')));
        if (text.isWellFormed()) assert(short.isWellFormed());
      }
    }
  });

  it('is not smaller on the card than it is counted', () => {
    const texts = ['Adele "the boss" \\ Vance', '{{DATE(2026)}} {{TIME(1)}}', '🙂 日本', '\ud800x', 'a\nb\u0000'];
    for (const text of texts) {
      const run = JSON.stringify(literalText(text)).length - 2;
      assert(sizeOf(text) >= run, text);
    }
  });

  it(`leaves the request id alone: ${requestId}`, () => {
    for (const situation of all) {
      for (const { data, verb } of nodes(render(situation)).filter(({ type }) => type === 'Action.Execute')) {
        if (verb !== 'page' && verb !== 'say') assert.deepEqual(data, { requestId });
      }
    }
  });
});
