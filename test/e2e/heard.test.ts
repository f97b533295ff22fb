import assert from 'node:assert/strict';
import { request } from 'node:http';
import { createDialogSteps, teamsMessage } from '../support/production/dialog-steps.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('what Teams brings, heard by the production entry point', function () {
  this.timeout(300_000);
  const [alex, adele, isaiah] = [person('alex'), person('adele'), person('isaiah')];
  const imitator = {
    ...adele,
    id: '5b0c6b0e-6d52-4f0c-9a57-1f6d9d8a7c01',
    displayName: 'Adele\u200B Vance',
    userPrincipalName: 'adele.v@contoso.example',
    mail: 'adele.v@contoso.example',
  };
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld({ people: [imitator] });
    steps = createSteps(world);
  });
  afterEach(() => world.connector.faults.clear());
  after(() => world.stop());

  it('a message that hides an address from its readers: the dialog on it offers those that are seen', async () => {
    const hidden = isaiah.userPrincipalName;
    const html = `<p>${adele.userPrincipalName}</p><p style="display:none">${hidden}</p><span hidden>${hidden}</span>`;
    const content = {
      type: 'AdaptiveCard',
      fallbackText: hidden,
      speak: hidden,
      body: [{ type: 'TextBlock', text: hidden, isVisible: false }],
      actions: [{ type: 'Action.Submit', title: 'More', data: { account: hidden } }],
    };
    const card = { id: '1', contentType: 'application/vnd.microsoft.card.adaptive', content };
    const dialog = await createDialogSteps(world).open(alex, groupChat('hidden'), teamsMessage(html, [card]));
    // As people, or as addresses where they could not be looked up in time.
    const offered = `${dialog.fields.people}${dialog.fields.addresses}`;
    assert.ok([adele.id, adele.userPrincipalName].includes(offered), offered);
    assert.ok(!dialog.text.includes(hidden), dialog.text);
  });

  it('a name with a character that nobody sees: the card says so, and marks it', async () => {
    const { text } = await steps.ask(alex, groupChat('look-alike'), 'revoke sessions for adele.v@contoso.example');
    assert.match(text, /Check the name: “Adele\uFFFD Vance” holds characters that no one sees/);
  });

  it('a stranger at the port: nothing is told of permissions, and `OPTIONS *` is answered as any unknown path', async () => {
    const { hostname, port } = new URL(world.bot().url);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request({ hostname, port, method: 'OPTIONS', path: '*', agent: false }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    assert.equal(answer, 404);
    assert.deepEqual(await (await fetch(`${world.bot().url}/readyz`)).json(), { ready: true });
  });

  it('a press from another organisation, in a shared channel: a private reason, and nothing is done', async () => {
    const asked = await steps.ask(alex, groupChat('shared'), `revoke sessions for ${isaiah.userPrincipalName}`);
    const theirs = { channelData: { tenant: { id: '99999999-9999-4999-8999-999999999999' } } };
    const { text } = await steps.press(person('megan'), asked, 'approve', { activity: theirs });
    assert.match(text, /^Only members of this organization can do that/);
    // Its value and its data may come as JSON; then it is what it says.
    const [button] = asked.buttons.filter(({ verb }) => verb === 'cancel');
    const value = JSON.stringify({ action: { verb: button?.verb, data: JSON.stringify(button?.data) } });
    await steps.press(alex, asked, 'cancel', { activity: { value } });
    await steps.closed(asked);
    assert.equal(steps.writesFor(isaiah).length, 0);
  });

  it('a sign-in that Teams could not do: its code is in the log', async () => {
    const value = { code: 'resourcematchfailed', message: 'x' };
    assert.equal((await world.teams.invoke(alex, groupChat(), 'signin/failure', value)).status, 200);
    await world.bot().waitForOutput(/"warn".*resourcematchfailed/);
  });
});
