import assert from 'node:assert/strict';
import { groupIds, member, tenantId } from '../../src/local/people.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

/** What SECURITY.md says of attacks on the rules is played here from outside, also where a table proves the rule. */
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

  it('refused clicks of one person do not keep another’s off the record', async () => {
    const place = groupChat('refused');
    const card = await steps.ask(alex, place, `revoke sessions for ${adele.userPrincipalName}`);
    const outsider = person('synced');
    for (let clicks = 0; clicks < 22; clicks += 1) await steps.press(outsider, card, 'approve');
    await steps.press(adele, card, 'deny');
    const status = steps.nextPost(place);
    await world.teams.say(alex, place, `status ${card.code}`);
    assert.match(
      await status(10_000, /tried to/),
      /Grady Archie tried to approve it 20 times[\s\S]*Adele Vance tried to deny it/,
    );
  });

  it('a name that changes with every click puts nothing off: the object id was approved, and the result says the new name', async () => {
    const place = groupChat('renamed');
    const joni = person('otherAddress');
    const card = await steps.ask(alex, place, `revoke sessions for ${joni.userPrincipalName}`);
    world.tenant.change(joni.id, { displayName: 'Somebody Else', userPrincipalName: 'else@contoso.example' });
    const result = steps.nextPost(place);
    await steps.press(megan, card, 'approve');
    assert.match(
      await result(30_000, /Sessions revoked, verified/),
      /Joni Sherman \(jsherman@contoso\.example\) is now called Somebody Else \(else@contoso\.example\)/,
    );
    assert.equal(steps.writesFor(joni).length, 1);
  });

  it('who asked, and who approved, are told by name and UPN, which nobody else has', async () => {
    const place = groupChat('named');
    const card = await steps.ask(alex, place, `revoke sessions for ${person('dormant').userPrincipalName}`);
    assert.match(card.text, /Alex Wilber \(alex@contoso\.example\)/);
    const result = steps.nextPost(place);
    await steps.press(megan, card, 'approve');
    const text = await result(30_000, /Sessions revoked/);
    for (const named of [/Alex Wilber \(alex@contoso\.example\)/, /Megan Bowen \(megan@contoso\.example\)/]) {
      assert.match(text, named);
    }
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

  it('an administrator and an approver hidden behind ten others stand on the card, in status and on the result', async () => {
    const place = groupChat('many');
    const [isaiah, others] = [person('isaiah'), crew.slice(1, 12)];
    const everybody = [...others.slice(0, 10), isaiah, nestor, ...others.slice(10)];
    const list = everybody.map(({ userPrincipalName }) => userPrincipalName).join(', ');
    const card = await steps.ask(alex, place, `revoke sessions for ${list}`);
    assert.match(card.text, /Isaiah Langer[\s\S]*Global Administrator/);
    assert.match(card.text, /Nestor Wilke/);
    assert.match(card.text, /Show all 13/);
    const page = card.buttons.find(({ verb }) => verb === 'page');
    const opened = page && (await world.teams.execute(megan, place, card.activityId, page));
    assert.match(page ? JSON.stringify(opened?.body) : card.text, /Isaiah Langer[\s\S]*Crew 7/, 'folded, or a page');
    const result = steps.nextPost(place);
    await steps.press(megan, card, 'approve');
    const text = await result(30_000, /revoked, verified/);
    for (const name of [/Isaiah Langer/, /Nestor Wilke/]) assert.match(text, name);
  });

  it('what is open here is answered with the open one, not with a second card', async () => {
    const place = groupChat('open-already');
    const second = crew[15] ?? assert.fail();
    const sentence = `revoke sessions for ${adele.userPrincipalName}`;
    const card = await steps.ask(alex, place, sentence);
    for (const [who, typed] of [
      [alex, sentence],
      [second, `revoke sessions for ${adele.id} because seen in Lagos`],
    ] as const) {
      const said = steps.nextPost(place);
      await world.teams.say(who, place, typed);
      const text = await said(10_000, /Already open/);
      assert.match(text, new RegExp(`Already open: ${card.code}, requested \\d min ago`));
      assert.match(text, /Requested by Alex Wilber \(alex@contoso\.example\)/);
      assert.match(text, new RegExp(`https://teams\\.microsoft\\.com/l/message/\\S+/${card.activityId}\\?`));
    }
    const outsider = steps.nextPost(place);
    await world.teams.say(person('synced'), place, sentence);
    assert.match(await outsider(10_000), /not allowed to request this/);
    await steps.press(megan, card, 'deny');
    await steps.closed(card);
    assert.notEqual((await steps.ask(second, place, sentence)).code, card.code);
  });

  it('a stolen requester account shields nobody with an open request: neither itself nor, once disabled, others', async () => {
    const place = groupChat('shield');
    const thief = crew[15] ?? assert.fail();
    const about = (upn: string) => `revoke sessions for ${upn}`;
    const own = await steps.ask(thief, place, about(thief.userPrincipalName));
    const other = await steps.ask(thief, place, about(person('dormant').userPrincipalName));
    const real = await steps.ask(alex, place, about(thief.userPrincipalName));
    world.tenant.change(thief.id, { accountEnabled: false });
    const further = await steps.ask(alex, place, about(person('dormant').userPrincipalName));
    assert.equal(new Set([own, other, real, further].map(({ code }) => code)).size, 4);
    const result = steps.nextPost(place);
    await steps.press(megan, real, 'approve');
    await result(30_000, /Sessions revoked/);
  });

  it('one requester cannot fill a conversation, least of all against a request about that very person', async () => {
    const place = groupChat('filled');
    const thief = crew[13] ?? assert.fail();
    const said = steps.nextPost(place);
    const before = await steps.count('Requested');
    await Promise.all(
      crew
        .slice(0, 13)
        .map(({ userPrincipalName }) => world.teams.say(thief, place, `revoke sessions for ${userPrincipalName}`)),
    );
    assert.match(await said(30_000, /open requests/), /as many open requests as one person may have/);
    await steps.recorded('Requested', 30_000, before + 10);
    const card = await steps.ask(alex, place, `revoke sessions for ${thief.userPrincipalName}`);
    await steps.press(megan, card, 'approve');
    await steps.written(thief);
    await steps.recorded('Requested', 30_000, before + 11);
    assert.equal(await steps.count('Requested'), before + 11, 'not one more, although all were said at once');
  });
});
