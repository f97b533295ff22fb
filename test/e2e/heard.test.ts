import assert from 'node:assert/strict';
import { createDialogSteps, teamsMessage } from '../support/production/dialog-steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('what Teams brings, heard by the production entry point', function () {
  this.timeout(60_000);
  const [alex, adele, isaiah] = [person('alex'), person('adele'), person('isaiah')];
  let world: World;

  before(async () => {
    world = await startWorld();
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
    assert.equal(dialog.fields.people, adele.id);
    assert.ok(!dialog.text.includes(hidden) && !JSON.stringify(dialog.fields).includes(isaiah.id), dialog.text);
  });
});
