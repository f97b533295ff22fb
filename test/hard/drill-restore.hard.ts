import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { countsForMs } from '../../src/app/read-for-click.ts';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import { groupIds } from '../../src/local/people.ts';
import { MAIN } from '../support/production/bot-process.ts';
import { buttonsOf, shownBy } from '../support/production/card.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const run = promisify(execFile);
const verified = /Sessions revoked, verified/;
/** An approval holds for a quarter of an hour. */
const muchLaterMs = 20 * 60_000;

/** The command of the runbook that copies the store, on these files. */
async function copyCommand(from: string, to: string): Promise<string> {
  const page = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const [command = ''] = /^node -e .*VACUUM INTO.*$/m.exec(page) ?? [];
  assert.ok(command.includes("'data/session-revoker.db'") && command.includes("'copy.db'"), 'no such command');
  return command.replace('data/session-revoker.db', from).replace('copy.db', to);
}

/**
 * A copy is taken in the midst of the work, the work goes on, the store is lost, the copy takes its place. Each account
 * stands for how far its request was in the copy; all of them were done when the store was lost.
 */
describe('the disaster drill', function () {
  this.timeout(300_000);
  const [alex, megan] = [person('alex'), person('megan')];
  const finished = person('adele');
  const waiting = person('risky');
  const approved = person('synced');
  const sent = person('dormant');
  const notYetAsked = person('plusMail');
  let folder: string;
  let world: World;
  let steps: Steps;
  let ends: (() => unknown)[];
  let asked: Map<EmulatedPerson, AskedCard>;

  beforeEach(async () => {
    asked = new Map();
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-drill-'));
    ends = [() => rm(folder, { recursive: true })];
    world = await startWorld({ env: { AUDIT_SINKS: `stdout:${join(folder, 'place.json')}` } });
    ends.push(() => world.stop());
    steps = createSteps(world);
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
  });

  const storePath = () => String(world.env.STORE_URL).slice('sqlite:'.length);
  /** What the process that runs, or ran last, has copied. */
  const copied = () =>
    world
      .bot()
      .stdout()
      .split('\n')
      .map((line) => (line.includes('"link"') ? `${line}\n` : ''))
      .join('');
  const place = ({ displayName }: EmulatedPerson) => groupChat(displayName);
  const card = (target: EmulatedPerson) => asked.get(target) ?? assert.fail();
  const shown = (target: EmulatedPerson) => shownBy(world.connector.current(card(target).activityId) ?? {});

  async function audit(...args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, STORE_URL: world.env.STORE_URL };
    return (await run(process.execPath, [MAIN, 'audit', ...args], { env })).stdout;
  }

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await isSo())) {
      assert.ok(Date.now() < deadline, what);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const onRecord = (type: string, times: number) =>
    until(`${times} × ${type}`, async () => copied().split(`"type":"${type}"`).length > times);

  const metric = (line: RegExp) =>
    until(String(line), async () => line.test(await (await fetch(`${world.bot().url}/metrics`)).text()));

  async function ask(target: EmulatedPerson): Promise<void> {
    asked.set(target, await steps.ask(alex, place(target), `revoke sessions for ${target.userPrincipalName}`));
    await onRecord('CardPosted', asked.size);
  }

  async function approve(target: EmulatedPerson): Promise<void> {
    const result = steps.nextPost(place(target));
    await steps.press(megan, card(target), 'approve');
    await result(30_000, verified);
    await steps.closed(card(target));
  }

  /** Approves, and holds the first call to Graph that matches: nothing goes on until it is released. */
  async function approveAndHold(target: EmulatedPerson, call: RegExp, body = /^/) {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      const path = new RegExp(`${target.id}/${call.source}`);
      world.graph.faults.inject({ method: 'POST', path, body, until: released, onHit: resolve });
    });
    const result = steps.nextPost(place(target));
    await steps.press(megan, card(target), 'approve');
    await reached;
    return async () => {
      release();
      await result(30_000, verified);
      await steps.closed(card(target));
    };
  }

  async function loseAllSinceTheCopy(): Promise<void> {
    await ask(finished);
    await approve(finished);
    for (const target of [waiting, approved, sent]) await ask(target);
    // The last look before the write is for protected people alone.
    const last = new RegExp(`^{"ids":\\["${groupIds.breakGlass}"\\]}$`);
    // The approval looks at the account for so long that its look does not count any more before the write.
    const account = { method: 'GET', path: new RegExp(`/users/${approved.id}\\?`), delayMs: countsForMs / 2 + 200 };
    const notFound = { error: { code: 'Request_ResourceNotFound', message: 'not replicated yet' } };
    world.graph.faults.inject({ ...account, answer: { status: 404, body: notFound } });
    world.graph.faults.inject(account);
    const goOnApproved = await approveAndHold(approved, /checkMemberObjects/, last);
    // Held as shortly as it can be: what takes effect long after it was sent is not taken for its effect.
    const goOnSent = await approveAndHold(sent, /revokeSignInSessions/);
    const copy = join(folder, 'copy.db');
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    await run('sh', ['-c', await copyCommand(storePath(), copy)], { env });
    await Promise.all([goOnSent(), goOnApproved()]);
    await approve(waiting);
    await ask(notYetAsked);
    await approve(notYetAsked);
    await onRecord('ResultPosted', asked.size);
    assert.equal((await world.bot().stop()).code, 0);
    for (const suffix of ['', '-wal', '-shm']) await rm(storePath() + suffix, { force: true });
    await copyFile(copy, storePath());
  }

  it('restore yesterday’s copy in a test environment', async () => {
    await loseAllSinceTheCopy();
    assert.match(await audit('verify'), /^\d+ records, unbroken/);
    const [inCopy, everything] = [await audit('export'), copied()];
    assert.ok(everything.startsWith(inCopy), 'what is in the copy is what was written');
    const since = everything.slice(inCopy.length);
    const requestsIn = (text: string, type: string) =>
      text.split('\n').flatMap((line) => (line.includes(`"type":"${type}"`) ? [JSON.parse(line).requestId] : []));
    const requestOf = (target: EmulatedPerson) => buttonsOf(card(target).card)[0]?.data.requestId;
    assert.deepEqual(requestsIn(since, 'Requested'), [requestOf(notYetAsked)]);
    assert.deepEqual(requestsIn(since, 'Approved'), [requestOf(waiting), requestOf(notYetAsked)]);
    assert.deepEqual(
      new Set(requestsIn(since, 'ResultPosted')),
      new Set([sent, approved, waiting, notYetAsked].map(requestOf)),
    );

    const writes = world.graph.writes().length;
    const told = [approved, sent].map((target) => steps.nextPost(place(target)));
    const before = world.connector.log.length;
    await world.start(world.later(muchLaterMs));
    // The sink knows better, and keeps what it has.
    await metric(/^session_revoker_trail_damaged_total [1-9]/m);
    // What was approved then is too late, and what was sent then is seen to have had its effect.
    const [tooLate = assert.fail(), seen = assert.fail()] = told;
    assert.match(await tooLate(20_000), /approval expired before I could act/);
    assert.match(await seen(20_000, verified), new RegExp(sent.displayName));
    await world.connector.waitFor(() => /Expired/.test(shown(waiting)));
    await metric(/^session_revoker_open_requests 0$/m);
    assert.equal(world.graph.writes().length, writes, 'nothing is revoked for what was approved then');
    const places = new Set(world.connector.log.slice(before).map(({ conversationId }) => conversationId));
    // The result that was told already may come to show what Entra's logs tell by now.
    places.delete(place(finished).id);
    assert.deepEqual(places, new Set([waiting, approved, sent].map((target) => place(target).id)));
    assert.match((await steps.press(megan, card(notYetAsked), 'approve')).text, /not known|unknown|no open request/i);
    assert.equal((await world.bot().stop()).code, 0);
    assert.equal(copied(), '');

    await world.start({ ...world.later(muchLaterMs), AUDIT_SINKS: `stdout:${join(folder, 'another.json')}` });
    const all = await audit('export');
    assert.ok(all.startsWith(inCopy) && all.length > inCopy.length);
    await until('the new sink has everything', async () => copied() === all);
    await metric(/^session_revoker_trail_damaged_total 0$/m);
    assert.equal((await world.bot().stop()).code, 0);
    assert.match(await audit('verify'), /unbroken/);
  });

  it('a copy that is started while its approvals hold carries them out once more', async () => {
    await loseAllSinceTheCopy();
    const told = [approved, sent].map((target) => steps.nextPost(place(target)));
    await world.start({ AUDIT_SINKS: undefined });
    for (const result of told) await result(20_000, verified);
    const timesRevoked = [finished, waiting, approved, sent].map((target) => steps.writesFor(target).length);
    assert.deepEqual(timesRevoked, [1, 1, 2, 1]);
  });
});
