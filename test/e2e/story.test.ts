import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat, type Person, type Place, personalChat } from '../support/production/teams-client.ts';
import { APP_SECRET, person, startWorld, type World } from '../support/production/world.ts';

/** Not merely "verified": an unverified result says "not verified yet". */
const revokedAndVerified = /Sessions revoked, verified/;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

describe('the production entry point', function () {
  this.timeout(300_000);
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  describe('is told the story', () => {
    const [alex, megan, adele, isaiah] = [person('alex'), person('megan'), person('adele'), person('isaiah')];
    let steps: Steps;
    before(() => {
      steps = createSteps(world);
    });

    /** After the card: the click by `approver` must lead to the write, the result and the final card. */
    async function approveAndSeeThrough(asked: AskedCard, approver: Person, target: Person): Promise<string> {
      const result = steps.nextPost(asked.place);
      const answer = await steps.press(approver, asked, 'approve');
      assert.ok(answer.card, 'everybody sees the card change, so the clicker must too');
      assert.ok(!buttonsOf(answer.card).some(({ verb }) => ['approve', 'deny', 'cancel'].includes(verb)));
      const write = await steps.written(target);
      assert.equal(write.path, `/v1.0/users/${target.id}/revokeSignInSessions`);
      assert.match(write.headers['client-request-id'] ?? '', UUID);
      const said = await result(30_000, revokedAndVerified);
      assert.match(said, new RegExp(target.displayName));
      await steps.closed(asked);
      assert.equal(steps.writesFor(target).length, 1);
      const readBack = world.graph.calls.slice(world.graph.calls.indexOf(write) + 1);
      assert.ok(
        readBack.some(({ method, path }) => method === 'GET' && path.includes(target.id)),
        'never read back',
      );
      return said;
    }

    const saidToAll = ({ place }: AskedCard, words: string) =>
      world.connector.conversation(place.id).filter(({ activity }) => shownBy(activity).includes(words));

    const places: readonly [name: string, place: Place, approver: Person, target: ReturnType<typeof person>][] = [
      ['a channel thread', channelThread(), megan, adele],
      ['a group chat', groupChat(), megan, person('synced')],
      ['a 1:1 chat', personalChat(alex), alex, person('risky')],
    ];
    for (const [name, place, approver, target] of places) {
      it(`in ${name}: message, card, approval, Graph, final card, result in the same place`, async () => {
        const reason = 'laptop stolen at the airport';
        const asked = await steps.ask(alex, place, `revoke sessions for ${target.userPrincipalName} because ${reason}`);
        for (const part of [target.displayName, target.userPrincipalName, alex.displayName, reason]) {
          assert.ok(asked.text.includes(part), `${part} is not on the card:\n${asked.text}`);
        }
        assert.match(asked.code, /^[A-Z2-9]{4}$/);
        assert.ok(asked.buttons.length <= 3);
        for (const button of asked.buttons) assert.ok(button.fallback, `${button.verb} has no Action.Submit`);
        assert.equal(steps.writesFor(target).length, 0, 'written before anybody approved');

        const said = await approveAndSeeThrough(asked, approver, target);
        for (const who of [alex, approver])
          assert.ok(said.includes(who.displayName), `${who.displayName} is not named:\n${said}`);
        for (const { activity, conversationId } of world.connector.log.filter((one) =>
          one.conversationId.startsWith(place.id.slice(0, 12)),
        )) {
          assert.equal(conversationId, place.id, 'said in another thread');
          assert.ok(!(activity.text && cardIn(activity)), 'Teams splits text with a card in two and the id is lost');
        }
      });
    }

    for (const [verb, who, target] of [
      ['deny', megan, person('otherAddress')],
      ['cancel', alex, person('dormant')],
    ] as const) {
      it(`${verb}: the card says so, has no buttons but the denier’s own, and Graph hears nothing`, async () => {
        const asked = await steps.ask(alex, groupChat('chat 1'), `revoke sessions for ${target.userPrincipalName}`);
        const answer = await steps.press(who, asked, verb);
        const titles = buttonsOf(answer.card).map(({ title }) => title);
        assert.deepEqual(titles, verb === 'deny' ? ['Say why'] : []);
        const said = await steps.closed(asked);
        assert.match(said, verb === 'deny' ? /denied/i : /withdrawn/i);
        assert.ok(said.includes(who.displayName));
        const late = await steps.press(megan, asked, 'approve');
        assert.match(late.text, verb === 'deny' ? /denied/i : /withdrawn/i);
        assert.equal(steps.writesFor(target).length, 0);
      });
    }

    it('what if: tells all and sends nothing', async () => {
      const target = person('plusMail');
      const next = steps.nextPost(groupChat('chat 2'));
      const writes = world.graph.writes().length;
      await world.teams.say(alex, groupChat('chat 2'), `what if revoke sessions for ${target.userPrincipalName}`);
      const said = await next();
      assert.ok(said.includes(target.displayName), said);
      const [shown] = world.connector.conversation(groupChat('chat 2').id).slice(-1);
      // What was tried is asked by the same words.
      const [ask, ...others] = buttonsOf(cardIn(shown?.activity));
      assert.deepEqual([ask?.title, ask?.verb, others], ['Request approval', 'say', []]);
      assert.equal(world.graph.writes().length, writes);
    });

    it('revoke my sessions: open to every member, confirmed by nobody else', async () => {
      const debra = person('dormant');
      const asked = await steps.ask(debra, groupChat('chat 3'), 'Revoke my sessions');
      assert.ok(asked.text.includes(debra.userPrincipalName), asked.text);
      await steps.press(megan, asked, 'approve');
      assert.equal(steps.writesFor(debra).length, 0);
      await approveAndSeeThrough(asked, debra, debra);
    });

    it('an administrator needs two persons: the requester is told why, privately', async () => {
      const asked = await steps.ask(alex, groupChat('chat 6'), `revoke sessions for ${isaiah.userPrincipalName}`);
      const own = await steps.press(alex, asked, 'approve');
      assert.match(own.text, /another|second|other person|someone else|two/i);
      assert.equal(steps.writesFor(isaiah).length, 0);
      assert.ok(
        buttonsOf(cardIn(world.connector.current(asked.activityId))).length > 0,
        'the card was taken away from the others',
      );
      assert.deepEqual(saidToAll(asked, own.text), [], 'a refusal is nobody else’s business');
      await approveAndSeeThrough(asked, megan, isaiah);
    });

    it('buttons of old clients and typed codes do the same', async () => {
      const [first, second] = [person('sharedOne'), person('sharedTwo')];
      const pressed = await steps.ask(alex, groupChat('chat 8'), `revoke sessions for ${first.id}`);
      const approve = pressed.buttons.find(({ verb }) => verb === 'approve');
      const result = steps.nextPost(groupChat('chat 8'));
      await world.teams.submit(megan, groupChat('chat 8'), pressed.activityId, approve?.fallback);
      await steps.written(first);
      await result(30_000, revokedAndVerified);

      const typed = await steps.ask(alex, groupChat('chat 8'), `revoke sessions for ${second.id}`);
      await world.teams.say(megan, groupChat('chat 8'), `approve ${typed.code.toLowerCase()}`);
      await steps.written(second);
      await steps.closed(typed, 30_000);
    });

    it('a message and a click that Teams delivers twice act once', async () => {
      const target = person('plusMail');
      const place = groupChat('twice');
      const message = world.teams.message(alex, place, `revoke sessions for ${target.userPrincipalName}`);
      await Promise.all([world.teams.post(message), world.teams.post(message)]);
      const shown = await world.connector.waitFor(() =>
        world.connector.conversation(place.id).find(({ activity }) => buttonsOf(cardIn(activity)).length > 0),
      );
      const press = {
        verb: 'approve',
        data: buttonsOf(cardIn(shown.activity)).find(({ verb }) => verb === 'approve')?.data,
      };
      const result = steps.nextPost(place);
      const answers = await Promise.all(
        [1, 2, 3].map(() => world.teams.execute(megan, place, shown.activityId, press)),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200],
      );
      await result(30_000, revokedAndVerified);
      assert.equal(steps.writesFor(target).length, 1);
      const cards = world.connector.log.filter(
        ({ kind, conversationId, activity }) =>
          kind === 'post' &&
          conversationId === place.id &&
          buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'approve'),
      );
      assert.equal(cards.length, 1);
    });

    it('writes no secret, no token and no key anywhere', () => {
      const written = [
        world.bot().stdout(),
        world.bot().stderr(),
        ...world.connector.log.map(({ activity }) => JSON.stringify(activity)),
      ].join('\n');
      assert.ok(!written.includes(APP_SECRET));
      assert.doesNotMatch(written, /eyJ[\w-]{10,}\.[\w-]{10,}/);
      assert.doesNotMatch(written, /PRIVATE KEY/);
      assert.equal(world.connector.refused.length, 0, 'the bot called the connector without its token');
    });

    it('ends on SIGTERM within ten seconds, cleanly', async () => {
      const { code } = await world.bot().stop(10_000);
      assert.equal(code, 0, world.bot().stderr());
    });
  });

  describe('goes on when things go wrong round it', () => {
    const [alex, megan] = [person('alex'), person('megan')];
    let steps: Steps;
    before(async () => {
      if (world.bot().exit()) await world.start();
      steps = createSteps(world);
    });

    it('a bot that was killed between card and click keeps the request', async () => {
      const target = person('adele');
      const asked = await steps.ask(alex, channelThread(), `revoke sessions for ${target.userPrincipalName}`);
      // Before that the process would have died inside the post, where a second card is the lesser evil.
      await steps.recorded('CardPosted');
      await world.bot().kill();
      await world.start();
      const result = steps.nextPost(channelThread());
      await steps.press(megan, asked, 'approve');
      await steps.written(target);
      assert.match(await result(30_000, revokedAndVerified), new RegExp(target.displayName));
      await steps.closed(asked);
      assert.equal(steps.writesFor(target).length, 1);
    });

    it('a click is answered at once while Graph hangs', async () => {
      const target = person('synced');
      const asked = await steps.ask(alex, groupChat(target.id), `revoke sessions for ${target.userPrincipalName}`);
      let release = () => {};
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      world.graph.faults.inject({ path: /revokeSignInSessions/, until });
      const result = steps.nextPost(groupChat(target.id));
      await steps.press(megan, asked, 'approve');
      await world.graph.waitFor(() => steps.writesFor(target).length === 1);
      release();
      await result(30_000, revokedAndVerified);
      await steps.closed(asked);
    });

    it('an answer of Graph that gets lost is settled by reading back', async () => {
      const target = person('risky');
      const asked = await steps.ask(alex, groupChat(target.id), `revoke sessions for ${target.userPrincipalName}`);
      world.graph.faults.inject({ path: /revokeSignInSessions/, dropAnswer: true });
      const result = steps.nextPost(groupChat(target.id));
      await steps.press(megan, asked, 'approve');
      assert.match(await result(60_000, revokedAndVerified), new RegExp(target.displayName));
      await steps.closed(asked);
    });

    it('a missing permission: a warning at the start, and the result says what to grant', async () => {
      const target = person('otherAddress');
      world.authority.grantRoles(['User.Read.All', 'GroupMember.Read.All', 'RoleManagement.Read.Directory']);
      await world.bot().kill();
      await world.start();
      await world.bot().waitForOutput(/"warn".*User\.RevokeSessions\.All.*New-MgServicePrincipalAppRoleAssignment/);
      // Anybody may ask for the one; the other is for whoever runs the bot.
      assert.deepEqual(await (await fetch(`${world.bot().url}/readyz`)).json(), { ready: true });
      const metrics = await (await fetch(`${world.bot().url}/metrics`)).text();
      const missing = [...metrics.matchAll(/^session_revoker_missing_permission\{permission="(.+)"\} 1$/gm)];
      assert.deepEqual(
        missing.map(([, name]) => name),
        ['User.RevokeSessions.All', 'AuditLog.Read.All', 'IdentityRiskyUser.Read.All'],
      );

      const asked = await steps.ask(alex, groupChat(target.id), `revoke sessions for ${target.userPrincipalName}`);
      const result = steps.nextPost(groupChat(target.id));
      await steps.press(megan, asked, 'approve');
      assert.match(await result(60_000, /User\.RevokeSessions\.All/), new RegExp(target.displayName));
      await steps.closed(asked);
    });
  });
});
