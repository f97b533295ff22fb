import assert from 'node:assert/strict';
import { isAllowedPlace, readConversation } from '../../../src/teams/wire/actor.ts';

const activity = (id: string, conversationType: string) => ({
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  recipient: { id: '28:bot' },
  conversation: { id, conversationType },
});

describe('where an activity comes from', () => {
  it('is a 1:1 chat with the bot only where nobody else is in it', () => {
    assert.equal(readConversation(activity('a:1xyz', 'personal'))?.kind, 'personal');
    assert.equal(readConversation(activity('19:two_people@unq.gbl.spaces', 'personal'))?.kind, 'groupChat');
    assert.equal(readConversation(activity('19:x@thread.tacv2', 'channel'))?.kind, 'channel');
    assert.equal(readConversation(activity('19:x@thread.v2', 'groupChat'))?.kind, 'groupChat');
    assert.equal(readConversation({ ...activity('a:1', 'personal'), recipient: null }), null);
  });

  it('is allowed by its channel, whatever its thread', () => {
    const allowed = new Set(['19:x@thread.tacv2']);
    assert.equal(isAllowedPlace({}, '19:x@thread.tacv2;messageid=1', allowed), true);
    assert.equal(isAllowedPlace({}, '19:y@thread.tacv2', allowed), false);
  });
});
