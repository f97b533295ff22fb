import assert from 'node:assert/strict';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat, type Person, type Place } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const minute = 60_000;
const elsewhere = { country: 'BR', browser: 'Firefox 132', operatingSystem: 'Linux' };
const [alex, megan, adele, quiet, unread] = [
  person('alex'),
  person('megan'),
  person('adele'),
  person('plusMail'),
  person('sharedTwo'),
];

describe('after a result, at the production entry point', function () {
  this.timeout(240_000);
  let world: World;
  let steps: Steps;
  beforeEach(async () => {
    world = await startWorld();
    steps = createSteps(world);
  });
  afterEach(() => world?.stop());

  /** Alex asks, Megan approves; the place with its result, and when all earlier tokens died. */
  async function revoked(name: string, whom: Person) {
    const place = groupChat(name);
    const asked = await steps.ask(alex, place, `revoke sessions for ${whom.id}`);
    const result = steps.nextPost(place);
    await steps.press(megan, asked, 'approve');
    await result(undefined, /audit ID/);
    const { doneAt = 0 } = await steps.written(whom);
    return { place, revokedAt: doneAt };
  }
  const shows = (place: Place, what: RegExp) =>
    world.connector.waitFor(() =>
      world.connector.conversation(place.id).find(({ activity }) => what.test(shownBy(activity))),
    );
  const backIn = (place: Place) =>
    world.connector.log.filter(
      ({ kind, conversationId, activity }) =>
        kind === 'post' && conversationId === place.id && /Signed in again after/.test(shownBy(activity)),
    );
  /** Another process on the same store, so much later. */
  async function later(ms: number): Promise<void> {
    await world.bot().kill();
    await world.start(world.later(ms));
  }

  it('tells what happened around it, and once that the person is back, also after a crash', async () => {
    const { id } = adele;
    world.tenant.change(id, {
      audits: [
        {
          at: new Date(Date.now() - 10 * minute).toISOString(),
          activity: 'User registered security info',
          resultReason: 'User registered Authenticator App with Notification and Code',
        },
      ],
      signIns: [{ at: new Date(Date.now() - 20 * minute).toISOString(), app: 'Exchange', ...elsewhere, risk: 'high' }],
    });
    const { place, revokedAt } = await revoked('back', adele);
    const result = await shows(place, /New sign-in method/);
    assert.match(shownBy(result.activity), /Sign-in with high risk/);
    assert.deepEqual(backIn(place), [], 'a sign-in from before is no return');

    const at = new Date(revokedAt + minute).toISOString();
    world.tenant.change(id, {
      signIns: [
        { at: new Date(revokedAt + minute / 2).toISOString(), app: 'Exchange', ...elsewhere, errorCode: 50126 },
        { at, app: 'Office 365 Exchange Online', ...elsewhere },
        { at: new Date(revokedAt + 2 * minute).toISOString(), app: 'Microsoft Teams', ...elsewhere, country: 'US' },
      ],
    });
    await later(4 * minute);
    const back = await shows(place, /Signed in again after/);
    const text = shownBy(back.activity);
    for (const told of [/Office 365 Exchange Online/, /\bBrazil\b/, /Adele Vance/, new RegExp(at.slice(11, 19))]) {
      assert.match(text, told);
    }
    const { entities = [] } =
      (cardIn(back.activity) as { msteams?: { entities?: { mentioned?: { id: string } }[] } }).msteams ?? {};
    assert.deepEqual(entities.map(({ mentioned }) => mentioned?.id).toSorted(), [alex.id, megan.id].toSorted());
    assert.deepEqual(
      buttonsOf(cardIn(back.activity)).map(({ verb }) => verb),
      ['again'],
    );
    await shows(place, /Signed in again, /);
    await steps.recorded('Noticed');
    // Another process, and everything read once more, tells nothing twice.
    await later(20 * minute);
    await steps.recorded('LookedAround');
    assert.equal(backIn(place).length, 1);

    const asked = steps.nextPost(place);
    await steps.press(alex, steps.asAsked(place, back), 'again');
    assert.match(await asked(), /Adele Vance/);
    const others = world.connector.log.filter(({ conversationId }) => conversationId !== place.id);
    assert.deepEqual(others, [], 'nothing about it in another conversation');
    assert.equal(steps.writesFor(adele).length, 1, 'what comes of an alert waits for an approval');
  });

  it('says until when no sign-in was seen, once the time is over', async () => {
    const { place } = await revoked('quiet', quiet);
    await shows(place, /Are they back\?/);
    await later(80 * minute);
    const result = await shows(place, /No sign-in seen until/);
    assert.equal(buttonsOf(cardIn(result.activity)).length, 1);
    assert.deepEqual(backIn(place), []);
  });

  it('says that it cannot tell while the log cannot be read, and nothing else waits for that', async () => {
    world.graph.faults.inject({
      path: /auditLogs/,
      times: Number.POSITIVE_INFINITY,
      answer: { status: 403, body: { error: { code: 'Authentication_MSGraphPermissionMissing', message: 'x' } } },
    });
    const { place } = await revoked('unread', unread);
    await later(80 * minute);
    const result = await shows(place, /I cannot tell whether they are back/);
    assert.doesNotMatch(shownBy(result.activity), /No sign-in seen/);
  });
});
