import assert from 'node:assert/strict';
import { groupIds, member, tenantId } from '../../src/local/people.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('attacks on the rules, on the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele, nestor] = [person('alex'), person('megan'), person('adele'), person('nestor')];
  const guid = (number: number) => `77777777-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const crew = Array.from({ length: 20 }, (_, index) =>
    member(guid(index), `Crew ${index}`, `crew${index}@contoso.example`),
  );
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld({
      people: crew,
      env: {
        MAX_OPEN_PER_REQUESTER: undefined,
        REQUESTERS: `${groupIds.responders},${[0, 13, 15].map((index) => crew[index]?.id).join()}`,
      },
    });
    steps = createSteps(world);
  });
  after(() => world.stop());

  it('a stolen approver account does not keep itself signed in: no deny, no cancel, by button, Submit or code', async () => {
    const place = groupChat('own-account');
    const card = await steps.ask(alex, place, `revoke sessions for ${nestor.userPrincipalName} because stolen`);
    const line = steps.nextPost(place);
    for (const verb of ['deny', 'cancel', 'approve']) {
      assert.match((await steps.press(nestor, card, verb)).text, /about your own account/, verb);
    }
    assert.match(await line(10_000, /tried to/), /Nestor Wilke tried to deny .*their own account.*nothing has changed/);
    const [{ data } = assert.fail()] = card.buttons;
    const { requestId } = data as { requestId: string };
    for (const verb of ['deny', 'cancel']) {
      const submitted = steps.nextPost(place);
      await world.teams.submit(nestor, place, card.activityId, { verb, requestId });
      assert.match(await submitted(10_000, /own account/), /about your own account/);
      const typed = steps.nextPost(place);
      await world.teams.say(nestor, place, `${verb} ${card.code}`);
      assert.match(await typed(10_000, /own account/), /about your own account/);
    }
    const told = world.connector.log.filter(({ activity }) => /tried to/.test(JSON.stringify(activity)));
    assert.equal(told.length, 1, 'all are told once');
    await steps.press(megan, card, 'approve');
    await steps.written(nestor);
    await steps.closed(card);
  });

  it('what a stolen account of a requester asked for is not approved any more once it is disabled', async () => {
    const place = groupChat('asker');
    const thief = crew[0] ?? assert.fail();
    const card = await steps.ask(thief, place, `revoke sessions for ${person('risky').userPrincipalName}`);
    world.tenant.change(thief.id, { accountEnabled: false });
    assert.match(
      (await steps.press(megan, card, 'approve')).text,
      /The requester is no longer allowed to request this/,
    );
    assert.deepEqual(steps.writesFor(person('risky')), []);
    const denied = await steps.press(megan, card, 'deny');
    assert.ok(denied.card);
  });

  it('an approval that was put into the store by hand leads to no write', async () => {
    const place = groupChat('forged');
    const target = person('plusMail');
    const card = await steps.ask(alex, place, `revoke sessions for ${target.userPrincipalName}`);
    const [{ data } = assert.fail()] = card.buttons;
    const { requestId } = data as { requestId: string };
    await world.bot().kill();
    const store = openSqliteStore(String(world.env.STORE_URL).replace('sqlite:', ''));
    const { version } = await store.read(requestId);
    const envelope = { at: new Date().toISOString(), where: place.id };
    const by = { id: adele.id, tenantId, name: adele.displayName };
    await store.append(version, [{ type: 'Approved', by, requesterId: alex.id, targetCount: 1, ...envelope }]);
    await store.close();
    const result = steps.nextPost(place);
    await world.start();
    assert.match(await result(30_000, /Not revoked/), /approver or the requester is no longer allowed to do this/);
    assert.deepEqual(steps.writesFor(target), []);
  });
});
